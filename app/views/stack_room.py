"""How high the tabs on the right are: long lists get more of the column than the meshes, in a low window most of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabBar

from .dock import Dock

LIST_HEIGHT = 520
"""Pixels that a list wants at least, where those below it can spare them."""
PICTURE_SHARE = 0.63
"""Of the column, for the picture in front as long as nobody gave it another height."""


class StackRoom(QObject):
    """``picture`` and ``lists`` are tabs of one stack, ``below`` is under it.  The picture keeps one share of the
    column and the lists keep another, as Qt does where the window grows: whoever drags the line below one of them moves
    it for that kind.  Panels that were taken out of the stack are left alone.
    """

    def __init__(self, window: QMainWindow, picture: Dock, lists: list[Dock], below: Dock) -> None:
        super().__init__(window)
        self._window, self._picture, self._below = window, picture, below
        self._shares: dict[bool, float] = {}  # of the picture (True) and of the lists, once they were left
        self._front: Dock | None = None
        for dock in (picture, *lists):
            dock.visibilityChanged.connect(partial(self._on_visible, dock))

    def forget(self) -> None:
        """The panels are put where they were at first."""
        self._shares.clear()
        self._front = None

    def _on_visible(self, dock: Dock, visible: bool) -> None:
        before = self._front
        if not visible or dock is before or not self._window.isVisible():
            return
        self._front = dock
        if before is None or (before is self._picture) == (dock is self._picture) or not self._stacked(before, dock):
            return
        self._shares[before is self._picture] = before.height() / (before.height() + self._below.height())
        # Not within the change of tabs, which Qt is about to lay out.
        QTimer.singleShot(0, self, partial(self._make_room, dock))

    def _stacked(self, one: Dock, other: Dock) -> bool:
        """Whether both are tabs of one stack, right above ``below``."""
        window, below = self._window, self._below
        same = other in window.tabifiedDockWidgets(one) and not below.isHidden() and not below.isFloating()
        return same and window.dockWidgetArea(one) == window.dockWidgetArea(below) and below.y() > one.y()

    def _make_room(self, dock: Dock) -> None:
        if dock is not self._front:
            return
        picture, below = dock is self._picture, self._below
        column = dock.height() + below.height()
        share = self._shares.get(picture, PICTURE_SHARE if picture else None)
        wanted = max(dock.height(), LIST_HEIGHT) if share is None else round(share * column)
        wanted = min(wanted, column - below.minimumSizeHint().height())
        heights = [wanted + self._bar_height(dock), column - wanted]
        self._window.resizeDocks([dock, below], heights, Qt.Orientation.Vertical)

    def _bar_height(self, dock: Dock) -> int:
        """Of the tabs over ``dock``, which Qt counts as a part of it here."""
        bars = self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        titles = [[bar.tabText(index) for index in range(bar.count())] for bar in bars]
        return max((bar.height() for bar, texts in zip(bars, titles) if dock.windowTitle() in texts), default=0)
