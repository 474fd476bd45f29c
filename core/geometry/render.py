"""A small software renderer: smooth Lambert shading of a mesh, with antialiasing.  For panels and for machines
without OpenGL."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..face_model.mesh import vertex_normals
from ..types import Float, Image
from .fragments import Indices
from .rasterise import Raster, interpolate, rasterise

SKIN = (214, 196, 184)
_LIGHT = np.array([-0.35, -0.45, -0.82], np.float32)
"""Direction towards the light: from the upper left, behind the viewer (y down, z away)."""

_AMBIENT = 0.28
_SAMPLES = 2
"""Samples per pixel along each side."""


def shade(raster: Raster, vertices: Float, faces: Indices, colours: Float) -> Float:
    """H×W×3 float32 in [0, 1]: Lambert shading of a raster, 0 where it is empty.

    ``colours``  (3,) or n×3 float in [0, 1], RGB, of the mesh or of each vertex.
    """
    normals = vertex_normals(vertices, faces)
    lambert = np.clip(normals @ (_LIGHT / np.linalg.norm(_LIGHT)), 0, 1)
    light = (_AMBIENT + (1 - _AMBIENT) * lambert)[:, None]
    picture = np.zeros((*raster.depth.shape, 3), np.float32)
    if colours.ndim == 1:
        picture[raster.mask] = interpolate(raster, faces, light) * colours
    else:
        picture[raster.mask] = interpolate(raster, faces, light * colours)
    return picture


def render_mesh(
    vertices: Float,
    faces: Indices,
    height: int,
    width: int,
    colour: tuple[int, int, int] | NDArray[np.uint8] = SKIN,
    background: Image | tuple[int, int, int] | None = None,
    wireframe: bool = False,
) -> Image:
    """height×width×3 uint8 RGB picture of a posed mesh (n×3, pixels, z away).

    ``colour``      of the mesh, or n×3 of its vertices.
    ``background``  a picture of this size or a colour; None = black.
    ``wireframe``   draw the edges of the triangles that face the viewer, too.
    """
    fine = (np.asarray(vertices, np.float32) + np.array([0.5, 0.5, 0], np.float32)) * _SAMPLES
    fine -= np.array([0.5, 0.5, 0], np.float32)
    raster = rasterise(fine, faces, height * _SAMPLES, width * _SAMPLES)
    shaded = shade(raster, fine, faces, np.asarray(np.asarray(colour) / 255, np.float32))
    if wireframe:
        shaded *= _lines(raster, fine, faces)[..., None]
    size = (width, height)
    picture = cv2.resize(shaded, size, interpolation=cv2.INTER_AREA) * 255
    coverage = cv2.resize(raster.mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)[..., None]
    under = np.zeros(3, np.float32) if background is None else np.asarray(background, np.float32)
    return np.asarray(np.rint(np.clip(picture + (1 - coverage) * under, 0, 255)), np.uint8)


def _lines(raster: Raster, vertices: Float, faces: Indices) -> Float:
    """H×W float32 factor: darker within half a pixel of an edge of the triangle shown there."""
    mask = raster.mask
    a, b, c = np.take(vertices[:, :2], faces[raster.triangle[mask]].T, axis=0)
    area = np.abs((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))
    opposite = np.stack([np.hypot(*(c - b).T), np.hypot(*(a - c).T), np.hypot(*(b - a).T)], axis=1)
    distance = (raster.barycentric[mask] * area[:, None] / np.maximum(opposite, 1e-6)).min(axis=1)
    factor = np.ones(mask.shape, np.float32)
    factor[mask] = 0.55 + 0.45 * np.clip(distance - 0.5, 0, 1)
    return factor
