"""A driving video as coefficients: found once, tracked from frame to frame, one identity, one fixed crop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import Cancelled, NoFaceError
from ..media.read_video import VideoReader
from ..regression.landmarks import Face, Landmarks
from ..regression.pose import transform_pixels
from ..types import Coefficients, Crop, Float, Image
from .animate import OnProgress, ShouldStop, never, nothing
from .choose import FaceChoice, choose_face
from .crop import crop_mapping, face_crop, whole_crop
from .reenactor import Reenactor
from .smoothing import smooth

IDENTITY_FRAMES = 8
"""So many frames, spread over the clip, are fitted together for the driver's identity."""


@dataclass(frozen=True)
class VideoTrack:
    """``coefficients`` one per frame, in pixels of ``crop``; ``missing`` frames without a face took a neighbour's."""

    coefficients: list[Coefficients]
    crop: Crop
    fps: float
    missing: int
    notes: tuple[str, ...]


def track_video(
    reenactor: Reenactor,
    path: Path,
    face: FaceChoice = None,
    whole: bool = False,
    smoothing: float = 0.5,
    on_progress: OnProgress = nothing,
    should_stop: ShouldStop = never,
) -> VideoTrack:
    """Coefficients of every frame.

    ``whole``      the frame already is the aligned crop; else one crop round the face of the first frame serves all.
    ``smoothing``  0 to 1, see :mod:`core.pipeline.smoothing`.
    Raises NoFaceError where no frame shows a face, InputError for a file that is no video, Cancelled.
    """
    points: list[Float | None] = []
    crop: Crop | None = None
    previous: Landmarks | None = None
    with VideoReader(path) as video:
        total = video.frame_count or 0
        for image in video:
            if should_stop():
                raise Cancelled("Cancelled; nothing was written.")
            previous = _follow(reenactor, image.pixels, previous, face if crop is None else None)
            if previous is not None and crop is None:
                crop = whole_crop(image.pixels) if whole else face_crop(previous.points, image.pixels)
            points.append(None if previous is None else previous.points)
            on_progress(len(points), max(total, len(points)))
        fps, notes = video.fps, tuple(video.notes)
    if crop is None:
        raise NoFaceError(f"No face was found in any frame of {path.name}; choose a video that shows a face.")
    raw = _fit(reenactor, points, crop)
    smoothed = smooth(raw, fps, smoothing, reenactor.model.expression_names)
    missing = sum(p is None for p in points)
    if missing:
        notes += (f"{missing} of {len(points)} frames show no face and hold the nearest expression.",)
    return VideoTrack(smoothed, crop, fps, missing, notes)


def _follow(reenactor: Reenactor, image: Image, previous: Landmarks | None, face: FaceChoice) -> Landmarks | None:
    if previous is not None:
        followed = reenactor.landmarker.track(image, previous)
        if followed is not None:
            return followed
    found: list[Face] = reenactor.landmarker.find(image)
    if not found:
        return None
    return found[choose_face([f.detection.box for f in found], face, None)].landmarks


def _fit(reenactor: Reenactor, points: list[Float | None], crop: Crop) -> list[Coefficients]:
    """One identity from frames spread over the clip, then pose and expression of each; gaps take the nearest."""
    known = [k for k, p in enumerate(points) if p is not None]
    chosen = np.unique(np.linspace(0, len(known) - 1, IDENTITY_FRAMES).round().astype(int))
    spread = [p for k in chosen if (p := points[known[k]]) is not None]
    identity = reenactor.fitter.fit_together(spread)[0].identity
    scale, offset = crop_mapping(crop)
    fitted: dict[int, Coefficients] = {}
    for k in known:
        found = points[k]
        if found is not None:
            c = reenactor.fitter.fit(found, identity)
            fitted[k] = Coefficients(c.identity, c.expression, transform_pixels(c.pose, scale, offset))
    index = np.array(known)
    return [fitted[int(index[np.abs(index - k).argmin()])] for k in range(len(points))]
