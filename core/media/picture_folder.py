"""A folder of pictures as a driver that moves: one picture after the other, by name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..types import Image
from .open_input import quoted
from .read_image import read_image
from .read_video import FoundFrame
from .sniff import may_be_picture

MAX_PICTURES = 2000
FPS = 4.0
"""Pictures a second when they are played."""


class PictureFolder:
    """Pictures of one folder, sorted by name as people count (2 before 10); hidden files are left out.

    ``paths`` of the pictures; ``fps``, ``times``, ``notes`` and ``run`` as in
    :class:`core.media.read_video.VideoReader`.  Each picture is read when it is taken, which raises InputError for
    one that is damaged.  Opening raises InputError where the folder holds none or may not be read.
    """

    fps = FPS

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.notes: tuple[str, ...] = ()
        try:
            files = [entry for entry in self.path.iterdir() if may_be_picture(entry)]
        except OSError as error:
            raise InputError(f"The folder {quoted(path)} cannot be read: check its permissions.") from error
        if not files:
            raise InputError(f"The folder {quoted(path)} holds no pictures: choose a folder with PNG or JPEG files.")
        self.paths = tuple(sorted(files, key=_counting)[:MAX_PICTURES])
        if len(files) > MAX_PICTURES:
            self.notes = (f"The folder holds {len(files)} pictures; the first {MAX_PICTURES} are used.",)

    @property
    def times(self) -> NDArray[np.float64]:
        """(n,) seconds at which each picture would be shown."""
        return np.arange(len(self.paths)) / self.fps

    def quick(self, index: int) -> int:
        return index

    def run(self, start: int = 0) -> Iterator[FoundFrame]:
        for index in range(start, len(self.paths)):
            yield FoundFrame(index, index / self.fps, partial(_pixels, self.paths[index]))

    def close(self) -> None:
        """Nothing stays open."""


def _pixels(path: Path) -> Image:
    return read_image(path).pixels


def _counting(path: Path) -> list[tuple[int, str]]:
    """Sorts numbers inside names by their value."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.name.lower())]
