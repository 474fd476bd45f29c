"""Projects: open, save, ask for what is missing, autosave, offer what a crash left."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import InputError

from ..document import Document
from ..session import Session
from ..store.autosave import Autosave, project_of
from ..store.project import SUFFIX, project_text, read_project
from ..tr import tr
from ..views import dialogs
from ..views.main_window import MainWindow
from ..workers.engine import in_words
from ..workers.keeper import Keeper, KeepOrder
from .missing_photos import complete

AUTOSAVE_MS = 1000


class ProjectPresenter(QObject):
    opened = Signal(object)  # Path of a project that was opened or saved

    def __init__(
        self, session: Session, window: MainWindow, keeper: Keeper, autosave: Autosave, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._window, self._keeper, self._autosave = session, window, keeper, autosave
        self._path: Path | None = None
        self._saved = Document()
        self._crashed: Path | None = None
        self._orders: dict[KeepOrder, Document | None] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self.autosave)
        self._connect()
        self._show()

    def _connect(self) -> None:
        menus, window = self._window.menus, self._window
        menus.new.triggered.connect(self.new)
        menus.open_project.triggered.connect(self.ask_open)
        menus.save_project.triggered.connect(self.save)
        menus.save_project_as.triggered.connect(self.save_as)
        menus.last_session.triggered.connect(self.open_last)
        menus.project_wanted.connect(self.open)
        window.offer.accepted.connect(self._restore)
        window.offer.declined.connect(self._decline)
        self._session.document_changed.connect(self._on_change)
        self._keeper.kept.connect(self._on_kept)
        self._keeper.failed.connect(self._on_failed)

    # Open

    def new(self) -> None:
        """Empty the window.  Undo brings everything back."""
        if self.may_leave():
            self._begin(Document(), None, saved=True, step=tr("New"))

    def ask_open(self) -> None:
        path = dialogs.ask_open(self._window, tr("Open a project"), self._folder, dialogs.PROJECTS)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a project, unless there is something unsaved that the person wants to keep."""
        if self.may_leave():
            self._open(path, path)

    def open_last(self) -> None:
        """Open what the window that was closed last had."""
        if self.may_leave():
            self._open(self._autosave.last, None)

    def _open(self, path: Path, project: Path | None) -> bool:
        """Open the file at ``path`` as ``project``; None = a session's file, which says itself what it is of."""
        try:
            document, found = read_project(path)
        except InputError as error:
            self._session.set_message(in_words(error, path))
            self._session.set_render_problem(in_words(error, path))
            return False
        whole = complete(document, path.parent, self._window)
        if whole is None:
            return False
        self._begin(whole, project or project_of(found), saved=project is not None and whole == document)
        self._session.set_message(tr("Opened {name}.", name=path.name) if project else tr("The session is back."))
        return True

    def _begin(self, document: Document, project: Path | None, saved: bool, step: str = "") -> None:
        if not step and self._path is None and self._session.document != Document():
            self._autosave.retire()  # what never was a project can still be opened as the last session
        self._path, self._saved = project, document if saved else Document()
        self._session.begin(document, step)
        if project is not None:
            self.opened.emit(project)
        self._show()

    # Save

    @property
    def unsaved(self) -> bool:
        """Whether a project has changes that its file does not have.  What never was a project is autosaved only."""
        return self._path is not None and self._session.document != self._saved

    def may_leave(self) -> bool:
        """Ask what to do with unsaved changes; whether the window may go on to something else."""
        if not self.unsaved or self._path is None:
            return True
        answer = dialogs.ask_unsaved(self._window, self._path.name)
        if answer == "save":
            self._save(self._path, stays=False)
        return answer != "cancel"

    def save(self) -> None:
        if self._path is None:
            self.save_as()
        else:
            self._save(self._path)

    def save_as(self) -> None:
        photo = self._session.document.source or self._session.document.driving
        name = f"{Path(photo.label).stem if photo else tr('project')}{SUFFIX}"
        path = dialogs.ask_save(
            self._window, tr("Save the project"), self._path or self._folder / name, dialogs.PROJECTS
        )
        if path is not None:
            self._save(path)

    def _save(self, path: Path, stays: bool = True) -> None:
        """Order the project to be written; ``stays``: the window goes on with it."""
        document = self._session.document
        text, pictures = project_text(document, path)
        order = KeepOrder(path, text, private=False, pictures=pictures)
        self._orders[order] = document if stays else None
        self._keeper.keep(order)

    def _on_kept(self, order: KeepOrder) -> None:
        if order in self._orders:
            document = self._orders.pop(order)
            if document is not None:
                self._path, self._saved = order.path, document
            self._session.set_message(tr("Saved {name}.", name=order.path.name))
            self.opened.emit(order.path)
            self._show()

    def _on_failed(self, order: KeepOrder, why: str) -> None:
        if order in self._orders:
            del self._orders[order]
            self._session.set_message(why)
            self._session.set_render_problem(why)
        elif order.path == self._autosave.path:
            self._session.set_message(tr("This session could not be autosaved: {why}", why=why))

    # Autosave and restore

    def autosave(self) -> None:
        """Order the session to be written."""
        text, pictures = self._autosave.text(self._session.document, self._path)
        self._keeper.keep(KeepOrder(self._autosave.path, text, pictures=pictures))

    def finish(self) -> None:
        """The window closes: write what the timer still waits for."""
        if self._timer.isActive():
            self._timer.stop()
            self.autosave()

    def offer(self) -> None:
        """Offer what a crash left, if it left something."""
        self._crashed = self._autosave.crashed()
        if self._crashed is not None:
            self._window.offer.offer(tr("Mimesh did not end properly last time."), tr("Restore that session"))

    def _restore(self) -> None:
        self._window.offer.hide()
        if self._crashed is not None and self.may_leave() and self._open(self._crashed, None):
            self._decline()

    def _decline(self) -> None:
        """It stays at hand as the last session."""
        self._window.offer.hide()
        if self._crashed is not None:
            self._autosave.retire(self._crashed)
            self._crashed = None
            self._show()

    def forget_left(self) -> None:
        """The sessions of before were removed: there is none to offer or to open again."""
        self._crashed = None
        self._window.offer.hide()
        self._show()

    # Show

    @property
    def _folder(self) -> Path:
        return self._path.parent if self._path else Path.home()

    def _on_change(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
        self._show()

    def _show(self) -> None:
        self._window.show_title(self._path.stem if self._path else "", self.unsaved)
        self._window.menus.save_project.setEnabled(self._path is None or self.unsaved)
        self._window.menus.last_session.setEnabled(self._autosave.last.exists())
