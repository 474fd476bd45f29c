"""One person answers the questions of a blind comparison; each answer is written as it is given."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from ..jobs import Job
from ..store import preferences
from ..study import Answer, Choice, Question, Study, Tally, tally
from ..tr import tr
from ..views.compare_dialog import CompareDialog
from ..workers.job_worker import JobWorker
from ..workers.keeper import Keeper, KeepOrder


class StudyRun(QObject):
    """One person goes through the questions of ``study`` in ``dialog``; lives as long as that."""

    made = Signal(object)  # Question; emitted by the worker

    def __init__(self, study: Study, dialog: CompareDialog, keeper: Keeper) -> None:
        super().__init__(dialog)
        assert study.first is not None and study.second is not None and study.file is not None
        self._first, self._second, self._file = study.first.name, study.second.name, study.file
        self._words = study.first.words, study.second.words
        self._study, self._dialog, self._keeper = study, dialog, keeper
        self._questions: list[Question] = []
        self._answers: list[Answer] = []
        self._unsaved = ""
        self._total = min(study.questions, len(study.pairs))
        self._ready = self._over = False
        self._left_out = ""
        self._shown_at = 0.0
        self.made.connect(self._add)
        dialog.answered.connect(self._answer)
        dialog.stop_wanted.connect(self._end)
        keeper.failed.connect(self._on_failed)
        keeper.kept.connect(self._on_kept)

    def begin(self, worker: JobWorker, job: Job) -> None:
        """Have the questions made, and ask the first as soon as it is there."""
        self._worker, self._number = worker, job.number
        worker.finished_job.connect(self._on_ready)
        worker.failed.connect(self._on_trouble)
        worker.put(job)
        self._dialog.open()

    def _add(self, question: Question) -> None:
        self._questions.append(question)
        if len(self._questions) == len(self._answers) + 1 and not self._over:
            self._ask()

    def _ask(self) -> None:
        index = len(self._answers)
        if index < len(self._questions):
            self._dialog.show_question(self._questions[index], index, self._total)
            self._shown_at = time.monotonic()
        elif self._ready or index == self._total:
            self._end()
        else:
            self._dialog.show_waiting()

    def _answer(self, choice: Choice) -> None:
        if self._over or len(self._answers) >= len(self._questions):
            return
        milliseconds = round((time.monotonic() - self._shown_at) * 1000)
        asked = self._questions[len(self._answers)]
        names = (self._first, self._second) if asked.first_left else (self._second, self._first)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        answer = Answer(now, asked.source_name, asked.driver_name, *names, choice, milliseconds)
        self._answers.append(answer)
        self._save(self._unsaved + preferences.rows([answer], self._study.person, self._first, self._second))
        self._ask()

    def _save(self, lines: str) -> None:
        self._unsaved = ""
        self._keeper.keep(KeepOrder(self._file, lines, private=False, prepare=preferences.appended))

    def _is_mine(self, order: KeepOrder) -> bool:
        return order.prepare is preferences.appended and order.path == self._file

    def _on_kept(self, order: KeepOrder) -> None:
        if self._is_mine(order):
            self._dialog.show_problem("")

    def _on_failed(self, order: KeepOrder, why: str) -> None:
        if self._is_mine(order):
            self._unsaved += order.text
            self._dialog.show_problem(why)

    def _on_ready(self, number: int, left_out: str) -> None:
        if number == self._number:
            self._ready, self._left_out, self._total = True, left_out, len(self._questions)
            if not self._over:
                self._ask()

    def _on_trouble(self, number: int, why: str) -> None:
        if number == self._number:
            self._dialog.show_problem(why)
            self._end()

    def _end(self) -> None:
        if self._over:
            return
        self._over = True
        self._worker.cancel(self._number)
        if self._unsaved:
            self._save(self._unsaved)
        parts = [in_words(tally(self._answers, self._first), *self._words), self._left_out]
        if self._answers:
            parts.append(tr("The answers are in {name}.", name=self._file.name))
        self._dialog.show_end("\n\n".join(part for part in parts if part))


def in_words(counted: Tally, first: str, second: str) -> str:
    """How often each was preferred."""
    if counted.share is None:
        return tr("No preference was given.")
    low, high = counted.interval
    return "\n".join([
        tr("{name}: preferred {count} times", name=first, count=counted.first),
        tr("{name}: preferred {count} times", name=second, count=counted.second),
        tr("no difference: {count} times", count=counted.neither),
        "",
        tr(
            "Of all preferences {share} % are for {name} (95 % interval {low} to {high} %).",
            share=round(100 * counted.share), name=first, low=round(100 * low), high=round(100 * high),
        ),
    ])  # fmt: skip
