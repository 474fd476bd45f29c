"""Animated GIF, WebP, APNG and AVIF through Pillow."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from ..errors import InputError
from ..types import Image
from .colour import to_srgb
from .deadline import Deadline
from .guarded_bytes import GuardedBytes
from .hdr import HLG, PQ, SAID, coded_in, in_srgb
from .open_film import MIN_SIDE
from .open_input import MAX_BYTES, quoted, read_bytes
from .pillow import FORMATS, quiet_pillow

MAX_PIXELS = 36_000_000
OPEN_SECONDS = 3.0
"""For going through all frames once; what takes longer on the machine at hand is no animation but a film."""

_DEFAULT_MS = 100.0


class Flipbook:
    """One animated picture; see :class:`core.media.read_video.VideoReader`, whose interface for Pillow this is.

    Opening runs through the file once for the durations, which are stored with each frame.
    """

    def __init__(self, path: Path, max_seconds: float) -> None:
        self._path = path
        self.notes: list[str] = []
        total, count = 0.0, 0
        begins: list[float] = []
        opening = Deadline(OPEN_SECONDS)
        with closing(self._run(lambda index: index == 0)) as run:
            for milliseconds, pixels in run:
                if opening.passed:
                    raise InputError(f"{quoted(path)} takes too long to open: convert it to MP4 first.")
                begins.append(total / 1000.0)
                total, count = total + milliseconds, count + 1
                if pixels is not None:
                    self.size = (pixels.shape[1], pixels.shape[0])
                if total > max_seconds * 1000.0:
                    name = quoted(path)
                    raise InputError(f"{name} lasts longer than the limit of {max_seconds:g} seconds: cut it first.")
        if count == 0:
            raise InputError(f"{quoted(path)} has no frame that can be decoded: export the animation again.")
        self.fps = 1000.0 * count / total
        self.frame_count: int | None = count
        self.times = np.array(begins)
        """(n,) seconds since the first frame of every frame."""

    def quick(self, index: int) -> int:
        return index

    def run(self, start: int) -> Generator[tuple[int, float, Callable[[], Image]], None, None]:
        """(number, seconds since the first frame, what gives its RGB) of frame ``start`` and all after it."""
        seconds = 0.0
        with closing(self._run(lambda index: index >= start)) as run:
            for number, (milliseconds, pixels) in enumerate(run):
                if pixels is not None:
                    yield number, seconds, partial(np.asarray, pixels)
                seconds += milliseconds / 1000.0

    def _run(self, wanted: Callable[[int], bool]) -> Generator[tuple[float, Image | None], None, None]:
        """(duration in ms, pixels) of every frame up to the end or the first damage; pixels only where wanted."""
        data = read_bytes(self._path, MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise InputError(f"{quoted(self._path)} has more than {MAX_BYTES >> 20} MB: make it smaller first.")
        source = GuardedBytes(data)
        with quiet_pillow():
            try:
                picture = PillowImage.open(source, formats=FORMATS)
            except Exception as error:  # Pillow's readers raise nearly everything on damaged files
                raise InputError(f"{quoted(self._path)} is damaged: export the animation again.") from error
        with picture:
            index, size = 0, picture.size
            coding = None
            if picture.format in ("PNG", "AVIF") and not picture.info.get("icc_profile"):
                coding = coded_in(data)
            if coding is not None and coding[0] in (PQ, HLG) and SAID not in self.notes:
                self.notes.append(SAID)
            while (shown := self._show(picture, size, index, wanted(index))) is not None:
                milliseconds, pixels = shown
                yield milliseconds, pixels if pixels is None or coding is None else in_srgb(pixels, *coding)
                source.begin_frame()
                index += 1

    def _show(
        self, picture: PillowImage.Image, size: tuple[int, int], index: int, wanted: bool
    ) -> tuple[float, Image | None] | None:
        with quiet_pillow():
            try:
                picture.seek(index)
                self._check(picture)
                picture.load()
                # A GIF's later frames may reach beyond its first, which sets the size.
                pixels = (
                    to_srgb(picture.crop((0, 0, *size)) if picture.size != size else picture)[0] if wanted else None
                )
                return _milliseconds(picture), pixels
            except InputError:
                raise
            except Exception as error:  # the same
                if not (isinstance(error, EOFError) and _is_end(picture, index)):
                    self.notes.append(f"The animation is damaged after frame {index}; what comes before was used.")
                return None

    def _check(self, picture: PillowImage.Image) -> None:
        width, height = picture.size
        if min(width, height) < MIN_SIDE:
            size = f"{width}×{height} pixels"
            raise InputError(f"{quoted(self._path)} is too small ({size}): give one of at least {MIN_SIDE}×{MIN_SIDE}.")
        if width * height > MAX_PIXELS:
            limit = MAX_PIXELS // 1_000_000
            raise InputError(
                f"{quoted(self._path)} is {width}×{height} pixels; the limit of an animation is {limit} megapixels: "
                "make it smaller first."
            )


def _milliseconds(picture: PillowImage.Image) -> float:
    """How long the frame is shown; 10 ms and less mean 100, as in every browser."""
    stated = picture.info.get("duration", _DEFAULT_MS)
    return float(stated) if isinstance(stated, (int, float)) and stated > 10 else _DEFAULT_MS


def _is_end(picture: PillowImage.Image, index: int) -> bool:
    """Whether the file has no frame ``index``, rather than a broken one.  (A GIF does not say how many it has.)"""
    return picture.format == "GIF" or index >= int(getattr(picture, "n_frames", 1))
