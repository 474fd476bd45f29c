"""What happens to pictures on their way: the changes that the watermark has to survive, for tests and measurements."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from ..media.read_video import read_frame
from ..media.write_animation import open_animation
from ..types import Image


def jpeg(image: Image, quality: int = 70) -> Image:
    """Through a JPEG with the usual halved colour."""
    data = BytesIO()
    PillowImage.fromarray(image).save(data, "JPEG", quality=quality)
    with PillowImage.open(data) as picture:
        return np.asarray(picture)


def resize(image: Image, factor: float = 0.5) -> Image:
    """Each side times ``factor``."""
    size = round(image.shape[1] * factor), round(image.shape[0] * factor)
    return np.asarray(PillowImage.fromarray(image).resize(size, PillowImage.Resampling.LANCZOS))


def crop(image: Image, share: float = 0.1) -> Image:
    """``share`` of the width and of the height cut off, unevenly: what is left begins on no special pixel."""
    height, width = image.shape[:2]
    top, left = int(height * share * 0.7), int(width * share * 0.4)
    return np.ascontiguousarray(
        image[top : top + round(height * (1 - share)), left : left + round(width * (1 - share))]
    )


def film(image: Image, suffix: str) -> Image:
    """A frame of a film or animation as this program writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film{suffix}"
        with open_animation(path, 25.0, image.shape[1::-1]) as animation:
            for shift in (0, 1):  # two frames that differ, as those of a film do
                animation.add(np.roll(image, shift, axis=1))
        return read_frame(path, 0)[: image.shape[0], : image.shape[1]]


def halved_jpeg(image: Image) -> Image:
    """Halved, then compressed: a picture on a site."""
    return jpeg(resize(image))


def cropped_jpeg(image: Image) -> Image:
    """Cropped, then compressed."""
    return jpeg(crop(image))


def everything(image: Image) -> Image:
    """Cropped, halved and compressed."""
    return jpeg(resize(crop(image)))


ATTACKS: dict[str, Callable[[Image], Image]] = {
    "none": lambda image: image,
    "JPEG 70": jpeg,
    "50 %": resize,
    "10 % cropped": crop,
    "50 % and JPEG 70": halved_jpeg,
    "10 % cropped and JPEG 70": cropped_jpeg,
    "all three": everything,
    "GIF frame": partial(film, suffix=".gif"),
    "MP4 frame": partial(film, suffix=".mp4"),
}
