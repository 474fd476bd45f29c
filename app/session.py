"""The one truth of the window.  Setters clamp, keep, and emit only when something really changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.types import Image

from .values import (
    ALPHA_MAX,
    ROLES,
    Dial,
    EngineState,
    ExportState,
    Origin,
    Photo,
    PhotoOrder,
    RenderReply,
    RenderRequest,
    Role,
    Slot,
    Turn,
    other,
)

PITCH_MAX = 89.0
ZOOM_RANGE = (0.5, 4.0)


class Session(QObject):
    engine_changed = Signal()
    photo_changed = Signal(str)  # role
    dial_changed = Signal()
    dragging_changed = Signal(bool)
    result_changed = Signal()
    render_problem_changed = Signal(str)
    turn_changed = Signal()
    mesh_note_changed = Signal(str)
    export_changed = Signal()
    message_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = EngineState()
        self.dial = Dial()
        self.turn = Turn()
        self.result: RenderReply | None = None
        self.export = ExportState()
        self.dragging = False
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

    def order_photo(self, role: Role, origin: Origin, label: str, face: int | None = None) -> None:
        """Ask for a photo.  What is shown stays until the new one is ready."""
        order = PhotoOrder(self.next_number(), role, origin, label, face)
        self._set_slot(role, replace(self._slots[role], wanted=order, preview=None, problem=""))

    def choose_face(self, role: Role, face: int) -> None:
        """Take another face of the photo shown.  The face that is already taken changes nothing."""
        photo = self._slots[role].shown
        if photo is None or self._slots[role].busy or photo.chosen == face:
            return
        self.order_photo(role, photo.order.origin, photo.order.label, face)

    def swap(self) -> None:
        """Source becomes driver and driver source."""
        wanted = {role: self._slots[role].wanted for role in ROLES}
        for role in ROLES:
            order = wanted[other(role)]
            if order is not None:
                self.order_photo(role, order.origin, order.label, order.face)

    def preview_photo(self, order: PhotoOrder, pixels: Image) -> None:
        """The picture was read; its face is not known yet."""
        slot = self._slots[order.role]
        if slot.wanted is order and slot.shown is None:
            self._set_slot(order.role, replace(slot, preview=pixels))

    def accept_photo(self, photo: Photo) -> None:
        if self._slots[photo.order.role].wanted is photo.order:
            self._set_slot(photo.order.role, Slot(wanted=photo.order, shown=photo))

    def refuse_photo(self, order: PhotoOrder, problem: str) -> None:
        """The order cannot be met: go back to the photo that is shown, and say why."""
        slot = self._slots[order.role]
        if slot.wanted is order:
            previous = slot.shown.order if slot.shown else None
            self._set_slot(order.role, Slot(wanted=previous, shown=slot.shown, problem=problem))

    def refuse_origin(self, role: Role, problem: str) -> None:
        """What was dropped or pasted is not even a candidate."""
        self._set_slot(role, replace(self._slots[role], problem=problem))

    def dismiss_problem(self, role: Role) -> None:
        if self._slots[role].problem:
            self._set_slot(role, replace(self._slots[role], problem=""))

    def _set_slot(self, role: Role, slot: Slot) -> None:
        self._slots[role] = slot
        self.photo_changed.emit(role)

    # Controls

    def set_dial(self, **changes: Any) -> None:
        """Change ``pose``, ``expression``, ``mode`` or ``placement``; α is clamped to [0, 1.5], in steps of 0.01."""
        for name in ("pose", "expression"):
            if name in changes:
                changes[name] = round(min(max(float(changes[name]), 0.0), ALPHA_MAX), 2)
        dial = replace(self.dial, **changes)
        if dial != self.dial:
            self.dial = dial
            self.dial_changed.emit()

    def set_dragging(self, dragging: bool) -> None:
        """Whether a slider or a mesh is being held: pictures may be drafts until it is let go."""
        if dragging != self.dragging:
            self.dragging = dragging
            self.dragging_changed.emit(dragging)

    def set_turn(self, **changes: float) -> None:
        turn = replace(self.turn, **changes)
        yaw = (turn.yaw + 180.0) % 360.0 - 180.0
        pitch = min(max(turn.pitch, -PITCH_MAX), PITCH_MAX)
        turn = Turn(yaw, pitch, min(max(turn.zoom, ZOOM_RANGE[0]), ZOOM_RANGE[1]))
        if turn != self.turn:
            self.turn = turn
            self.turn_changed.emit()

    # Answers

    def set_engine(self, state: EngineState) -> None:
        self.engine = state
        self.engine_changed.emit()

    def snapshot(self) -> RenderRequest:
        """Everything a render depends on, frozen and numbered."""
        return RenderRequest(
            self.next_number(), self._slots["source"].wanted, self._slots["driving"].wanted, self.dial.controls
        )

    def accept_result(self, reply: RenderReply) -> None:
        """Show a result, unless it is older than the one shown or belongs to photos that are no longer wanted."""
        request = reply.request
        if request.source is not self._slots["source"].wanted or request.driving is not self._slots["driving"].wanted:
            return
        if self.result is not None and request.number <= self.result.request.number:
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

    def set_export(self, state: ExportState) -> None:
        if state != self.export:
            self.export = state
            self.export_changed.emit()

    def set_message(self, message: str) -> None:
        if message != self.message:
            self.message = message
            self.message_changed.emit(message)
