"""A quick stand-in for a driver that moves: real files, faces of the fake engine, coefficients that are one number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.clip import Clip
from app.footage import Footage
from core.errors import NoFaceError
from core.media.frame_store import FrameStore
from core.media.moving import Moving, open_moving
from core.media.picture_folder import PictureFolder
from core.types import Image

if TYPE_CHECKING:
    from tests.app.fake_engine import FakeEngine, FakeFace


class FakeDriver:
    """What drives is ``level``, the mean of the pixels: averaged over the neighbours, minus the neutral frame's."""

    notes = ()

    def __init__(self, engine: FakeEngine, moving: Moving | None, face: int | None) -> None:
        self._engine, self._moving, self._face = engine, moving, face
        self._store = FrameStore(moving) if moving is not None else None
        self._seen: dict[int, FakeFace] = {}
        self.closed = False
        pictures = moving.paths if isinstance(moving, PictureFolder) else ()
        self.footage = Footage(np.zeros(0), 25.0)
        if moving is not None:
            self.footage = Footage(moving.times, moving.fps, pictures)

    def picture(self, number: int) -> Image | None:
        found = self._store.get(number) if self._store is not None else None
        return None if found is None else found.pixels

    def see(self, number: int, seconds: float, pixels: Image) -> FakeFace:
        self._engine.seen.append(number)
        if number not in self._seen:
            self._seen[number] = self._engine.encode("frame", pixels, self._face)
        return self._seen[number]

    def knows(self, number: int) -> bool:
        return number in self._seen

    def driving(self, seen: FakeFace, number: int, source: FakeFace, clip: Clip) -> FakeFace:
        near = [self._seen[k].level for k in self.near(number, clip.smoothing) if k in self._seen]
        level = float(np.mean(near)) if near else seen.level
        if clip.relative:
            if clip.start not in self._seen:
                pixels = self.picture(clip.start)
                try:
                    assert pixels is not None
                    self.see(clip.start, 0.0, pixels)
                except NoFaceError as error:
                    raise NoFaceError(
                        "The neutral frame shows no face: choose another frame as the neutral one."
                    ) from error
            level -= self._seen[clip.start].level
        return replace(seen, level=level)

    def near(self, number: int, smoothing: float) -> list[int]:
        reach = round(4 * smoothing)
        return [k for k in range(number - reach, number + reach + 1) if 0 <= k < self.footage.count]

    def close(self) -> None:
        self.closed = True
        if self._store is not None:
            self._store.close()


def open_fake(engine: FakeEngine, path: Path, face: int | None) -> FakeDriver | None:
    moving = open_moving(path)
    return None if moving is None else FakeDriver(engine, moving, face)
