"""One photo panel ↔ the session."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from core.errors import InputError
from core.types import Box

from ..choice import PhotoChoice
from ..session import Session
from ..theme import Colours
from ..tr import later, tr, tr_sentence
from ..values import Photo, Role, Slot, other
from ..views import dialogs
from ..views.image_view import Rect
from ..views.photo_panel import PhotoPanel
from .crop_presenter import CropPresenter
from .origins import origins, project_in

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
        panel.dropped.connect(self.take)
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
        """Something was dropped or pasted here.  A second file goes to the other side."""
        project = project_in(data)
        if project is not None:
            self.project_dropped.emit(project)
            return
        try:
            found = origins(data)
        except InputError as error:
            self._session.refuse_origin(self._role, tr_sentence(str(error)))
            return
        if not found:
            self._session.refuse_origin(
                self._role, tr("There is no photo in that; drop or paste an image file or a picture.")
            )
        choices = {
            role: PhotoChoice(origin, label) for role, (origin, label) in zip((self._role, other(self._role)), found)
        }
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
        overlay.show_busy(self._busy_text(slot))
        self._panel.bar.crop_button.setEnabled(self.crop.photo is not None)
        photo = self._session.shown(self._role)
        if self.crop.marked is not None:
            self._panel.show_photo(self.crop.marked, [], "", "")
        elif photo is None:
            label = slot.wanted.label if slot.wanted and slot.preview is not None else ""
            self._panel.show_photo(slot.preview, [], label, "")
        else:
            drawn = frames(photo, self._colours)[1 if self.crop.mode else 0 :]
            self._panel.show_photo(photo.pixels, drawn, photo.order.label, _faces_note(photo))

    def _busy_text(self, slot: Slot) -> str:
        if self._role == "driving" and self._session.camera.on:
            return "" if self._session.camera.live else tr("The camera starts…")
        if not slot.busy or _only_crop(slot):
            return ""
        if self._session.engine.engine is None:
            return "" if self._session.engine.problem else tr("Getting ready…")
        return tr("Looking for the face…")


def nearest(boxes: Sequence[Box], x: float, y: float) -> int:
    """Index of the box a click means: the smallest that holds the point, else the one with the nearest centre."""

    def rank(index: int) -> tuple[bool, float]:
        box = boxes[index]
        inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
        return not inside, box.area if inside else math.dist(box.centre, (x, y))

    return min(range(len(boxes)), key=rank)


def frames(photo: Photo, colours: Colours) -> list[tuple[Rect, str, bool]]:
    """The crop dashed, the chosen face in the accent colour, other faces muted; nothing where no face was found."""
    if photo.encoded is None:
        return []
    crop, chosen = photo.encoded.crop, photo.chosen
    half = crop.size / 2
    found: list[tuple[Rect, str, bool]] = [((crop.cx - half, crop.cy - half, crop.size, crop.size), "#FFFFFF", True)]
    for index, box in enumerate(photo.encoded.boxes):
        colour = colours.accent if index == chosen else colours.muted
        found.append(((box.x, box.y, box.width, box.height), colour, False))
    return found


def _only_crop(slot: Slot) -> bool:
    """Whether what is wanted is the photo shown, with another crop: too little to make words of."""
    wanted, shown = slot.wanted, slot.shown
    return wanted is not None and shown is not None and wanted.origin is shown.order.origin


def _faces_note(photo: Photo) -> str:
    if photo.encoded is None:
        return tr("no face")
    count = len(photo.encoded.boxes)
    return tr("{count} faces, click yours", count=count) if count > 1 else ""
