"""What can be dropped or pasted, turned into origins of photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage, QImageReader, QPainter

from core.errors import InputError
from core.media.open_input import is_file, is_folder
from core.media.read_image import DEFAULT_MAX_PIXELS, check_size
from core.media.sniff import VIDEO_SUFFIXES

from ..choice import Origin
from ..store.project import SUFFIX
from ..tr import tr
from ..views.drag_source import OWN
from .pasted import kept_once


def origins(data: QMimeData) -> list[tuple[Origin, str]]:
    """(origin, label) of every photo in ``data``: its files, else its picture, else a path written as text.

    Raises InputError for a picture that is larger or smaller than a file may be, or cannot be read.
    """
    own = data.hasFormat(OWN)  # its file goes when the window closes
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and not own]
    if files:
        return [(file, file.name) for file in files]
    if data.hasImage():
        return [(kept_once(pixels(_picture(data))), tr("earlier result") if own else tr("pasted picture"))]
    text = data.text().strip()
    if text and "\n" not in text and len(text) < 1000 and is_file(text):
        return [(Path(text), Path(text).name)]
    return []


def moves(origin: Origin) -> bool:
    """Whether it is a film or a folder, as its name says."""
    return isinstance(origin, Path) and (origin.suffix.lower() in VIDEO_SUFFIXES or is_folder(origin))


def project_in(data: QMimeData) -> Path | None:
    """The first project among the files in ``data``."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((file for file in files if file.suffix.lower() == SUFFIX), None)


def _picture(data: QMimeData) -> QImage:
    """The picture, before it is copied; Qt reads one of 32 bits a pixel at most."""
    QImageReader.setAllocationLimit(4 * DEFAULT_MAX_PIXELS // 2**20 + 1)
    image = data.imageData()
    if not isinstance(image, QImage) or image.isNull():
        raise InputError(
            tr("The pasted picture is damaged or too large to be read: save it to a file and open that instead.")
        )
    check_size(image.size().toTuple(), tr("The pasted picture"))
    return image


def pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """H×W×3 uint8 RGB; transparent parts on white, as when a file is read."""
    flat = QImage(image.size(), QImage.Format.Format_RGB888)
    flat.fill(0xFFFFFFFF)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return rows[:, : 3 * flat.width()].reshape(flat.height(), flat.width(), 3).copy()
