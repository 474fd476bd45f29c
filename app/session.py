"""The one truth of the window.  Setters clamp, keep, and emit only when something really changed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from .choice import PhotoChoice
from .document import Document
from .footage import Footage, SeenFrame
from .jobs import Jobs
from .person import Person
from .photos import same_file
from .rendering import EngineState, RenderReply, RenderRequest
from .roles import ROLES, Role, other
from .slot import Photo, PhotoOrder, Slot
from .tr import tr


class Session(Person):
    """The document (see :class:`Driving`), how it is looked at (:class:`Viewing`), the photos it names as they are
    read (:class:`Photos`, :class:`Person`), what drives now, and what the workers answer.
    """

    engine_changed = Signal()
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

    # Photos

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

    # What drives

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
        if driving is not None and not same_file(driving.choice, self.document.driving):
            clip = clip.for_another()
        if live is not None:
            driving, clip = None, replace(clip, frame=live.number, neutral=self.camera.neutral)
        playing = self.playing or live is not None
        return RenderRequest(
            self.next_number(), source, driving, self.document.controls, clip, live, playing, self.dragging
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
