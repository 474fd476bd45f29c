"""How a driver that moves is used: which frame is shown, which part is played, relative to what, and how smooth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.provenance.marks import ALL_MARKS, Marks
from core.types import Controls

from .choice import Frame
from .footage import Footage


@dataclass(frozen=True)
class Clip:
    """``frame``      the one that is shown, from 0.
    ``first``, ``last``  the in and the out mark, both played; None = the last frame there is.
    ``neutral``    the frame that relative motion starts from; None = the in mark.
    ``relative``   the driver's motion since its neutral frame is added to the source; else its pose and expression
                   are taken over.
    ``smoothing``  0 = none to 1.
    """

    frame: int = 0
    first: int = 0
    last: int | None = None
    neutral: int | None = None
    relative: bool = False
    smoothing: float = 0.5
    loop: bool = True

    def __post_init__(self) -> None:
        numbers = (self.frame, self.first, self.last, self.neutral)
        if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in numbers if n is not None):
            raise ValueError("a frame is no number")
        if None in (self.frame, self.first) or not all(isinstance(on, bool) for on in (self.relative, self.loop)):
            raise ValueError("the driver's settings are incomplete")
        if isinstance(self.smoothing, bool) or not 0.0 <= float(self.smoothing) <= 1.0:
            raise ValueError("the smoothing is no number from 0 to 1")

    def end(self, count: int) -> int:
        """The last frame that is played, of ``count``."""
        return count - 1 if self.last is None else self.last

    @property
    def start(self) -> int:
        """The frame that relative motion starts from."""
        return self.first if self.neutral is None else self.neutral

    def within(self, count: int) -> Clip:
        """The same for a driver of ``count`` frames."""
        top = count - 1
        first = min(self.first, top)
        last = None if self.last is None or not first <= self.last < top else self.last
        neutral = None if self.neutral is None or self.neutral > top else self.neutral
        return replace(self, frame=min(self.frame, top), first=first, last=last, neutral=neutral)

    def for_another(self) -> Clip:
        """For another driver: how its motion is taken stays, what names frames does not."""
        return Clip(relative=self.relative, smoothing=self.smoothing, loop=self.loop)


@dataclass(frozen=True, eq=False)
class FilmOrder:
    """A film to be made: ``source`` (an EncodedFace) driven by the chosen ``face`` of a film or folder, the
    ``driver``, between which marks and how, by ``clip``; rendered with ``controls``, and with which ``marks`` in it.
    """

    source: Any
    driver: Path
    face: int | Frame | None
    clip: Clip
    controls: Controls
    marks: Marks = ALL_MARKS


def frame_at(clip: Clip, footage: Footage, begin: int, seconds: float) -> int | None:
    """The frame shown ``seconds`` after frame ``begin`` was; None = the part that is played is over."""
    times, end = footage.times, clip.end(footage.count)
    at = float(times[begin]) + seconds
    finish = float(times[end]) + footage.step
    if at >= finish:
        if not clip.loop:
            return None
        start = float(times[clip.first])
        at = start + (at - finish) % max(finish - start, footage.step)
    return min(int(np.searchsorted(times, at + 1e-9, side="right")) - 1, end)
