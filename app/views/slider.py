"""Sliders: a double click or Delete resets, and a wheel that scrolls past changes nothing."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget


class ResetSlider(QSlider):
    reset_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.reset_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.reset_wanted.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A wheel that scrolls past must not change a setting; it does once the slider has the focus.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class OffsetSlider(ResetSlider):
    """A slider whose bar starts at the value that changes nothing."""

    def __init__(self, neutral: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("offset")
        self._neutral = neutral

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control = QStyle.ComplexControl.CC_Slider
        handle = self.style().subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, self)
        room = self.width() - handle.width()
        share = (self._neutral - self.minimum()) / (self.maximum() - self.minimum())
        middle, height = round(handle.width() / 2 + share * room), self.height()
        painter = QPainter(self)
        muted = QColor(self.palette().text().color())
        muted.setAlpha(110)
        painter.fillRect(QRect(middle, height // 2 - 5, 1, 10), muted)
        if self.value() != self._neutral and self.isEnabled():
            left, right = (middle, handle.left()) if handle.left() > middle else (handle.right() + 1, middle)
            bar = QRect(left, height // 2 - 2, max(right - left, 0), 4)
            painter.fillRect(bar, self.palette().highlight().color())
