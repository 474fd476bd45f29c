"""Meshes without OpenGL: slower and plainer, but it works everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.geometry.rasterise import interpolate, rasterise

from ..values import MeshRequest
from .mesh_layout import DRIVING_SKIN, SOURCE_SKIN, normals, place
from .paint import coloured

MAX_SIDE = 512
"""Pictures are drawn no larger than this and stretched: the rasteriser's time grows with the pixels."""


def draw(request: MeshRequest) -> NDArray[np.uint8]:
    """H×W×3 uint8, both meshes side by side as pyrender shows them, at most MAX_SIDE wide and high."""
    shrink = min(1.0, MAX_SIDE / max(request.width, request.height))
    width, height = max(round(request.width * shrink), 2), max(round(request.height * shrink), 2)
    *placed, half_height = place(request.source, request.driving, request.turn, width / height)
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = request.background
    for vertices, skin in zip(placed, (SOURCE_SKIN, DRIVING_SKIN)):
        pixels = vertices * np.array([1, -1, -1], np.float32) * (height / (2 * half_height))
        pixels += np.array([(width - 1) / 2, (height - 1) / 2, 0], np.float32)
        raster = rasterise(pixels.astype(np.float32), request.faces, height, width)
        values = np.concatenate([normals(vertices, request.faces)[:, 2:], coloured(request.paint, skin)], axis=1)
        carried = interpolate(raster, request.faces, values)
        picture[raster.mask] = (0.25 + 0.75 * np.clip(carried[:, :1], 0, 1)) * carried[:, 1:] * 255
    return np.clip(picture, 0, 255).astype(np.uint8)
