"""Help, Clear what Mimesh keeps: says what there is and how much, asks, and removes it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ..session import Session
from ..store.autosave import Autosave
from ..store.kept import Kept, find_kept, remove, size_of
from ..tr import tr
from ..views import dialogs
from ..views.main_window import MainWindow
from .project_presenter import ProjectPresenter
from .settings_presenter import SettingsPresenter


class KeptPresenter(QObject):
    def __init__(
        self,
        session: Session,
        window: MainWindow,
        autosave: Autosave,
        projects: ProjectPresenter,
        settings: SettingsPresenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._window, self._autosave = session, window, autosave
        self._projects, self._settings = projects, settings
        window.menus.clear_kept.triggered.connect(self.clear)

    def clear(self) -> None:
        kept = find_kept(self._autosave, self._settings.settings)
        if not kept:
            self._session.set_message(tr("Mimesh keeps nothing here that could be cleared."))
        elif dialogs.ask_clear(self._window, in_words(kept)):
            self._remove(kept)

    def _remove(self, kept: Kept) -> None:
        try:
            remove((*kept.sessions, *kept.logs))
        except OSError as error:
            self._session.set_message(tr("Not everything could be cleared ({why}).", why=error.strerror))
        else:
            self._session.set_message(tr("Cleared what Mimesh kept."))
        self._settings.forget_recent()
        self._projects.forget_left()


def in_words(kept: Kept) -> str:
    return tr(
        "Mimesh keeps on this computer:\n\n"
        "• earlier sessions with the pictures pasted into them: {sessions}\n"
        "• the log of what went wrong: {logs}\n"
        "• names of recent files: {recent}\n\n"
        "Clear these? What is open now, projects, presets, settings and the certificate that signs saved files stay.",
        sessions=size_of(kept.sessions),
        logs=size_of(kept.logs),
        recent=kept.recent,
    )
