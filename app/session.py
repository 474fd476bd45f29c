"""The one truth of the window.  Setters clamp, keep, and emit only when something really changed."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from core.types import Image

from .document import Document
from .jobs import Jobs
from .tr import tr
from .values import (
    ROLES,
    EngineState,
    Faceless,
    Footage,
    Origin,
    Photo,
    PhotoChoice,
    PhotoOrder,
    RenderReply,
    RenderRequest,
    Role,
    SeenFrame,
    Slot,
    other,
)
from .viewing import Viewing


class Session(Viewing):
    """The document (see :class:`Driving`), how it is looked at (:class:`Viewing`), the photos it names as they are
    read, and what the workers answer.
    """

    engine_changed = Signal()
    photo_changed = Signal(str)  # role
    result_changed = Signal()
    render_problem_changed = Signal(str)
    mesh_note_changed = Signal(str)
    message_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = EngineState()
        self.result: RenderReply | None = None
        self.jobs = Jobs(self)
        self.message = ""
        self.mesh_note = ""
        self.render_problem = ""
        self._slots: dict[Role, Slot] = {role: Slot() for role in ROLES}
        self._numbers = 0

    def next_number(self) -> int:
        """A number greater than all before it, for orders and requests."""
        self._numbers += 1
        return self._numbers

    # Photos

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

    def _order(self, role: Role, choice: PhotoChoice, step: str, gesture: int) -> None:
        if role == "driving":
            self.stop()
            self.set_camera(on=False)
        order = PhotoOrder(self.next_number(), role, choice, step, gesture)
        self._set_slot(role, replace(self._slots[role], wanted=order, preview=None, problem="", faceless=None))

    def choose_face(self, role: Role, face: int) -> None:
        """Take another face of the photo shown, and a crop round it.  The one taken already changes nothing."""
        photo = self.shown(role)
        if photo is None or self._slots[role].busy or photo.chosen == face:
            return
        if photo.footage is not None and self.clip.frame != photo.footage.seen_first:
            return  # elsewhere in a film only the chosen face was looked for
        self.order_both({role: replace(photo.order.choice, face=face, crop=None)}, tr("Choose a face"))

    def swap(self) -> None:
        """Source becomes driver and driver source; of what moves, the picture that is shown."""
        wanted = {role: self._slots[other(role)].wanted for role in ROLES}
        choices = {role: order.choice for role, order in wanted.items() if order}
        moving = self.driver if self.camera.on or self.footage is not None else None
        if moving is not None:
            choices["source"] = PhotoChoice(moving.pixels, moving.order.label)
        self.order_both(choices, tr("Swap source and driver"))

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
            self._set_slot(order.role, Slot(wanted=order, shown=photo))
            self._take(document)

    def _with(self, photo: Photo) -> Document:
        """The document with a photo that was read; another driver has frames of its own."""
        role, choice = photo.order.role, photo.order.choice
        before, document = (
            self.document.photo(role),
            self.document.with_photo(role, replace(choice, sha256=photo.sha256)),
        )
        if role == "source":
            return document
        clip = document.clip if _same_file(choice, before) else document.clip.for_another()
        return replace(document, clip=clip.within(photo.footage.count) if photo.footage else clip)

    def refuse_photo(self, order: PhotoOrder, problem: str, pixels: Image | None = None) -> None:
        """The order cannot be met: go back to the photo that is shown, and say why.

        ``pixels``: of the photo that was ordered, where all it lacks is a face.
        """
        slot = self._slots[order.role]
        if slot.wanted is order:
            previous = slot.shown.order if slot.shown else None
            faceless = None if pixels is None else Faceless(order, pixels)
            self._set_slot(order.role, Slot(wanted=previous, shown=slot.shown, problem=problem, faceless=faceless))
            self._take(self.document.with_photo(order.role, previous.choice if previous else None))

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

    # A driver that moves

    @property
    def footage(self) -> Footage | None:
        shown = self._slots["driving"].shown
        return shown.footage if shown else None

    def accept_seen(self, seen: SeenFrame) -> None:
        """A frame was looked at; is it still of what drives?"""
        live = seen.order is None
        if live == self.camera.on and (live or seen.order is self._slots["driving"].wanted):
            self.seen = seen
            self.seen_changed.emit()

    @property
    def driver(self) -> Photo | None:
        """What drives now: the photo, or the frame that was looked at last, whose ``encoded`` may be missing."""
        shown, seen = self._slots["driving"].shown, self.seen
        if seen is None or (seen.order is None) != self.camera.on:
            return None if self.camera.on else shown
        if self.camera.on:
            order = PhotoOrder(0, "driving", PhotoChoice(seen.pixels, self.camera.name or tr("Camera")))
            return Photo(order, seen.pixels, seen.encoded)
        if shown is None or seen.order is not shown.order:
            return shown
        return replace(shown, pixels=seen.pixels, encoded=seen.encoded)

    def shown(self, role: Role) -> Photo | None:
        """What is seen of a side now."""
        return self.driver if role == "driving" else self._slots[role].shown

    # Undo

    @property
    def opening(self) -> str:
        """Name of a photo that is on its way into the document, "" for none."""
        wanted = {role: slot.wanted for role, slot in self._slots.items()}
        return next((o.label for role, o in wanted.items() if o and o.choice != self.document.photo(role)), "")

    def undo(self) -> None:
        """Take the last step back; while photos of a step are still on their way, only those."""
        self.stop()
        document = self.document if self.opening else self.history.undo(self.document)
        if document is not None:
            self.restore(document)

    def redo(self) -> None:
        self.stop()
        document = self.history.redo(self.document)
        if document is not None:
            self.restore(document)

    def begin(self, document: Document, step: str = "") -> None:
        """Go on with another document: as a step that undo takes back, or, without a name for it, with no history."""
        self.stop()
        self.set_camera(on=False)
        if step:
            self.history.record(step, self.document, None)
        else:
            self.history.clear()
        self.restore(document)
        self.history_changed.emit()

    def restore(self, document: Document) -> None:
        """Show ``document``.  Its photos are read again where they are not the ones shown; no step is noted."""
        self._take(document)
        for role, slot in self._slots.items():
            choice, shown = document.photo(role), slot.shown
            if choice is None:
                self._set_slot(role, Slot())
            elif shown is not None and shown.order.choice == choice:
                self._set_slot(role, Slot(wanted=shown.order, shown=shown))
            elif slot.wanted is None or slot.wanted.choice != choice:
                self._order(role, choice, "", 0)
        if self.result is not None and None in (document.source, document.driving):
            self.result = None
            self.result_changed.emit()

    # Answers

    def set_engine(self, state: EngineState) -> None:
        self.engine = state
        self.engine_changed.emit()

    def snapshot(self) -> RenderRequest:
        """Everything a render depends on, frozen and numbered."""
        source, driving = (self._slots[role].wanted for role in ROLES)
        clip, live = self.clip, self.live if self.camera.on else None
        if driving is not None and not _same_file(driving.choice, self.document.driving):
            clip = clip.for_another()
        if live is not None:
            driving, clip = None, replace(clip, frame=live.number, neutral=self.camera.neutral)
        return RenderRequest(
            self.next_number(), source, driving, self.document.controls, clip, live, self.playing or live is not None
        )

    def accept_result(self, reply: RenderReply) -> None:
        """Show a result, unless it is older than the one shown or belongs to photos that are no longer wanted."""
        request = reply.request
        driving = None if self.camera.on else self._slots["driving"].wanted
        if request.source is not self._slots["source"].wanted or request.driving is not driving:
            return
        if (request.live.run if request.live else None) != (self.camera.run if self.camera.on else None):
            return
        if self.result is not None and request.number < self.result.request.number:
            return
        self.result = reply
        self.set_render_problem("")
        self.result_changed.emit()

    def set_render_problem(self, problem: str) -> None:
        if problem != self.render_problem:
            self.render_problem = problem
            self.render_problem_changed.emit(problem)

    def set_mesh_note(self, note: str) -> None:
        if note != self.mesh_note:
            self.mesh_note = note
            self.mesh_note_changed.emit(note)

    def set_message(self, message: str) -> None:
        if message != self.message:
            self.message = message
            self.message_changed.emit(message)


def _same_file(choice: PhotoChoice, other: PhotoChoice | None) -> bool:
    """Whether two choices differ at most in the face."""
    return other is not None and replace(choice, face=None) == replace(other, face=None)
