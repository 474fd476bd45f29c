"""One photo panel ↔ the session."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from core.errors import InputError

from ..choice import PhotoChoice, of_person
from ..roles import Role, other
from ..sentences import tr_sentence
from ..session import Session
from ..theme import Colours
from ..tr import later, tr
from ..views import dialogs
from ..views.photo_panel import PhotoPanel
from .crop_presenter import CropPresenter
from .origins import moves, origins, project_in
from .photo_notes import busy_text, frames, nearest, note

TITLES = {"source": later("Open the source"), "driving": later("Open the driver")}


class PhotoPresenter(QObject):
    project_dropped = Signal(object)  # Path

    def __init__(self, session: Session, role: Role, panel: PhotoPanel, colours: Colours, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._role, self._panel, self._colours = session, role, panel, colours
        self._folder = Path.home()
        self.crop = CropPresenter(session, role, panel, colours, self)
        self.crop.mode_changed.connect(lambda: self._show(role))
        panel.open_wanted.connect(self.open)
        panel.sample_wanted.connect(self.open_path)
        panel.dropped.connect(self.take_here)
        panel.further_dropped.connect(self.take_further)
        panel.clicked.connect(self._choose_face)
        panel.dismissed.connect(lambda: session.dismiss_problem(role))
        session.photo_changed.connect(self._show)
        session.engine_changed.connect(lambda: self._show(role))
        if role == "driving":
            session.seen_changed.connect(lambda: self._show(role))
            session.camera_changed.connect(lambda: self._show(role))

    def open(self) -> None:
        """Ask for a file and order it."""
        kinds = dialogs.PHOTOS if self._role == "source" else dialogs.DRIVERS
        path = dialogs.ask_open(self._panel, tr(TITLES[self._role]), self._folder, kinds)
        if path is not None:
            self._folder = path.parent
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        self._session.order_photo(self._role, path, path.name)

    def take(self, data: QMimeData) -> None:
        """Something was dropped or pasted that is for this side first.  A second file goes to the other side."""
        self._order(self._found(data))

    def take_here(self, data: QMimeData) -> None:
        """Something was dropped or pasted on this very photo: several pictures on the source are of one person."""
        found = self._found(data)
        still = [choice for choice in found if not moves(choice.origin)]
        if self._role == "driving" or len(still) < 2:
            self._order(found)
            return
        choices: dict[Role, PhotoChoice] = {"source": of_person(still, 0)}
        if len(still) < len(found):  # films and folders can only drive
            choices["driving"] = next(choice for choice in found if choice not in still)
        self._session.order_both(choices, tr("Open {count} photos of one person", count=len(still)))

    def take_further(self, data: QMimeData) -> None:
        """Something is meant to come beside the source's photo."""
        found = self._found(data)
        if self._role == "driving":
            self._order(found)
        elif found:
            self._session.add_photos(found)

    def _found(self, data: QMimeData) -> list[PhotoChoice]:
        """The photos in ``data``; a project in it, or that there is none, is told."""
        project = project_in(data)
        if project is not None:
            self.project_dropped.emit(project)
            return []
        try:
            found = [PhotoChoice(origin, label) for origin, label in origins(data)]
        except InputError as error:
            self._session.refuse_origin(self._role, tr_sentence(str(error)))
            return []
        if not found:
            self._session.refuse_origin(
                self._role, tr("There is no photo in that; drop or paste an image file or a picture.")
            )
        return found

    def _order(self, found: list[PhotoChoice]) -> None:
        """The first for this side, a second one for the other."""
        choices = dict(zip((self._role, other(self._role)), found))
        if choices:
            names = [choice.label for choice in choices.values()]
            step = tr("Open {first} and {second}", first=names[0], second=names[-1]) if len(names) > 1 else ""
            self._session.order_both(choices, step or tr("Open {name}", name=names[0]))

    def show_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.crop.show_colours(colours)
        self._show(self._role)

    def _choose_face(self, x: float, y: float) -> None:
        photo = self._session.shown(self._role)
        if photo is None or photo.encoded is None or self.crop.mode:
            return
        if len(photo.encoded.boxes) > 1:
            self._session.choose_face(self._role, nearest(photo.encoded.boxes, x, y))

    def _show(self, role: str) -> None:
        if role != self._role:
            return
        slot = self._session.slot(self._role)
        overlay = self._panel.overlay
        overlay.show_problem(slot.problem, tr("Show where it is…") if slot.faceless and not self.crop.mode else "")
        overlay.show_busy(self._busy())
        self._panel.bar.crop_button.setEnabled(self.crop.photo is not None)
        photo = self._session.shown(self._role)
        if self.crop.marked is not None:
            self._panel.show_photo(self.crop.marked, [], "")
        elif photo is None:
            label = slot.wanted.label if slot.wanted and slot.preview is not None else ""
            self._panel.show_photo(slot.preview, [], label)
        else:
            drawn = frames(photo, self._colours)[1 if self.crop.mode else 0 :]
            self._panel.show_photo(photo.pixels, drawn, note(photo))

    def _busy(self) -> str:
        if self._role == "driving" and self._session.camera.on:
            return "" if self._session.camera.live else tr("The camera starts…")
        return busy_text(self._session.slot(self._role), self._session.engine)
