"""The thread that makes small pictures of a folder's files; only of those that are looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt, QThread, Signal
from PySide6.QtGui import QImage

from core.errors import MimeshError
from core.media.read_image import read_image

from .mailbox import Mailbox

SIDE = (128, 96)
"""Twice as large as they are shown, for screens with small pixels."""


class ThumbnailWorker(QThread):
    made = Signal(object, object)  # Path, QImage

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox: Mailbox[list[Path]] = Mailbox()

    def end(self) -> None:
        """Let the thread end after the picture it is at."""
        self.mailbox.close()

    def run(self) -> None:
        while (paths := self.mailbox.take()) is not None:
            for path in paths:
                if self.mailbox.closed or self.mailbox.peek() is not None:
                    break
                self.made.emit(path, thumbnail(path))


def thumbnail(path: Path) -> QImage:
    """A small picture of a file; an empty one of what cannot be read."""
    try:
        pixels = read_image(path).pixels
    except (MimeshError, OSError, MemoryError):
        return QImage()
    data = np.ascontiguousarray(pixels)
    height, width = data.shape[:2]
    image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.scaled(*SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation).copy()
