"""The crop of one photo, and the box drawn round a face nobody found ↔ the session."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from core.types import Image

from ..choice import Region
from ..crops import in_picture, limited, margin_of, region_of, with_margin
from ..roles import Role
from ..session import Session
from ..slot import Faceless, Photo
from ..theme import Colours
from ..tr import tr
from ..views.photo_bar import CROP, FIND, NOTE
from ..views.photo_panel import PhotoPanel
from ..views.square_box import SquareBox

Mode = Literal["", "crop", "find"]
PAUSE_MS = 250
"""After the last key the crop is taken."""

FIRST = 0.5
"""Side of the box that is there at first, over the shorter side of the picture."""


class CropPresenter(QObject):
    mode_changed = Signal()

    def __init__(self, session: Session, role: Role, panel: PhotoPanel, colours: Colours, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._role, self._panel = session, role, panel
        self.mode: Mode = ""
        self.box = SquareBox(panel.image, self)
        self._asked: Faceless | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(lambda: self._crop(self.box.region))
        self.show_colours(colours)
        self._connect()

    def _connect(self) -> None:
        bar = self._panel.bar
        bar.crop_wanted.connect(self.toggle)
        bar.done_wanted.connect(self.leave)
        bar.cancel_wanted.connect(self.leave)
        bar.reset_wanted.connect(self.reset)
        bar.margin_wanted.connect(self._set_margin)
        bar.look_wanted.connect(lambda: self._look(self.box.region))
        self.box.changed.connect(self._on_move)
        self.box.finished.connect(self._on_let_go)
        self.box.drawn.connect(self._look)
        self._panel.remedy_wanted.connect(self.find)
        self._panel.box_key.connect(self._on_key)
        self._session.photo_changed.connect(self._on_photo)
        self._session.camera_changed.connect(lambda: self._on_photo(self._role))

    @property
    def faceless(self) -> Faceless | None:
        return self._session.slot(self._role).faceless

    @property
    def marked(self) -> Image | None:
        """The picture on which a face is being marked, H×W×3; None where there is none."""
        return self._asked.pixels if self.mode == "find" and self._asked is not None else None

    @property
    def photo(self) -> Photo | None:
        """The photo whose crop can be set: there is none of what moves."""
        shown = self._session.slot(self._role).shown
        moves = self._role == "driving" and (self._session.camera.on or self._session.footage is not None)
        return None if moves else shown

    def toggle(self) -> None:
        """Begin to set the crop, or end it."""
        if self.mode:
            self.leave()
        elif self.photo is not None:
            self._enter("crop")

    def find(self) -> None:
        """Let somebody show where the face is; the message, which they have read, would lie over the box."""
        if self.faceless is not None:
            self._enter("find")
            self._session.dismiss_problem(self._role)

    def leave(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._crop(self.box.region)
        found, self.mode = self.mode, ""
        self.box.hide()
        self._panel.show_mode(NOTE)
        if found == "find":
            self._session.forget_faceless(self._role)
        self.mode_changed.emit()

    def reset(self) -> None:
        """The crop as the app would choose it, as a step."""
        photo = self.photo
        if photo is not None:
            self._timer.stop()
            choice = replace(photo.order.choice, crop=None)
            self._session.order_both({self._role: choice}, tr("Reset the crop"))

    def show_colours(self, colours: Colours) -> None:
        self.box.show_colour(colours.accent)

    def _enter(self, mode: Mode) -> None:
        self.mode = mode
        self.mode_changed.emit()  # which shows the picture the box lies on
        self._show_box()
        self._panel.show_mode(CROP if mode == "crop" else FIND)

    def _on_photo(self, role: str) -> None:
        if role != self._role:
            return
        slot = self._session.slot(self._role)
        if slot.faceless is not None and slot.faceless is not self._asked:
            self._asked = slot.faceless
            if slot.shown is None or self.mode == "find":
                self._enter("find")
        gone = self.photo is None if self.mode == "crop" else slot.faceless is None and not slot.busy
        if self.mode and gone:
            self.leave()
        elif self.mode:
            self._show_box()

    def _show_box(self) -> None:
        photo, faceless = self.photo, self.faceless
        if self.mode == "crop" and photo is not None:
            face = photo.encoded
            self.box.show(region_of(face.crop), partial(limited, face), draws=False)
            self._panel.bar.show_crop(margin_of(face), photo.order.choice.crop is not None)
        elif self.mode == "find" and faceless is not None:
            self._asked = faceless
            height, width = faceless.pixels.shape[:2]
            first = (width / 2, height / 2, FIRST * min(height, width))
            at = self.box.region if self.box.shown else first
            self.box.show(at, partial(in_picture, faceless.pixels.shape), draws=True)

    def _on_move(self, region: Region) -> None:
        photo = self.photo
        if self.mode == "find":  # the message covers a part of the picture
            self._session.dismiss_problem(self._role)
        elif photo is not None:
            margin = margin_of(photo.encoded) * region[2] / photo.encoded.crop.size
            self._panel.bar.show_crop(margin, True)

    def _on_let_go(self, region: Region) -> None:
        if self.mode == "crop":
            self._crop(region)

    def _on_key(self, right: float, down: float, grow: float) -> None:
        """Arrows and + −, as shares of the side."""
        x, y, size = self.box.region
        self.box.move_to((x + right * size, y + down * size, size * grow))
        self._on_move(self.box.region)
        if self.mode == "crop":
            self._timer.start()

    def _set_margin(self, margin: float) -> None:
        if self.photo is not None and self.mode == "crop":
            self._timer.stop()
            self._crop(with_margin(self.photo.encoded, margin))

    def _crop(self, region: Region) -> None:
        photo = self.photo
        if photo is None or region == region_of(photo.encoded.crop):
            return
        choice = photo.order.choice
        face = choice.face
        if face is None and len(photo.encoded.boxes) > 1:
            face = photo.chosen  # or another one in the crop might be meant
        x, y, size = (round(value, 1) for value in region)
        self._session.order_both({self._role: replace(choice, face=face, crop=(x, y, size))}, tr("Crop"))

    def _look(self, region: Region) -> None:
        faceless = self.faceless
        if faceless is not None:
            x, y, size = (round(value, 1) for value in region)
            choice = replace(faceless.order.choice, face=(x - size / 2, y - size / 2, size, size), crop=None)
            self._session.order_both({self._role: choice}, faceless.order.step or tr("Open {name}", name=choice.label))
