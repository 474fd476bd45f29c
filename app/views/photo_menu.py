"""The menu of a photo panel: commands that choose something, the samples, and what was opened lately."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget


class PhotoMenu(QMenu):
    chosen = Signal(object)  # Path
    filled = Signal(bool)  # whether there is anything in it

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._commands: list[QAction] = []
        self._samples: list[Path] = []
        self._recent: list[Path] = []

    def show_samples(self, samples: list[Path]) -> None:
        self._samples = samples
        self._fill()

    def show_recent(self, photos: list[Path]) -> None:
        self._recent = photos
        self._fill()

    def add_commands(self, actions: list[QAction]) -> None:
        """Commands of the window, which come first."""
        self._commands = actions
        self._fill()

    def _fill(self) -> None:
        for action in self._commands:  # PySide takes all that is cleared for dead
            self.removeAction(action)
        self.clear()
        self.addActions(self._commands)
        for entries in ([(_name(sample), sample) for sample in self._samples], [(p.name, p) for p in self._recent]):
            if entries and not self.isEmpty():
                self.addSeparator()
            for text, path in entries:
                self._add(text, path)
        self.filled.emit(not self.isEmpty())

    def _add(self, text: str, path: Path) -> None:
        action = self.addAction(text.replace("&", "&&"))
        action.setToolTip(str(path))
        action.triggered.connect(lambda _=False: self.chosen.emit(path))


def _name(sample: Path) -> str:
    return sample.stem.replace("_", " ").capitalize()
