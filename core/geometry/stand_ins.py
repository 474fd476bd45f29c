"""Which point of a head stands in for one that no portrait shows: for the back of the head and for its neck.

* For the skull, a point at the rim of the head, above the ears and higher the farther back the other lies, so that hair
  runs back and down;
* for the neck, and for the jaw before it, a point nearer to its front.

The back is a mesh of its own, with ears laid flat, for nobody's ears are the model's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ..types import Float
from .fragments import Indices
from .parts import neck_hold

Mask = NDArray[np.bool_]

_RIM, _NECK_RIM = 85.0, 75.0
"""Degrees from straight ahead, about the head's upright axis, from which points of skull and neck have stand-ins …"""

_SIDE, _JAW = 45.0, 35.0
"""… and from which the head belongs to the back's mesh, above and below: behind a photo's edges, too."""

_HAIRLINE = 65.0
"""Degrees from which stand-ins begin to be moved outwards, into the hair."""

_PACE, _FARTHEST, _NECK_FARTHEST = 0.5, 8.0, 12.0
"""A stand-in lies before the rim by half of what its point lies behind it, at first, and by so many degrees at most."""

_COMBED = 0.4
"""Decimetres by which it is higher, for each radian."""

_RAISED = 0.5
"""Points below the ears' tops have stand-ins above these, by so much of the distance."""

_SLOPE = 0.48
"""Rows of the neck fall by so much to the front, as collars do."""

_LOBES, _CROWN = 0.1, 0.1
"""Decimetres: so far above the ears' lowest point a face is jaw; so far below the highest point hair begins."""

_NEIGHBOURS = 10
"""Vertices by whose positions a stand-in's is known."""


class Sums(NamedTuple):
    """Points as sums of a mesh's vertices: ``vertices`` n×k int32, ``weights`` n×k float32, which sum to 1."""

    vertices: Indices
    weights: Float

    def of(self, values: Float) -> Float:
        """n×C: of values of the vertices."""
        return np.asarray(np.einsum("nk,nkc->nc", self.weights, values[self.vertices]), np.float32)


@dataclass(frozen=True, eq=False)
class StandIns:
    """The back of a mesh as a mesh of its own, n vertices.

    ``places``  where its vertices are on the whole mesh;  ``faces``  m×3 int32, their triangles.
    ``skull``, ``neck``  their stand-ins;  ``is_neck``  (n,) float32 in [0, 1], which of the two counts.
    ``other``   (n,) bool: on the half of the head where x < 0.
    ``behind``  (n,) float32, radians behind the rim;  ``outwards``  (n,) float32 in [0, 1], how far stand-ins on
                the skull are to be moved out of it, into the hair.
    """

    places: Sums
    faces: Indices
    skull: Sums
    neck: Sums
    is_neck: Float
    other: Mask
    behind: Float
    outwards: Float

    @staticmethod
    def of(mean: Float, faces: Indices, regions: Mapping[str, Mask]) -> StandIns | None:
        """From a model's mean shape n×3, its triangles and named regions; None where it lacks one of these."""
        try:
            ears, neck, scalp, face = (regions[name] for name in ("ears", "neck", "scalp", "face"))
        except KeyError:
            return None
        if not all(part.any() for part in (ears, neck, scalp, face)):
            return None
        height, angle = mean[:, 1], _angle(mean)
        low = height < mean[ears, 1].min() + _LOBES
        jaw = face & low & (angle > _JAW)
        part = scalp | ears | neck | jaw | (face & (angle > _SIDE))
        chosen = faces[part[faces].all(axis=1)]
        skin, front = (scalp | face) & ~ears & ~neck & ~low, neck | (face & low)
        if not len(chosen) or min(_fewest(mean, each) for each in (skin, front)) < _NEIGHBOURS:
            return None
        points, own = np.unique(chosen, return_inverse=True)
        behind = np.radians(np.maximum(angle - _RIM, 0))
        grid = np.column_stack([np.radians(angle), height])
        slanted = np.column_stack([np.radians(angle), height + _SLOPE * mean[:, 2]])
        sides = _Sides(mean[:, 0], points)
        places = sides.found(grid, grid, (scalp | face | neck) & ~ears)
        exact = ~ears[points]
        places.vertices[exact] = points[exact, None]
        places.weights[exact] = np.eye(1, _NEIGHBOURS)
        raised = np.column_stack([np.radians(_before(angle, _RIM, _FARTHEST)), _combed(height, behind, mean[ears, 1])])
        before = np.column_stack([np.radians(_before(angle, _NECK_RIM, _NECK_FARTHEST)), slanted[:, 1]])
        is_neck = 1 - neck_hold(faces, neck | jaw)[points]
        on_skull, on_neck = sides.found(grid, raised, skin), sides.found(slanted, before, front)
        for unused, used, where in ((on_neck, on_skull, is_neck == 0), (on_skull, on_neck, is_neck == 1)):
            unused.vertices[where], unused.weights[where] = used.vertices[where], used.weights[where]
        return StandIns(
            places,
            own.reshape(-1, 3).astype(np.int32),
            on_skull,
            on_neck,
            is_neck,
            mean[points, 0] < 0,
            behind[points].astype(np.float32),
            np.asarray(np.clip((angle[points] - _HAIRLINE) / (_RIM - _HAIRLINE), 0, 1), np.float32),
        )


def _fewest(points: Float, part: Mask) -> int:
    """Of a part's vertices, on the half of the head that has fewer."""
    return min(int((part & (points[:, 0] * side > 0)).sum()) for side in (-1, 1))


def _angle(points: Float) -> Float:
    """(n,) degrees from straight ahead, 180 behind."""
    return np.asarray(np.degrees(np.arctan2(np.abs(points[:, 0]), points[:, 2])), np.float32)


def _before(angle: Float, rim: float, farthest: float) -> Float:
    """Angles of the stand-ins."""
    behind = np.maximum(angle - rim, 0)
    return np.where(behind > 0, rim - farthest * (1 - np.exp(-_PACE * behind / farthest)), angle)


def _combed(height: Float, behind: Float, ears: Float) -> Float:
    """Heights of the skull's stand-ins."""
    top, crown = float(ears.max()), float(height.max()) - _CROWN
    raised = np.where(height < top, top + _RAISED * (top - height), height) + _COMBED * behind
    return np.asarray(np.minimum(raised, np.maximum(height, crown)), np.float32)


@dataclass(frozen=True, eq=False)
class _Sides:
    """Looks for stand-ins on a point's own side: ``x`` of the whole mesh, ``points`` of which they are looked for."""

    x: Float
    points: Indices

    def found(self, grid: Float, wanted: Float, among: Mask) -> Sums:
        """Points of the mesh where ``grid`` (n×2) has the values ``wanted`` of ``points``, on vertices ``among``.

        Moving least squares: exact where positions are linear in the grid.
        """
        vertices = np.zeros((len(self.points), _NEIGHBOURS), np.int32)
        distances = np.zeros((len(self.points), _NEIGHBOURS))
        for side in (-1, 1):
            rows = (self.x[self.points] < 0) == (side < 0)
            near = np.flatnonzero(among & (side * self.x >= -1e-4))
            distances[rows], nearest = cKDTree(grid[near]).query(wanted[self.points[rows]], _NEIGHBOURS)
            vertices[rows] = near[nearest]
        apart = grid[vertices] - wanted[self.points, None]
        bell = np.exp(-np.square(distances) / (2 * np.maximum(np.square(distances[:, 3:4]), 1e-4)))
        basis = np.concatenate([np.ones((*bell.shape, 1)), apart], axis=2)
        moments = np.einsum("pk,pki,pkj->pij", bell, basis, basis) + 1e-6 * np.eye(3)
        first = np.linalg.solve(moments, np.broadcast_to(np.eye(3)[:, :1], (len(bell), 3, 1)))[..., 0]
        weights = bell * np.einsum("pki,pi->pk", basis, first)
        return Sums(vertices, np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32))
