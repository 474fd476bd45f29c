"""Z-buffered triangle rasteriser in vectorised NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .fragments import Doubles, Indices, Longs, Triangles, corners, depth_of, triangle_of
from .gather import weighted_rows

_EMPTY = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Raster:
    """The nearest triangle at each pixel centre; what covers the whole picture is worked out when it is asked for.

    ``shape``    height and width of the picture.
    ``filled``   (k,) flat indices of the pixels that have a triangle, ascending.
    ``winners``  (k,) int32, their triangles.
    ``weights``  (k, 3) float32, barycentric weights of the triangles' corners there, in [0, 1], sum 1.
    ``depths``   (k,) float32, z in pixels away from the camera.
    """

    shape: tuple[int, int]
    filled: Longs
    winners: Indices
    weights: Float
    depths: Float

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """H×W: is there a triangle?"""
        return self._map(np.ones(len(self.filled), bool), False)

    @cached_property
    def triangle(self) -> Indices:
        """H×W int32, -1 where there is none."""
        return self._map(self.winners, -1)

    @cached_property
    def depth(self) -> Float:
        """H×W float32; inf where empty."""
        return self._map(self.depths, np.inf)

    @cached_property
    def barycentric(self) -> Float:
        """H×W×3 float32; 0 where empty."""
        return self._map(self.weights, 0)

    def _map(self, values: NDArray[Any], empty: float) -> NDArray[Any]:
        found = np.full((self.shape[0] * self.shape[1], *values.shape[1:]), empty, values.dtype)
        found[self.filled] = values
        return found.reshape(*self.shape, *values.shape[1:])


def signed_areas(vertices: Float, faces: Indices) -> Doubles:
    """(m,) float64 twice the signed area ``(b−a)×(c−a)`` in pixels; negative = front-facing (see conventions.md)."""
    return _areas(corners(vertices, faces, 0), corners(vertices, faces, 1))


def _areas(x: Doubles, y: Doubles) -> Doubles:
    return np.asarray((x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0]))


def rasterise(vertices: Float, faces: Indices, height: int, width: int, cull: bool = True) -> Raster:
    """Draw the posed mesh ``vertices`` (n×3, pixels, z away), ``faces`` (m×3) into a z-buffer of height×width.

    Pixel centres are at integers.  The smallest z wins; of equal ones the lowest triangle index.  ``cull`` drops
    back-facing triangles.  Triangles that are degenerate, or have a corner that is not finite, draw nothing.
    """
    vertices = np.asarray(vertices, np.float32).reshape(-1, 3)
    faces = np.asarray(faces).reshape(-1, 3)
    x, y, z = (corners(vertices, faces, axis) for axis in range(3))
    with np.errstate(invalid="ignore", over="ignore"):
        area = _areas(x, y)
        drawn = np.asarray(area < 0 if cull else area != 0)
        finite = np.asarray(np.isfinite(vertices).all(axis=1))
    if not finite.all():
        drawn &= finite[faces].all(axis=1)
    buffer = np.full(height * width, _EMPTY, np.int64)
    for part in Triangles.build(x, y, z, np.flatnonzero(drawn), height, width).chunks():
        pixel, key = part.fragments(width)
        np.minimum.at(buffer, pixel, key)
    filled = np.flatnonzero(buffer != _EMPTY)
    key = buffer[filled]
    winners = triangle_of(key)
    weights = _barycentric(x, y, area, winners, filled % width, filled // width)
    return Raster((height, width), filled, winners, weights, depth_of(key))


def _barycentric(x: Doubles, y: Doubles, area: Doubles, triangle: Indices, column: Longs, row: Longs) -> Float:
    """(k, 3) weights of the corners at pixel centres, clamped to the triangle; ``x``, ``y`` (3, m) of all corners."""
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.stack([y[2] - y[0], x[0] - x[2], y[0] - y[1], x[1] - x[0]]) / area
    right, down = column - x[0][triangle], row - y[0][triangle]
    b = np.clip(right * slope[0][triangle] + down * slope[1][triangle], 0, 1)
    c = np.clip(right * slope[2][triangle] + down * slope[3][triangle], 0, 1 - b)
    weights = np.empty((len(triangle), 3), np.float32)
    weights[:, 0], weights[:, 1], weights[:, 2] = 1 - b - c, b, c
    return weights


def interpolate(raster: Raster, faces: Indices, values: Float) -> Float:
    """Values of the vertices (n×C) carried to the k filled pixels: k×C float32, in the order of ``raster.mask``.

    A value that all vertices share is carried exactly.
    """
    return carry(np.asarray(values, np.float32), corners_of(raster, faces), raster.weights)


def corners_of(raster: Raster, faces: Indices) -> Indices:
    """(k, 3) int32: the vertices of the triangle on each filled pixel."""
    return np.take(np.asarray(faces, np.int32), raster.winners, axis=0)


def carry(values: Float, corners: Indices, weights: Float) -> Float:
    """k×C: the weighted sum of values (n×C) at corners (k×3).  Weights sum to 1 only as far as rounding goes, hence
    the difference to one of the values: a mesh that is shifted by whole pixels is shifted exactly."""
    if not len(corners):
        return np.zeros((0, values.shape[1]), np.float32)
    first = values[:1]
    return weighted_rows(values - first, corners, weights) + first


def part_mask(raster: Raster, faces: Indices, part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """H×W: pixels whose triangle lies in a part of the mesh, ``part`` (n,) bool, with all its corners."""
    inside = np.zeros(len(faces) + 1, bool)  # the last for -1, the empty pixels
    np.logical_and.reduce([np.take(part, faces[:, corner]) for corner in range(3)], out=inside[:-1])
    return np.take(inside, raster.triangle, mode="wrap")
