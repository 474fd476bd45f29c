"""How the window looks at what there is, and how its dialogs were left.  None of it is a step that undo takes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from .driving import Driving
from .habits import Habits
from .look import Look, Turn

PITCH_MAX = 89.0
ZOOM_RANGE = (0.5, 4.0)
Pixel = tuple[int, int]


class Viewing(Driving):
    turn_changed = Signal()
    look_changed = Signal()
    probe_changed = Signal()
    habits_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.turn = Turn()
        self.look = Look()
        self.habits = Habits()
        self.probe: Pixel | None = None

    def set_turn(self, **changes: float) -> None:
        turn = replace(self.turn, **changes)
        yaw = (turn.yaw + 180.0) % 360.0 - 180.0
        pitch = min(max(turn.pitch, -PITCH_MAX), PITCH_MAX)
        turn = Turn(yaw, pitch, min(max(turn.zoom, ZOOM_RANGE[0]), ZOOM_RANGE[1]))
        if turn != self.turn:
            self.turn = turn
            self.turn_changed.emit()

    def set_look(self, **changes: Any) -> None:
        look = replace(self.look, **changes)
        if look != self.look:
            self.look = look
            self.look_changed.emit()

    def set_habits(self, habits: Habits) -> None:
        if habits != self.habits:
            self.habits = habits
            self.habits_changed.emit()

    def set_probe(self, pixel: Pixel | None) -> None:
        """The pixel (x, y) of the crop that is pointed at, None for none."""
        if pixel != self.probe:
            self.probe = pixel
            self.probe_changed.emit()
