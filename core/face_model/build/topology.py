"""Head and neck cut out of the base mesh: which vertices, their triangles, their mirror images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from . import eyeball
from .source import AnnySource, BaseMesh, Doubles, Integers

Mask: TypeAlias = NDArray[np.bool_]

_TORSO = ("spine", "clavicle", "shoulder", "upperarm", "breast")
_LOWEST = 5.3
"""Height on the base mesh (dm) above which the neck is sought; its rim follows the skinning weights."""

PARTS = {"tongue": "helper-tongue", "teeth_lower": "helper-lower-teeth", "teeth_upper": "helper-upper-teeth"}
_EYES = {"eyeball_left": "helper-l-eye", "eyeball_right": "helper-r-eye"}


@dataclass(frozen=True)
class HeadTopology:
    """The head cut.

    ``gather``  sparse n×N: head values (positions or offsets) = gather @ values on the N base vertices.
    ``faces``   m×3 triangles.   ``mirror`` (n,) the vertex on the other side.
    ``parts``   name → (n,) bool: skin, tongue, teeth_lower, teeth_upper, eyeball_left, eyeball_right, iris, pupil.
    ``origin``  (n,) base vertex of each vertex, -1 in the eyeballs.
    """

    gather: sparse.csr_array
    faces: Integers
    mirror: Integers
    parts: dict[str, Mask]
    origin: Integers


def cut_head(source: AnnySource) -> HeadTopology:
    """Cut head and neck (body skin with mouth and eye sockets), tongue and teeth; put the finer eyeballs in."""
    mesh = source.mesh()
    quads = [mesh.quads[_skin(source, mesh)]] + [mesh.quads[mesh.groups == group] for group in PARTS.values()]
    kept = np.unique(np.concatenate(quads))
    index = np.full(len(mesh.vertices), -1)
    index[kept] = np.arange(len(kept))
    faces = [_triangulate(index[q], mesh.vertices[kept]) for q in quads]
    parts = {name: np.isin(kept, q) for name, q in zip(("skin", *PARTS), quads)}
    mirror = index[source.mirror(len(mesh.vertices))[kept]]
    rows = [sparse.csr_array((np.ones(len(kept)), (np.arange(len(kept)), kept)), shape=(len(kept), len(index)))]
    return _add_eyeballs(mesh, HeadTopology(rows[0], np.concatenate(faces), mirror, parts, kept))


def _skin(source: AnnySource, mesh: BaseMesh) -> Mask:
    """(m,) bool: body quads of head and neck, i.e. less than half driven by torso and arm bones."""
    torso = np.zeros(len(mesh.vertices))
    for bone, pairs in source.bone_weights().items():
        if bone.startswith(_TORSO):
            torso[pairs[:, 0].astype(np.int64)] += pairs[:, 1]
    high = (mesh.vertices[mesh.quads][:, :, 1] > _LOWEST).all(1)
    skin = np.asarray((mesh.groups == "body") & high & (torso[mesh.quads] < 0.5).all(1))
    while (corners := skin & _is_corner(mesh.quads, skin)).any():
        skin &= ~corners
    return skin


def _is_corner(quads: Integers, kept: Mask) -> Mask:
    """(m,) bool: quads with two or more free edges; without them the rim of the neck is one edge loop."""
    edges = np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1), -1)
    keys = edges[..., 0] * (quads.max() + 1) + edges[..., 1]
    used, counts = np.unique(keys[kept], return_counts=True)
    free = np.isin(keys, used[counts == 1])
    return np.asarray(free.sum(1) >= 2)


def _triangulate(quads: Integers, vertices: Doubles) -> Integers:
    """Split each quad along its shorter diagonal, so that mirrored quads split alike."""
    corners = vertices[quads]
    first = np.linalg.norm(corners[:, 0] - corners[:, 2], axis=1)
    second = np.linalg.norm(corners[:, 1] - corners[:, 3], axis=1)
    across = (first <= second + 1e-9)[:, None]
    a = np.where(across, quads[:, [0, 1, 2]], quads[:, [0, 1, 3]])
    b = np.where(across, quads[:, [0, 2, 3]], quads[:, [1, 2, 3]])
    return np.asarray(np.stack([a, b], 1).reshape(-1, 3))


def _add_eyeballs(mesh: BaseMesh, head: HeadTopology) -> HeadTopology:
    """Append the left eyeball, then the right one as its exact mirror image."""
    directions, faces = eyeball.unit_sphere()
    n, k = len(head.origin), len(directions)
    gathers, all_faces, parts = [head.gather], [head.faces], dict(head.parts)
    total = n + 2 * k
    for name in parts:
        parts[name] = np.concatenate([parts[name], np.zeros(2 * k, bool)])
    for side, (name, group) in enumerate(_EYES.items()):
        old = np.unique(mesh.quads[mesh.groups == group])
        coarse = mesh.vertices[old]
        centre = coarse.mean(0)
        radius = np.linalg.norm(coarse - centre, axis=1).mean()
        fine = centre + radius * directions * ([1, 1, 1] if side == 0 else [-1, 1, 1])
        matrix = eyeball.resample(coarse, fine)
        columns = np.tile(old, k)
        rows = np.repeat(np.arange(k), len(old))
        gathers.append(sparse.csr_array((matrix.ravel(), (rows, columns)), shape=(k, len(mesh.vertices))))
        start = n + side * k
        all_faces.append(start + (faces if side == 0 else faces[:, ::-1]))
        parts[name] = np.zeros(total, bool)
        parts[name][start : start + k] = True
    mirror = np.concatenate([head.mirror, n + k + np.arange(k), n + np.arange(k)])
    for name, rim in (("iris", 1 + 2 * 16), ("pupil", 1 + 16)):
        parts[name] = np.zeros(total, bool)
        for start in (n, n + k):
            parts[name][start : start + rim] = True
    origin = np.concatenate([head.origin, np.full(2 * k, -1)])
    return HeadTopology(sparse.vstack(gathers, format="csr"), np.concatenate(all_faces), mirror, parts, origin)
