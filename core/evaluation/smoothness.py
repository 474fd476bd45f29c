"""Is α smooth?  From 0 to 1 in 21 steps: the largest step between neighbours over the mean step.

Image step: mean absolute difference of the pixels, 0 to 255.  Landmark step: mean displacement of the 478 landmarks
found in the pictures, in pixels; it includes what the landmark net itself trembles.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..regression.landmarks import Landmarks
from ..types import Controls, Float, Image
from .protocols import Pair
from .tools import Kit, tools

STEPS = 21
LIMIT = 2.0
"""The largest step may be so many times the mean one."""


@dataclass(frozen=True)
class Smoothness:
    """Largest step over mean step, of one pair and method; None where a face was lost on the way.

    ``path``  px that the landmarks move in all: where that is little, their ratio shows the net's trembling.
    """

    image: float
    landmarks: float | None
    path: float | None


def smoothness(kit: Kit, pair: Pair) -> dict[str, Smoothness]:
    """Of every method that renders."""
    kept = tools(kit)
    found = {}
    for name, reenactor in kept.renderers.items():
        controls = [Controls(a, a, pair.controls.placement) for a in np.linspace(0, 1, STEPS).tolist()]
        images = [reenactor.render(pair.source.face, pair.driving.face, each).image for each in controls]
        pixels = [float(np.abs(a.astype(np.float32) - b).mean()) for a, b in pairwise(images)]
        points = _followed(kit, images)
        moves = [float(np.linalg.norm(a - b, axis=1).mean()) for a, b in pairwise(points)] if points else []
        found[name] = Smoothness(ratio(pixels), ratio(moves) if moves else None, sum(moves) if moves else None)
    return found


def ratio(steps: list[float]) -> float:
    """Largest over mean; 1 where nothing moves at all."""
    mean = sum(steps) / len(steps)
    return max(steps) / mean if mean > 0 else 1.0


def _followed(kit: Kit, images: list[Image]) -> list[Float] | None:
    """478×2 landmarks of each picture, each looked for where they were in the one before; None if they get lost."""
    landmarker = tools(kit).reenactor.landmarker
    faces = landmarker.find(images[0])
    current: Landmarks | None = faces[0].landmarks if faces else None
    points = []
    for image in images:
        current = landmarker.track(image, current) if current is not None else None
        if current is None:
            return None
        points.append(current.points[:, :2])
    return points
