"""The scale of colours that stand for distances, painted into a picture's corner."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from ..heat import heat
from ..numbers import shown
from ..theme import Colours
from ..tr import tr

WIDTH, HEIGHT, GAP = 110, 8, 8
STEPS = 8


def paint_heat_bar(painter: QPainter, width: int, top: int, reach: float, colours: Colours) -> None:
    """In the middle of ``width``, at ``top``: 0, the colours, and the pixels at their far end."""
    bar = QRectF((width - WIDTH) / 2, top + 5, WIDTH, HEIGHT)
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    for share, (red, green, blue) in zip(np.linspace(0, 1, STEPS), heat(np.linspace(0, 1, STEPS, dtype=np.float32))):
        gradient.setColorAt(float(share), QColor.fromRgbF(float(red), float(green), float(blue)))
    painter.setPen(QColor(colours.border))
    painter.setBrush(gradient)
    painter.drawRoundedRect(bar, 2, 2)
    painter.setPen(QColor(colours.muted))
    room = QRectF(0, top, bar.left() - GAP, 18)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "0")
    room.moveTopLeft(QPointF(bar.right() + GAP, top))
    text = tr("{pixels} px", pixels=shown(reach))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
