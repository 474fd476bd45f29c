"""The thread that writes files, so that saving never holds up the window or the live picture."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThread, Signal

from core.errors import Cancelled

from ..values import ExportOrder
from .engine import in_words
from .mailbox import Mailbox


class ExportWorker(QThread):
    progressed = Signal(int, int, int)  # order number, done, total
    finished_order = Signal(int)
    failed = Signal(int, str)
    cancelled = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox: Mailbox[ExportOrder] = Mailbox()
        self._stop = threading.Event()

    def start_order(self, order: ExportOrder) -> None:
        self._stop.clear()
        self.mailbox.put(order)

    def cancel(self) -> None:
        self._stop.set()

    def end(self) -> None:
        """Cancel what runs and let the thread end."""
        self._stop.set()
        self.mailbox.close()

    def stop(self) -> None:
        """Cancel what runs, end the thread, wait for it."""
        self.end()
        self.wait()

    def run(self) -> None:
        while (order := self.mailbox.take()) is not None:
            try:
                self._write(order)
            except Cancelled:
                self.cancelled.emit(order.number)
            except Exception as error:
                self.failed.emit(order.number, in_words(error, order.path))
            else:
                self.finished_order.emit(order.number)

    def _write(self, order: ExportOrder) -> None:
        output, engine = order.reply.output, order.engine
        if order.kind == "image":
            image = engine.paste_back(order.source.encoded, output) if order.full else output.image
            engine.save_image(order.path, image, order.marks)
            return
        engine.save_sweep(
            order.path,
            order.source.encoded,
            order.driving.encoded,
            order.reply.request.controls,
            lambda done, total: self.progressed.emit(order.number, done, total),
            self._stop.is_set,
            order.marks,
        )
