"""The queue: files to write and batches to run, what waits, what runs, and how each ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from .progress import ONLY, OnProgress, ShouldStop, Step

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
Work = Callable[[OnProgress, ShouldStop], str]
"""Does a job, whatever happens in the window meanwhile: it holds all it needs.

Gets ``on_progress(done, total, step)`` and ``should_stop()``, gives a sentence about what came of it; raises
Cancelled, or whatever kept it from being done.
"""
KEPT = 30
"""Ended jobs that stay in the list; the oldest go first."""

REPEATABLE = 10
"""So many of them can be tried again, the newest: what that takes, pictures and faces, is some megabytes each."""


@dataclass(frozen=True, eq=False)
class Job:
    """``place`` is the file or folder it writes; a ``long`` one does not hold up the others; ``done`` and ``total`` are
    those of its ``step``; ``seconds_left`` is None while nothing is known; ``message`` says how it ended.  Once it is
    done, ``work`` is None: it holds large pictures and the core.
    """

    number: int
    title: str
    place: Path
    work: Work | None
    long: bool = False
    state: JobState = "waiting"
    done: int = 0
    total: int = 0
    step: Step = ONLY
    seconds_left: float | None = None
    message: str = ""

    @property
    def repeatable(self) -> bool:
        return self.state in ("failed", "cancelled") and self.work is not None

    @property
    def share(self) -> float:
        """How much of all its steps is done, 0 to 1."""
        return self.step.share(self.done, self.total)

    @property
    def ended(self) -> bool:
        return self.state not in ("waiting", "running")


class Jobs(QObject):
    """The jobs in the order in which they were asked for."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._jobs: dict[int, Job] = {}
        self._started: dict[int, float] = {}  # when the step of a job that runs began

    @property
    def all(self) -> tuple[Job, ...]:
        return tuple(self._jobs.values())

    @property
    def unfinished(self) -> tuple[Job, ...]:
        return tuple(job for job in self.all if not job.ended)

    @property
    def newest(self) -> Job | None:
        return self.all[-1] if self._jobs else None

    def get(self, number: int) -> Job | None:
        return self._jobs.get(number)

    def add(self, job: Job) -> None:
        self._jobs[job.number] = job
        ended = [each.number for each in self.all if each.ended]
        for number in ended[: max(len(ended) - KEPT, 0)]:
            del self._jobs[number]
        self.changed.emit()

    def begin(self, number: int) -> None:
        if number in self._jobs and self._jobs[number].state == "waiting":
            self._started[number] = self._clock()
            self._set(number, state="running")

    def report(self, number: int, done: int, total: int, step: Step = ONLY) -> None:
        """The steps still to come are thought to take as long as this one."""
        job = self._jobs.get(number)
        if job is not None and job.state == "running":
            left = job.seconds_left
            if step.number != job.step.number:
                self._started[number] = self._clock()
            elif done > 0:
                each = (self._clock() - self._started[number]) / done
                left = each * (total - done + (step.steps - step.number - 1) * total)
            self._set(number, done=done, total=total, step=step, seconds_left=left)

    def end(self, number: int, state: JobState, message: str) -> None:
        job = self._jobs.get(number)
        if job is not None and not job.ended:
            self._started.pop(number, None)
            work = None if state == "done" else job.work
            self._set(number, state=state, message=message, seconds_left=None, work=work)
            for old in [each for each in self.all if each.repeatable][:-REPEATABLE]:
                self._set(old.number, work=None)

    def wait_again(self, number: int) -> Job | None:
        """A job that failed or was cancelled waits again, as it was asked for; None for any other."""
        job = self._jobs.get(number)
        if job is None or not job.repeatable:
            return None
        self._set(number, state="waiting", done=0, total=0, step=ONLY, message="")
        return self._jobs[number]

    def forget_work(self) -> None:
        """What has ended cannot be tried again: it was for a core that is no more, which it would keep in memory."""
        for job in self.all:
            if job.ended and job.work is not None:
                self._set(job.number, work=None)

    def clear_ended(self) -> None:
        self._jobs = {job.number: job for job in self.unfinished}
        self.changed.emit()

    def _set(self, number: int, **changes: object) -> None:
        self._jobs[number] = replace(self._jobs[number], **changes)  # type: ignore[arg-type]
        self.changed.emit()
