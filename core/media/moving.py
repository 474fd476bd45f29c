"""What a driver that moves offers, whatever it is: a film, an animated picture, a folder of pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .open_input import is_folder
from .picture_folder import PictureFolder
from .read_video import FoundFrame, VideoReader
from .sniff import probe


class Moving(Protocol):
    """See :class:`core.media.read_video.VideoReader`."""

    fps: float

    @property
    def times(self) -> NDArray[np.float64]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...

    def quick(self, index: int) -> int: ...
    def run(self, start: int = 0) -> Iterator[FoundFrame]: ...
    def close(self) -> None: ...


def open_moving(path: str | os.PathLike[str]) -> VideoReader | PictureFolder | None:
    """The film, animation or folder of pictures at ``path``; None where it is a still picture, or nothing known.

    Raises InputError where there is nothing, and for a film that cannot be played or a folder without pictures.
    """
    if is_folder(path):
        return PictureFolder(path)
    return None if probe(path) == "image" else VideoReader(path)
