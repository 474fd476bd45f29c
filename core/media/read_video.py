"""The one door for what moves: films (PyAV) and animated GIF, WebP, APNG, AVIF (Pillow) behind one reader."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..types import Image
from .film import Film
from .flipbook import Flipbook
from .open_input import check_readable, quoted, read_bytes
from .pillow import FORMATS
from .sniff import HEAD, name_format, probe

MAX_SECONDS = 600.0


@dataclass(frozen=True)
class TimedFrame:
    """``pixels`` H×W×3 uint8 RGB, upright; ``index`` from 0; ``seconds`` since the first frame."""

    pixels: Image
    index: int
    seconds: float


@dataclass(frozen=True, eq=False)
class FoundFrame:
    """A frame that was reached and not converted yet; :meth:`take` it before the next one is asked for."""

    index: int
    seconds: float
    _convert: Callable[[], Image]

    def take(self) -> TimedFrame:
        return TimedFrame(self._convert(), self.index, self.seconds)


class _Source(Protocol):
    """What a reader of one family of formats offers."""

    fps: float
    frame_count: int | None
    size: tuple[int, int]
    notes: list[str]

    @property
    def times(self) -> NDArray[np.float64]: ...

    def quick(self, index: int) -> int: ...

    def run(self, start: int) -> Generator[tuple[int, float, Callable[[], Image]], None, None]: ...


class VideoReader:
    """Frames of a video or animation, decoded one at a time while they are asked for: memory stays flat.

    ``fps``          frames a second, the average where they are uneven; ``TimedFrame.seconds`` is exact.
    ``frame_count``  as the file states or its length suggests, for a progress bar; None when it says nothing.
    ``size``         (width, height) of the upright frames, pixels made square.

    Use it as a context manager, which closes the file; every iteration starts from the first frame.  Opening raises
    :class:`InputError` when the file is no video or not one frame of it can be decoded.  Damage further on ends the
    iteration early and is told in :attr:`notes`.
    """

    def __init__(self, path: str | os.PathLike[str], max_seconds: float = MAX_SECONDS) -> None:
        self.path = check_readable(path)
        self._max_seconds = max_seconds
        kind = probe(self.path)
        if kind == "image":
            raise InputError(_not_a_video(self.path))
        self._source: _Source = Film(self.path, max_seconds) if kind == "video" else Flipbook(self.path, max_seconds)
        self.fps = self._source.fps
        self.frame_count = self._source.frame_count
        self.size = self._source.size
        self._running: Generator[FoundFrame, None, None] | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what a person may want to know; complete after the last frame."""
        return tuple(dict.fromkeys(self._source.notes))

    @property
    def times(self) -> NDArray[np.float64]:
        """(n,) float64, seconds since the first frame of every frame, exact: n is the number of frames.

        The first time it is asked for, a film is gone through packet by packet (a second for half an hour of it).
        """
        return self._source.times[: int(np.searchsorted(self._source.times, self._max_seconds, side="right"))]

    def quick(self, index: int) -> int:
        """A frame near ``index`` that is reached without decoding many others, where there are such."""
        return self._source.quick(index)

    def frames(self, start: int = 0) -> Iterator[TimedFrame]:
        """Frames from index ``start`` on, which is exact; a new iteration ends the one before."""
        return (found.take() for found in self.run(start))

    def run(self, start: int = 0) -> Iterator[FoundFrame]:
        """The same, each frame converted only where it is taken."""
        self.close()
        self._running = self._iterate(start)
        return self._running

    def _iterate(self, start: int) -> Generator[FoundFrame, None, None]:
        for index, seconds, convert in self._source.run(start):
            if seconds > self._max_seconds:
                self._source.notes.append(f"Only the first {self._max_seconds:g} seconds were used.")
                return
            yield FoundFrame(index, seconds, convert)

    def __iter__(self) -> Iterator[TimedFrame]:
        return self.frames()

    def close(self) -> None:
        """End the running iteration and close the file."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_frame(path: str | os.PathLike[str], index: int) -> Image:
    """Frame ``index`` (from 0) of a video or animation, H×W×3 uint8 RGB; :class:`InputError` when there is none."""
    with VideoReader(path) as reader:
        frame = next(reader.frames(index), None) if index >= 0 else None
    if frame is None:
        raise InputError(f"{quoted(path)} has no frame {index}: frames count from 0.")
    return frame.pixels


def _not_a_video(path: os.PathLike[str]) -> str:
    name = name_format(read_bytes(check_readable(path), HEAD))
    if name in FORMATS:
        return f"{quoted(path)} is a still picture, but a video is needed here: give an MP4, MOV, WebM or GIF file."
    what = f"a {name}" if name else "not a video"
    return f"{quoted(path)} is {what}, which cannot be played: give an MP4, MOV, WebM or GIF file."
