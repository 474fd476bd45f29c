"""Where the two heads stand in the mesh picture: side by side, turned together, each about its own middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..look import Turn

Float = NDArray[np.float32]
SOURCE_SKIN = (0.62, 0.72, 0.82)
DRIVING_SKIN = (0.87, 0.70, 0.56)
HALF_WIDTH, HALF_HEIGHT = 0.92, 1.12
"""Room a head of radius 1 gets on either side of its middle."""

CROP = 256
"""Side of the crop whose pixels the meshes are in."""

_FLIP = np.array([1.0, -1.0, -1.0], np.float32)


@dataclass(frozen=True)
class Place:
    """From crop pixels (y down, z away) to view units (y up, z near): ``((p − middle)·flip·scale)·turnedᵀ + shift``."""

    middle: Float
    scale: float
    turned: Float
    shift: Float

    def __call__(self, points: Float) -> Float:
        """n×3 → n×3."""
        return np.asarray((points - self.middle) * _FLIP * self.scale @ self.turned.T + self.shift, np.float32)


def rotation(turn: Turn) -> Float:
    """3×3 for x right, y up, z towards the viewer: first about the upright axis, then about the level one."""
    yaw, pitch = np.radians([turn.yaw, turn.pitch])
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    return np.asarray(about_x @ about_y, np.float32)


def places(source: Float, driving: Float, turn: Turn, aspect: float, crops: bool = False) -> tuple[Place, Place, float]:
    """Where both meshes (n×3, crop pixels) go, and the half height of the view.

    ``aspect`` is width over height of the whole picture; the source stands in the left half.  Both keep one scale, so
    that a driver that is larger looks larger.  ``crops``: the whole crops are in view, each about its own middle.
    """
    radius = CROP / 2 / HALF_WIDTH * 1.02 if crops else _radius(source)
    room = HALF_WIDTH if crops else HALF_HEIGHT
    half_height = max(room, 2 * HALF_WIDTH / aspect) / turn.zoom
    shift = np.array([half_height * aspect / 2, 0, 0], np.float32)
    found = []
    for mesh, side in ((source, -1), (driving, 1)):
        middle = (mesh.min(axis=0) + mesh.max(axis=0)) / 2
        if crops:
            middle[:2] = (CROP - 1) / 2
        found.append(Place(middle, 1.0 / max(radius, 1e-6), rotation(turn), shift * np.float32(side)))
    return found[0], found[1], half_height


def to_pixels(view: Float, half_height: float, width: int, height: int) -> Float:
    """View units (n×3) → pixels of a width×height picture, y down, z away in the same measure."""
    pixels = view * _FLIP * np.float32(height / (2 * half_height))
    return np.asarray(pixels + np.array([(width - 1) / 2, (height - 1) / 2, 0], np.float32), np.float32)


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
