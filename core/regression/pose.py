"""The pose p: weak perspective as a 3×4 matrix, its angles, and the geodesic between two (see conventions.md)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from ..types import Float

Matrix = NDArray[np.float64]

FLIP = np.diag([1.0, -1.0, -1.0])
"""F: model frame (y up, z to the camera) → camera frame (y down, z away).  A rotation."""


def compose(scale: float, rotation: Matrix, translation: Matrix) -> Float:
    """(s, R 3×3, t (3,)) → p (12,) float32 = [s·F·R | t] in rows."""
    return np.concatenate([scale * FLIP @ rotation, translation[:, None]], axis=1).astype(np.float32).reshape(12)


def decompose(pose: Float) -> tuple[float, Matrix, Matrix]:
    """p (12,) → (s in pixels per unit, R 3×3 the nearest rotation, t (3,) pixels)."""
    matrix = np.asarray(pose, np.float64).reshape(3, 4)
    u, singular, vt = np.linalg.svd(FLIP @ matrix[:, :3])
    sign = np.sign(np.linalg.det(u @ vt))
    rotation = u @ np.diag([1.0, 1.0, sign]) @ vt
    return float(singular.mean()), rotation, matrix[:, 3]


def rotation_from_angles(yaw: float, pitch: float, roll: float) -> Matrix:
    """Degrees → R = Rz(−roll)·Ry(yaw)·Rx(−pitch)."""
    return np.asarray(Rotation.from_euler("ZYX", [-roll, yaw, -pitch], degrees=True).as_matrix())


def angles(pose: Float) -> tuple[float, float, float]:
    """p → (yaw, pitch, roll) in degrees: yaw > 0 to the image's right, pitch > 0 up, roll > 0 clockwise."""
    _, r, _ = decompose(pose)
    yaw = np.degrees(np.arcsin(np.clip(-r[2, 0], -1.0, 1.0)))
    roll = -np.degrees(np.arctan2(r[1, 0], r[0, 0]))
    pitch = -np.degrees(np.arctan2(r[2, 1], r[2, 2]))
    return float(yaw), float(pitch), float(roll)


def geodesic(start: Matrix, end: Matrix, alpha: float) -> Matrix:
    """The rotation at ``alpha`` of the way along the shortest arc; beyond 1 it extrapolates along the same arc."""
    arc = Rotation.from_matrix(start.T @ end).as_rotvec()
    return np.asarray(start @ Rotation.from_rotvec(alpha * arc).as_matrix())


def apply(pose: Float, vertices: Float) -> Float:
    """Model frame (…, n, 3) → pixels (…, n, 3) float32: x, y in pixel coordinates, z away from the camera."""
    matrix = np.asarray(pose, np.float32).reshape(3, 4)
    return np.asarray(vertices @ matrix[:, :3].T + matrix[:, 3], np.float32)


def transform_pixels(pose: Float, scale: float, offset: tuple[float, float]) -> Float:
    """The pose after the picture was mapped by ``x → scale·x + offset`` (z is scaled, never moved)."""
    matrix = np.asarray(pose, np.float64).reshape(3, 4) * scale
    matrix[:2, 3] += offset
    return matrix.astype(np.float32).reshape(12)
