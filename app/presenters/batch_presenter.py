"""The batch dialog ↔ a job of the queue."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from core.edits import NO_EDITS, Edits
from core.types import Controls

from ..batches import Batch
from ..controls import PART_WORDS
from ..habits import folder_or_none, present
from ..session import Session
from ..tr import inside, tr
from ..views.batch_dialog import BatchDialog
from ..views.main_window import MainWindow
from ..workers.batch_work import batch_work
from ..workers.engine import Reader
from ..workers.job_worker import JobWorker
from .job_presenter import JobPresenter
from .marks_presenter import MarksPresenter
from .neutral_check import NeutralCheck


class BatchPresenter(QObject):
    def __init__(
        self,
        session: Session,
        window: MainWindow,
        jobs: JobPresenter,
        marks: MarksPresenter,
        errands: JobWorker,
        read: Reader,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._errands, self._read = errands, read
        self._session, self._window, self._jobs, self._marks = session, window, jobs, marks
        window.menus.batch.triggered.connect(lambda: self.ask())
        window.queue.batch_wanted.connect(self.ask)
        session.engine_changed.connect(self._show)
        self._show()

    def ask(self) -> None:
        engine, controls = self._session.engine.engine, self._session.snapshot().controls
        if engine is None:
            return
        before = self._before()
        start = before.sources[0].parent if before.sources else Path.home()
        dialog = BatchDialog(before, start, _in_words(controls), _edits_in_words(controls.edits), self._window)
        NeutralCheck(dialog, engine, self._read, self._errands, self._session.next_number)
        dialog.take_neutral(before.neutral)
        agreed, batch = dialog.exec() == QDialog.DialogCode.Accepted, dialog.batch
        dialog.deleteLater()
        if not agreed or batch.folder is None:
            return
        self._session.set_habits(replace(self._session.habits, batch=batch))
        if not batch.edits:
            controls = replace(controls, edits=NO_EDITS)
        title = tr("Batch into {name}", name=batch.folder.name)
        work = partial(batch_work, engine, batch, controls, self._marks.chosen)
        self._jobs.add(title, batch.folder, work, long=True)
        self._window.docks["queue"].bring_up()

    def _before(self) -> Batch:
        """As it was left last, as far as that is still there; a folder that drives now brings its neutral photo, unless
        the drivers are others: it may not be their person."""
        before, clip, footage = self._session.habits.batch, self._session.clip, self._session.footage
        drivers, neutral = present(before.drivers), present((before.neutral,) if before.neutral else ())
        pictures = footage.pictures if footage is not None else ()
        if clip.relative and clip.start < len(pictures) and set(drivers) <= set(pictures):
            neutral = (pictures[clip.start],)
        return Batch(
            present(before.sources),
            drivers,
            folder_or_none(before.folder),
            before.edits,
            neutral[0] if neutral else None,
        )

    def _show(self) -> None:
        ready = self._session.engine.engine is not None
        self._window.menus.batch.setEnabled(ready)
        self._window.queue.batch_button.setEnabled(ready)


def _in_words(controls: Controls) -> str:
    placed = tr("placed as in the driver") if controls.placement == "driving" else tr("placed as in the source")
    return tr(
        "As in the window now: {pose} % of the pose, {expression} % of the expression, {placed}.",
        pose=round(100 * controls.pose),
        expression=round(100 * controls.expression),
        placed=placed,
    )


def _edits_in_words(edits: Edits) -> str:
    """The parts in which something is changed, "" for none."""
    first, *others = [tr(PART_WORDS[part]) for part in edits.parts] or [""]
    return ", ".join([first, *(inside(part) for part in others)])
