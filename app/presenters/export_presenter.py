"""Saving and copying: what is to be written becomes a job with a snapshot of the result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage

from core.provenance.marks import Input
from core.provenance.marks import Role as InputRole

from ..choice import Origin
from ..exports import KIND, QUALITY, KindName, Snapshot, Sweep, Wishes
from ..habits import folder_or_none
from ..session import Session
from ..slot import Photo
from ..tr import tr
from ..views import dialogs
from ..views.export_dialog import ExportDialog
from ..views.main_window import MainWindow
from ..workers.export_work import export_work
from .job_presenter import JobPresenter
from .marks_presenter import MarksPresenter


class ExportPresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, jobs: JobPresenter, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window, self._jobs = session, window, jobs
        self.marks = MarksPresenter(session, window, self)
        panel, menus = window.result, window.menus
        for signals, action in (
            ((panel.copy_wanted, menus.copy.triggered), self.copy),
            ((panel.save_wanted, menus.save.triggered), self.save),
            ((panel.save_full_wanted, menus.save_full.triggered), self.save_full),
            ((panel.sweep_wanted, menus.sweep.triggered), self.save_sweep),
            ((panel.film_wanted, menus.drive.save_film.triggered), self.save_film),
            ((panel.export_wanted, menus.export.triggered), self.export),
        ):
            for signal in signals:
                signal.connect(lambda _=False, action=action: action())
        session.result_changed.connect(self._show)
        session.photo_changed.connect(self._show)
        session.camera_changed.connect(self._show)
        self._show()

    def copy(self) -> None:
        reply, engine = self._session.result, self._session.engine.engine
        if reply is None or engine is None:
            return
        data = np.ascontiguousarray(engine.marked(reply.output.image, self.marks.chosen))
        height, width = data.shape[:2]
        # copy(): QImage does not keep the array alive
        image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        QGuiApplication.clipboard().setImage(image)
        self._session.set_message(tr("Copied the result to the clipboard."))

    def save(self) -> None:
        self._ask("image", tr("Save the result"), dialogs.IMAGES)

    def save_full(self) -> None:
        self._ask("full", tr("Save the full photo"), dialogs.IMAGES)

    def save_sweep(self) -> None:
        self._ask("sweep", tr("Save the animation"), dialogs.ANIMATIONS)

    def save_film(self) -> None:
        self._ask("film", tr("Save the driven film"), dialogs.FILMS)

    def export(self) -> None:
        """Everything else, and several files at once."""
        snapshot = self.snapshot()
        if snapshot is None:
            return
        moves = snapshot.clip is not None
        wishes = replace(self._wishes, folder=self._folder, stem=snapshot.stem, moves=moves)
        found = ExportDialog.ask(self._window, wishes, self.marks.in_words)
        if found is None:
            return
        self._remember(replace(found, stem="", moves=False))
        for kind, path in found.targets():
            self._write(kind.name, snapshot, path, found.quality, found.sweep)

    @property
    def _wishes(self) -> Wishes:
        return self._session.habits.export

    @property
    def _folder(self) -> Path:
        return folder_or_none(self._wishes.folder) or Path.home()

    def _remember(self, wishes: Wishes) -> None:
        self._session.set_habits(replace(self._session.habits, export=wishes))

    def snapshot(self) -> Snapshot | None:
        """The result as it stands now, with all that writing it needs; None where there is none."""
        session = self._session
        reply, engine = session.result, session.engine.engine
        source, driving = session.slot("source").shown, session.driver
        if reply is None or engine is None or source is None or driving is None:
            return None
        if reply.driving is not None:  # of a film the frame that drove, as it drove
            driving = replace(driving, encoded=reply.driving)
        marks = self.marks.chosen.made_from(_input("source", source), _input("driver", driving), _further(source))
        clip = session.clip if driving.footage is not None else None
        return Snapshot(engine, source, driving, reply, marks, self.marks.left_out, clip)

    def _ask(self, kind: KindName, title: str, kinds: str) -> None:
        snapshot = self.snapshot()
        if snapshot is None or (kind == "film" and snapshot.clip is None):
            return
        proposal = self._folder / f"{snapshot.stem}{self._wishes.suffix(KIND[kind])}"
        path = dialogs.ask_save(self._window, title, proposal, kinds)
        if path is not None:
            self._remember(self._wishes.saved_as(kind, path))
            self._write(kind, snapshot, path)

    def _write(
        self, kind: KindName, snapshot: Snapshot, path: Path, quality: int = QUALITY, sweep: Sweep | None = None
    ) -> None:
        work = export_work(kind, snapshot, path, quality, sweep)
        self._jobs.add(path.name, path, work, long=kind in ("sweep", "film"))

    def _show(self) -> None:
        possible = self._session.result is not None
        driver = self._session.driver
        moves = possible and driver is not None and driver.footage is not None
        self._window.result.show_possible(possible, moves)
        self._window.menus.drive.save_film.setEnabled(moves)
        self._window.menus.show_possible(possible, possible)


def _input(role: InputRole, photo: Photo) -> Input:
    return _of_origin(role, photo.order.origin, photo.sha256)


def _further(source: Photo) -> list[Input]:
    """The other photos of the source's person, to which its face was fitted as well."""
    choice = source.order.choice
    pairs = zip(choice.photos, source.person, strict=True) if source.person else ()
    others = [pair for place, pair in enumerate(pairs) if place != choice.place]
    return [_of_origin("further source", photo.origin, portrait.sha256) for photo, portrait in others]


def _of_origin(role: InputRole, origin: Origin, sha256: str) -> Input:
    return Input(role, origin, sha256) if isinstance(origin, Path) and origin.is_file() else Input(role)
