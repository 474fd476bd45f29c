"""Dragging the result out: a marked file is written as the mouse is pulled, and carried along."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from core.errors import OutputError

from ..exports import Snapshot
from ..jobs import Job
from ..session import Session
from ..store.dragged import Dragged
from ..tr import tr
from ..views.main_window import MainWindow
from ..workers.export_work import export_work
from ..workers.job_worker import JobWorker
from .export_presenter import ExportPresenter


class DragPresenter(QObject):
    def __init__(
        self,
        session: Session,
        window: MainWindow,
        exports: ExportPresenter,
        worker: JobWorker,
        files: Dragged,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._exports, self._worker, self._files = session, exports, worker, files
        self._source = window.result.drag
        self._waiting: dict[int, tuple[Path, Snapshot]] = {}  # number of a job, its file and what that shows
        self._source.wanted.connect(self._lift)
        worker.finished_job.connect(self._carry)
        worker.failed.connect(self._fail)

    def _lift(self) -> None:
        snapshot = self._exports.snapshot()
        if snapshot is None:
            return
        try:
            path = self._files.new(f"{snapshot.stem}.png")
        except OutputError as error:
            self._session.set_render_problem(str(error))
            return
        job = Job(self._session.next_number(), path.name, path, export_work("image", snapshot, path))
        self._waiting[job.number] = path, snapshot
        self._worker.put(job)

    def _carry(self, number: int) -> None:
        if number not in self._waiting:
            return  # another's job
        path, snapshot = self._waiting.pop(number)
        if self._waiting:  # a later one is under way
            self._files.drop(path)
            return
        if self._source.carry(str(path), QImage(str(path))):
            self._session.set_message(
                tr("{name} was handed over{left_out}.", name=path.name, left_out=snapshot.left_out)
            )
        else:
            self._files.drop(path)

    def _fail(self, number: int, why: str) -> None:
        if number in self._waiting:
            self._files.drop(self._waiting.pop(number)[0])
            self._session.set_render_problem(why)
