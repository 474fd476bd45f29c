"""Bytes in memory for Pillow to read, but not for ever: a file can be made of millions of tiny blocks."""

from __future__ import annotations

from io import BytesIO

from .deadline import Deadline

DECODE_SECONDS = 30.0
"""For the pixels, which may be many; :data:`core.media.deadline.SECONDS` are for what comes before them."""

_EVERY = 64


class TakesTooLong(Exception):
    """Reading the blocks of a file has taken longer than any honest file takes."""


class GuardedBytes(BytesIO):
    """Raises :class:`TakesTooLong` out of whatever loop of a reader is still at it after the deadline."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._deadline = Deadline()
        self._calls = 0

    def begin_pixels(self) -> None:
        """The header is read."""
        self._deadline = Deadline(DECODE_SECONDS)

    def begin_frame(self) -> None:
        """There was a frame: the time begins anew."""
        self._deadline.renew()

    def read(self, size: int | None = -1, /) -> bytes:
        self._check()
        return super().read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._check()
        return super().seek(offset, whence)

    def _check(self) -> None:
        self._calls += 1
        if self._calls % _EVERY == 0 and self._deadline.passed:
            raise TakesTooLong
