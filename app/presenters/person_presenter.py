"""The strip of the source's photos ↔ the session."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from ..choice import PhotoChoice
from ..session import Session
from ..tr import tr
from ..views import dialogs
from ..views.main_window import MainWindow


class PersonPresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window = session, window
        self._strip = window.photos["source"].strip
        self._folder = Path.home()
        window.menus.add_photos.triggered.connect(self.add)
        self._strip.add_wanted.connect(self.add)
        self._strip.chosen.connect(session.draw_photo)
        self._strip.removal_wanted.connect(session.remove_photo)
        session.photo_changed.connect(self._show)

    def add(self) -> None:
        """Ask for further photos."""
        source = self._session.document.source
        if source is not None and isinstance(source.origin, Path):
            self._folder = source.origin.parent
        paths = dialogs.ask_photos(self._window, tr("Add photos of this person"), self._folder)
        if paths:
            self._folder = paths[0].parent
            self._session.add_photos([PhotoChoice(path, path.name) for path in paths])

    def _show(self) -> None:
        shown = self._session.slot("source").shown
        if shown is None:
            self._strip.show_photos((), 0)
        else:
            self._strip.show_photos(shown.person, shown.order.choice.place)
