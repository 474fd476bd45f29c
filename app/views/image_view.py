"""A picture that fits its frame; wheel and keys zoom, drags and keys move what is zoomed, a double click fits again."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QWidget

from ..theme import Colours
from .canvas import Canvas, Drag
from .probe_mark import ProbeMark

Picture = NDArray[np.uint8]
Rect = tuple[float, float, float, float]

ZOOM_STEP, MOVE_STEP = 1.25, 0.1
"""Of a key: a factor, and a share of what is seen."""
ARROWS = {
    Qt.Key.Key_Left: (-MOVE_STEP, 0.0),
    Qt.Key.Key_Right: (MOVE_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -MOVE_STEP),
    Qt.Key.Key_Down: (0.0, MOVE_STEP),
}
SHIFT_OR_KEYPAD = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
ZOOMS = {"+": ZOOM_STEP, "-": 1 / ZOOM_STEP}


class ImageView(pg.GraphicsView):  # type: ignore[misc]
    clicked = Signal(float, float)  # corner coordinates of the picture
    pointed = Signal(object)  # the pixel (x, y) under the cursor, None for none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._canvas = Canvas()
        self._item = pg.ImageItem(axisOrder="row-major")
        self._canvas.addItem(self._item)
        self._mark = ProbeMark()
        self._canvas.addItem(self._mark, ignoreBounds=True)
        self._frames: list[QGraphicsRectItem] = []
        self._shape: tuple[int, ...] = ()
        self.setCentralItem(self._canvas)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # Drops belong to the panel around this view.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.scene().sigMouseClicked.connect(self._on_click)
        self.scene().sigMouseMoved.connect(self._on_move)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._ring = QColor()
        self.setMinimumSize(80, 80)

    @property
    def picture(self) -> Picture | None:
        image: Picture | None = self._item.image
        return image

    def set_picture(self, picture: Picture | None) -> None:
        """Show H×W×3 (or H×W) uint8, or nothing.  Zoom stays while the size stays."""
        if picture is None:
            self._item.clear()
            self._shape = ()
            return
        self._item.setImage(picture, autoLevels=False, levels=None if picture.ndim == 3 else (0, 255))
        if picture.shape[:2] != self._shape:
            self._shape = picture.shape[:2]
            self._canvas.fit()

    def set_frames(self, frames: list[tuple[Rect, str, bool]]) -> None:
        """Draw rectangles ((x, y, width, height) in corner coordinates, colour, dashed) over the picture."""
        for item in self._frames:
            self._canvas.removeItem(item)
        self._frames = []
        for rect, colour, dashed in frames:
            if dashed:  # a dark line under the gaps, or it is lost on half of all photos
                self._add_frame(rect, QColor(0, 0, 0, 140), Qt.PenStyle.SolidLine, 1.0)
            self._add_frame(
                rect, QColor(colour), Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine, 1.0 if dashed else 2.0
            )

    def _add_frame(self, rect: Rect, colour: QColor, style: Qt.PenStyle, width: float) -> None:
        pen = QPen(colour, width, style)
        pen.setCosmetic(True)
        item = QGraphicsRectItem(*rect)
        item.setPen(pen)
        self._canvas.addItem(item, ignoreBounds=True)
        self._frames.append(item)

    def show_mark(self, pixel: tuple[int, int] | None) -> None:
        """A ring round a pixel (x, y), None for none."""
        self._mark.show_at(pixel)

    @property
    def shape(self) -> tuple[int, ...]:
        """(H, W) of the picture, () where there is none."""
        return self._shape

    def add_item(self, item: QGraphicsItem) -> None:
        """Something over the picture, in its corner coordinates."""
        self._canvas.addItem(item, ignoreBounds=True)

    def remove_item(self, item: QGraphicsItem) -> None:
        self._canvas.removeItem(item)

    def set_drag(self, drag: Drag | None) -> None:
        self._canvas.drag = drag

    def pixels_per_unit(self) -> float:
        """Pixels of the screen for one of the picture."""
        return 1.0 / max(float(self._canvas.viewPixelSize()[0]), 1e-9)

    @property
    def zoomed(self) -> bool:
        return bool(self._canvas.zoomed)

    def zoom(self, factor: float) -> None:
        self._canvas.zoom(factor)

    def fit(self) -> None:
        self._canvas.fit()

    def take_keys(self, name: str) -> None:
        """Move and zoom by keys while the view has the focus; ``name`` is what screen readers call it."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)

    def show_colours(self, colours: Colours) -> None:
        self.setBackground(QColor(colours.canvas))
        self._ring = QColor(colours.accent)

    def picture_to_widget(self, x: float, y: float) -> QPointF:
        """Where a point of the picture (corner coordinates) is in this widget."""
        return QPointF(self.mapFromScene(self._canvas.mapViewToScene(QPointF(x, y))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = Qt.Key(event.key()), event.modifiers() & ~SHIFT_OR_KEYPAD == Qt.KeyboardModifier.NoModifier
        if plain and key in ARROWS and self.zoomed:
            self._canvas.move(*ARROWS[key])
        elif plain and event.text() in ZOOMS:
            self.zoom(ZOOMS[event.text()])
        elif plain and key in (Qt.Key.Key_0, Qt.Key.Key_Delete):
            self.fit()
        else:
            event.ignore()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        if self.hasFocus():
            painter.save()
            painter.resetTransform()
            painter.setPen(QPen(self._ring, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
            painter.restore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def _on_move(self, place: QPointF) -> None:
        point = self._canvas.mapSceneToView(place)
        x, y = int(point.x() // 1), int(point.y() // 1)
        inside = bool(self._shape) and 0 <= x < self._shape[1] and 0 <= y < self._shape[0]
        self.pointed.emit((x, y) if inside else None)

    def _on_click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.double():
            self._canvas.fit()
        elif self._shape and event.button() == Qt.MouseButton.LeftButton:
            point = self._canvas.mapSceneToView(event.scenePos())
            if 0 <= point.x() <= self._shape[1] and 0 <= point.y() <= self._shape[0]:
                self.clicked.emit(point.x(), point.y())
