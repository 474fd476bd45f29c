"""A film, a folder or a camera with the real core.  Imported, as ``core_engine``, by a worker thread only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.errors import NoFaceError
from core.media.frame_store import FrameStore
from core.media.moving import Moving
from core.media.open_input import is_folder
from core.media.picture_folder import PictureFolder
from core.media.sniff import probe
from core.pipeline.encoded import EncodedFace
from core.pipeline.live_driver import LiveDriver
from core.pipeline.motion import Motion
from core.pipeline.reenactor import Reenactor
from core.pipeline.smoothing import reach
from core.pipeline.video_track import open_driver
from core.types import Image

from ..choice import Frame
from ..clip import Clip
from ..footage import Footage
from ..tr import tr

NOTHING = Footage(np.zeros(0), 25.0)


class CoreDriver:
    """Implements :class:`app.workers.moving.MovingDriver`."""

    def __init__(self, driver: LiveDriver, moving: Moving | None = None) -> None:
        self._driver, self._moving = driver, moving
        self._store = FrameStore(moving) if moving is not None else None
        self._apart = isinstance(moving, PictureFolder)
        pictures = moving.paths if isinstance(moving, PictureFolder) else ()
        self.footage = Footage(moving.times, moving.fps, pictures) if moving is not None else NOTHING

    @property
    def notes(self) -> Sequence[str]:
        return self._moving.notes if self._moving is not None else ()

    def picture(self, number: int) -> Image | None:
        frame = self._store.get(number) if self._store is not None else None
        return None if frame is None else frame.pixels

    def see(self, number: int, seconds: float, pixels: Image) -> EncodedFace:
        return self._driver.see(number, seconds, pixels)

    def knows(self, number: int) -> bool:
        return self._driver.knows(number)

    def driving(self, seen: EncodedFace, number: int, source: EncodedFace, clip: Clip) -> EncodedFace:
        neutral = clip.start if clip.relative else None
        if neutral is not None and not self._driver.knows(neutral):
            self._see_neutral(neutral)
        motion = Motion(clip.relative, clip.smoothing)
        return replace(seen, coefficients=self._driver.driving(number, source.coefficients, motion, neutral))

    def _see_neutral(self, neutral: int) -> None:
        pixels = self.picture(neutral)
        try:
            if pixels is None:
                raise NoFaceError("no pixels")
            self.see(neutral, float(self.footage.times[neutral]), pixels)
        except NoFaceError as error:
            raise NoFaceError(
                tr("The neutral frame shows no face; choose another frame as the neutral one.")
            ) from error

    def near(self, number: int, smoothing: float) -> list[int]:
        times = self.footage.times
        if self._apart or smoothing <= 0 or number >= len(times):
            return []
        found = np.flatnonzero(np.abs(times - times[number]) <= reach(smoothing))
        return [int(index) for index in found]

    def close(self) -> None:
        if self._store is not None:
            self._store.close()


def open_film(reenactor: Reenactor, path: Path, face: int | Frame | None) -> CoreDriver | None:
    """The film or folder at ``path``, None where it does not move."""
    if not is_folder(path) and probe(path) == "image":
        return None
    return CoreDriver(*open_driver(reenactor, path, face))


def open_camera(reenactor: Reenactor) -> CoreDriver:
    return CoreDriver(LiveDriver(reenactor))
