"""The thread that does jobs one after the other, so that nothing holds up the window or the live picture."""

from __future__ import annotations

import threading
from collections import deque

from PySide6.QtCore import QObject, QThread, Signal

from core.errors import Cancelled

from ..jobs import Job
from ..progress import ONLY, OnProgress, Step
from .engine import in_words
from .give_back import give_back


class JobWorker(QThread):
    began = Signal(int)  # number of the job, here and below
    progressed = Signal(int, int, int, object)  # done, total, Step
    finished_job = Signal(int, str)  # what came of it
    failed = Signal(int, str)  # why
    cancelled = Signal(int, str)  # what that left, in words; "": it had not begun

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._condition = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._running = 0
        self._stop = threading.Event()
        self._closed = False

    def put(self, job: Job) -> None:
        with self._condition:
            self._waiting.append(job)
            self._condition.notify()

    def cancel(self, number: int) -> None:
        """Take a job out that waits, or stop it where it runs."""
        with self._condition:
            waiting = [job for job in self._waiting if job.number == number]
            for job in waiting:
                self._waiting.remove(job)
            if self._running == number:
                self._stop.set()
        for job in waiting:
            self.cancelled.emit(job.number, "")

    def end(self) -> None:
        """Stop what runs, forget what waits, and let the thread end."""
        with self._condition:
            self._closed = True
            self._waiting.clear()
            self._stop.set()
            self._condition.notify_all()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self.end()
        self.wait()

    def run(self) -> None:
        while (job := self._take()) is not None:
            self.began.emit(job.number)
            try:
                assert job.work is not None, "done before"
                said = job.work(self._teller(job.number), self._stop.is_set)
            except Cancelled as error:
                self.cancelled.emit(job.number, in_words(error))
            except Exception as error:
                self.failed.emit(job.number, in_words(error, job.place))
            else:
                self.finished_job.emit(job.number, said)
            del job  # and with it what its work holds, until the next one comes
            give_back()

    def _teller(self, number: int) -> OnProgress:
        def tell(done: int, total: int, step: Step = ONLY) -> None:
            self.progressed.emit(number, done, total, step)

        return tell

    def _take(self) -> Job | None:
        with self._condition:
            self._running = 0
            self._condition.wait_for(lambda: self._closed or bool(self._waiting))
            if self._closed:
                return None
            job = self._waiting.popleft()
            self._running = job.number
            self._stop.clear()
            return job
