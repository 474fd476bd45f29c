"""Writing the film that a film drives, with the real core.  Imported, as ``core_engine``, by a worker thread only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.media.write_animation import check_animation_path
from core.pipeline.animate import animate_track
from core.pipeline.motion import Motion
from core.pipeline.reenactor import Reenactor
from core.pipeline.video_track import Span, track_video

from ..clip import FilmOrder


def save_film(
    reenactor: Reenactor,
    path: Path,
    film: FilmOrder,
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> None:
    """Looking at the frames is the first half of the progress, rendering them the second."""
    check_animation_path(path)
    clip, halves = film.clip, [1]

    def looked(done: int, total: int) -> None:
        halves[0] = total
        on_progress(done, 2 * total)

    track = track_video(
        reenactor,
        film.driver,
        film.source.coefficients,
        Motion(clip.relative, clip.smoothing),
        Span(clip.first, clip.last, clip.neutral),
        film.face,
        on_progress=looked,
        should_stop=should_stop,
    )
    half = halves[0]
    animate_track(
        reenactor,
        film.source,
        track.coefficients,
        film.controls,
        path,
        track.fps,
        lambda done, total: on_progress(half + round(half * done / total), 2 * half),
        should_stop,
        film.marks,
    )
