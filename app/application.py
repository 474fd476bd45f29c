"""Builds the window out of its parts, runs it, and takes it apart again."""

from __future__ import annotations

import importlib
import os
import sys
from functools import partial
from pathlib import Path

os.environ["QT_API"] = "pyside6"  # before qdarkstyle and pyqtgraph choose for themselves

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from core.log.watch import watching

from .choice import PhotoChoice
from .language import Language
from .presenters.batch_presenter import BatchPresenter
from .presenters.camera_presenter import CameraPresenter
from .presenters.coefficients_presenter import CoefficientsPresenter
from .presenters.controls_presenter import ControlsPresenter
from .presenters.drag_presenter import DragPresenter
from .presenters.drive_presenter import DrivePresenter
from .presenters.edit_presenter import EditPresenter
from .presenters.export_presenter import ExportPresenter
from .presenters.help_presenter import HelpPresenter
from .presenters.history_presenter import HistoryPresenter
from .presenters.job_presenter import JobPresenter
from .presenters.kept_presenter import KeptPresenter
from .presenters.look_presenter import LookPresenter
from .presenters.mesh_presenter import MeshPresenter
from .presenters.person_presenter import PersonPresenter
from .presenters.photo_presenter import PhotoPresenter
from .presenters.preset_presenter import PresetPresenter
from .presenters.project_presenter import ProjectPresenter
from .presenters.render_presenter import RenderPresenter
from .presenters.result_presenter import ResultPresenter
from .presenters.settings_presenter import SettingsPresenter
from .presenters.status_presenter import StatusPresenter
from .presenters.study_presenter import StudyPresenter
from .presenters.trouble_presenter import TroublePresenter
from .presenters.window_presenter import WindowPresenter
from .qt_log import qt_messages
from .rendering import MeshRequest
from .roles import ROLES
from .session import Session
from .store.autosave import Autosave
from .store.dragged import Dragged
from .store.folders import Folders
from .store.settings import Settings, read_settings
from .theme import Theme
from .views.main_window import MainWindow
from .workers.camera_worker import CameraWorker
from .workers.core_worker import CoreWorker
from .workers.engine import Engine, Loader
from .workers.give_back import tame_malloc
from .workers.job_worker import JobWorker
from .workers.keeper import Keeper
from .workers.mesh_worker import MeshWorker, Picture
from .workers.reader import read
from .workers.thumbnail_worker import ThumbnailWorker

Worker = CoreWorker | MeshWorker | CameraWorker | ThumbnailWorker | JobWorker | Keeper
SAMPLES = Path(__file__).parents[1] / "resources" / "samples"
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def load_core(device: str = "auto", model: str | None = None) -> Engine:
    """The real engine; ``model`` draws, None = the default.

    Its import brings torch in, which takes seconds: the worker does it, not this module.
    """
    engine: Engine = importlib.import_module("app.workers.core_engine").load(device, model)
    return engine


def load_core_on_cpu() -> Engine:
    return load_core("cpu")


def draw(request: MeshRequest) -> Picture:
    """Meshes in software, where nothing else draws them; brings torch in, too."""
    picture: Picture = importlib.import_module("app.workers.software").draw(request)
    return picture


class Desk(QObject):
    """Session, window, presenters and workers of one window.  :meth:`close` ends all of them."""

    def __init__(
        self,
        application: QApplication,
        load: Loader = load_core,
        samples: Path = SAMPLES,
        folders: Folders | None = None,
        load_on_cpu: Loader = load_core_on_cpu,
    ) -> None:
        super().__init__()
        tame_malloc()
        self.folders = folders or Folders.of_user()
        settings = read_settings(self.folders.settings)
        self.language = Language(settings.language, self)
        self.session = Session(self)
        self.theme = Theme(application, self)
        self.window = MainWindow()
        self.samples = sorted(path for path in samples.glob("*") if path.suffix.lower() in SUFFIXES)
        self.core = CoreWorker(read, load, self, load_on_cpu)
        self.meshes = MeshWorker(draw, parent=self)
        self.exports = JobWorker(self)
        self.batches = JobWorker(self)
        self.camera = CameraWorker(parent=self)
        self.thumbnails = ThumbnailWorker(self)
        self.errands = JobWorker(self)
        self.studies = JobWorker(self)
        self.keeper = Keeper(self)
        self.autosave = Autosave(self.folders.state)
        self.dragged = Dragged(self.folders.dragged)
        self._connect(settings)
        self._running = False

    def _connect(self, settings: Settings) -> None:
        session, window, colours = self.session, self.window, self.theme.colours
        self.photos = {role: PhotoPresenter(session, role, window.photos[role], colours, self) for role in ROLES}
        PersonPresenter(session, window, self)
        renders = RenderPresenter(session, self.core, self)
        ResultPresenter(session, window, self)
        LookPresenter(session, window, self)
        StatusPresenter(session, window.status, self)
        self.jobs = JobPresenter(session, window, self.exports, self.batches, self)
        exports = ExportPresenter(session, window, self.jobs, self)
        BatchPresenter(session, window, self.jobs, exports.marks, self.errands, read, self)
        DragPresenter(session, window, exports, self.errands, self.dragged, self)
        StudyPresenter(session, window, self.studies, self.keeper, read, self)
        CoefficientsPresenter(session, window.coefficients, self)
        EditPresenter(session, window, self)
        self.presets = PresetPresenter(session, window.edit, self.keeper, self.folders, self)
        HistoryPresenter(session, window.menus, self)
        ControlsPresenter(session, window.controls, window.menus, self)
        mesh = MeshPresenter(session, window.mesh, window.mesh_overlay, self.meshes, colours, self)
        WindowPresenter(session, window, self.theme, self.photos, mesh, self.samples, self)
        self.settings = SettingsPresenter(session, window, self.theme, self.keeper, self.folders, settings, self)
        self.drive = DrivePresenter(session, window, self.thumbnails, self)  # after the layout, which knows the bar
        CameraPresenter(session, window, self.camera, self)
        self.help = HelpPresenter(session, window, self)
        self.projects = ProjectPresenter(session, window, self.keeper, self.autosave, self)
        KeptPresenter(session, window, self.autosave, self.projects, self.settings, self)
        window.may_close = lambda: self.jobs.may_stop() and self.projects.may_leave()
        self.trouble = TroublePresenter(session, window, self.core, self.meshes, renders, self)
        self.projects.opened.connect(self.settings.note_project)
        for presenter in self.photos.values():
            presenter.project_dropped.connect(self.projects.open)
        window.closing.connect(self.close)

    def show(self) -> None:
        """Show the window, and once it is painted start the work."""
        self.window.first_painted.connect(self._start)
        self.window.fit_on_screen()
        self.projects.offer()
        self.window.show()
        if not self.settings.settings.noticed:
            self.help.show_notice(self.settings.note_notice)

    def _start(self) -> None:
        if self.window.isVisible():
            self._running = True
            self.dragged.sweep()
            for worker in self._workers():
                worker.start()

    def _workers(self) -> tuple[Worker, ...]:
        """All threads, the keeper last: what the others have it write is written."""
        jobs = (self.exports, self.batches, self.errands, self.studies)
        return (self.core, self.meshes, self.camera, self.thumbnails, *jobs, self.keeper)

    def close(self) -> None:
        """Hide the window, end and join every thread and the mesh process."""
        if self._running:
            self._running = False
            self.projects.finish()
            self.settings.finish()
            self.window.hide()
            for worker in self._workers():  # all before the first wait: each takes time from the others until it ends
                worker.end()
            for worker in self._workers():
                worker.wait()
            self.autosave.retire()
            self.dragged.clear()


def sample_pair(samples: list[Path]) -> tuple[Path | None, Path | None]:
    """Collins as the source; as the driver a rendered one, else any other sample."""
    source = next((path for path in samples if path.stem == "collins"), samples[0] if samples else None)
    others = [path for path in samples if path != source]
    driver = next((path for path in others if path.stem.startswith("driver")), others[0] if others else None)
    return source, driver


def run_window(argv_source: Path | None, argv_driving: Path | None, sample: bool, model: str | None = None) -> int:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("Mimesh")
    desks: list[Desk] = []

    def tell(error: BaseException) -> None:
        for desk in desks:
            desk.trouble.unexpected.emit(type(error).__name__)

    with watching(tell), qt_messages():
        load, on_cpu = (partial(load_core, device, model) for device in ("auto", "cpu"))
        desks.append(Desk(application, load, load_on_cpu=on_cpu))
        _open(desks[0], argv_source, argv_driving, sample)
        return application.exec()


def _open(desk: Desk, argv_source: Path | None, argv_driving: Path | None, sample: bool) -> None:
    first = sample_pair(desk.samples) if sample else (None, None)
    for role, given, bundled in zip(ROLES, (argv_source, argv_driving), first):
        path = given or bundled
        if path is not None:  # what the window opens with is no step that undo could take back
            desk.session.order_both({role: PhotoChoice(path, path.name)}, "")
    desk.show()
