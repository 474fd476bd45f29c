"""The drivers that move, as the core worker has them open: one film or folder, and one camera."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import InputError, NoFaceError

from ..footage import SeenFrame
from ..rendering import RenderRequest
from ..sentences import tr_sentence
from ..slot import Photo, PhotoOrder
from ..tr import tr
from .moving import MovingDriver, OpensDrivers

LOOKED_AT = 24
"""Frames, spread over a film, in which a face is looked for before it is refused."""


class Drivers:
    def __init__(self) -> None:
        self._film: tuple[PhotoOrder, MovingDriver] | None = None
        self._camera: tuple[int, MovingDriver] | None = None
        self._blank: set[int] = set()  # frames of the film that are of no use to others

    def photo(self, engine: OpensDrivers, order: PhotoOrder) -> Photo | None:
        """Open the film or folder of an order; None where it is a still picture.  Raises InputError."""
        if not isinstance(order.origin, Path):
            return None
        driver = engine.open_driver(order.origin, order.choice.face)
        if driver is None:
            return None
        try:
            number, pixels, encoded = _first_face(driver)
            footage = replace(driver.footage, seen_first=number)
            photo = Photo(order, pixels, encoded, tuple(driver.notes), digest(order.origin, footage.pictures), footage)
        except BaseException:
            driver.close()
            raise
        self.close_film()  # only now: the one before stays where this one cannot be used
        self._film = order, driver
        return photo

    def look(self, engine: OpensDrivers, request: RenderRequest) -> SeenFrame | None:
        """The frame that a request wants, looked at; None where a still picture drives."""
        live, clip = request.live, request.clip
        if live is not None:
            return _seen(self._of_camera(engine, live.run), None, live.number, live.seconds, live.pixels)
        if clip is None or self._film is None or self._film[0] is not request.driving:
            return None
        order, driver = self._film
        number = min(clip.frame, driver.footage.count - 1)
        pixels = driver.picture(number)
        if pixels is None:
            raise InputError(
                tr("Frame {number} of the film cannot be shown; its file is damaged there.", number=number)
            )
        return _seen(driver, order, number, float(driver.footage.times[number]), pixels)

    def driving(self, request: RenderRequest, seen: SeenFrame, source: Any) -> Any:
        """What the frame drives ``source`` with.  Raises NoFaceError where the neutral frame shows no face."""
        found = self._camera if request.live is not None else self._film
        assert found is not None and request.clip is not None
        clip, driver = request.clip, found[1]
        if request.live is not None and not (clip.neutral is not None and driver.knows(clip.neutral)):
            clip = replace(clip, neutral=seen.number)
        return driver.driving(seen.encoded, seen.number, source, clip)

    def unseen(self, request: RenderRequest) -> list[int]:
        """Frames near the wanted one that smoothing would use and that nobody has looked at."""
        if request.playing or request.clip is None or self._film is None or self._film[0] is not request.driving:
            return []
        driver = self._film[1]
        near = driver.near(request.clip.frame, request.clip.smoothing)
        return [number for number in near if not driver.knows(number) and number not in self._blank]

    def look_at(self, number: int) -> None:
        """Look at a frame of the film for the sake of another."""
        if self._film is not None:
            driver = self._film[1]
            with contextlib.suppress(InputError):  # damaged, or without a face
                pixels = driver.picture(number)
                if pixels is not None:
                    driver.see(number, float(driver.footage.times[number]), pixels)
                    return
            self._blank.add(number)

    def close_film(self) -> None:
        if self._film is not None:
            self._film[1].close()
            self._film = None
            self._blank.clear()

    def close(self) -> None:
        self.close_film()
        self._camera = None

    def _of_camera(self, engine: OpensDrivers, run: int) -> MovingDriver:
        if self._camera is None or self._camera[0] != run:
            self._camera = run, engine.open_camera()
        return self._camera[1]


def _seen(driver: MovingDriver, order: PhotoOrder | None, number: int, seconds: float, pixels: Any) -> SeenFrame:
    try:
        return SeenFrame(order, number, pixels, driver.see(number, seconds, pixels))
    except NoFaceError as error:
        return SeenFrame(order, number, pixels, None, tr_sentence(str(error)))


def _first_face(driver: MovingDriver) -> tuple[int, Any, Any]:
    """(number, pixels, EncodedFace) of the first frame with a face, of some that are spread over all."""
    times = driver.footage.times
    for number in np.unique(np.linspace(0, len(times) - 1, LOOKED_AT).round().astype(int)).tolist():
        try:
            pixels = driver.picture(number)
            if pixels is not None:
                return number, pixels, driver.see(number, float(times[number]), pixels)
        except NoFaceError:
            continue
        except InputError:  # a picture of the folder is damaged; a film that is, ends here
            if not driver.footage.pictures:
                raise
    raise NoFaceError(tr("No face was found in any of the frames looked at; choose a film that shows a face."))


def digest(path: Path, pictures: tuple[Path, ...]) -> str:
    """SHA-256 of a film's bytes, or of the names and sizes of a folder's pictures."""
    if not pictures:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    names = "\0".join(f"{picture.name}\0{picture.stat().st_size}" for picture in pictures)
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()
