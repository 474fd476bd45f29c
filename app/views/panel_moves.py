"""Panels moved without a mouse: to a side of the window, into the tabs of another, away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from ..tr import later, tr
from .dock import Dock

Area = Qt.DockWidgetArea
SIDES = (
    (Area.LeftDockWidgetArea, later("To the &left"), later("The panel with the focus to the &left"), "Alt+Left"),
    (Area.RightDockWidgetArea, later("To the &right"), later("The panel with the focus to the &right"), "Alt+Right"),
    (Area.TopDockWidgetArea, later("To the &top"), later("The panel with the focus to the &top"), "Alt+Up"),
    (Area.BottomDockWidgetArea, later("To the &bottom"), later("The panel with the focus to the &bottom"), "Alt+Down"),
)
"""Area, entry of a panel's own menu, command for the one with the focus, its key."""


class DockMenu(QMenu):
    """What can be done with one panel."""

    def __init__(self, dock: Dock, docks: list[Dock], moves: PanelMoves) -> None:
        super().__init__(dock.windowTitle(), moves.menu)
        self._dock, self._moves = dock, moves
        for area, text, *_ in SIDES:
            self.addAction(tr(text)).triggered.connect(lambda _=False, area=area: moves.move(dock, area))
        self.addSeparator()
        self.tabs = QMenu(tr("In the tab&s of"), self)  # addMenu(text) would never give it back (PySide 6.11)
        self.addMenu(self.tabs)
        self._others: dict[QAction, Dock] = {}
        for other in docks:
            if other is not dock:
                action = self.tabs.addAction(other.windowTitle())
                action.triggered.connect(lambda _=False, other=other: moves.stack(dock, other))
                self._others[action] = other
        self.hide_panel = self.addAction(tr("&Hide"))
        self.hide_panel.triggered.connect(dock.hide)
        self.aboutToShow.connect(self._show_possible)

    def _show_possible(self) -> None:
        self.hide_panel.setEnabled(not self._dock.isHidden())
        together = self._moves.window.tabifiedDockWidgets(self._dock)
        for action, other in self._others.items():
            action.setEnabled(not other.isHidden() and other not in together)


class PanelMoves(QObject):
    """Fills ``menu`` with commands for the panel that has the focus, and with a menu for each panel."""

    nowhere = Signal()  # a key was pressed, and no panel has the focus

    def __init__(self, window: QMainWindow, docks: list[Dock], menu: QMenu) -> None:
        super().__init__(window)
        self.window, self.menu, self._docks = window, menu, docks
        for area, _, text, keys in SIDES:
            self._add(text, keys, partial(self._with_focused, partial(self.move, area=area)))
        self._add(later("The &menu of the panel with the focus"), "Alt+P", partial(self._with_focused, self._pop_up))
        menu.addSeparator()
        self.of_dock = {dock: DockMenu(dock, docks, self) for dock in docks}
        for dock, own in self.of_dock.items():
            menu.addMenu(own)
            dock.menu_wanted.connect(own.popup)

    def move(self, dock: Dock, area: Area) -> None:
        """To the end of a side of the window, out of any tabs; what had the focus there keeps it."""
        focus = self.window.focusWidget()
        self.window.addDockWidget(area, dock)
        self._bring_up(dock, focus)

    def stack(self, dock: Dock, other: Dock) -> None:
        """Into one place with another panel, in front of it."""
        focus = self.window.focusWidget()
        self.window.tabifyDockWidget(other, dock)
        self._bring_up(dock, focus)

    @property
    def focused(self) -> Dock | None:
        focus = self.window.focusWidget()
        return next((dock for dock in self._docks if focus is not None and dock.isAncestorOf(focus)), None)

    def _bring_up(self, dock: Dock, focus: QWidget | None) -> None:
        dock.bring_up()
        if focus is not None and focus is not self.window.focusWidget():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pop_up(self, dock: Dock) -> None:
        self.of_dock[dock].popup(dock.mapToGlobal(QPoint(12, 34)))  # below its title

    def _with_focused(self, do: Callable[[Dock], None]) -> None:
        dock = self.focused
        if dock is None:
            self.nowhere.emit()
        else:
            do(dock)

    def _add(self, text: str, keys: str, do: Callable[[], None]) -> None:
        action = self.menu.addAction(tr(text))
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False: do())
