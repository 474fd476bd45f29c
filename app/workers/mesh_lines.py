"""What the looks "wire" and "photo" add to a shaded picture of the meshes: lines, and what lies behind them.

Both renderers end here, so that their pictures are the same.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ..look import MeshLook
from .mesh_layout import CROP, Float, Place, to_pixels

Picture = NDArray[np.uint8]
FINE = 2
"""Lines are drawn at this multiple of the size: thinner than a pixel, or a small head would be all line."""

_SUBPIXEL = 4
"""Bits of a pixel's fraction that the lines know."""

_NEAR = 0.02
"""Share of a head's radius by which a point may lie behind what is drawn there and still be seen."""

_STRENGTH: dict[MeshLook, float] = {"wire": 1.0, "photo": 0.75}


def with_lines(
    solid: Picture,
    near: Float,
    view: tuple[Float, Float],
    faces: NDArray[np.int32],
    half_height: float,
    look: MeshLook,
    under: Picture,
) -> Picture:
    """H×W×3: the shaded picture ``solid`` where a line of either mesh is seen, ``under`` (H×W×3) elsewhere.

    ``near``  H×W, how near (view units, larger is nearer) what is drawn there is; −inf where nothing is.
    ``view``  both meshes, n×3 in view units.
    """
    height, width = near.shape
    share = np.zeros((height, width), np.float32)
    reach = _farthest_around(near)
    for vertices in view:
        pixels = to_pixels(vertices, half_height, width, height)
        share = np.maximum(share, _lines(pixels, vertices[:, 2], faces, reach))
    share = share[..., None] * np.float32(_STRENGTH[look])
    return np.asarray(np.rint(under * (1 - share) + solid * share), np.uint8)


def photos_behind(
    photos: tuple[Picture, ...], places: tuple[Place, Place], half_height: float, canvas: Picture
) -> Picture:
    """H×W×3: ``canvas`` with each crop on the plane through its mesh's middle, turned as the mesh is."""
    height, width = canvas.shape[:2]
    picture = canvas
    for photo, place in zip(photos, places):
        # Three corners say where a plane goes: without perspective it is an affine map.
        corners = np.array([[0, 0], [CROP - 1, 0], [0, CROP - 1]], np.float32)
        depth = np.full((3, 1), place.middle[2], np.float32)
        there = to_pixels(place(np.concatenate([corners, depth], axis=1)), half_height, width, height)[:, :2].copy()
        moved = cv2.getAffineTransform(corners * np.float32((photo.shape[1] - 1) / (CROP - 1)), there)
        how = {"flags": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_TRANSPARENT}
        picture = np.asarray(cv2.warpAffine(photo, moved, (width, height), dst=picture.copy(), **how), np.uint8)
    return picture


def _lines(pixels: Float, near: Float, faces: NDArray[np.int32], reach: Float) -> Float:
    """H×W float32 in [0, 1]: the edges of triangles that face the viewer and are not hidden."""
    height, width = reach.shape
    x, y = pixels[:, 0], pixels[:, 1]
    a, b, c = faces.T
    facing = (x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a]) < 0
    column = np.clip(np.rint(x), 0, width - 1).astype(np.int64)
    row = np.clip(np.rint(y), 0, height - 1).astype(np.int64)
    seen = near >= reach[row, column] - _NEAR
    which, of = _edges(faces.tobytes(), len(faces))
    shown = np.zeros(len(which), bool)
    shown[of[facing].ravel()] = True
    ends = which[shown & seen[which].all(axis=1)]
    fine = (pixels[:, :2] + np.float32(0.5)) * FINE - np.float32(0.5)
    strokes = np.rint(fine[ends] * (1 << _SUBPIXEL)).astype(np.int32)
    drawn = np.zeros((height * FINE, width * FINE), np.uint8)
    if len(strokes):
        cv2.polylines(drawn, list(strokes), False, 255, 1, cv2.LINE_AA, _SUBPIXEL)
    return np.asarray(cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA), np.float32) / np.float32(255)


def _farthest_around(near: Float) -> Float:
    """Of every pixel and its neighbours the farthest: a line on the rim of what hides it must not flicker."""
    return np.asarray(cv2.erode(np.maximum(near, -1e6).astype(np.float32), np.ones((3, 3), np.uint8)), np.float32)


@lru_cache(maxsize=2)
def _edges(faces: bytes, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The edges of triangles (int32 in bytes), e×2 vertices each once, and of every triangle its three edges."""
    triangles = np.frombuffer(faces, np.int32).reshape(count, 3).astype(np.int64)
    pairs = np.sort(np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
    edges, inverse = np.unique(pairs, axis=0, return_inverse=True)
    return edges, inverse.reshape(count, 3)
