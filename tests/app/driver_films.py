"""Films and folders to drive with, built on the spot: each frame has a grey of its own, so that it is known again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from tests.app.fake_engine import FACELESS

SIZE = (64, 48)


def grey(number: int) -> int:
    return 20 + 8 * number


def frame(number: int, face: bool = True) -> NDArray[np.uint8]:
    """H×W×3 uint8; without a face its first pixel tells the fake engine so."""
    pixels = np.full((SIZE[1], SIZE[0], 3), grey(number), np.uint8)
    if not face:
        pixels[0, 0] = FACELESS
    return pixels


def number_of(pixels: NDArray[np.uint8]) -> int:
    """Which frame it is."""
    return round((float(pixels[20, 30].mean()) - 20) / 8)


def animation(path: Path, count: int = 20, faceless: tuple[int, ...] = (), milliseconds: int = 40) -> Path:
    """A lossless animated WebP."""
    pictures = [PillowImage.fromarray(frame(n, n not in faceless)) for n in range(count)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=milliseconds, lossless=True)
    return path


def folder(path: Path, count: int = 6, faceless: tuple[int, ...] = ()) -> Path:
    path.mkdir()
    for n in range(count):
        PillowImage.fromarray(frame(n, n not in faceless)).save(path / f"face {n + 1}.png")
    return path
