"""Small closed meshes for the tests of geometry, in pixels, y down, z away, fronts of negative signed area."""

from __future__ import annotations

import numpy as np

from core.types import Float


def sphere(
    around: int, down: int, centre: tuple[float, float, float] = (0, 0, 0), radius: float = 1.0
) -> tuple[Float, np.ndarray]:
    """A sphere of ``around``×``down`` vertices: vertices (n, 3) float32, faces (m, 3) int32."""
    longitude = np.linspace(0, 2 * np.pi, around, endpoint=False)
    colatitude = np.linspace(1e-3, np.pi - 1e-3, down)
    phi, theta = np.meshgrid(longitude, colatitude)
    unit = np.stack([np.sin(theta) * np.cos(phi), -np.cos(theta), -np.sin(theta) * np.sin(phi)], axis=-1)
    first = np.arange(down - 1)[:, None] * around
    here, there = np.arange(around)[None], (np.arange(around)[None] + 1) % around
    corners = first + here, first + there, first + around + here, first + around + there
    a, b, c, d = (corner.reshape(-1) for corner in corners)
    faces = np.concatenate([np.stack([a, b, d], axis=1), np.stack([a, d, c], axis=1)])
    return (unit.reshape(-1, 3) * radius + np.array(centre)).astype(np.float32), faces.astype(np.int32)
