"""Random mesh pairs with the exact geometric flow between them: what the motion net is pre-trained on.

No picture is needed, so there are as many as one likes.  Pair k depends on the seed and on k alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..face_model.model import FaceModel
from ..geometry.drawn_mesh import DrawnMesh
from ..regression.pose import compose, decompose, rotation_from_angles
from ..types import RESOLUTION, Coefficients, Float
from .maps import Geometry
from .motion_pair import MotionPair
from .noise import Spread, moved

_DRIVER, _SOURCE = 1, 2
"""Streams of random numbers."""


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
    sources: int = 1
    """Source faces for each driving face: it is the drawing of the driving face that takes time."""
    normals: bool = False
    """Whether the meshes' normals are drawn too, which the variant gcn_to_cnn reads."""


class RandomMotion:
    """Makes pair k."""

    def __init__(self, model: FaceModel, config: MotionConfig) -> None:
        self.config = config
        self._geometry = Geometry(model, config.resolution)
        self._drawn: tuple[int, Coefficients, DrawnMesh] | None = None

    def make(self, k: int) -> MotionPair:
        """Pair ``k`` ≥ 0."""
        driver, drawn = self._driver(k // self.config.sources)
        rng = np.random.default_rng([self.config.seed, _SOURCE, k])
        source = Coefficients(driver.identity, self._expression(rng), self._pose(rng))
        if rng.random() < self.config.placed:
            source = _placed_as(source, driver)
        source, driving = self._geometry.scaled(source), self._geometry.scaled(driver)
        mesh = self._geometry.mesh(source)
        exact = drawn.on_pixels((mesh - drawn.vertices)[:, :2]).astype(np.float16)
        normals = self._normals(drawn), self._normals(None if not self.config.normals else self._draw(mesh))
        return MotionPair(source.vector, driving.vector, exact, drawn.raster.mask.astype(np.uint8), *normals)

    def _driver(self, number: int) -> tuple[Coefficients, DrawnMesh]:
        """The driving face, in pixels of a 256² crop, and drawn; the last one is kept."""
        if self._drawn is None or self._drawn[0] != number:
            rng = np.random.default_rng([self.config.seed, _DRIVER, number])
            identity = np.clip(rng.standard_normal(self._geometry.model.n_identity), -2.5, 2.5).astype(np.float32)
            face = Coefficients(identity, self._expression(rng), self._pose(rng))
            self._drawn = number, face, self._draw(self._geometry.mesh(self._geometry.scaled(face)))
        return self._drawn[1], self._drawn[2]

    def _draw(self, mesh: Float) -> DrawnMesh:
        return DrawnMesh.draw(mesh, self._geometry.model.faces, self.config.resolution, self.config.resolution)

    def _normals(self, drawn: DrawnMesh | None) -> np.ndarray:
        if drawn is None or not self.config.normals:
            return np.zeros((0, 0, 3), np.int8)
        return np.rint(drawn.normal_map * 127).astype(np.int8)

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
