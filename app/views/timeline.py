"""The line of a film's frames: a click or a drag goes there; it shows the played part and the neutral frame."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from ..clip import Clip
from ..theme import DARK, Colours
from ..tr import tr
from .slider import ResetSlider

MARGIN, HEIGHT = 7, 26


class Timeline(ResetSlider):
    """Its value is the number of the frame.  ``sliderPressed`` and ``sliderReleased`` tell that it is held."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clip, self._colours = Clip(), DARK
        self.setFixedHeight(HEIGHT)
        self.setPageStep(10)
        self.setAccessibleName(tr("Frame"))
        self.setToolTip(tr("Drag to go through the film. Bright: the part that is played; diamond: the neutral frame."))

    def show_clip(self, clip: Clip, count: int) -> None:
        """Put the handle and the marks where they belong without emitting."""
        self.blockSignals(True)
        self.setRange(0, max(count - 1, 1))
        if not self.isSliderDown():
            self.setValue(clip.frame)
        self.blockSignals(False)
        self._clip = clip
        self.update()

    def show_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def place(self, frame: int) -> float:
        """Where a frame is, in pixels from the left."""
        room = self.width() - 2 * MARGIN
        return MARGIN + room * frame / max(self.maximum(), 1)

    # Qt events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.setSliderDown(True)
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _go(self, event: QMouseEvent) -> None:
        share = (event.position().x() - MARGIN) / max(self.width() - 2 * MARGIN, 1)
        self.setValue(round(share * self.maximum()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), self._colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        first, last = self.place(self._clip.first), self.place(self._clip.end(self.maximum() + 1))
        now = self.place(self.value())
        self._bar(painter, MARGIN, self.width() - MARGIN, 4, colours.border)
        self._bar(painter, first, last, 6, colours.disabled)
        self._bar(painter, first, min(max(now, first), last), 6, colours.accent)
        if self._clip.first > 0:
            self._bracket(painter, first, 4)
        if self._clip.last is not None:
            self._bracket(painter, last, -4)
        if self._clip.relative:
            self._diamond(painter, self.place(self._clip.start), middle)
        painter.setPen(QColor(colours.panel))
        painter.setBrush(QColor(colours.accent if self.hasFocus() else colours.text))
        painter.drawRoundedRect(QRectF(now - 3.5, middle - 9, 7, 18), 3, 3)

    def _bar(self, painter: QPainter, left: float, right: float, height: float, colour: str) -> None:
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(left, (self.height() - height) / 2, right - left, height), 2, 2)

    def _bracket(self, painter: QPainter, x: float, foot: float) -> None:
        colour, middle = QColor(self._colours.text), self.height() / 2
        painter.fillRect(QRectF(x - 1, middle - 8, 2, 16), colour)
        for y in (middle - 8, middle + 6):
            painter.fillRect(QRectF(min(x, x + foot), y, abs(foot), 2), colour)

    def _diamond(self, painter: QPainter, x: float, y: float) -> None:
        painter.setBrush(QColor(self._colours.text))
        corners = [QPointF(x, y - 6), QPointF(x + 5, y), QPointF(x, y + 6), QPointF(x - 5, y)]
        painter.drawPolygon(QPolygonF(corners))
