"""What can be dropped or pasted, turned into origins of photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage, QPainter

from core.media.open_input import is_file

from ..choice import Origin
from ..store.project import SUFFIX
from ..tr import tr
from ..views.drag_source import OWN


def origins(data: QMimeData) -> list[tuple[Origin, str]]:
    """(origin, label) of every photo in ``data``: its files, else its picture, else a path written as text."""
    own = data.hasFormat(OWN)  # its file goes when the window closes
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and not own]
    if files:
        return [(file, file.name) for file in files]
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return [(pixels(image), tr("earlier result") if own else tr("pasted picture"))]
    text = data.text().strip()
    if text and "\n" not in text and len(text) < 1000 and is_file(text):
        return [(Path(text), Path(text).name)]
    return []


def project_in(data: QMimeData) -> Path | None:
    """The first project among the files in ``data``."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((file for file in files if file.suffix.lower() == SUFFIX), None)


def pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """H×W×3 uint8 RGB; transparent parts on white, as when a file is read."""
    flat = QImage(image.size(), QImage.Format.Format_RGB888)
    flat.fill(0xFFFFFFFF)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return rows[:, : 3 * flat.width()].reshape(flat.height(), flat.width(), 3).copy()
