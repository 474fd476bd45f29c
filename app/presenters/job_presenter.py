"""The queue of jobs ↔ the workers that do them, the queue panel and the line below the result."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from ..jobs import Job, JobState, Work
from ..session import Session
from ..tr import tr
from ..views import dialogs
from ..views.main_window import MainWindow
from ..workers.job_worker import JobWorker


class JobPresenter(QObject):
    """``quick`` does what is done in a moment, ``slow`` what takes its time: a picture never waits for a batch."""

    def __init__(
        self, session: Session, window: MainWindow, quick: JobWorker, slow: JobWorker, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._window, self._jobs = session, window, session.jobs
        self._quick, self._slow = quick, slow
        self._ended = 0  # number of the job that ended last
        for worker in (quick, slow):
            worker.began.connect(self._jobs.begin)
            worker.progressed.connect(self._jobs.report)
            worker.finished_job.connect(lambda number, said: self._end(number, "done", said))
            worker.failed.connect(lambda number, why: self._end(number, "failed", why))
            worker.cancelled.connect(lambda number, said: self._end(number, "cancelled", said or tr("Cancelled.")))
        window.queue.cancel_wanted.connect(self.cancel)
        window.queue.retry_wanted.connect(self.retry)
        window.queue.folder_wanted.connect(self.show_folder)
        window.queue.clear_wanted.connect(self._jobs.clear_ended)
        window.result.cancel_wanted.connect(self._cancel_shown)
        window.result.queue_wanted.connect(window.docks["queue"].bring_up)
        self._jobs.changed.connect(self._show)
        self._engine = session.engine.engine
        session.engine_changed.connect(self._on_engine)

    def add(self, title: str, place: Path, work: Work, long: bool = False) -> Job:
        """Put a job into the queue; it begins when those before it are done."""
        self._session.set_render_problem("")  # of the attempt before
        job = Job(self._session.next_number(), title, place, work, long)
        self._jobs.add(job)
        self._worker(job).put(job)
        return job

    def cancel(self, number: int) -> None:
        job = self._jobs.get(number)
        if job is not None and not job.ended:
            self._worker(job).cancel(number)

    def retry(self, number: int) -> None:
        job = self._jobs.wait_again(number)
        if job is not None:
            self._worker(job).put(job)

    def show_folder(self, number: int) -> None:
        """Open the folder that a job writes to, in the system's file manager."""
        job = self._jobs.get(number)
        if job is None:
            return
        folder = job.place if job.place.is_dir() else job.place.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._session.set_message(tr("The folder cannot be opened from here: {folder}", folder=str(folder)))

    def may_stop(self) -> bool:
        """Whether the window may close over what it still writes: asks, unless it is done in a moment."""
        unfinished = self._jobs.unfinished
        lost = [job for job in unfinished if job.long or job.state == "waiting"]
        return not lost or dialogs.ask_stop(self._window, len(unfinished))

    def _on_engine(self) -> None:
        engine = self._session.engine.engine
        if engine is not None and engine is not self._engine:
            self._engine = engine
            self._jobs.forget_work()

    def _worker(self, job: Job) -> JobWorker:
        return self._slow if job.long else self._quick

    def _end(self, number: int, state: JobState, said: str) -> None:
        self._ended = number
        self._jobs.end(number, state, said)
        self._session.set_message(said.splitlines()[0])
        if state == "failed":
            self._session.set_render_problem(said)

    def _cancel_shown(self) -> None:
        job = self._shown()
        if job is not None:
            self.cancel(job.number)

    def _shown(self) -> Job | None:
        """What the line below the result is about: what runs, else what waits, else what ended last."""
        unfinished = self._jobs.unfinished
        running = [job for job in unfinished if job.state == "running"]
        return (*running, *unfinished, self._jobs.get(self._ended) or self._jobs.newest)[0]

    def _show(self) -> None:
        self._window.queue.show_jobs(self._jobs.all)
        self._window.result.show_job(self._shown(), len(self._jobs.unfinished))
