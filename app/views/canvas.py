"""The part of the picture that is seen: from all of it to a few pixels, moved and zoomed by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

MAX_ZOOM = 24.0
Drag = Callable[[QPointF, QPointF, bool], None]
"""What a drag over the picture does, instead of moving it: from, to (corner coordinates), whether it ends there."""


class Canvas(pg.ViewBox):  # type: ignore[misc]
    """A view box that never shows less than the fit."""

    def __init__(self) -> None:
        super().__init__(lockAspect=True, invertY=True, enableMenu=False, defaultPadding=0.0)
        self.zoomed = False
        self.drag: Drag | None = None

    def fit(self) -> None:
        self.zoomed = False
        self.enableAutoRange()

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Larger (above 1) or smaller, between the fit and MAX_ZOOM, about a point of the picture or the middle."""
        bounds, seen = self.childrenBoundingRect(), self.viewRect()
        if bounds.isEmpty():
            return
        shares = seen.width() / bounds.width() / factor, seen.height() / bounds.height() / factor
        if factor < 1.0 and min(shares) >= 1.0:
            self.fit()
        elif max(shares) * MAX_ZOOM >= 1.0:
            self.zoomed = True
            self.scaleBy((1 / factor, 1 / factor), center=about)

    def move(self, right: float, down: float) -> None:
        """See what lies to the right and below, by shares of what is seen, as far as the picture goes."""
        seen = self.viewRect()
        self._move_by(right * seen.width(), down * seen.height())

    def _move_by(self, x: float, y: float) -> None:
        """The same in pixels of the picture."""
        bounds, seen = self.childrenBoundingRect(), self.viewRect()
        if self.zoomed and not bounds.isEmpty():
            self.translateBy(
                x=_within(x, bounds.left() - seen.left(), bounds.right() - seen.right()),
                y=_within(y, bounds.top() - seen.top(), bounds.bottom() - seen.bottom()),
            )

    def wheelEvent(self, event: pg.QtWidgets.QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        event.accept()
        self.zoom(1.0015 ** event.delta(), self.mapSceneToView(event.scenePos()))

    def mouseDragEvent(self, event: pg.GraphicsScene.mouseEvents.MouseDragEvent, axis: int | None = None) -> None:
        event.accept()
        if self.drag is not None and event.button() == Qt.MouseButton.LeftButton:
            self.drag(self.mapToView(event.buttonDownPos()), self.mapToView(event.pos()), event.isFinish())
        elif self.zoomed and event.button() == Qt.MouseButton.LeftButton:
            moved = self.mapToView(event.lastPos()) - self.mapToView(event.pos())
            self._move_by(moved.x(), moved.y())


def _within(step: float, back: float, forth: float) -> float:
    """``step`` as far as there is more to see: ``back`` to the left or above (below 0), ``forth`` on the other side."""
    return min(max(step, min(back, 0.0)), max(forth, 0.0))
