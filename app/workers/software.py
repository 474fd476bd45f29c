"""Meshes without OpenGL: with ragged outlines, but it works everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.geometry.rasterise import interpolate, rasterise

from ..rendering import MeshRequest
from .mesh_layout import Float, normals, places, to_pixels
from .mesh_light import lit
from .mesh_lines import photos_behind, with_lines

MAX_SIDE = 512
"""Pictures are drawn no larger than this and stretched: the rasteriser's time grows with the pixels."""


def draw(request: MeshRequest) -> NDArray[np.uint8]:
    """H×W×3 uint8, both meshes side by side as pyrender shows them, at most MAX_SIDE wide and high."""
    shrink = min(1.0, MAX_SIDE / max(request.width, request.height))
    width, height = max(round(request.width * shrink), 2), max(round(request.height * shrink), 2)
    crops = request.look == "photo"
    *both, half_height = places(request.source, request.driving, request.turn, width / height, crops)
    view = both[0](request.source), both[1](request.driving)
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = request.background
    solid, near = _shaded(request, view, half_height, canvas)
    if request.look in ("solid", "displacement"):
        return solid
    if crops:
        canvas = photos_behind(request.photos, (both[0], both[1]), half_height, canvas)
    return with_lines(solid, near, view, request.faces, half_height, request.look, canvas)


def _shaded(
    request: MeshRequest, view: tuple[Float, Float], half_height: float, canvas: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], Float]:
    """Smooth surfaces on ``canvas``, and how near they are (−inf = nothing there), in view units."""
    height, width = canvas.shape[:2]
    picture = canvas.astype(np.float32)
    near = np.full((height, width), -np.inf, np.float32)
    for vertices, colours in zip(view, request.colours):
        raster = rasterise(to_pixels(vertices, half_height, width, height), request.faces, height, width, cull=False)
        values = np.column_stack([vertices[:, 2], lit(normals(vertices, request.faces), colours)])
        carried = interpolate(raster, request.faces, values)
        picture[raster.mask] = carried[:, 1:] * 255
        near[raster.mask] = carried[:, 0]
    return np.clip(picture, 0, 255).astype(np.uint8), near
