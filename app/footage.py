"""Drivers that move: films, folders and the camera, and their frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import Image

from .slot import PhotoOrder


@dataclass(frozen=True, eq=False)
class Footage:
    """A driver that moves.  ``times`` (n,): seconds since the first frame; ``fps``: on average; ``pictures``: the files
    of a folder, () for a film; ``seen_first``: the frame in which all faces were looked for.
    """

    times: NDArray[np.float64]
    fps: float
    pictures: tuple[Path, ...] = ()
    seen_first: int = 0

    @property
    def count(self) -> int:
        return len(self.times)

    @property
    def step(self) -> float:
        """Seconds a frame lasts."""
        return 1.0 / self.fps


@dataclass(frozen=True, eq=False)
class SeenFrame:
    """A frame of a driver that moves, as it was looked at.  ``order``: of the film, None = of the camera;
    ``encoded``: the core's EncodedFace, None = no face, and ``note`` says so.
    """

    order: PhotoOrder | None
    number: int
    pixels: Image
    encoded: Any = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """A picture of the camera.  ``run``: since it was switched on or mirrored, frames belong together."""

    run: int
    number: int
    seconds: float
    pixels: Image


@dataclass(frozen=True)
class CameraState:
    """``on``: from when it was asked for until it was stopped; ``live``: its pictures come.

    ``device``: address of the one in use, "" = the first there is; ``devices``: (address, name) of all;
    ``neutral``: the picture that relative motion starts from, None = the first.
    """

    on: bool = False
    live: bool = False
    run: int = 0
    device: str = ""
    devices: tuple[tuple[str, str], ...] = ()
    mirror: bool = True
    neutral: int | None = None

    @property
    def name(self) -> str:
        return dict(self.devices).get(self.device, "")
