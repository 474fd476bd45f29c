"""Frames to GIF, MP4 or animated WebP."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ..errors import OutputError
from ..types import Image
from .atomic import atomic_write, check_writable
from .encode_film import FilmEncoder
from .encode_gif import GifEncoder
from .open_input import quoted

SUPPORTED_ANIMATIONS = (".gif", ".mp4", ".webp")

MAX_SIDE = 8192


class _Encoder(Protocol):
    def add(self, frame: Image) -> None: ...

    def finish(self) -> None: ...

    def close(self) -> None: ...


class AnimationWriter:
    """Takes the frames of one animation, in order; :func:`open_animation` makes it."""

    def __init__(self, encoder: _Encoder, size: tuple[int, int]) -> None:
        self._encoder = encoder
        self._shape = (size[1], size[0], 3)
        self.frame_count = 0

    def add(self, frame: Image) -> None:
        """Append a frame, H×W×3 uint8 RGB of the size announced.  It is not kept: the caller may reuse it."""
        if frame.shape != self._shape or frame.dtype != "uint8":
            raise ValueError(f"frames must be {self._shape} uint8, not {frame.shape} {frame.dtype}")
        self._encoder.add(frame)
        self.frame_count += 1


def check_animation_path(path: str | os.PathLike[str]) -> str:
    """The lower-case suffix of ``path``; :class:`OutputError` when it is no animation that can be written there.

    Touches nothing: long jobs call it before they start.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUPPORTED_ANIMATIONS:
        formats = ", ".join(SUPPORTED_ANIMATIONS)
        raise OutputError(f"{quoted(path)} is no animation format that can be written: use {formats}.")
    check_writable(path)
    return suffix


@contextmanager
def open_animation(
    path: str | os.PathLike[str],
    fps: float,
    size: tuple[int, int],
    loop: bool = True,
    should_stop: Callable[[], bool] = lambda: False,
    finish: Callable[[Path], None] = lambda written: None,
) -> Iterator[AnimationWriter]:
    """Open an animation for writing, by the suffix: GIF, MP4 (H.264) or animated WebP.

    ``fps`` frames a second, above 0 up to 240; ``size`` (width, height) of all frames; ``loop`` endlessly (GIF, WebP).
    Frames of odd size get their last row or column twice in an MP4, whose sizes are even.  A GIF's clock ticks in
    hundredths of a second, and browsers want 20 ms a frame in GIF and WebP: above 50 frames a second some are left
    out; none drift.  Equal frames in a row may be stored as one that is shown as long (GIF, WebP).

    A GIF is encoded when the block ends, which takes about 10 ms a frame of 256×256: ``should_stop`` is asked between
    frames and ends that with :class:`Cancelled`.  Between calls of ``add`` asking is the caller's business.

    ``finish`` gets the complete temporary file before it takes its place, as in
    :func:`core.media.write_image.write_image`.  The file appears whole when the block ends, or, after any exception in
    it, not at all.  Raises :class:`OutputError`, also when no frame was added.
    """
    suffix = check_animation_path(path)
    if not 0.0 < fps <= 240.0:
        raise OutputError(f"{quoted(path)} cannot play {fps:g} frames a second: choose a number above 0 up to 240.")
    if not 1 <= min(size) <= max(size) <= MAX_SIDE:
        raise OutputError(f"{quoted(path)} cannot be {size[0]}×{size[1]} pixels: the limit is {MAX_SIDE} a side.")
    with atomic_write(path) as temporary:
        encoder: _Encoder
        if suffix == ".gif":
            encoder = GifEncoder(temporary, fps, loop, should_stop)
        else:
            encoder = FilmEncoder(temporary, fps, size, loop)
        try:
            writer = AnimationWriter(encoder, size)
            yield writer
            if writer.frame_count == 0:
                raise OutputError(f"{quoted(path)} was not written because there was no frame to write.")
            encoder.finish()
            finish(temporary)
        finally:
            encoder.close()
