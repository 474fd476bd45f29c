"""Which pairs are rendered how.  Every protocol is a list of pairs that depends on the faces and a seed alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from ..types import Controls
from .faces import SeenFace
from .metrics.identity import identity_distance

Protocol = Literal["self", "pseudo", "cross"]
PROTOCOLS: tuple[Protocol, ...] = ("self", "pseudo", "cross")

TOO_ALIKE = 0.5
"""Faces nearer than this in dlib's embedding do not count as two people, whatever their files are called."""


@dataclass(frozen=True)
class Pair:
    """One pair.  In "pseudo" the source is made from the driver, with the expression of ``source``.

    ``seed``  of what is drawn while the pair is made.
    """

    protocol: Protocol
    number: int
    source: SeenFace
    driving: SeenFace
    seed: int

    @property
    def same_person(self) -> bool:
        """Is the driving crop the ground truth?"""
        return self.protocol != "cross"

    @property
    def controls(self) -> Controls:
        return Controls(placement="driving" if self.same_person else "source")


def draw_pairs(protocol: Protocol, faces: Sequence[SeenFace], count: int, seed: int) -> list[Pair]:
    """``count`` pairs, or none where the faces do not allow any.

    "self": two frames of one clip in one fixed crop, placement driving (the paper's Table 1), clips in turn.
    "pseudo": a photo and a pseudo-source made from it, placement driving, photos in turn.
    "cross": two people, placement source (Table 2).  All at α = 1.
    """
    rng = np.random.default_rng([seed, PROTOCOLS.index(protocol)])
    draw = {"self": _self, "pseudo": _pseudo, "cross": _cross}[protocol]
    return [Pair(protocol, k, a, b, seed) for k, (a, b) in enumerate(draw(faces, count, rng))]


def real_faces(protocol: Protocol, faces: Sequence[SeenFace]) -> list[SeenFace]:
    """The real pictures that a protocol draws from: KID's reference."""
    kinds = {"self": ("clip",), "pseudo": ("still",), "cross": ("still", "frame")}[protocol]
    return [face for face in faces if face.kind in kinds]


def too_alike(a: SeenFace, b: SeenFace) -> bool:
    """Do two faces show one person, by their files' names or, where dlib is installed, by their looks?"""
    if a.person == b.person:
        return True
    if a.look.dlib is None or b.look.dlib is None:
        return False
    return identity_distance(a.look.dlib.embedding, b.look.dlib.embedding) < TOO_ALIKE


Drawn = list[tuple[SeenFace, SeenFace]]


def _self(faces: Sequence[SeenFace], count: int, rng: np.random.Generator) -> Drawn:
    clips: dict[tuple[str, str], list[SeenFace]] = defaultdict(list)  # folders may share their files' names
    for face in real_faces("self", faces):
        clips[face.name.rpartition("#")[0], face.person].append(face)
    usable = [frames for _, frames in sorted(clips.items()) if len(frames) > 1]
    drawn: Drawn = []
    for k in range(count if usable else 0):
        frames = usable[k % len(usable)]
        a, b = rng.choice(len(frames), 2, replace=False)
        drawn.append((frames[a], frames[b]))
    return drawn


def _pseudo(faces: Sequence[SeenFace], count: int, rng: np.random.Generator) -> Drawn:
    stills = real_faces("pseudo", faces)
    if len({face.person for face in stills}) < 2:
        return []
    drawn: Drawn = []
    while len(drawn) < count:
        for k in rng.permutation(len(stills)):
            others = [face for face in stills if face.person != stills[k].person]
            drawn.append((others[rng.integers(len(others))], stills[k]))
    return drawn[:count]


def _cross(faces: Sequence[SeenFace], count: int, rng: np.random.Generator) -> Drawn:
    usable = real_faces("cross", faces)
    if all(too_alike(a, b) for a, b in combinations(usable, 2)):
        return []
    drawn: Drawn = []
    while len(drawn) < count:
        a, b = rng.choice(len(usable), 2, replace=False)
        if not too_alike(usable[a], usable[b]):
            drawn.append((usable[a], usable[b]))
    return drawn
