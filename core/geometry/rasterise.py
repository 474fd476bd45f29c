"""Z-buffered triangle rasteriser in vectorised NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .fragments import Doubles, Indices, Longs, Triangles, corners, depth_of, triangle_of

_EMPTY = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Raster:
    """The nearest triangle at each pixel centre.

    ``triangle``     H×W int32, -1 where there is none.
    ``barycentric``  H×W×3 float32, weights of the triangle's corners, in [0, 1], sum 1; 0 where empty.
    ``depth``        H×W float32, z in pixels away from the camera; inf where empty.
    """

    triangle: Indices
    barycentric: Float
    depth: Float

    @property
    def mask(self) -> NDArray[np.bool_]:
        """H×W: is there a triangle?"""
        return self.triangle >= 0


def signed_areas(vertices: Float, faces: Indices) -> Doubles:
    """(m,) float64 twice the signed area ``(b−a)×(c−a)`` in pixels; negative = front-facing (see conventions.md)."""
    x, y = corners(vertices, faces, 0), corners(vertices, faces, 1)
    return np.asarray((x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0]))


def rasterise(vertices: Float, faces: Indices, height: int, width: int, cull: bool = True) -> Raster:
    """Draw the posed mesh ``vertices`` (n×3, pixels, z away), ``faces`` (m×3) into a z-buffer of height×width.

    Pixel centres are at integers.  The smallest z wins; of equal ones the lowest triangle index.  ``cull`` drops
    back-facing triangles.  Triangles that are degenerate, or have a corner that is not finite, draw nothing.
    """
    vertices = np.asarray(vertices, np.float32).reshape(-1, 3)
    faces = np.asarray(faces).reshape(-1, 3)
    with np.errstate(invalid="ignore", over="ignore"):
        area = signed_areas(vertices, faces)
        drawn = np.asarray(area < 0 if cull else area != 0)
        finite = np.asarray(np.isfinite(vertices).all(axis=1))
    if not finite.all():
        drawn &= finite[faces].all(axis=1)
    chosen = np.flatnonzero(drawn)
    buffer = np.full(height * width, _EMPTY, np.int64)
    for part in Triangles.build(vertices, faces, chosen, height, width).chunks():
        pixel, key = part.fragments(width)
        np.minimum.at(buffer, pixel, key)
    return _resolve(buffer, vertices, faces, area, height, width)


def _resolve(buffer: Longs, vertices: Float, faces: Indices, area: Doubles, height: int, width: int) -> Raster:
    """Unpack the keys; barycentric coordinates of the winners only."""
    pixel = np.flatnonzero(buffer != _EMPTY)
    key = buffer[pixel]
    winner = triangle_of(key)
    triangle = np.full(height * width, -1, np.int32)
    triangle[pixel] = winner
    depth = np.full(height * width, np.inf, np.float32)
    depth[pixel] = depth_of(key)
    barycentric = np.zeros((height * width, 3), np.float32)
    barycentric[pixel] = _barycentric(vertices, faces, area, winner, pixel % width, pixel // width)
    shape = (height, width)
    return Raster(triangle.reshape(shape), barycentric.reshape(*shape, 3), depth.reshape(shape))


def _barycentric(vertices: Float, faces: Indices, area: Doubles, triangle: Indices, column: Longs, row: Longs) -> Float:
    """(k, 3) weights of the corners at pixel centres, clamped to the triangle."""
    seen = np.zeros(len(faces), bool)
    seen[triangle] = True
    used = np.flatnonzero(seen)
    slot = np.cumsum(seen)[triangle] - 1
    x, y = corners(vertices, faces[used], 0), corners(vertices, faces[used], 1)
    slope = np.stack([y[2] - y[0], x[0] - x[2], y[0] - y[1], x[1] - x[0]]) / area[used]
    right, down = column - x[0][slot], row - y[0][slot]
    b = np.clip(right * slope[0][slot] + down * slope[1][slot], 0, 1)
    c = np.clip(right * slope[2][slot] + down * slope[3][slot], 0, 1 - b)
    weights = np.empty((len(triangle), 3), np.float32)
    weights[:, 0], weights[:, 1], weights[:, 2] = 1 - b - c, b, c
    return weights


def interpolate(raster: Raster, faces: Indices, values: Float) -> Float:
    """Values of the vertices (n×C) carried to the k filled pixels: k×C float32, in the order of ``raster.mask``.

    Corners of one value give exactly that value.
    """
    filled = np.flatnonzero(raster.triangle.reshape(-1) >= 0)
    triangle = np.take(raster.triangle.reshape(-1), filled)
    weights = np.take(raster.barycentric.reshape(-1, 3), filled, axis=0)
    used = np.asarray(values, np.float32)
    a, b, c = (np.take(used, np.take(faces[:, corner], triangle), axis=0) for corner in range(3))
    return np.asarray(a + weights[:, 1:2] * (b - a) + weights[:, 2:3] * (c - a))


def part_mask(raster: Raster, faces: Indices, part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """H×W: pixels whose triangle lies in a part of the mesh, ``part`` (n,) bool, with all its corners."""
    inside = np.append(part[faces].all(axis=1), False)  # the last for -1, the empty pixels
    return np.asarray(inside[raster.triangle])
