"""Photos to pixels, whatever they come as."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.media.read_image import read_image

from ..choice import Origin
from .engine import Read


def read(origin: Origin) -> Read:
    """A file or pasted pixels, as H×W×3 uint8 RGB.  Raises InputError in one sentence."""
    if not isinstance(origin, Path):
        return Read(origin, sha256=hashlib.sha256(origin.tobytes()).hexdigest())
    loaded = read_image(origin)
    with origin.open("rb") as file:
        return Read(loaded.pixels, loaded.notes, hashlib.file_digest(file, "sha256").hexdigest(), loaded.alpha)
