"""Pictures for the golden numbers: two portraits, each cropped, turned, scaled, relit and damaged.

Made with NumPy and Pillow only, so that the original runtime (in its own environment) and the tests see equal pixels.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"
GOLDENS = Path(__file__).with_name("mediapipe.safetensors")
PERSON_GOLDENS = GOLDENS.with_name("mediapipe_person.safetensors")


def read(name: str) -> Picture:
    with Image.open(SAMPLES / name) as image:
        return np.asarray(image.convert("RGB"))


def turned(picture: Picture, degrees: float, scale: float = 1.0) -> Picture:
    """Turned clockwise about the middle and scaled, bilinear, borders repeated."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    cos, sin = math.cos(math.radians(degrees)) / scale, math.sin(math.radians(degrees)) / scale
    dx, dy = x - (width - 1) / 2, y - (height - 1) / 2
    at_x = np.clip(cos * dx + sin * dy + (width - 1) / 2, 0, width - 1.001)
    at_y = np.clip(-sin * dx + cos * dy + (height - 1) / 2, 0, height - 1.001)
    left, top = at_x.astype(int), at_y.astype(int)
    u, v = (at_x - left)[..., None], (at_y - top)[..., None]
    p = picture.astype(np.float64)
    upper = p[top, left] * (1 - u) + p[top, left + 1] * u
    lower = p[top + 1, left] * (1 - u) + p[top + 1, left + 1] * u
    return np.rint(upper * (1 - v) + lower * v).astype(np.uint8)


def halved(picture: Picture) -> Picture:
    height, width = (n // 2 * 2 for n in picture.shape[:2])
    p = picture[:height, :width].astype(np.uint16)
    return ((p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2] + 2) // 4).astype(np.uint8)


def doubled(picture: Picture) -> Picture:
    return picture.repeat(2, axis=0).repeat(2, axis=1)


def mirrored(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def relit(picture: Picture, gain: float, gamma: float = 1.0) -> Picture:
    return np.rint(np.clip((picture / 255.0) ** gamma * gain, 0, 1) * 255).astype(np.uint8)


def grey(picture: Picture) -> Picture:
    return np.rint(picture.mean(axis=2, keepdims=True)).astype(np.uint8).repeat(3, axis=2)


def noisy(picture: Picture, sigma: float) -> Picture:
    noise = np.random.default_rng(7).normal(0.0, sigma, picture.shape)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


def as_jpeg(picture: Picture, quality: int) -> Picture:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"))


def framed(picture: Picture, margin: int) -> Picture:
    return np.pad(picture, ((margin, margin // 2), (margin // 3, margin), (0, 0)), constant_values=96)


CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "as_is": lambda p: p,
    "turned_12": lambda p: turned(p, 12),
    "turned_-25": lambda p: turned(p, -25),
    "turned_40_larger": lambda p: turned(p, 40, 1.25),
    "halved": halved,
    "doubled": lambda p: doubled(p[: p.shape[0] * 3 // 4, : p.shape[1] * 3 // 4]),
    "mirrored": mirrored,
    "dark": lambda p: relit(p, 0.35),
    "bright": lambda p: relit(p, 1.3, 0.7),
    "grey_noisy": lambda p: noisy(grey(p), 12.0),
    "jpeg_20": lambda p: as_jpeg(p, 20),
    "framed": lambda p: framed(p, 150),
}

CROPS = {"collins.png": np.s_[20:260, 90:350], "hopper.jpg": np.s_[80:420, 60:460]}


def variants() -> Iterator[tuple[str, Picture]]:
    """Name and picture of each variant, 26 in all."""
    for name in ("collins.png", "hopper.jpg"):
        picture = read(name)
        for change, function in CHANGES.items():
            yield f"{name}/{change}", np.ascontiguousarray(function(picture))
        yield f"{name}/cropped", np.ascontiguousarray(picture[CROPS[name]])


def small_squares() -> Iterator[tuple[str, Picture]]:
    """Name and 256×256 picture: what the segmentation net takes without resizing."""
    for name in ("collins.png", "hopper.jpg"):
        picture = halved(read(name))[:256]
        for change in ("as_is", "dark", "mirrored", "grey_noisy"):
            yield f"{name}/{change}", np.ascontiguousarray(CHANGES[change](picture))
