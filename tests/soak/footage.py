"""What moves before the soak's window: films, an animation and a folder of one face, and a camera that sees it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image as PillowImage

from core.errors import InputError
from core.media.camera import CameraDevice
from core.media.write_animation import open_animation
from core.types import Image

FRAMES = 10
HEIGHT = 320
DEVICE = CameraDevice("/dev/soak", "Of the soak")


def frames(photo: Path) -> list[Image]:
    """The photo, moved a little further to the right in each."""
    with PillowImage.open(photo) as picture:
        width = round(picture.width * HEIGHT / picture.height / 2) * 2
        pixels = np.asarray(picture.convert("RGB").resize((width, HEIGHT)))
    return [np.roll(pixels, 2 * number, axis=1) for number in range(FRAMES)]


def make_films(photo: Path, folder: Path) -> list[Path]:
    """An MP4, a GIF and a folder of pictures."""
    shown = frames(photo)
    films = [folder / "walk.mp4", folder / "walk.gif", folder / "walk"]
    for path in films[:2]:
        with open_animation(path, 10.0, shown[0].shape[1::-1]) as writer:
            for frame in shown:
                writer.add(frame)
    films[2].mkdir()
    for number, frame in enumerate(shown):
        PillowImage.fromarray(frame).save(films[2] / f"{number:03}.png")
    return films


class SoakCamera:
    """Sees the frames over and over; ``pulled``: somebody pulls its plug; ``on`` counts those that are open."""

    on: ClassVar[int] = 0
    pulled: ClassVar[bool] = False
    shown: ClassVar[list[Image]] = []

    def __init__(self, _: CameraDevice) -> None:
        SoakCamera.on += 1
        self._next = 0

    def read(self) -> Image:
        time.sleep(0.04)
        if SoakCamera.pulled:
            raise InputError("The camera 'Of the soak' sends no more pictures: connect it again, then start it anew.")
        self._next = (self._next + 1) % len(SoakCamera.shown)
        return SoakCamera.shown[self._next]

    def close(self) -> None:
        SoakCamera.on -= 1
