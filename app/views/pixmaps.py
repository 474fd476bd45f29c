"""Pictures at the size they have on a screen, whose pixels may be smaller than its points."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap


def sharp(image: QImage, side: int, ratio: float) -> QPixmap:
    """``image`` as large as fits a square of ``side`` points, with ``ratio`` pixels a point."""
    pixels = round(side * ratio)
    pixmap = QPixmap.fromImage(image).scaled(
        pixels, pixels, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
