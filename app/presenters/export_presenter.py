"""Saving and copying ↔ session ↔ export worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage

from core.provenance.marks import Input
from core.provenance.marks import Role as InputRole

from ..session import Session
from ..tr import tr
from ..values import ExportOrder, ExportState, Photo
from ..views import dialogs
from ..views.main_window import MainWindow
from ..workers.export_worker import ExportWorker
from .marks_presenter import MarksPresenter


class ExportPresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, worker: ExportWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window, self._worker = session, window, worker
        self._folder = Path.home()
        self._marks = MarksPresenter(session, window, self)
        panel, menus = window.result, window.menus
        for signals, action in (
            ((panel.copy_wanted, menus.copy.triggered), self.copy),
            ((panel.save_wanted, menus.save.triggered), self.save),
            ((panel.save_full_wanted, menus.save_full.triggered), self.save_full),
            ((panel.sweep_wanted, menus.sweep.triggered), self.save_sweep),
        ):
            for signal in signals:
                signal.connect(lambda _=False, action=action: action())
        panel.cancel_wanted.connect(worker.cancel)
        session.result_changed.connect(self._show)
        session.export_changed.connect(self._show)
        worker.progressed.connect(self._on_progress)
        worker.finished_order.connect(lambda number: self._end(number, "done"))
        worker.cancelled.connect(lambda number: self._end(number, "cancelled"))
        worker.failed.connect(lambda number, why: self._end(number, "failed", why))
        self._show()

    def copy(self) -> None:
        reply, engine = self._session.result, self._session.engine.engine
        if reply is None or engine is None:
            return
        data = np.ascontiguousarray(engine.marked(reply.output.image, self._marks.chosen))
        height, width = data.shape[:2]
        # copy(): QImage does not keep the array alive
        image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        QGuiApplication.clipboard().setImage(image)
        self._session.set_message(tr("Copied the result to the clipboard."))

    def save(self) -> None:
        self._ask("image", False, tr("Save the result"), ".png", dialogs.IMAGES)

    def save_full(self) -> None:
        self._ask("image", True, tr("Save the full photo"), ".png", dialogs.IMAGES)

    def save_sweep(self) -> None:
        self._ask("sweep", False, tr("Save the animation"), ".gif", dialogs.ANIMATIONS)

    def _ask(self, kind: Literal["image", "sweep"], full: bool, title: str, suffix: str, kinds: str) -> None:
        session = self._session
        reply, engine = session.result, session.engine.engine
        source, driving = session.slot("source").shown, session.slot("driving").shown
        if reply is None or engine is None or source is None or driving is None or session.export.state == "running":
            return
        name = f"{Path(source.order.label).stem}__{Path(driving.order.label).stem}{suffix}"
        path = dialogs.ask_save(self._window, title, self._folder / name, kinds)
        if path is None:
            return
        self._folder = path.parent
        marks = self._marks.chosen.made_from(_input("source", source), _input("driver", driving))
        order = ExportOrder(session.next_number(), kind, path, engine, source, driving, reply, full, marks)
        session.set_render_problem("")  # of the attempt before
        session.set_export(ExportState(order.number, "running", path.name))
        self._worker.start_order(order)

    def _on_progress(self, number: int, done: int, total: int) -> None:
        if number == self._session.export.number:
            self._session.set_export(replace(self._session.export, done=done, total=total))

    def _end(self, number: int, state: Literal["done", "failed", "cancelled"], why: str = "") -> None:
        export = self._session.export
        if number != export.number:
            return
        words = {
            "done": tr("Saved {name}{left_out}.", name=export.name, left_out=self._marks.left_out),
            "cancelled": tr("Cancelled; {name} was not written.", name=export.name),
        }
        message = why or words[state]
        self._session.set_export(replace(export, state=state, message="" if state == "failed" else message))
        self._session.set_message(message)
        if state == "failed":
            self._session.set_render_problem(message)

    def _show(self) -> None:
        possible = self._session.result is not None
        self._window.result.show_export(self._session.export, possible)
        self._window.menus.show_possible(possible and self._session.export.state != "running", possible)


def _input(role: InputRole, photo: Photo) -> Input:
    origin = photo.order.origin
    return Input(role, origin, photo.sha256) if isinstance(origin, Path) else Input(role)
