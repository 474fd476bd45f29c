"""Moving output: the α sweep of a still, and a driving video frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..errors import Cancelled
from ..provenance.export import open_marked_animation
from ..provenance.marks import ALL_MARKS, Marks
from ..types import RESOLUTION, Coefficients, Controls, RenderResult
from .encoded import EncodedFace
from .reenactor import Reenactor

OnProgress = Callable[[int, int], None]
ShouldStop = Callable[[], bool]


def nothing(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def never() -> bool:
    """Nobody will stop this."""
    return False


def sweep(controls: Controls, frames: int, ping_pong: bool) -> list[Controls]:
    """``frames`` controls from the source to ``controls``; ping-pong comes back without repeating either end."""
    if frames < 2:
        return [controls]
    steps = [float(a) for a in np.linspace(0.0, 1.0, frames)]
    if ping_pong:
        steps += steps[-2:0:-1]
    return [
        replace(controls, pose=controls.pose * a, expression=controls.expression * a, edits=controls.edits.scaled(a))
        for a in steps
    ]


def animate_sweep(
    reenactor: Reenactor,
    source: EncodedFace,
    driving: EncodedFace,
    controls: Controls,
    path: Path,
    frames: int = 21,
    fps: float = 20.0,
    ping_pong: bool = True,
    on_progress: OnProgress = nothing,
    should_stop: ShouldStop = never,
    marks: Marks = ALL_MARKS,
) -> int:
    """Write the α sweep of a still driver to ``path``; gives the number of frames.

    ``marks``: what each frame and the file get.  Raises Cancelled when ``should_stop`` says so, OutputError where it
    cannot be written or signed; nothing partial stays.
    """
    steps = sweep(controls, frames, ping_pong)
    renders = reenactor.render_many(source, ((driving, step) for step in steps))
    return _write(path, fps, renders, len(steps), on_progress, should_stop, marks)


def animate_track(
    reenactor: Reenactor,
    source: EncodedFace,
    track: Sequence[Coefficients],
    controls: Controls,
    path: Path,
    fps: float,
    on_progress: OnProgress = nothing,
    should_stop: ShouldStop = never,
    marks: Marks = ALL_MARKS,
) -> int:
    """Write one frame for each of a driving video's coefficients; the same errors as :func:`animate_sweep`."""
    renders = reenactor.render_many(source, ((coefficients, controls) for coefficients in track))
    return _write(path, fps, renders, len(track), on_progress, should_stop, marks)


def _write(
    path: Path,
    fps: float,
    renders: Generator[RenderResult],
    total: int,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    marks: Marks,
) -> int:
    done = 0
    with (
        closing(renders),
        open_marked_animation(path, fps, (RESOLUTION, RESOLUTION), marks, should_stop) as animation,
    ):
        for result in renders:
            if should_stop():
                raise Cancelled("Cancelled; nothing was written.")
            animation.add(result.image)
            done += 1
            on_progress(done, total)
    return done
