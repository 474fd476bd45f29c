"""Animated GIF through Pillow, with one good palette for all frames."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from ..errors import Cancelled
from ..types import Image
from .pillow import quiet_pillow

_MIN_TICKS = 2
_SAMPLES = 32
_SAMPLE_SIDE = 128


class GifEncoder:
    """Writes ``path`` at the end: the palette is chosen from all frames, so that colours do not flicker.

    Until then the frames are kept compressed (zlib, without loss), about 0.6 of their size.  Writing raises
    :class:`Cancelled` between two frames when ``should_stop`` says so.
    """

    def __init__(self, path: Path, fps: float, loop: bool, should_stop: Callable[[], bool]) -> None:
        self._path = path
        self._fps = fps
        self._loop = loop
        self._should_stop = should_stop
        self._frames: list[bytes] = []
        self._ticks: list[int] = []
        self._count = 0
        self._shape = (0, 0, 3)

    def add(self, frame: Image) -> None:
        tick = self._tick(self._count)
        self._count += 1
        if self._ticks and tick - self._ticks[-1] < _MIN_TICKS:
            return  # faster than a GIF can show: leave it out, so that the rest keeps its time
        self._shape = (frame.shape[0], frame.shape[1], 3)
        self._ticks.append(tick)
        self._frames.append(zlib.compress(frame.tobytes(), 1))

    def _tick(self, index: int) -> int:
        """When frame ``index`` begins, in hundredths of a second; rounded from zero, so that errors do not add up."""
        return round(100.0 * index / self._fps)

    def finish(self) -> None:
        palette = self._palette()
        # Floyd–Steinberg: faces are smooth gradients, where 256 plain colours band.
        pictures = (frame.quantize(palette=palette, dither=PillowImage.Dither.FLOYDSTEINBERG) for frame in self._all())
        ends = [*self._ticks[1:], max(self._tick(self._count), self._ticks[-1] + _MIN_TICKS)]
        durations = [10 * (end - begin) for begin, end in zip(self._ticks, ends)]
        with quiet_pillow():
            next(pictures).save(
                self._path,
                format="GIF",
                save_all=True,
                append_images=pictures,
                duration=durations,
                optimize=False,
                **({"loop": 0} if self._loop else {}),
            )

    def close(self) -> None:
        self._frames.clear()

    def _all(self, step: int = 1) -> Iterator[PillowImage.Image]:
        for data in self._frames[::step]:
            if self._should_stop():
                raise Cancelled("Cancelled; nothing was written.")
            yield PillowImage.fromarray(np.frombuffer(zlib.decompress(data), np.uint8).reshape(self._shape))

    def _palette(self) -> PillowImage.Image:
        """256 colours for a sample of pixels of up to 32 frames spread over the whole animation."""
        step = -(-len(self._frames) // _SAMPLES)
        stride = max(1, -(-max(self._shape) // _SAMPLE_SIDE))
        samples = [np.asarray(picture)[::stride, ::stride] for picture in self._all(step)]
        return PillowImage.fromarray(np.concatenate(samples)).quantize(256, method=PillowImage.Quantize.MEDIANCUT)
