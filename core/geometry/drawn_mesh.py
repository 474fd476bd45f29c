"""A posed mesh drawn into one picture, and what only it decides of a flow: kept, it is worked out once for a source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..face_model.mesh import vertex_normals
from ..types import Float
from .fragments import Doubles, Indices, corners
from .gather import scatter_rows
from .rasterise import Raster, carry, corners_of, rasterise, signed_areas

STEEPEST = 8.0
"""Largest slope of a triangle's plane, in pixels of depth per pixel, that is told apart."""


@dataclass(frozen=True, eq=False)
class DrawnMesh:
    """``vertices`` n×3 float32 in pixels of the picture, ``faces`` m×3, and their z-buffer."""

    vertices: Float
    faces: Indices
    raster: Raster

    @staticmethod
    def draw(vertices: Float, faces: Indices, height: int, width: int) -> DrawnMesh:
        """Rasterise the mesh into height×width pixels."""
        vertices = np.asarray(vertices, np.float32)
        return DrawnMesh(vertices, faces, rasterise(vertices, faces, height, width))

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return self.raster.shape

    @cached_property
    def normals(self) -> Float:
        """n×3 float32 unit normals of the vertices in camera axes: x right, y down, z away."""
        return np.asarray(vertex_normals(self.vertices, self.faces), np.float32)

    @cached_property
    def areas(self) -> Doubles:
        """(m,) twice the signed areas in pixels; negative = front-facing."""
        return signed_areas(self.vertices, self.faces)

    @cached_property
    def slopes(self) -> Float:
        """(m, 2) float32: dz/dx and dz/dy of the triangles' planes, up to ``STEEPEST``; 0 for those without area."""
        x, y, z = (corners(self.vertices, self.faces, axis) for axis in range(3))
        x1, y1, z1, x2, y2, z2 = x[1] - x[0], y[1] - y[0], z[1] - z[0], x[2] - x[0], y[2] - y[0], z[2] - z[0]
        area = x1 * y2 - y1 * x2
        safe = np.where(area == 0, np.inf, area)
        slopes = np.stack([(z1 * y2 - z2 * y1) / safe, (x1 * z2 - x2 * z1) / safe], axis=1)
        return np.asarray(np.clip(slopes, -STEEPEST, STEEPEST), np.float32)

    @cached_property
    def corners(self) -> Indices:
        """(k, 3) vertices of the triangle on each filled pixel."""
        return corners_of(self.raster, self.faces)

    @cached_property
    def depth_range(self) -> float:
        """Farthest less nearest filled pixel, in pixels; 0 where there is none."""
        depths = self.raster.depths
        return float(np.ptp(depths)) if depths.size else 0.0

    @cached_property
    def normal_map(self) -> Float:
        """H×W×3 float32: unit normals in camera axes, 0 where the raster is empty."""
        normals = self.carried(self.normals)
        length = np.sqrt(np.einsum("kc,kc->k", normals, normals))[:, None]
        return self.spread(normals / np.maximum(length, np.float32(1e-6)))

    def carried(self, values: Float) -> Float:
        """k×C float32: values of the vertices (n×C) on the filled pixels, in the order of ``raster.filled``."""
        return carry(np.asarray(values, np.float32), self.corners, self.raster.weights)

    def spread(self, values: Float) -> Float:
        """H×W×C: values of the filled pixels (k×C) in their places, 0 where the raster is empty."""
        return scatter_rows(values, self.raster.filled, self.shape[0] * self.shape[1]).reshape(*self.shape, -1)

    def on_pixels(self, values: Float) -> Float:
        """H×W×C: values of the vertices (n×C) on the raster, 0 where it is empty."""
        return self.spread(self.carried(values))
