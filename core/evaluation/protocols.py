"""Which pairs are rendered how.  Every protocol is a list of jobs, made from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..errors import NoFaceError
from ..pipeline.crop import cut, face_crop
from ..pipeline.encoded import EncodedFace
from ..pipeline.reenactor import Reenactor
from ..types import Controls, Image
from .data import Split, clip_frames

CLIP_FRAMES = 24


@dataclass(frozen=True)
class Job:
    """One pair.  ``same_person``: the driving crop is the ground truth."""

    source: EncodedFace
    driving: EncodedFace
    controls: Controls
    same_person: bool


def self_jobs(reenactor: Reenactor, split: Split, pairs: int, seed: int = 0) -> Iterator[Job]:
    """Same person: two frames of one clip in one fixed crop, placement driving, α = 1 (the paper's Table 1)."""
    rng = np.random.default_rng(seed)
    for clip in split.clips:
        frames = clip_frames(clip, CLIP_FRAMES)
        found = reenactor.landmarker.find(frames[0])
        if not found:
            continue
        crop = face_crop(found[0].landmarks.points, frames[0])
        encoded = [_encoded(reenactor, cut(frame, crop)) for frame in frames]
        usable = [face for face in encoded if face is not None]
        if len(usable) < 2:
            continue
        for _ in range(-(-pairs // len(split.clips))):
            a, b = rng.choice(len(usable), 2, replace=False)
            yield Job(usable[a], usable[b], Controls(placement="driving"), same_person=True)


def cross_jobs(reenactor: Reenactor, split: Split, pairs: int, seed: int = 0) -> Iterator[Job]:
    """Different people: random pairs of portraits and clip frames, placement source, α = 1 (the paper's Table 2)."""
    rng = np.random.default_rng(seed)
    faces: list[tuple[str, EncodedFace]] = []
    for portrait in split.portraits:
        face = _encoded(reenactor, portrait.pixels(), whole=False)
        if face is not None:
            faces.append((portrait.person, face))
    for clip in split.clips:
        for frame in clip_frames(clip, 6):
            face = _encoded(reenactor, frame, whole=False)
            if face is not None:
                faces.append((clip.stem, face))
    if len({person for person, _ in faces}) < 2:
        return
    made = 0
    while made < pairs:
        a, b = rng.choice(len(faces), 2, replace=False)
        if faces[a][0] != faces[b][0]:
            made += 1
            yield Job(faces[a][1], faces[b][1], Controls(), same_person=False)


def _encoded(reenactor: Reenactor, image: Image, whole: bool = True) -> EncodedFace | None:
    try:
        return reenactor.encode_source(image, crop="whole" if whole else None)
    except NoFaceError:
        return None
