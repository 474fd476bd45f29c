"""Plain triangle-mesh geometry."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Array: TypeAlias = NDArray[Any]

_CANDIDATES = 24


def vertex_normals(vertices: Array, faces: Array) -> Array:
    """(n, 3) unit normals, the area-weighted mean of those of the triangles; 0 where there is none."""
    corner = [np.ascontiguousarray(faces[:, k]) for k in range(3)]
    axes = [np.ascontiguousarray(vertices[:, axis]) for axis in range(3)]
    a, b, c = ([np.take(axis, index) for axis in axes] for index in corner)
    u, v = ([end - start for end, start in zip(ends, a)] for ends in (b, c))
    total = np.zeros((len(vertices), 3), vertices.dtype)
    for axis in range(3):
        y, z = (axis + 1) % 3, (axis + 2) % 3
        normal = u[y] * v[z] - u[z] * v[y]
        total[:, axis] = sum(np.bincount(index, normal, len(vertices)) for index in corner)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total / np.maximum(length, 1e-12))


def smoothed(values: Array, faces: Array, rounds: int) -> Array:
    """(n,) float64: values of the vertices, ``rounds`` times mixed half and half with the mean of their neighbours'."""
    ends = np.concatenate([faces, faces[:, [1, 2, 0]]]).reshape(-1)
    others = np.concatenate([faces[:, [1, 2, 0]], faces]).reshape(-1)
    count = np.maximum(np.bincount(ends, minlength=len(values)), 1)
    values = np.asarray(values, np.float64)
    for _ in range(rounds):
        values = (values + np.bincount(ends, values[others], len(values)) / count) / 2
    return values


def edges(faces: Array) -> Array:
    """(k, 2) undirected edges, each once, sorted."""
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    return np.unique(np.sort(pairs, axis=1), axis=0)


def closest_on_triangles(points: Array, triangles: Array) -> tuple[Array, Array]:
    """Closest point of triangle i to point i.

    ``points`` …×3, ``triangles`` …×3×3 (corners).  Returns barycentric weights …×3 (in [0, 1], sum 1) and squared
    distances.  Ericson, Real-Time Collision Detection, 5.1.5: inside, or the nearest of the three edges.
    """
    a = triangles[..., 0, :]
    ab, ac = triangles[..., 1, :] - a, triangles[..., 2, :] - a
    ap = points - a
    d00, d01, d11 = (ab * ab).sum(-1), (ab * ac).sum(-1), (ac * ac).sum(-1)
    d20, d21 = (ap * ab).sum(-1), (ap * ac).sum(-1)
    area = np.maximum(d00 * d11 - d01 * d01, 1e-30)
    v, w = (d11 * d20 - d01 * d21) / area, (d00 * d21 - d01 * d20) / area
    best = np.stack([1 - v - w, v, w], -1)
    inside = (best >= 0).all(-1)
    distance = np.where(inside, _squared_distance(points, triangles, best), np.inf)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        weights = _on_edge(points, triangles, i, j)
        squared = _squared_distance(points, triangles, weights)
        nearer = squared < distance
        best = np.where(nearer[..., None], weights, best)
        distance = np.where(nearer, squared, distance)
    return best, distance


def _on_edge(points: Array, triangles: Array, i: int, j: int) -> Array:
    start, along = triangles[..., i, :], triangles[..., j, :] - triangles[..., i, :]
    t = ((points - start) * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-30)
    t = np.clip(t, 0, 1)
    weights = np.zeros((*t.shape, 3), points.dtype)
    weights[..., i], weights[..., j] = 1 - t, t
    return weights


def _squared_distance(points: Array, triangles: Array, weights: Array) -> Array:
    return np.asarray(((np.einsum("...c,...cd->...d", weights, triangles) - points) ** 2).sum(-1))


def closest_on_mesh(points: Array, vertices: Array, faces: Array) -> tuple[Array, Array, Array]:
    """Closest point of a mesh to each of ``points`` (p×3).

    Returns the triangle (p,), barycentric weights (p, 3) and distance (p,).  Exact among the triangles around the
    nearest vertices and the nearest triangle centres, which on meshes without slivers is exact.
    """
    triangles = vertices[faces]
    near = np.sort(_candidates(points, triangles), axis=1)
    weights, squared = closest_on_triangles(points[:, None], triangles[near])
    row, best = np.arange(len(points)), squared.argmin(1)
    return near[row, best], weights[row, best], np.sqrt(squared[row, best])


def _candidates(points: Array, triangles: Array) -> Array:
    """(p, k) triangles whose centre or corner or edge middle is near each point."""
    count = min(_CANDIDATES, len(triangles))
    corners = triangles.reshape(-1, 3)
    middles = ((triangles + np.roll(triangles, -1, 1)) / 2).reshape(-1, 3)
    own, thrice = np.arange(len(triangles)), np.repeat(np.arange(len(triangles)), 3)
    owner = np.concatenate([own, thrice, thrice])
    tree = cKDTree(np.concatenate([triangles.mean(1), corners, middles]))
    near = tree.query(points, k=min(3 * count, tree.n))[1].reshape(len(points), -1)
    return np.asarray(owner[near])
