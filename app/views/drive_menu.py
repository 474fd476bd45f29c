"""The menu of the driver that moves."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from ..tr import tr


class DriveMenu(QObject):
    def __init__(self, bar: QMenuBar, before: QMenu, parent: QObject) -> None:
        super().__init__(parent)
        menu = QMenu(tr("&Driver"), bar)
        bar.insertMenu(before.menuAction(), menu)
        self.folder = _action(menu, tr("Open a &folder of pictures…"), "Ctrl+Alt+Shift+O")
        self.camera = _action(menu, tr("&Camera"), "Ctrl+K", checkable=True)
        self.keep = _action(menu, tr("&Keep the camera's picture"), "Ctrl+Shift+K")
        menu.addSeparator()
        self.play = _action(menu, tr("&Play and pause"), "K")
        self.back = _action(menu, tr("Frame &before"), ",")
        self.forward = _action(menu, tr("Ne&xt frame"), ".")
        self.loop = _action(menu, tr("&Repeat"), "L", checkable=True)
        menu.addSeparator()
        self.mark_in = _action(menu, tr("&In mark here"), "I")
        self.mark_out = _action(menu, tr("&Out mark here"), "O")
        self.clear = _action(menu, tr("Remove both &marks"), "Shift+I")
        menu.addSeparator()
        self.neutral = _action(menu, tr("Make this the &neutral frame"), "N")
        self.relative = _action(menu, tr("Rela&tive motion"), "R", checkable=True)
        menu.addSeparator()
        self.save_film = _action(menu, tr("&Save the driven film…"), "Ctrl+Shift+G")

    @property
    def of_film(self) -> tuple[QAction, ...]:
        return self.play, self.back, self.forward, self.loop, self.mark_in, self.mark_out, self.clear

    @property
    def of_motion(self) -> tuple[QAction, ...]:
        return self.neutral, self.relative


def _action(menu: QMenu, text: str, keys: str, checkable: bool = False) -> QAction:
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(keys))
    action.setCheckable(checkable)
    return action
