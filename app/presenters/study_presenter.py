"""Blind comparisons: settings that are kept for them, and the dialog that sets one up."""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from core.media.sniff import may_be_picture

from ..habits import Habits, folder_or_none, present
from ..jobs import Job
from ..roles import Role
from ..session import Session
from ..study import Contestant, Study
from ..tr import tr
from ..views.compare_dialog import CompareDialog
from ..views.main_window import MainWindow
from ..views.study_dialog import StudyDialog
from ..workers.engine import Engine, Reader
from ..workers.job_worker import JobWorker
from ..workers.keeper import Keeper
from ..workers.study_work import study_work
from .contestants import chosen_before, contestants, name_of
from .study_run import StudyRun


class StudyPresenter(QObject):
    """``worker`` makes the questions while a person answers those that are there; ``keeper`` writes each answer."""

    def __init__(
        self, session: Session, window: MainWindow, worker: JobWorker, keeper: Keeper, read: Reader, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._window, self._worker, self._keeper, self._read = session, window, worker, keeper, read
        window.menus.keep_setting.triggered.connect(lambda: self.keep())
        window.menus.compare_blind.triggered.connect(lambda: self.ask())
        session.engine_changed.connect(self._show)
        self._show()

    def keep(self) -> None:
        """Remember the present setting as one that can be compared."""
        engine, controls = self._session.engine.engine, self._session.snapshot().controls
        if engine is not None:
            self._session.set_habits(self._session.habits.keeping(controls))
            self._session.set_message(tr("Kept to compare: {name}.", name=name_of(engine.backend, controls)))

    def ask(self) -> None:
        engine, habits = self._session.engine.engine, self._session.habits
        if engine is None:
            return
        choices = contestants(engine, self._session.snapshot().controls, habits.kept)
        wanted = self._proposed(habits, choices)
        start = wanted.sources[0].parent if wanted.sources else Path.home()
        study = StudyDialog.ask(self._window, wanted, choices, start)
        if study is not None:
            self._session.set_habits(replace(habits, study=study))
            self._begin(engine, study, start)

    def _proposed(self, habits: Habits, choices: list[Contestant]) -> Study:
        """The comparison of last time, as far as there still is what it was of."""
        before = habits.study
        first, second = chosen_before(choices, habits)
        return replace(
            before, first=first, second=second,
            sources=present(before.sources) or self._photo("source"),
            drivers=present(before.drivers) or self._photo("driving"),
            file=before.file if before.file and folder_or_none(before.file.parent) else None,
        )  # fmt: skip

    def _begin(self, engine: Engine, study: Study, start: Path) -> None:
        run = StudyRun(study, CompareDialog(self._window), self._keeper)
        job = Job(
            self._session.next_number(), "", study.file or start,
            partial(study_work, engine, study, secrets.randbits(32), self._read, run.made.emit),
        )  # fmt: skip
        run.begin(self._worker, job)

    def _photo(self, role: Role) -> tuple[Path, ...]:
        choice = self._session.document.photo(role)
        origin = choice.origin if choice is not None else None
        return (origin,) if isinstance(origin, Path) and may_be_picture(origin) else ()

    def _show(self) -> None:
        ready = self._session.engine.engine is not None
        self._window.menus.keep_setting.setEnabled(ready)
        self._window.menus.compare_blind.setEnabled(ready)
