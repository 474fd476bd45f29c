"""What the window remembers from one start to the next."""

from __future__ import annotations

import base64
import binascii
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from core.errors import InputError

from ..habits import Habits
from ..roles import Role
from . import json_file
from .habits import habits_json, read_habits

KIND, VERSION = "mimesh settings", 1
RECENT = 8


@dataclass(frozen=True)
class Settings:
    """``geometry`` and ``layout`` are Qt's own bytes in base64; ``recent_…`` are paths, the newest first;
    ``noticed``: the notice about consent was accepted; ``camera``: the address of the one used last;
    ``habits``: how dialogs were left.
    """

    theme: str = "system"
    language: str = "system"
    noticed: bool = False
    geometry: str = ""
    layout: str = ""
    both_eyes: bool = True
    camera: str = ""
    mirror: bool = True
    meshes: str = "solid"
    arrows: bool = False
    mask: bool = False
    recent_projects: tuple[str, ...] = ()
    recent_photos: tuple[str, ...] = ()
    recent_films: tuple[str, ...] = ()
    habits: Habits = field(default_factory=Habits)

    def recent_for(self, role: Role) -> tuple[str, ...]:
        """What may be opened there again: films and folders can only drive."""
        return self.recent_photos if role == "source" else (*self.recent_films, *self.recent_photos)

    def with_recent(self, kind: str, path: Path) -> Settings:
        """``kind``: "recent_projects", "recent_photos" or "recent_films"."""
        kept = [known for known in getattr(self, kind) if known != str(path)]
        return replace(self, **{kind: (str(path), *kept)[:RECENT]})  # type: ignore[arg-type]

    def to_text(self) -> str:
        content = {each.name: getattr(self, each.name) for each in fields(self)}
        return json_file.text_of(KIND, VERSION, {**content, "habits": habits_json(self.habits)})


def read_settings(path: Path) -> Settings:
    """The settings at ``path``; whatever is missing or makes no sense is as at a first start."""
    try:
        found = json_file.read(path, KIND, VERSION)
    except InputError:
        return Settings()
    plain = [f for f in fields(Settings) if f.default is not MISSING and f.name in found]
    return Settings(**{f.name: _sane(found[f.name], f.default) for f in plain}, habits=read_habits(found.get("habits")))


def _sane(value: Any, default: Any) -> Any:
    if isinstance(default, tuple):
        whole = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return tuple(value)[:RECENT] if whole else default
    return value if type(value) is type(default) else default


def as_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def as_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
