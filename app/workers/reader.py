"""Photos to pixels, whatever they come as."""

from __future__ import annotations

from pathlib import Path

from core.media.read_image import read_image
from core.types import Image

from ..values import Origin


def read(origin: Origin) -> Image:
    """H×W×3 uint8 RGB of a file or of pasted pixels.  Raises InputError in one sentence."""
    return read_image(origin).pixels if isinstance(origin, Path) else origin
