"""The mesh hierarchy for graph pooling: sub-meshes with their down- and up-sampling matrices (as CoMA)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ..types import Float
from .decimate import decimate
from .mesh import closest_on_mesh, edges

Indices: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True)
class MeshLevel:
    """One level under the base mesh; its vertices are a subset of those of the level above.

    ``vertices``  (k,) indices into the base mesh.     ``faces``  m×3 triangles over the k vertices.
    ``down``      sparse k×above, picks the subset.    ``up``     sparse above×k, barycentric: every row sums to 1.
    """

    vertices: Indices
    faces: Indices
    down: Any
    up: Any


def build_hierarchy(vertices: Float, faces: Indices, levels: int = 4, factor: int = 4) -> tuple[MeshLevel, ...]:
    """Quadric decimation of the mean shape (n×3), ``factor`` fewer vertices per level, deterministic."""
    points, triangles = np.asarray(vertices, np.float64), np.asarray(faces, np.int64)
    base = np.arange(len(points))
    found: list[MeshLevel] = []
    for _ in range(levels):
        kept, smaller = decimate(points, triangles, round(len(points) / factor))
        up = _up_sampling(points, triangles, kept, smaller)
        base = base[kept]
        down = selection(kept, len(points))
        found.append(MeshLevel(base.astype(np.int32), smaller.astype(np.int32), down, up))
        points, triangles = points[kept], smaller
    return tuple(found)


def selection(kept: NDArray[Any], count: int) -> sparse.csr_array:
    """Sparse len(kept)×count matrix that picks the vertices ``kept``."""
    ones = np.ones(len(kept), np.float32)
    return sparse.csr_array((ones, (np.arange(len(kept)), kept)), shape=(len(kept), count))


def _up_sampling(points: Any, triangles: Any, kept: Any, smaller: Any) -> sparse.csr_array:
    """Each vertex from the closest triangle of the smaller mesh within its own part: no lid from an eyeball."""
    count = len(points)
    pairs = edges(triangles)
    graph = sparse.coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(count, count))
    part = connected_components(graph, directed=False)[1]
    rows, columns, weights = [kept], [np.arange(len(kept))], [np.ones(len(kept))]
    lost = np.setdiff1d(np.arange(count), kept)
    for label in np.unique(part[lost]):
        points_here = lost[part[lost] == label]
        faces_here = smaller[part[kept[smaller[:, 0]]] == label]
        face, weight, _ = closest_on_mesh(points[points_here], points[kept], faces_here)
        rows.append(np.repeat(points_here, 3))
        columns.append(faces_here[face].ravel())
        weights.append(weight.ravel())
    entries = np.concatenate(weights).astype(np.float32)
    matrix = sparse.csr_array((entries, (np.concatenate(rows), np.concatenate(columns))), shape=(count, len(kept)))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix
