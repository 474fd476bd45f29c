"""What a person has made: photos, dial, edits, the film's marks.  One frozen value for undo, projects and renders."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.edits import NO_EDITS, Edits
from core.types import Controls, Placement

from .choice import PhotoChoice
from .clip import Clip
from .dial import Mode
from .roles import Role


@dataclass(frozen=True)
class Dial:
    """Positions of the α controls.  ``mode`` masks the other α with 0 and keeps its position for later."""

    pose: float = 1.0
    expression: float = 1.0
    mode: Mode = "both"
    placement: Placement = "source"

    @property
    def controls(self) -> Controls:
        pose = 0.0 if self.mode == "expression" else self.pose
        expression = 0.0 if self.mode == "pose" else self.expression
        return Controls(pose=pose, expression=expression, placement=self.placement)


@dataclass(frozen=True)
class Document:
    source: PhotoChoice | None = None
    driving: PhotoChoice | None = None
    dial: Dial = field(default_factory=Dial)
    edits: Edits = NO_EDITS
    clip: Clip = field(default_factory=Clip)

    def photo(self, role: Role) -> PhotoChoice | None:
        return self.source if role == "source" else self.driving

    def with_photo(self, role: Role, photo: PhotoChoice | None) -> Document:
        return replace(self, source=photo) if role == "source" else replace(self, driving=photo)

    @property
    def controls(self) -> Controls:
        return replace(self.dial.controls, edits=self.edits)
