"""What the geometry tells a network about a pair of meshes: flow, visibility, head and normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..face_model.mesh import vertex_normals
from ..face_model.model import FaceModel
from ..geometry.flow import geometric_flow
from ..geometry.fragments import Indices
from ..geometry.parts import HeadParts
from ..geometry.rasterise import Raster, interpolate, rasterise
from ..regression.pose import apply, transform_pixels
from ..types import RESOLUTION, Coefficients, Float


@dataclass(frozen=True)
class MotionMaps:
    """Maps of H×W at the pair's resolution, as ``GeneratorInput`` describes them.

    ``flow``, ``exact``  H×W×2 float32: the smooth field and the mesh's own motion inside the head.
    ``visibility``       H×W float32 in [0, 1];  ``head``  H×W bool.
    ``normals``, ``source_normals``  H×W×3 float32 in [−1, 1], of the driving and the source mesh.
    """

    flow: Float
    exact: Float
    visibility: Float
    head: np.ndarray
    normals: Float
    source_normals: Float


class Geometry:
    """A face model with what its flow needs; meshes and maps at one resolution."""

    def __init__(self, model: FaceModel, resolution: int) -> None:
        self.model, self.resolution = model, resolution
        self.parts = HeadParts.of(model.faces, model.regions)

    def mesh(self, coefficients: Coefficients) -> Float:
        """n×3 float32 posed mesh (Eq. 1)."""
        return apply(coefficients.pose, self.model.vertices(coefficients.identity, coefficients.expression))

    def scaled(self, coefficients: Coefficients, resolution: int = RESOLUTION) -> Coefficients:
        """Coefficients in pixels of a crop of ``resolution`` → in pixels of this resolution."""
        factor = self.resolution / resolution
        pose = transform_pixels(coefficients.pose, factor, ((factor - 1) / 2, (factor - 1) / 2))
        return Coefficients(coefficients.identity, coefficients.expression, pose)

    def maps(self, source: Float, driving: Float) -> MotionMaps:
        """Maps of two posed meshes n×3 in pixels of this resolution."""
        side, faces = self.resolution, self.model.faces
        motion = geometric_flow(source, driving, faces, side, side, parts=self.parts)
        return MotionMaps(
            motion.flow,
            motion.exact,
            motion.visibility,
            motion.head,
            normal_map(motion.raster, driving, faces),
            normal_map(rasterise(source, faces, side, side), source, faces),
        )


def normal_map(raster: Raster, mesh: Float, faces: Indices) -> Float:
    """H×W×3 float32: unit normals in camera axes (x right, y down, z away) on a raster, 0 where it is empty."""
    field = np.zeros((*raster.triangle.shape, 3), np.float32)
    normals = interpolate(raster, faces, np.asarray(vertex_normals(mesh, faces), np.float32))
    field[raster.mask] = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
    return field
