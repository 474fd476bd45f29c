"""Photos to pixels, whatever they come as."""

from __future__ import annotations

from pathlib import Path

from core.media.read_image import read_image
from core.types import Image

from ..values import Origin


def read(origin: Origin) -> tuple[Image, tuple[str, ...]]:
    """H×W×3 uint8 RGB of a file or of pasted pixels, and notes for people.  Raises InputError in one sentence."""
    if not isinstance(origin, Path):
        return origin, ()
    loaded = read_image(origin)
    return loaded.pixels, loaded.notes
