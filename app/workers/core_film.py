"""Writing the film that a film drives, with the real core.  Imported, as ``core_engine``, by a worker thread only."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from core.media.write_animation import check_animation_path
from core.pipeline.animate import animate_track
from core.pipeline.motion import Motion
from core.pipeline.reenactor import Reenactor
from core.pipeline.video_track import Span, track_video

from ..clip import FilmOrder
from ..progress import MAKING, READING, OnProgress, ShouldStop


def save_film(
    reenactor: Reenactor,
    path: Path,
    film: FilmOrder,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> None:
    """Looks at all frames, then renders them."""
    check_animation_path(path)
    clip = film.clip
    track = track_video(
        reenactor,
        film.driver,
        film.source.coefficients,
        Motion(clip.relative, clip.smoothing),
        Span(clip.first, clip.last, clip.neutral),
        film.face,
        on_progress=partial(on_progress, step=READING),
        should_stop=should_stop,
    )
    animate_track(
        reenactor,
        film.source,
        track.coefficients,
        film.controls,
        path,
        track.fps,
        partial(on_progress, step=MAKING),
        should_stop,
        film.marks,
    )
