"""Every face of a data folder's held-out people, encoded and looked at once."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ..errors import InputError, NoFaceError
from ..pipeline.crop import cut, face_crop, whole_crop
from ..pipeline.encoded import EncodedFace
from ..pipeline.reenactor import Reenactor
from ..types import Crop, Image
from .data import Portrait, Split, clip_frames, clip_person
from .look import Look
from .tools import Kit, tools

FRAMES = 24
"""Frames of a clip for same-person pairs."""

CROSS_FRAMES = 6
"""Frames of a clip for pairs of different people."""

Kind = Literal["still", "frame", "clip"]


@dataclass(frozen=True)
class SeenFace:
    """``kind``: "still" a photo; "frame" of a clip, cropped like a photo; "clip" a frame in its clip's one crop.

    ``name`` of the file, with the number of the frame; ``person`` as the file's name tells.
    """

    name: str
    person: str
    kind: Kind
    face: EncodedFace
    look: Look


@dataclass(frozen=True)
class Medium:
    """A file to be encoded."""

    path: Path
    person: str
    clip: bool


def list_media(split: Split) -> list[Medium]:
    """Photos and clips of a split."""
    stills = [Medium(p.path, p.person, False) for p in split.portraits]
    return stills + [Medium(path, clip_person(path), True) for path in split.clips]


def encode(kit: Kit, medium: Medium) -> list[SeenFace]:
    """All faces of one file; none where none is found, or where it cannot be read, which is said on stderr."""
    try:
        return _encode(kit, medium)
    except InputError as error:
        sys.stderr.write(f"Left out: {error}\n")
        return []


def _encode(kit: Kit, medium: Medium) -> list[SeenFace]:
    reenactor = tools(kit).reenactor
    if not medium.clip:
        return _seen(kit, medium, medium.path.name, "still", Portrait(medium.path).pixels(), None)
    found: list[SeenFace] = []
    frames = clip_frames(medium.path, FRAMES)
    crop = _first_crop(reenactor, frames[0])
    for k, frame in enumerate(frames if crop is not None else ()):
        found += _seen(kit, medium, f"{medium.path.name}#{k}", "clip", frame, crop)
    for k, frame in enumerate(clip_frames(medium.path, CROSS_FRAMES)):
        found += _seen(kit, medium, f"{medium.path.name}#f{k}", "frame", frame, None)
    return found


def slim(face: EncodedFace) -> EncodedFace:
    """The same face without the picture around its crop, which no protocol needs and every process would be sent."""
    return replace(face, original=face.image, crop=whole_crop(face.image))


def _first_crop(reenactor: Reenactor, frame: Image) -> Crop | None:
    faces = reenactor.landmarker.find(frame)
    return face_crop(faces[0].landmarks.points, frame) if faces else None


def _seen(kit: Kit, medium: Medium, name: str, kind: Kind, image: Image, crop: Crop | None) -> list[SeenFace]:
    kept = tools(kit)
    try:
        if crop is None:
            face = kept.reenactor.encode_source(image)
        else:
            face = kept.reenactor.encode_source(cut(image, crop), crop="whole")
    except NoFaceError:
        return []
    return [SeenFace(name, medium.person, kind, slim(face), kept.observer.look(face.image))]
