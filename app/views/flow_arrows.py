"""The flow as a grid of arrows over the result: each begins where the source shows what its tip shows now."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

Flow = NDArray[np.float32]
STEPS = (2, 4, 8, 16, 32)
"""Pixels of the crop between arrows: the first that leaves ROOM points of the screen between them."""
ROOM = 26.0
LONGEST = 32.0
"""Pixels of the crop that the longest arrow may take."""
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
STILL = 0.3
"""Pixels: what moves less is a dot."""
HEAD = 6.0
"""Points of the screen that a head is long, or less where the arrow is short."""
DARK, PALE = QColor(10, 16, 22, 190), QColor(255, 255, 255, 235)


def factor_of(flow: Flow) -> float:
    """How many times their length arrows are drawn: the largest power of two that keeps the longest within LONGEST."""
    longest = float(np.hypot(flow[..., 0], flow[..., 1]).max(initial=0.0))
    return max((f for f in FACTORS if f * longest <= LONGEST), default=FACTORS[0])


def grid_step(points_per_pixel: float) -> int:
    """Pixels between arrows where a pixel of the crop is that large."""
    return next((step for step in STEPS if step * points_per_pixel >= ROOM), STEPS[-1])


class FlowArrows(pg.GraphicsObject):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self._flow: Flow | None = None
        self.factor = 1.0
        self.setZValue(5)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_flow(self, flow: Flow | None) -> None:
        """H×W×2 in pixels, backward; None = nothing is drawn."""
        self.prepareGeometryChange()
        self._flow = flow
        self.factor = 1.0 if flow is None else factor_of(flow)
        self.update()

    def boundingRect(self) -> QRectF:
        if self._flow is None:
            return QRectF()
        height, width = self._flow.shape[:2]
        return QRectF(0, 0, width, height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._flow is None:
            return
        transform = painter.transform()
        scale = math.hypot(transform.m11(), transform.m12())
        tips, tails = ends(self._flow, grid_step(scale), self.factor)
        painter.save()
        painter.setTransform(QTransform())  # lines and heads keep their size on the screen
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((DARK, 3.0), (PALE, 1.4)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.setBrush(colour)
            for tip, tail in zip(tips, tails):
                _paint_arrow(painter, transform.map(QPointF(*tip)), transform.map(QPointF(*tail)))
        painter.restore()


def ends(flow: Flow, step: int, factor: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tips and tails (k×2, corner coordinates): tips on a grid, tails where they come from, ``factor`` times as far."""
    height, width = flow.shape[:2]
    y, x = np.mgrid[step // 2 : height : step, step // 2 : width : step]
    moved = flow[y, x].reshape(-1, 2).astype(np.float64)
    moved[np.hypot(moved[:, 0], moved[:, 1]) < STILL] = 0
    tips = np.stack([x.ravel(), y.ravel()], axis=1) + 0.5
    return tips, tips + moved * factor


def _paint_arrow(painter: QPainter, tip: QPointF, tail: QPointF) -> None:
    along = tip - tail
    length = math.hypot(along.x(), along.y())
    if length < 1.0:
        painter.drawPoint(tip)
        return
    along /= length
    across = QPointF(-along.y(), along.x())
    head = min(HEAD, length * 0.6)
    neck = tip - along * head
    painter.drawLine(tail, neck)
    painter.drawPolygon(QPolygonF([tip, neck + across * head * 0.38, neck - across * head * 0.38]))
