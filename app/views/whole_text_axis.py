"""An axis whose outermost labels are whole, with the numbers of the window's language."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ..numbers import in_locale


class WholeTextAxis(pg.AxisItem):  # type: ignore[misc]
    """pyqtgraph centres each text at its tick, so that the first and the last run over the edge of the plot."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [in_locale(text) for text in super().tickStrings(values, scale, spacing)]

    def drawPicture(self, painter: QPainter, axis: Any, ticks: Any, texts: Any) -> None:
        room = self.mapRectFromParent(self.geometry())
        super().drawPicture(painter, axis, ticks, [(inside(rect, room), flags, text) for rect, flags, text in texts])


def inside(rect: QRectF, room: QRectF) -> QRectF:
    """``rect`` moved as little as it takes to lie in ``room``."""
    moved = QRectF(rect)
    moved.moveLeft(max(min(rect.left(), room.right() - rect.width()), room.left()))
    moved.moveTop(max(min(rect.top(), room.bottom() - rect.height()), room.top()))
    return moved
