"""Triangles to fragments: the scan conversion behind :mod:`core.geometry.rasterise`.

Triangles are expanded to rows and rows to pixels with ``np.repeat``, so the work is in proportion to the pixels that
are really covered, whatever the sizes of the triangles.  A row's span is half-open, ``ceil(left) ≤ x < ceil(right)``,
and so are the rows of a triangle (the top-left rule).  The crossing of an edge with a row is computed from the upper
to the lower end of the edge: two triangles that share an edge get the same number, so there is neither a crack nor a
pixel owned by both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import Float

Indices = NDArray[np.int32]
Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]

_CHUNK = 1 << 22
"""Most pixels of bounding boxes that are expanded at once: bounds the memory for soups of huge triangles."""

_GRID = 2.0**20
"""Places within a pixel at which crossings are told apart; far finer than what is seen."""


@dataclass(frozen=True)
class Triangles:
    """k triangles that touch the picture, ready to be scanned.

    ``index``       (k,) number of the triangle in the mesh.
    ``x``, ``y``    (3, k) corners, sorted from top to bottom.
    ``rows``        (2, k) first row and the row after the last.
    ``columns``     (2, k) bounds of the columns, likewise.
    ``plane``       (5, k) z at the top corner, dz/dx, dz/dy, least z, greatest z.
    """

    index: Longs
    x: Doubles
    y: Doubles
    rows: Longs
    columns: Longs
    plane: Doubles

    @staticmethod
    def build(x: Doubles, y: Doubles, z: Doubles, index: Longs, height: int, width: int) -> Triangles:
        """Set up the triangles ``index`` of those with corners ``x``, ``y``, ``z``, (3, m) each; those that cover no
        pixel centre's row and column are left out."""
        x, y = np.take(x, index, axis=1), np.take(y, index, axis=1)
        rows = np.stack([_first_pixel(end, height) for end in (y.min(axis=0), y.max(axis=0))])
        columns = np.stack([_first_pixel(end, width) for end in (x.min(axis=0), x.max(axis=0))])
        keep = np.flatnonzero((rows[0] < rows[1]) & (columns[0] < columns[1]))
        index = index[keep]
        x, y, z = np.take(x, keep, axis=1), np.take(y, keep, axis=1), np.take(z, index, axis=1)
        for upper, lower in ((0, 1), (1, 2), (0, 1)):  # a sorting network
            swap = np.flatnonzero(y[upper] > y[lower])
            for axis in (x, y, z):
                axis[upper, swap], axis[lower, swap] = axis[lower, swap], axis[upper, swap]
        return Triangles(index, x, y, rows[:, keep], columns[:, keep], _plane(x, y, z))

    def chunks(self) -> Iterator[Triangles]:
        """Runs of triangles whose bounding boxes hold at most ``_CHUNK`` pixels together (or one triangle)."""
        boxes = (self.rows[1] - self.rows[0]) * (self.columns[1] - self.columns[0])
        filled = np.cumsum(boxes)
        start = 0
        while start < len(filled):
            before = filled[start] - boxes[start]
            stop = max(start + 1, int(np.searchsorted(filled, before + _CHUNK, side="right")))
            part = np.s_[..., start:stop]
            yield Triangles(
                self.index[part], self.x[part], self.y[part], self.rows[part], self.columns[part], self.plane[part]
            )
            start = stop

    def fragments(self, width: int) -> tuple[Longs, Longs]:
        """Every covered pixel: its flat index, and its z-buffer key.

        The key holds the depth in the upper 32 bits, in an order-preserving form, and the triangle in the lower 32:
        the least key is the nearest fragment, of equally near ones the one of the lowest triangle.
        """
        owner, row = _expand(self.rows[0], self.rows[1])
        left, right = self._span(owner, row)
        first, stop = _first_pixel(left, width), _first_pixel(right, width)
        filled = np.flatnonzero(first < stop)
        owner, row = owner[filled], row[filled]
        span, column = _expand(first[filled], stop[filled])
        z, dzdx, dzdy, nearest, farthest = self.plane
        start = (z - self.x[0] * dzdx)[owner] + (row - self.y[0][owner]) * dzdy[owner]
        depth = start[span] + column * dzdx[owner][span]
        # The plane of a sliver is steep: rounding must not throw its depth out of its corners' range.
        depth = np.minimum(np.maximum(depth, nearest[owner][span]), farthest[owner][span])
        key = (_ordered(depth) << 32) | self.index[owner][span]
        return (row * width)[span] + column, key

    def _span(self, owner: Longs, row: Longs) -> tuple[Doubles, Doubles]:
        """Where the long edge, and the short edge on the other side, cross each row; the smaller x first."""
        upper, lower, long = (self._crossing(owner, row, *ends) for ends in ((0, 1), (1, 2), (0, 2)))
        short = np.where(row < np.ceil(self.y[1])[owner], upper, lower)
        return np.minimum(long, short), np.maximum(long, short)

    def _crossing(self, owner: Longs, row: Longs, top: int, bottom: int) -> Doubles:
        x, y = self.x[top], self.y[top]
        fall = self.y[bottom] - y
        slope = np.divide(self.x[bottom] - x, fall, out=np.zeros_like(x), where=fall > 0)
        # On a fine grid: an edge that meets a pixel's centre has to meet it wherever the mesh stands, whatever rounding
        # makes of the sum.
        return np.asarray(np.rint((x[owner] + (row - y[owner]) * slope[owner]) * _GRID) * (1 / _GRID))


def depth_of(key: Longs) -> Float:
    """The depth in a z-buffer key."""
    return _flip((key >> 32).astype(np.int32)).view(np.float32)


def triangle_of(key: Longs) -> Indices:
    """The triangle in a z-buffer key."""
    return (key & 0xFFFFFFFF).astype(np.int32)


def _ordered(depth: Doubles) -> Longs:
    """Depth, rounded to float32, as integers of 32 bits in the same order."""
    bits = depth.astype(np.float32) + np.float32(0)  # -0 becomes 0
    return _flip(bits.view(np.int32)).astype(np.int64)


def _flip(bits: Indices) -> Indices:
    """Turn the order of negative floats' bits round; its own inverse."""
    return np.asarray(bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF)))


def corners(vertices: Float, faces: Indices, axis: int) -> Doubles:
    """(3, k) float64: one coordinate of each corner."""
    return np.take(vertices[:, axis].astype(np.float64), np.ascontiguousarray(faces.T))


def _first_pixel(position: Doubles, size: int) -> Longs:
    """The first pixel centre at or after a position, from 0 to ``size``."""
    return np.ceil(np.minimum(np.maximum(position, 0), size)).astype(np.int64)


def _plane(x: Doubles, y: Doubles, z: Doubles) -> Doubles:
    """(5, k): depth at the first corner, its slopes along x and y, the least and the greatest depth."""
    x1, y1, z1 = x[1] - x[0], y[1] - y[0], z[1] - z[0]
    x2, y2, z2 = x[2] - x[0], y[2] - y[0], z[2] - z[0]
    area = x1 * y2 - y1 * x2
    return np.stack([z[0], (z1 * y2 - z2 * y1) / area, (x1 * z2 - x2 * z1) / area, z.min(axis=0), z.max(axis=0)])


def _expand(first: Longs, stop: Longs) -> tuple[Longs, Longs]:
    """Owner and value of every integer in the ranges [first, stop)."""
    count = stop - first
    owner = np.repeat(np.arange(len(count)), count)
    offset = first - (np.cumsum(count) - count)
    return owner, np.arange(len(owner)) + offset[owner]
