"""The thread that writes projects, settings and autosaves: a slow disk must not hold up the window."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from core.media.write_image import write_image
from core.types import Image
from core.user_folders import PRIVATE_FILE

from ..store import json_file
from .engine import in_words

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class KeepOrder:
    """One file to write.  ``pictures`` are written first where they are not there yet (pasted ones, named by hash).

    ``prepare(path, text)`` gives what is written instead of ``text`` (what is there already, and ``text`` after it).
    """

    path: Path
    text: str
    private: bool = True
    pictures: tuple[tuple[Path, Image], ...] = ()
    prepare: Callable[[Path, str], str] | None = None


class Keeper(QThread):
    kept = Signal(object)  # KeepOrder
    failed = Signal(object, str)  # KeepOrder, why

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orders: queue.SimpleQueue[KeepOrder | None] = queue.SimpleQueue()

    def keep(self, order: KeepOrder) -> None:
        """Write after what was ordered before."""
        self._orders.put(order)

    def end(self) -> None:
        """Let the thread end once everything ordered is written."""
        self._orders.put(None)

    def run(self) -> None:
        while (order := self._orders.get()) is not None:
            try:
                write_order(order)
            except Exception as error:
                self.failed.emit(order, in_words(error, order.path))
            else:
                self.kept.emit(order)


def write_order(order: KeepOrder) -> None:
    """The pictures first: whoever reads the file finds them.  Raises OutputError."""

    def close(written: Path) -> None:
        if order.private:
            written.chmod(PRIVATE_FILE)

    if order.private:
        json_file.private_folder(order.path.parent)
    for path, pixels in order.pictures:
        if not path.exists():
            write_image(path, pixels, finish=close)
    text = order.text if order.prepare is None else order.prepare(order.path, order.text)
    json_file.write(order.path, text, order.private)
