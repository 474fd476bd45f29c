"""The two photos: as they are wanted, and as they were read."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from core.types import Image

from .choice import Origin, PhotoChoice, of_person
from .document import Document
from .roles import ROLES, Role
from .slot import Faceless, Photo, PhotoOrder, Slot
from .tr import tr
from .viewing import Viewing


class Photos(Viewing):
    """The part of the session that orders photos: what is shown stays until what was ordered is there."""

    photo_changed = Signal(str)  # role

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slots: dict[Role, Slot] = {role: Slot() for role in ROLES}
        self._numbers = 0

    def next_number(self) -> int:
        """A number greater than all before it, for orders and requests."""
        self._numbers += 1
        return self._numbers

    def slot(self, role: Role) -> Slot:
        return self._slots[role]

    def order_photo(self, role: Role, origin: Origin, label: str, face: int | None = None, step: str = "") -> None:
        """Ask for a photo.  What is shown stays until the new one is ready; then undo knows it as ``step``."""
        self._order(role, PhotoChoice(origin, label, face), step or tr("Open {name}", name=label), self.next_number())

    def order_both(self, choices: dict[Role, PhotoChoice], step: str) -> None:
        """Ask for photos that belong together: one step to undo, or none where ``step`` is ""."""
        gesture = self.next_number()
        for role, choice in choices.items():
            self._order(role, choice, step, gesture)

    def _order(self, role: Role, choice: PhotoChoice, step: str, gesture: int, left_out: str = "") -> None:
        if role == "driving":
            self.stop()
            self.set_camera(on=False)
        order = PhotoOrder(self.next_number(), role, choice, step, gesture, left_out)
        self._set_slot(role, Slot(wanted=order, shown=self._slots[role].shown, problem=left_out))

    @property
    def opening(self) -> str:
        """Name of a photo that is on its way into the document, "" for none."""
        wanted = {role: slot.wanted for role, slot in self._slots.items()}
        return next((o.label for role, o in wanted.items() if o and o.choice != self.document.photo(role)), "")

    def preview_photo(self, order: PhotoOrder, pixels: Image) -> None:
        """The picture was read; its face is not known yet."""
        slot = self._slots[order.role]
        if slot.wanted is order and slot.shown is None:
            self._set_slot(order.role, replace(slot, preview=pixels))

    def accept_photo(self, photo: Photo) -> None:
        """An order was met: the photo becomes part of the document."""
        order = photo.order
        if self._slots[order.role].wanted is order:
            document = self._with(photo)
            if document != self.document and order.step:
                self.history.record(order.step, self.document, order.gesture, math.inf)
            self._set_slot(order.role, Slot(wanted=order, shown=photo, problem=order.left_out))
            self._take(document)

    def _with(self, photo: Photo) -> Document:
        """The document with a photo that was read; another driver has frames of its own."""
        role, choice = photo.order.role, with_hashes(photo)
        before, document = self.document.photo(role), self.document.with_photo(role, choice)
        if role == "source":
            return document
        clip = document.clip if same_file(choice, before) else document.clip.for_another()
        return replace(document, clip=clip.within(photo.footage.count) if photo.footage else clip)

    def refuse_photo(self, order: PhotoOrder, problem: str, pixels: Image | None = None) -> None:
        """The order cannot be met: go back to what the document says, and say why.

        That is the photo shown, or one that was still on its way (undo) when this order came.  ``pixels``: of the photo
        that was ordered, where all it lacks is a face.
        """
        role, slot = order.role, self._slots[order.role]
        if slot.wanted is not order:
            return
        shown = with_hashes(slot.shown) if slot.shown else None
        undone = self.document.photo(role)
        if undone is not None and undone not in (shown, order.choice):
            self._order(role, undone, "", 0, left_out=problem)
            return
        previous = slot.shown.order if slot.shown else None
        faceless = None if pixels is None else Faceless(order, pixels)
        self._set_slot(role, Slot(wanted=previous, shown=slot.shown, problem=problem, faceless=faceless))
        self._take(self.document.with_photo(role, shown))

    def refuse_origin(self, role: Role, problem: str) -> None:
        """What was dropped or pasted is not even a candidate."""
        self._set_slot(role, replace(self._slots[role], problem=problem, faceless=None))

    def dismiss_problem(self, role: Role) -> None:
        if self._slots[role].problem:
            self._set_slot(role, replace(self._slots[role], problem=""))

    def forget_faceless(self, role: Role) -> None:
        """Nobody wants to show where the face is."""
        if self._slots[role].faceless is not None:
            self._set_slot(role, replace(self._slots[role], problem="", faceless=None))

    def _set_slot(self, role: Role, slot: Slot) -> None:
        self._slots[role] = slot
        self.photo_changed.emit(role)


def same_file(choice: PhotoChoice, other: PhotoChoice | None) -> bool:
    """Whether two choices differ at most in the face."""
    return other is not None and replace(choice, face=None) == replace(other, face=None)


def with_hashes(photo: Photo) -> PhotoChoice:
    """The choice that a photo was read for, with the check sums of all its files."""
    choice = replace(photo.order.choice, sha256=photo.sha256)
    if not photo.person:
        return choice
    read = zip(choice.photos, photo.person, strict=True)
    return of_person([replace(each, sha256=portrait.sha256) for each, portrait in read], choice.place)
