"""A square on a picture that is dragged by its middle and its corners; the rest of the picture is dimmed."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from ..choice import Region
from .image_view import ImageView

DIM = QColor(0, 0, 0, 120)
HANDLE = 7
"""Pixels from the middle of a handle to its rim, on the screen."""

LEAST = 12.0
"""Pixels on the screen that a drag must go for a new square; less is a click."""


class SquareBox(QObject):
    """``limit`` says where a square may be; it is asked at every move."""

    changed = Signal(object)  # Region, while it is held
    finished = Signal(object)  # Region, where it was let go
    drawn = Signal(object)  # Region that was drawn anew, from corner to corner

    def __init__(self, view: ImageView, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._limit: Callable[[Region], Region] = lambda region: region
        self._quiet = False
        self.held = False
        self._shade = QGraphicsPathItem()
        self._shade.setBrush(DIM)
        self._shade.setPen(QPen(Qt.PenStyle.NoPen))
        self._box = _roi()
        self._box.sigRegionChangeStarted.connect(self._on_start)
        self._box.sigRegionChanged.connect(self._on_change)
        self._box.sigRegionChangeFinished.connect(self._on_finish)
        self._shown = False

    @property
    def shown(self) -> bool:
        return self._shown

    @property
    def region(self) -> Region:
        (x, y), (width, _) = self._box.pos(), self._box.size()
        return x + width / 2, y + width / 2, width

    def show(self, region: Region, limit: Callable[[Region], Region], draws: bool) -> None:
        """Put the square there, unless it is held; ``draws``: a drag draws another one and does not move it."""
        self._limit = limit
        if not self._shown:
            self._shown = True
            self._view.add_item(self._shade)
            self._view.add_item(self._box)
        self._view.set_drag(self._draw if draws else None)
        self._box.translatable = not draws  # or a large one would leave no room to draw beside it
        if not self.held:
            self._place(limit(region))

    def move_to(self, region: Region) -> None:
        """Put the square elsewhere, as far as it may go."""
        self._place(self._limit(region))

    def hide(self) -> None:
        if self._shown:
            self._shown = self.held = False
            self._view.set_drag(None)
            self._view.remove_item(self._box)
            self._view.remove_item(self._shade)

    def show_colour(self, colour: str) -> None:
        self._box.setPen(pg.mkPen(colour, width=2))
        for handle in self._box.getHandles():
            handle.pen = handle.currentPen = pg.mkPen(colour, width=2)

    def handle(self, right: bool, bottom: bool) -> tuple[float, float]:
        """Where a corner is, in corner coordinates of the picture."""
        x, y, size = self.region
        return x + (size if right else -size) / 2, y + (size if bottom else -size) / 2

    def _place(self, region: Region) -> None:
        x, y, size = region
        self._quiet = True
        self._box.setSize((size, size), update=False)
        self._box.setPos((x - size / 2, y - size / 2), finish=False)
        self._quiet = False
        self._dim()

    def _on_start(self) -> None:
        if not self._quiet:
            self.held = True

    def _on_change(self) -> None:
        if not self._quiet:
            self._place(self._limit(self.region))
            self.changed.emit(self.region)

    def _on_finish(self) -> None:
        if self.held and not self._quiet:
            self.held = False
            self.finished.emit(self.region)

    def _draw(self, start: QPointF, now: QPointF, done: bool) -> None:
        """A drag over the picture: the square between where it began and where it is."""
        across, down = now.x() - start.x(), now.y() - start.y()
        side = max(abs(across), abs(down))
        corner = QPointF(start.x() + (side if across > 0 else -side), start.y() + (side if down > 0 else -side))
        self.held = not done
        self._place(self._limit(((start.x() + corner.x()) / 2, (start.y() + corner.y()) / 2, max(side, 1.0))))
        self.changed.emit(self.region)
        if done and side * self._view.pixels_per_unit() >= LEAST:
            self.drawn.emit(self.region)

    def _dim(self) -> None:
        height, width = self._view.shape[:2] if self._view.shape else (0, 0)
        path = QPainterPath()
        path.addRect(QRectF(0, 0, width, height))
        hole = QPainterPath()
        x, y, size = self.region
        hole.addRect(QRectF(x - size / 2, y - size / 2, size, size))
        self._shade.setPath(path.subtracted(hole))


def _roi() -> pg.ROI:
    box = pg.ROI(
        (0, 0),
        (1, 1),
        aspectLocked=True,
        rotatable=False,
        pen=pg.mkPen("#FFFFFF", width=2),
        hoverPen=pg.mkPen("#FFFFFF", width=3),
    )
    box.handleSize = HANDLE
    for corner in ((0, 0), (1, 0), (0, 1), (1, 1)):
        box.addScaleHandle(corner, (1 - corner[0], 1 - corner[1]))
    for handle in box.getHandles():
        handle.menu = handle.removeAction = None  # which only deletable handles show, and nobody would delete
    return box
