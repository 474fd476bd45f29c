"""One of a few, side by side, as buttons that are one piece."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from .panel import HEADER_HEIGHT, Button


class Segments(QWidget):
    chosen = Signal(str)  # the name of the one that was pressed, even if it was chosen already

    def __init__(self, words: dict[str, str], tips: dict[str, str], parent: QWidget | None = None) -> None:
        """``words`` on the buttons and ``tips``, by name."""
        super().__init__(parent)
        self.setObjectName("plain")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.buttons: dict[str, Button] = {}
        for index, (name, text) in enumerate(words.items()):
            button = self.buttons[name] = Button(text)
            button.setObjectName("segment")
            button.setProperty("end", "left" if index == 0 else "right" if index == len(words) - 1 else "none")
            button.setCheckable(True)
            button.setToolTip(tips[name])
            button.setFixedHeight(HEADER_HEIGHT)
            button.clicked.connect(lambda _=False, name=name: self._press(name))
            row.addWidget(button)
        self._shown = ""

    def show_choice(self, name: str) -> None:
        self._shown = name
        for each, button in self.buttons.items():
            button.setChecked(each == name)

    def _press(self, name: str) -> None:
        self.show_choice(self._shown)  # a click would leave the button that was chosen unchecked
        self.chosen.emit(name)
