"""What the View menu says about how results are looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from ..look import MESH_TIPS, MESH_WORDS, Look
from ..tr import tr


class LookMenu(QObject):
    meshes_wanted = Signal(str)

    def __init__(self, view: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.arrows = self._switch(view, tr("Flow as &arrows"), "A")
        self.mask = self._switch(view, tr("Flow &mask instead of visibility"), "V")
        view.addSeparator()
        meshes = view.addMenu(tr("M&eshes"))
        meshes.setToolTipsVisible(True)
        group = QActionGroup(self)
        self.looks: dict[str, QAction] = {}
        for name, text in MESH_WORDS.items():
            action = self.looks[name] = meshes.addAction(tr(text))
            action.setToolTip(tr(MESH_TIPS[name]))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, name=name: self.meshes_wanted.emit(name))
            group.addAction(action)
        meshes.addSeparator()
        self.next_look = meshes.addAction(tr("The &next way to draw them"))
        self.next_look.setShortcut(QKeySequence("M"))
        self.front = meshes.addAction(tr("From the &front"))
        self.front.setShortcut(QKeySequence("Ctrl+0"))

    def show_look(self, look: Look) -> None:
        self.looks[look.meshes].setChecked(True)
        self.arrows.setChecked(look.arrows)
        self.mask.setChecked(look.mask)

    def show_possible(self, mask: bool) -> None:
        """Whether what draws has a flow mask at all."""
        self.mask.setEnabled(mask)

    def _switch(self, menu: QMenu, text: str, key: str) -> QAction:
        action = menu.addAction(text)
        action.setShortcut(QKeySequence(key))
        action.setCheckable(True)
        return action
