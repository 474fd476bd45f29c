"""Any frame of a driver that moves, at once where it was seen lately; memory stays bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from .moving import Moving
from .read_video import FoundFrame, TimedFrame

MAX_BYTES = 192 * 2**20
"""Pixels kept: 70 frames of 1280×720, 30 of 1920×1080."""

BEHIND = 12
"""Going back, so many frames before the wanted one are kept too: the next steps back cost nothing."""

AHEAD = 48
"""A frame at most so far ahead is reached by decoding on; beyond, by a jump."""


class FrameStore:
    """Frames of one :class:`Moving` by their index.  For one thread; :meth:`close` when done."""

    def __init__(self, moving: Moving, max_bytes: int = MAX_BYTES) -> None:
        self._moving = moving
        self._max_bytes = max_bytes
        self._kept: OrderedDict[int, TimedFrame] = OrderedDict()
        self._bytes = 0
        self._run: Iterator[FoundFrame] | None = None
        self._next = 0
        self._last = 0

    def get(self, index: int) -> TimedFrame | None:
        """Frame ``index``; None where it cannot be decoded.  Raises InputError for a file that is gone or damaged."""
        back, self._last = index < self._last, index
        kept = self._kept.get(index)
        if kept is not None:
            self._kept.move_to_end(index)
            return kept
        begin = max(index - BEHIND, 0) if back else index
        if self._run is None or not self._next <= begin <= self._next + AHEAD:
            self._run = self._moving.run(begin)
            self._next = begin
        for found in self._run:
            self._next = found.index + 1
            if found.index > index:
                return None
            if found.index >= begin and found.index not in self._kept:
                self._keep(found.take())
            if found.index == index:
                return self._kept[index]
        self._run = None
        return None

    def close(self) -> None:
        self._run = None
        self._kept.clear()
        self._bytes = 0
        self._moving.close()

    def _keep(self, frame: TimedFrame) -> None:
        self._kept[frame.index] = frame
        self._bytes += frame.pixels.nbytes
        while self._bytes > self._max_bytes and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.pixels.nbytes
