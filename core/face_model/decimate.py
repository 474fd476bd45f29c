"""Quadric edge collapse onto a subset of the vertices (Garland & Heckbert 1997; subset form as in CoMA, 2018)."""

from __future__ import annotations

import heapq
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .mesh import edges

Array: TypeAlias = NDArray[Any]
Quadric: TypeAlias = tuple[float, ...]

_BOUNDARY_WEIGHT = 10.0


def decimate(vertices: Array, faces: Array, target: int) -> tuple[Array, Array]:
    """Collapse edges, cheapest first, until ``target`` vertices are left or no collapse keeps the surface a manifold.

    ``vertices`` n×3, ``faces`` m×3.  Returns the kept vertices (k,), ascending, and the triangles over them.
    Ties break by vertex index, so equal input gives equal output.
    """
    mesh = _Collapsible(np.asarray(vertices, np.float64), np.asarray(faces))
    left = len(vertices)
    while left > target and mesh.queue:
        left -= mesh.collapse_next()
    return mesh.result()


class _Collapsible:
    """The mesh while it shrinks, in plain Python containers: they are quicker than arrays for single elements."""

    def __init__(self, vertices: Array, faces: Array) -> None:
        self.points: list[list[float]] = vertices.tolist()
        self.faces: dict[int, tuple[int, int, int]] = {i: (f[0], f[1], f[2]) for i, f in enumerate(faces.tolist())}
        self.around: list[set[int]] = [set() for _ in self.points]
        for i, face in self.faces.items():
            for corner in face:
                self.around[corner].add(i)
        self.quadrics = [tuple(q) for q in vertex_quadrics(vertices, faces).tolist()]
        self.version = [0] * len(self.points)
        self.alive = [bool(faces_here) for faces_here in self.around]
        self.queue: list[tuple[float, int, int, int, int]] = []
        for a, b in edges(faces).tolist():
            self._push(a, b)
        heapq.heapify(self.queue)

    def _push(self, a: int, b: int) -> None:
        """Queue the cheaper direction of the edge: (cost, kept, removed, versions of both)."""
        q = [x + y for x, y in zip(self.quadrics[a], self.quadrics[b])]
        keep_a, keep_b = _error(q, self.points[a]), _error(q, self.points[b])
        kept, gone = (a, b) if (keep_a, a) <= (keep_b, b) else (b, a)
        entry = (min(keep_a, keep_b), kept, gone, self.version[kept], self.version[gone])
        heapq.heappush(self.queue, entry)

    def collapse_next(self) -> int:
        """Take the cheapest edge; 1 if it was collapsed, 0 if it is stale or must not be."""
        _, kept, gone, kept_version, gone_version = heapq.heappop(self.queue)
        current = (self.version[kept], self.version[gone]) == (kept_version, gone_version)
        if not (current and self.alive[kept] and self.alive[gone]):
            return 0
        if not self._allowed(kept, gone):
            return 0
        self._collapse(kept, gone)
        return 1

    def _neighbours(self, vertex: int) -> set[int]:
        found = {corner for face in self.around[vertex] for corner in self.faces[face]}
        found.discard(vertex)
        return found

    def _allowed(self, kept: int, gone: int) -> bool:
        """Link condition (the surface stays a manifold, no part vanishes), and no triangle turns over."""
        shared = self.around[kept] & self.around[gone]
        tips = {corner for face in shared for corner in self.faces[face]} - {kept, gone}
        if self._neighbours(kept) & self._neighbours(gone) != tips or len(self._neighbours(gone)) < 3:
            return False
        if any(len(self._neighbours(tip)) <= 3 for tip in tips) and len(shared) == 2:
            return False
        moved = self.around[gone] - shared
        return bool(moved) and not any(self._turns_over(face, kept, gone) for face in moved)

    def _turns_over(self, face: int, kept: int, gone: int) -> bool:
        corners = self.faces[face]
        before = _normal(*(self.points[c] for c in corners))
        after = _normal(*(self.points[kept if c == gone else c] for c in corners))
        dot = before[0] * after[0] + before[1] * after[1] + before[2] * after[2]
        lengths = sum(x * x for x in before) * sum(x * x for x in after)
        return dot <= 0 or dot * dot < 0.04 * lengths

    def _collapse(self, kept: int, gone: int) -> None:
        for face in self.around[gone]:
            corners = self.faces[face]
            if kept in corners:
                for corner in corners:
                    if corner != gone:
                        self.around[corner].discard(face)
                del self.faces[face]
            else:
                a, b, c = (kept if corner == gone else corner for corner in corners)
                self.faces[face] = (a, b, c)
                self.around[kept].add(face)
        self.around[gone] = set()
        self.alive[gone] = False
        self.quadrics[kept] = tuple(x + y for x, y in zip(self.quadrics[kept], self.quadrics[gone]))
        self.version[kept] += 1
        for other in sorted(self._neighbours(kept)):
            self._push(kept, other)

    def result(self) -> tuple[Array, Array]:
        """Kept vertices and the triangles over them, in their first order."""
        kept = np.flatnonzero(self.alive)
        index = np.full(len(self.points), -1)
        index[kept] = np.arange(len(kept))
        return kept, index[np.array([self.faces[i] for i in sorted(self.faces)], np.int64).reshape(-1, 3)]


def vertex_quadrics(vertices: Array, faces: Array) -> Array:
    """(n, 10) upper triangles of the summed plane quadrics p·pᵀ, weighted by area; free edges add a wall."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    area = np.linalg.norm(normal, axis=1)
    normal = normal / np.maximum(area, 1e-30)[:, None]
    total = np.zeros((len(vertices), 10))
    plane = np.concatenate([normal, -(normal * a).sum(1, keepdims=True)], 1)
    _add(total, faces.ravel(), np.repeat(_outer(plane) * (area / 2)[:, None], 3, axis=0))
    directed = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    owner = np.tile(np.arange(len(faces)), 3)
    keys = np.sort(directed, 1) @ [len(vertices), 1]
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    free = first[counts == 1]
    along = vertices[directed[free, 1]] - vertices[directed[free, 0]]
    wall = np.cross(along, normal[owner[free]])
    length = np.linalg.norm(wall, axis=1, keepdims=True)
    wall = wall / np.maximum(length, 1e-30)
    plane = np.concatenate([wall, -(wall * vertices[directed[free, 0]]).sum(1, keepdims=True)], 1)
    _add(total, directed[free].ravel(), np.repeat(_outer(plane) * (_BOUNDARY_WEIGHT * length**2), 2, axis=0))
    return total


def _outer(plane: Array) -> Array:
    """Upper triangle of p·pᵀ for planes p (k×4), row by row."""
    row, column = np.triu_indices(4)
    return np.asarray(plane[:, row] * plane[:, column])


def _add(total: Array, vertex: Array, values: Array) -> None:
    for k in range(total.shape[1]):
        total[:, k] += np.bincount(vertex, values[:, k], len(total))


def _error(q: list[float], point: list[float]) -> float:
    """vᵀ·Q·v of a homogeneous point."""
    x, y, z = point
    return (
        x * (q[0] * x + 2 * (q[1] * y + q[2] * z + q[3]))
        + y * (q[4] * y + 2 * (q[5] * z + q[6]))
        + z * (q[7] * z + 2 * q[8])
        + q[9]
    )


def _normal(a: list[float], b: list[float], c: list[float]) -> tuple[float, float, float]:
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
