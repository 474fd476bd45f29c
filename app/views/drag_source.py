"""Dragging the picture of a view into another program."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from .pixmaps import sharp
from .wipe_view import WipeView

OWN = "application/x-mimesh-result"
"""What only a drag of this program offers."""
SHOWN = 112
"""Side of the small picture under the mouse, in points."""
NEAR = 12
"""Pixels around the dividing line that belong to the line."""


class DragSource(QObject):
    """Watches the mouse on ``view``.  Where it is pulled, ``wanted`` asks for a file, which :meth:`carry` takes along.

    A zoomed view keeps its mouse: pulling moves the picture there.
    """

    wanted = Signal()

    def __init__(self, view: WipeView) -> None:
        super().__init__(view)
        self._view = view
        self._pressed: QPoint | None = None
        self.held = False
        view.viewport().installEventFilter(self)

    def carry(self, path: str, picture: QImage) -> bool:
        """Carry the file and the picture until the button is let go; whether somebody took them."""
        if not self.held:
            return False  # let go before the file was there
        drag = QDrag(self._view)
        drag.setMimeData(mime_data(path, picture))
        small = sharp(picture, SHOWN, self._view.devicePixelRatioF())
        drag.setPixmap(small)
        size = small.deviceIndependentSize()
        drag.setHotSpot(QPoint(round(size.width() / 2), round(size.height() / 2)))
        taken = drag.exec(Qt.DropAction.CopyAction)
        self._pressed, self.held = None, False  # the button came up in there
        return taken != Qt.DropAction.IgnoreAction

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whether the event was part of a drag."""
        if not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            place = event.position()
            self._pressed = place.toPoint() if self._is_picture(place) else None
            return self._pressed is not None
        if self._pressed is None:
            return False
        if kind == QEvent.Type.MouseMove and not self.held:
            moved = event.position().toPoint() - self._pressed
            if moved.manhattanLength() >= QApplication.startDragDistance():
                self.held = True
                self.wanted.emit()
        elif kind == QEvent.Type.MouseButtonRelease:
            self._pressed, self.held = None, False
        return True

    def _is_picture(self, place: QPointF) -> bool:
        view = self._view
        if view.picture is None or view.zoomed:
            return False
        line = view.picture_to_widget(view.line.value(), 0.0).x()
        if view.line.isVisible() and abs(place.x() - line) < NEAR:
            return False
        height, width = view.picture.shape[:2]
        corner, end = view.picture_to_widget(0.0, 0.0), view.picture_to_widget(width, height)
        return corner.x() <= place.x() <= end.x() and corner.y() <= place.y() <= end.y()


def mime_data(path: str, picture: QImage) -> QMimeData:
    """A file for programs that take files, a picture for those that take pictures."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    data.setImageData(picture)
    data.setData(OWN, b"1")
    return data
