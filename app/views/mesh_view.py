"""The picture of the two meshes, which turns with the mouse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ..theme import Colours
from ..tr import tr
from .heat_bar import paint_heat_bar

KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Arrow → about the upright axis, about the level one."""
KEY_TURN, KEY_ZOOM = 10.0, 1.15


class MeshView(QWidget):
    turned = Signal(float, float)  # degrees about the upright axis, about the level one
    zoomed = Signal(float)  # factor
    reset_wanted = Signal()
    held = Signal(bool)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._colours: Colours | None = None
        self._last: QPointF | None = None
        self.reach: float | None = None
        """The pixels that the far end of the colours stands for; None = colours stand for nothing."""
        self.labels = ("", "")
        self.setMinimumSize(160, 120)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Meshes"))
        self.setToolTip(tr("Drag to turn both meshes, wheel to zoom, double click to look from the front again."))

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    @property
    def pixel_size(self) -> QSize:
        """Size in device pixels."""
        ratio = self.devicePixelRatioF()
        return QSize(max(round(self.width() * ratio), 2), max(round(self.height() * ratio), 2))

    def show_picture(self, picture: NDArray[np.uint8], reach: float | None = None) -> None:
        """Show H×W×3 uint8; a picture of another size is stretched to fit until the right one comes."""
        self.reach = reach
        height, width = picture.shape[:2]
        data = np.ascontiguousarray(picture)
        # copy(): QImage does not keep the array alive
        self._image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.update()

    def show_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self._colours
        if colours is not None:
            painter.fillRect(self.rect(), QColor(colours.canvas))
        if self._image is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._fitted(self._image), self._image)
        if colours is not None:
            painter.setPen(QColor(colours.muted))
        half = self.width() // 2
        for index, label in enumerate(self.labels):
            place = QRect(index * half, self.height() - 24, half, 20)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, label)
        if colours is not None and self.reach is not None:
            paint_heat_bar(painter, self.width(), 8, self.reach, colours)
        if colours is not None and self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _fitted(self, image: QImage) -> QRect:
        """Where an image goes so that heads keep their shape while a picture of the new size is on its way."""
        scale = min(self.width() / image.width(), self.height() / image.height())
        size = QSize(round(image.width() * scale), round(image.height() * scale))
        return QRect(
            (self.width() - size.width()) // 2, (self.height() - size.height()) // 2, size.width(), size.height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.held.emit(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is None:
            return
        moved = event.position() - self._last
        self._last = event.position()
        self.turned.emit(moved.x() * 180.0 / max(self.width(), 1), moved.y() * 180.0 / max(self.height(), 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._let_go()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        self.zoomed.emit(1.0015 ** event.angleDelta().y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in KEYS:
            yaw, pitch = KEYS[key]
            self.turned.emit(yaw * KEY_TURN, pitch * KEY_TURN)
        elif event.text() in ("+", "-"):
            self.zoomed.emit(KEY_ZOOM if event.text() == "+" else 1 / KEY_ZOOM)
        elif key == Qt.Key.Key_Delete:
            self.reset_wanted.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:
            self._let_go()
        return super().event(event)

    def _let_go(self) -> None:
        if self._last is not None:
            self._last = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.held.emit(False)
