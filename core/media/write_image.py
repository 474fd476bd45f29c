"""Pictures to files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as PillowImage

from ..errors import OutputError
from ..types import Image
from .atomic import atomic_write, check_writable
from .colour import Alpha
from .open_input import quoted
from .pillow import quiet_pillow

SUPPORTED_IMAGES = (".png", ".jpg", ".jpeg", ".webp")

_MAX_SIDE = {".jpg": 65_500, ".jpeg": 65_500, ".webp": 16_383}


def check_image_path(path: str | os.PathLike[str]) -> str:
    """The lower-case suffix of ``path``; :class:`OutputError` when it is no picture that can be written there.

    Touches nothing: long jobs call it before they start.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUPPORTED_IMAGES:
        raise OutputError(
            f"{quoted(path)} is no picture format that can be written: use {', '.join(SUPPORTED_IMAGES)}."
        )
    check_writable(path)
    return suffix


def write_image(
    path: str | os.PathLike[str],
    pixels: Image,
    alpha: Alpha | None = None,
    quality: int = 95,
    finish: Callable[[Path], None] = lambda written: None,
) -> None:
    """Write PNG (exact), JPEG or WebP, by the suffix; the file appears whole or not at all.

    ``pixels`` H×W×3 uint8 sRGB; ``alpha`` H×W uint8, 255 = opaque, stored as it is (``core.media.colour.unflatten``
    prepares the colours of a picture read with alpha); JPEG, which has none, shows the picture on white.
    ``quality`` 1–100 for JPEG and WebP.  ``finish`` gets the complete temporary file before it takes its place, to add
    what goes into the file but is no pixel; where it raises nothing is written.  Raises :class:`OutputError`.
    """
    suffix = check_image_path(path)
    height, width = pixels.shape[:2]
    if max(width, height) > _MAX_SIDE.get(suffix, 2**31):
        raise OutputError(f"{quoted(path)} cannot hold {width}×{height} pixels: write a .png instead.")
    picture = PillowImage.fromarray(np.ascontiguousarray(pixels))
    if alpha is not None:
        mask = PillowImage.fromarray(np.ascontiguousarray(alpha))
        if suffix in (".jpg", ".jpeg"):
            picture = PillowImage.composite(picture, PillowImage.new("RGB", picture.size, "white"), mask)
        else:
            picture.putalpha(mask)
    with atomic_write(path) as temporary, quiet_pillow():
        picture.save(temporary, **_options(suffix, quality))
        finish(temporary)


def _options(suffix: str, quality: int) -> dict[str, Any]:
    if suffix == ".png":
        return {"format": "PNG", "compress_level": 4}
    if suffix == ".webp":
        return {"format": "WEBP", "quality": quality}
    return {"format": "JPEG", "quality": quality, "subsampling": 0 if quality >= 90 else 2}
