"""Random mesh pairs with the exact geometric flow between them: what the motion net is pre-trained on.

No picture is needed, so there are as many as one likes.  Pair k depends on the seed and on k alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..face_model.model import FaceModel
from ..regression.pose import compose, decompose, rotation_from_angles
from ..types import RESOLUTION, Coefficients, Float
from .maps import Geometry
from .noise import Spread, moved
from .pair import Pair


@dataclass(frozen=True)
class MotionConfig:
    """Distribution of the faces.  Pixels are those of a 256² crop; what is normal is cut off at 2.5 σ."""

    resolution: int = 256
    seed: int = 0
    scale: float = 86.0
    """Mean of s in pixels per decimetre, as the pipeline's crops have it."""
    position: tuple[float, float] = (127.5, 137.0)
    """Mean of t."""
    spread: Spread = field(default_factory=lambda: Spread(yaw=15.0, pitch=8.0, roll=6.0, scale=0.08, shift=10.0))
    """Of either face about a frontal one."""
    placed: float = 0.5
    """Share of pairs in which scale and position stay: placement "source"."""
    active: float = 0.12
    """Probability that a unit (or pair of units) of the expression is active."""
    rest: float = 0.1
    """Standard deviation of the activation of all units, as fits have it."""
    tied: float = 0.7
    """Probability that left and right units act alike."""


class RandomMotion:
    """Makes pair k; pictures in it are black."""

    def __init__(self, model: FaceModel, config: MotionConfig) -> None:
        self.config = config
        self._geometry = Geometry(model, config.resolution)

    def make(self, k: int) -> Pair:
        """Pair ``k`` ≥ 0."""
        rng = np.random.default_rng([self.config.seed, k])
        model, side = self._geometry.model, self.config.resolution
        identity = np.clip(rng.standard_normal(model.n_identity), -2.5, 2.5).astype(np.float32)
        faces = [Coefficients(identity, self._expression(rng), self._pose(rng)) for _ in range(2)]
        if rng.random() < self.config.placed:
            faces[1] = _placed_as(faces[1], faces[0])
        small = self._geometry.scaled(faces[0]), self._geometry.scaled(faces[1])
        maps = self._geometry.maps(self._geometry.mesh(small[0]), self._geometry.mesh(small[1]))
        black = np.zeros((side, side, 3), np.uint8)
        whole = np.array([side / 2, side / 2, side, 0], np.float32)
        nobody = np.zeros((side, side), np.float32), black
        return Pair.of((black, black), small, maps, np.zeros((side, side, 3), np.float32), nobody, whole, True)

    def _expression(self, rng: np.random.Generator) -> Float:
        model = self._geometry.model
        count = model.n_expression
        values = np.where(rng.random(count) < self.config.active, rng.uniform(0, 1.1, count), 0)
        if model.symmetry is not None:
            other = model.symmetry.expression
            tied = rng.random(count) < self.config.tied
            values = np.where(tied, values[np.minimum(np.arange(count), other)], values)
        noise = self.config.rest * np.abs(rng.standard_normal(count))
        return np.clip(values + noise, 0, 1.2).astype(np.float32)

    def _pose(self, rng: np.random.Generator) -> Float:
        frontal = compose(self.config.scale, rotation_from_angles(0, 0, 0), np.array([*self.config.position, 0.0]))
        nobody = np.zeros(0, np.float32)
        return moved(Coefficients(nobody, nobody, frontal), self.config.spread, rng, RESOLUTION).pose


def _placed_as(face: Coefficients, other: Coefficients) -> Coefficients:
    """``face`` with the scale and the position of ``other``."""
    scale, _, translation = decompose(other.pose)
    return Coefficients(face.identity, face.expression, compose(scale, decompose(face.pose)[1], translation))
