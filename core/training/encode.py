"""Faces of a photo or a clip as the pipeline sees them: the crop, its landmarks and its coefficients."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import NoFaceError
from ..media.read_image import read_image
from ..media.read_video import VideoReader
from ..pipeline.crop import crop_mapping, cut, face_crop, to_crop
from ..pipeline.live_driver import IDENTITY_FRAMES
from ..pipeline.reenactor import Reenactor
from ..regression.landmarks import Landmarks
from ..regression.pose import transform_pixels
from ..types import RESOLUTION, Coefficients, Crop, Float, Image
from .cache import Face
from .listing import Medium

_SMALLEST = 96
"""Crops with a side of fewer pixels are left out: enlarged, they would teach blur."""

Found = tuple[Face, dict[str, Any]]


def encode_still(reenactor: Reenactor, medium: Medium) -> Iterator[Found]:
    """The face of a photo, or nothing where there is none, or a small one."""
    try:
        face = reenactor.encode_source(read_image(medium.path).pixels)
    except NoFaceError:
        return
    if face.crop.size >= _SMALLEST and is_whole(face.landmarks):
        facts = {"person": medium.person, "clip": "", "file": medium.path.name, "frame": 0}
        yield Face(face.image, face.coefficients, face.landmarks), facts


def encode_clip(reenactor: Reenactor, medium: Medium, every: int) -> Iterator[Found]:
    """Every ``every``-th frame of a clip, all in the crop round its first face and with one identity.

    Frames whose face is lost, or leaves the crop, are left out.
    """
    crop, frames, points = _follow(reenactor, medium.path, every)
    if crop is None or crop.size < _SMALLEST:
        return
    chosen = np.unique(np.linspace(0, len(points) - 1, IDENTITY_FRAMES).round().astype(int))
    identity = reenactor.fitter.fit_together([points[k] for k in chosen])[0].identity
    scale, offset = crop_mapping(crop)
    for (index, image), found in zip(frames, points, strict=True):
        c = reenactor.fitter.fit(found, identity)
        placed = Coefficients(c.identity, c.expression, transform_pixels(c.pose, scale, offset))
        landmarks = to_crop(found, crop)
        if is_whole(landmarks):
            facts = {"person": medium.person, "clip": medium.path.stem, "file": medium.path.name, "frame": index}
            yield Face(image, placed, landmarks), facts


def is_whole(landmarks: Float) -> bool:
    """Do all landmarks (478, 3) lie in the crop?"""
    return bool(((landmarks[:, :2] >= 0) & (landmarks[:, :2] <= RESOLUTION - 1)).all())


def _follow(reenactor: Reenactor, path: Path, every: int) -> tuple[Crop | None, list[tuple[int, Image]], list[Float]]:
    """The clip's crop, cut-out frames with their numbers, and their landmarks in pixels of the whole frame."""
    crop: Crop | None = None
    previous: Landmarks | None = None
    frames: list[tuple[int, Image]] = []
    points: list[Float] = []
    with VideoReader(path) as video:
        for index, frame in enumerate(video):
            if index % every:
                continue
            previous = _look(reenactor, frame.pixels, previous)
            if previous is None:
                continue
            crop = crop or face_crop(previous.points, frame.pixels)
            frames.append((index, cut(frame.pixels, crop)))
            points.append(previous.points)
    return crop, frames, points


def _look(reenactor: Reenactor, image: Image, previous: Landmarks | None) -> Landmarks | None:
    followed = None if previous is None else reenactor.landmarker.track(image, previous)
    if followed is not None:
        return followed
    found = reenactor.landmarker.find(image)
    return found[0].landmarks if found else None
