"""Blind comparisons: what can be compared, the questions as they are made, and the answers as they are given."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.media.sniff import may_be_picture
from core.types import Controls

from ..jobs import Job
from ..session import Session
from ..store import preferences
from ..study import Answer, Choice, Contestant, Question, Study, Tally, tally
from ..tr import tr
from ..values import Role
from ..views.compare_dialog import CompareDialog
from ..views.main_window import MainWindow
from ..views.study_dialog import StudyDialog
from ..workers.engine import Reader
from ..workers.job_worker import JobWorker
from ..workers.keeper import Keeper, KeepOrder
from ..workers.study_work import study_work


class StudyPresenter(QObject):
    """``worker`` makes the questions while a person answers those that are there; ``keeper`` writes each answer."""

    def __init__(
        self, session: Session, window: MainWindow, worker: JobWorker, keeper: Keeper, read: Reader, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._window, self._worker, self._keeper, self._read = session, window, worker, keeper, read
        self._kept: list[Contestant] = []
        self._study = Study()
        self._run: StudyRun | None = None
        window.menus.keep_setting.triggered.connect(lambda: self.keep())
        window.menus.compare_blind.triggered.connect(lambda: self.ask())
        session.engine_changed.connect(self._show)
        self._show()

    def keep(self) -> None:
        """Remember the present setting as one that can be compared."""
        kept = self._now()
        if kept.controls not in [each.controls for each in self._kept]:
            self._kept.append(kept)
        self._session.set_message(tr("Kept to compare: {name}.", name=kept.name))

    def ask(self) -> None:
        engine = self._session.engine.engine
        if engine is None:
            return
        now = self._now()
        found = [now, *(Contestant(_name(model, now.controls), model, now.controls) for model in engine.others)]
        choices = _told_apart([*found, *(each for each in self._kept if each.controls != now.controls)])
        sources, drivers = self._study.sources or self._photo("source"), self._study.drivers or self._photo("driving")
        first, second = choices[0], choices[1] if len(choices) > 1 else choices[0]
        start = sources[0].parent if sources else Path.home()
        wanted = replace(self._study, first=first, second=second, sources=sources, drivers=drivers)
        study = StudyDialog.ask(self._window, wanted, choices, start)
        if study is None:
            return
        self._study = study
        dialog = CompareDialog(self._window)
        run = self._run = StudyRun(study, dialog, self._keeper, self)
        job = Job(
            self._session.next_number(), "", study.file or start,
            partial(study_work, engine, study, secrets.randbits(32), self._read, run.made.emit),
        )  # fmt: skip
        run.begin(self._worker, job)

    def _now(self) -> Contestant:
        engine, controls = self._session.engine, self._session.snapshot().controls
        return Contestant(_name(engine.engine.backend if engine.engine else "", controls), None, controls)

    def _photo(self, role: Role) -> tuple[Path, ...]:
        choice = self._session.document.photo(role)
        origin = choice.origin if choice is not None else None
        return (origin,) if isinstance(origin, Path) and may_be_picture(origin) else ()

    def _show(self) -> None:
        ready = self._session.engine.engine is not None
        self._window.menus.keep_setting.setEnabled(ready)
        self._window.menus.compare_blind.setEnabled(ready)


class StudyRun(QObject):
    """One person goes through the questions of ``study`` in ``dialog``; lives as long as that."""

    made = Signal(object)  # Question; emitted by the worker

    def __init__(self, study: Study, dialog: CompareDialog, keeper: Keeper, parent: QObject) -> None:
        super().__init__(dialog)
        assert study.first is not None and study.second is not None and study.file is not None
        self._first, self._second, self._file = study.first.name, study.second.name, study.file
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
        parts = [in_words(tally(self._answers, self._first), self._first, self._second), self._left_out]
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


def _name(model: str, controls: Controls) -> str:
    words = tr(
        "{model} · pose {pose} · expression {expression}",
        model=model,
        pose=f"{controls.pose:.2f}",
        expression=f"{controls.expression:.2f}",
    )
    return words if controls.edits == type(controls.edits)() else tr("{setting} · edited", setting=words)


def _told_apart(contestants: list[Contestant]) -> list[Contestant]:
    """The same with a number where names are alike."""
    names = [each.name for each in contestants]
    return [
        replace(each, name=f"{each.name} ({names[:index].count(each.name) + 1})")
        if each.name in names[:index]
        else each
        for index, each in enumerate(contestants)
    ]
