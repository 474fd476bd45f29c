"""A number to type, with its unit."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from ..controls import Number
from ..numbers import shown, typed
from .line_keys import is_of_window


class NumberBox(QLineEdit):
    """Up and down step, Enter takes what was typed, Escape takes it back.  Undo, Space and letters stay the window's.

    (Not a spin box: style sheets that give those buttons lose the text of one without.)
    """

    valueChanged = Signal(float)  # as shown: value × factor

    def __init__(self, number: Number, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("number")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._number = number
        self._value = 0.0
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("-45.00°") + 14)
        self.editingFinished.connect(self._take)
        self._show()

    def value(self) -> float:
        return self._value

    def setValue(self, value: float) -> None:
        """Show a value, clamped to the range; emits if it is another one."""
        number = self._number
        clamped = min(max(value, number.low * number.factor), number.high * number.factor)
        rounded = round(clamped, number.decimals) + 0.0
        changed, self._value = rounded != self._value, rounded
        self._show()
        if changed:
            self.valueChanged.emit(rounded)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            steps = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
            stays = event.text().isalpha() or event.text() == " " or is_of_window(event)
            if stays or any(event.matches(step) for step in steps):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self._number.step * self._number.factor
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._take()
            self.setValue(self._value + (step if event.key() == Qt.Key.Key_Up else -step))
        elif event.key() == Qt.Key.Key_Escape:
            self._show()
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        """Read what was typed; what is no number changes nothing."""
        value = typed(self.text().rstrip(f"°% {self._number.suffix}"))
        self.setValue(self._value if math.isnan(value) else value)

    def _show(self) -> None:
        self.setText(shown(self._value, self._number.decimals) + self._number.suffix)
