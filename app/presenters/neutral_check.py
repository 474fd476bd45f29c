"""The neutral photo of a batch is looked at when it is chosen, not only when the batch runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from ..jobs import Job
from ..views.batch_dialog import BatchDialog
from ..workers.engine import Engine, Reader
from ..workers.job_worker import JobWorker
from ..workers.neutral_work import neutral_work


class NeutralCheck(QObject):
    """Has a ``worker`` look at each neutral photo that ``dialog`` gets, and tells it; lives as long as that."""

    def __init__(
        self, dialog: BatchDialog, engine: Engine, read: Reader, worker: JobWorker, next_number: Callable[[], int]
    ) -> None:
        super().__init__(dialog)
        self._dialog, self._engine, self._read, self._worker = dialog, engine, read, worker
        self._next_number, self._number = next_number, -1
        worker.finished_job.connect(self._on_end)
        worker.failed.connect(self._on_end)
        dialog.neutral_chosen.connect(self._look)

    def _look(self, photo: Path | None) -> None:
        self._worker.cancel(self._number)
        self._number = -1
        if photo is not None:
            self._number = self._next_number()
            work = partial(neutral_work, self._engine, photo, self._read)
            self._worker.put(Job(self._number, photo.name, photo, work))

    def _on_end(self, number: int, problem: str) -> None:
        if number == self._number:
            self._dialog.tell_neutral(problem)
