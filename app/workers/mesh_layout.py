"""Where the two heads stand in the mesh picture: side by side, turned together, each about its own middle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..values import Turn

Float = NDArray[np.float32]
SOURCE_SKIN = (0.62, 0.72, 0.82)
DRIVING_SKIN = (0.87, 0.70, 0.56)
HALF_WIDTH, HALF_HEIGHT = 0.92, 1.12
"""Room a head of radius 1 gets on either side of its middle."""


def rotation(turn: Turn) -> Float:
    """3×3 for x right, y up, z towards the viewer: first about the upright axis, then about the level one."""
    yaw, pitch = np.radians([turn.yaw, turn.pitch])
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    return np.asarray(about_x @ about_y, np.float32)


def place(source: Float, driving: Float, turn: Turn, aspect: float) -> tuple[Float, Float, float]:
    """Both meshes (n×3, crop pixels, y down, z away) in view units (y up, z near), and the half height of the view.

    ``aspect`` is width over height of the whole picture; the source stands in the left half.  Both keep one scale, so
    that a driver that is larger looks larger.
    """
    flip = np.array([1.0, -1.0, -1.0], np.float32)
    scale = 1.0 / max(_radius(source), 1e-6)
    turned = []
    for mesh in (source, driving):
        middle = (mesh.min(axis=0) + mesh.max(axis=0)) / 2
        turned.append((mesh - middle) * flip * scale @ rotation(turn).T)
    half_height = max(HALF_HEIGHT, 2 * HALF_WIDTH / aspect) / turn.zoom
    shift = np.array([half_height * aspect / 2, 0, 0], np.float32)
    return turned[0] - shift, turned[1] + shift, half_height


def normals(vertices: Float, faces: NDArray[np.int32]) -> Float:
    """Unit normals of the vertices (n×3): the area-weighted mean of the triangles around each."""
    a, b, c = (vertices[faces[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    total = np.empty_like(vertices)
    corners = faces.T.ravel()
    for axis in range(3):
        total[:, axis] = np.bincount(corners, np.tile(across[:, axis], 3), len(vertices))
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12), np.float32)


def _radius(mesh: Float) -> float:
    """Half the height of the box around a mesh, the measure of its size."""
    extent = mesh.max(axis=0) - mesh.min(axis=0)
    return float(max(extent) / 2)
