"""A driving video, or a part of it, as coefficients: tracked from frame to frame, one identity, one crop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled, InputError, NoFaceError
from ..media.moving import Moving, open_moving
from ..media.picture_folder import PictureFolder
from ..media.read_video import FoundFrame
from ..types import Coefficients
from .animate import OnProgress, ShouldStop, never, nothing
from .choose import FaceChoice
from .live_driver import LiveDriver, spread_frames
from .motion import PLAIN, Motion
from .reenactor import Reenactor


@dataclass(frozen=True)
class Span:
    """Frames ``first`` to ``last``, both included (None = the last there is); ``neutral``: what relative motion is
    relative to, None = the first of them.
    """

    first: int = 0
    last: int | None = None
    neutral: int | None = None


ALL = Span()


@dataclass(frozen=True)
class VideoTrack:
    """``coefficients`` one per frame at ``fps``; ``missing`` frames without a face took a neighbour's."""

    coefficients: list[Coefficients]
    fps: float
    missing: int
    notes: tuple[str, ...]


def open_driver(
    reenactor: Reenactor, path: Path, face: FaceChoice = None, whole: bool = False
) -> tuple[LiveDriver, Moving]:
    """A driver that has learned the identity from all of the film or folder at ``path``, and its frames.

    Raises InputError for a file that does not move.
    """
    moving = _open(path)
    return _driver(reenactor, moving, face, whole), moving


def track_video(
    reenactor: Reenactor,
    path: Path,
    source: Coefficients,
    motion: Motion = PLAIN,
    span: Span = ALL,
    face: FaceChoice = None,
    whole: bool = False,
    on_progress: OnProgress = nothing,
    should_stop: ShouldStop = never,
) -> VideoTrack:
    """What every frame of a span drives ``source`` with.

    ``whole``  the frame already is the aligned crop; else one crop round the face of the first frame serves all.
    Raises NoFaceError where no frame (or not the neutral one) shows a face, InputError for a file that is no video or
    has no such frames, Cancelled.
    """
    moving = _open(path)
    try:
        _check(span, len(moving.times), path.name)
        driver = _driver(reenactor, moving, face, whole)
        return _track(driver, moving, path.name, source, motion, span, on_progress, should_stop)
    finally:
        moving.close()


def _open(path: Path) -> Moving:
    moving = open_moving(path)
    if moving is None:
        raise InputError(f"{path.name} is a still picture; give a video, an animated picture or a folder.")
    return moving


def _driver(reenactor: Reenactor, moving: Moving, face: FaceChoice, whole: bool) -> LiveDriver:
    driver = LiveDriver(reenactor, face, whole, apart=isinstance(moving, PictureFolder))
    if face is None and not isinstance(moving, PictureFolder):
        driver.learn(spread_frames(moving))
    return driver


def _check(span: Span, count: int, name: str) -> None:
    last = count - 1 if span.last is None else span.last
    neutral = 0 if span.neutral is None else span.neutral
    if not 0 <= span.first <= min(last, count - 1) or not 0 <= neutral < count:
        raise InputError(f"{name} has {count} frames, counted from 0; choose the first, last and neutral one of them.")


def _track(
    driver: LiveDriver,
    moving: Moving,
    name: str,
    source: Coefficients,
    motion: Motion,
    span: Span,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> VideoTrack:
    count = len(moving.times)
    last = count - 1 if span.last is None else min(span.last, count - 1)
    neutral = span.first if span.neutral is None else span.neutral
    if motion.relative:
        frame = next(iter(moving.run(neutral)), None)
        if frame is None or not _see(driver, frame):
            raise NoFaceError(f"Frame {neutral} of {name} shows no face; choose another frame as the neutral one.")
    reached = span.first
    for found in moving.run(span.first):
        if should_stop():
            raise Cancelled("Cancelled; nothing was written.")
        if found.index > last:
            break
        _see(driver, found)
        reached = found.index
        on_progress(reached - span.first + 1, last - span.first + 1)
    known = np.array([number for number in range(span.first, reached + 1) if driver.knows(number)])
    if not known.size:
        raise NoFaceError(f"No face was found in any frame of {name}; choose a video that shows a face.")
    shown = _evenly(moving.times[span.first : reached + 1], moving.fps) + span.first
    wanted = [int(known[np.abs(known - number).argmin()]) for number in shown]
    driven = {number: driver.driving(number, source, motion, neutral) for number in dict.fromkeys(wanted)}
    total = reached + 1 - span.first
    missing = total - len(known)
    note = f"{missing} of {total} frames show no face and hold the nearest expression."
    notes = (*moving.notes, *((note,) if missing else ()))
    return VideoTrack([driven[number] for number in wanted], moving.fps, missing, notes)


def _see(driver: LiveDriver, found: FoundFrame) -> bool:
    """Whether the frame shows a face.  A picture of a folder that is damaged shows none."""
    try:
        frame = found.take()
        driver.see(frame.index, frame.seconds, frame.pixels)
    except InputError:
        return False
    return True


def _evenly(times: NDArray[np.float64], fps: float) -> NDArray[np.int64]:
    """Frames to show at ``fps`` even where theirs are uneven: indices into ``times`` (n,)."""
    ticks = np.arange(round((times[-1] - times[0]) * fps) + 1) / fps + times[0]
    after = np.clip(np.searchsorted(times, ticks), 1, max(len(times) - 1, 1))
    before = after - 1
    nearer = ticks - times[before] <= times[np.minimum(after, len(times) - 1)] - ticks
    return np.asarray(np.where(nearer, before, after), np.int64)
