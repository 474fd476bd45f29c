"""Does the source picture show a point of the surface?  A soft shadow test with the source's z-buffer."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .drawn_mesh import STEEPEST, DrawnMesh
from .warp import warp

_BIAS = 0.004
"""Depth by which a point may lie behind the z-buffer, as a fraction of the head's depth range (rounding, facets)."""

_ROUNDING = 0.02
"""… and in pixels, whatever the range."""

_SLOPE = 0.5
"""… and in pixels per unit of slope of the surface at that point, up to ``STEEPEST``."""

_TURNED = (0.2, 0.7)
"""Ratio of the foreshortening, source over driving, at which the texture is too stretched to count / counts fully."""


def visibility(driving: DrawnMesh, source: DrawnMesh, exact: Float) -> Float:
    """H×W float32 in [0, 1]: 1 where the source shows the surface point of the driving raster, 0 outside the head.

    ``exact``  H×W×2 float32, the mesh's own motion on the driving raster.

    The point's depth in the source is compared with the source's z-buffer at the four pixels around it, each
    at the depth the point's own triangle would have there, and the four answers are mixed bilinearly.  Triangles that
    face away from the camera in the source, or are seen edge-on, count as hidden.
    """
    filled, triangle = driving.raster.filled, driving.raster.winners
    rows, columns = np.divmod(filled, driving.shape[1])
    position = np.take(exact.reshape(-1, 2), filled, axis=0) + np.stack([columns, rows], axis=1).astype(np.float32)
    values = np.column_stack([source.vertices[:, 2], source.normals[:, 2], driving.normals[:, 2]])
    depth, facing, target = np.ascontiguousarray(driving.carried(values).T)
    slope = np.take(source.slopes, triangle, axis=0)
    steep = np.minimum(np.abs(slope[:, 0]) + np.abs(slope[:, 1]), STEEPEST)
    margin = _ROUNDING + _BIAS * source.depth_range + _SLOPE * steep
    lit = _compare(source.raster.depth, position, depth, slope, margin)
    front = np.take(source.areas < 0, triangle)
    return driving.spread((lit * _presented(-facing, -target) * front)[:, None])[..., 0]


def ghost(source_head: NDArray[np.bool_], flow: Float) -> Float:
    """H×W float32 in [0, 1]: 1 where the flow leads into the source's head, by more than a pixel."""
    inner = cv2.erode(source_head.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1)
    return warp(inner.astype(np.float32), flow)


def within(mask: NDArray[np.bool_], size: int) -> Float:
    """H×W float32: 1 inside, falling towards 0 at the mask's outline, which it does not reach beyond, over half of
    ``size`` pixels, which is odd."""
    soft = cv2.blur(mask.astype(np.float32), (size, size), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(2 * soft - 1, 0, 1) * mask)


def _compare(depth: Float, position: Float, z: Float, slope: Float, margin: Float) -> Float:
    """(k,) share of the bilinear weights whose pixels have nothing in front; 0 off the picture."""
    height, width = depth.shape
    x, y = np.ascontiguousarray(position.T)
    left, top = np.floor(x), np.floor(y)
    right, down = x - left, y - top
    lit = np.zeros(len(x), np.float32)
    for step_y, weight_y in ((0, 1 - down), (1, down)):
        row = np.clip(top + step_y, 0, height - 1).astype(np.int32) * width
        rise = slope[:, 1] * (step_y - down) - margin
        for step_x, weight_x in ((0, 1 - right), (1, right)):
            pixel = row + np.clip(left + step_x, 0, width - 1).astype(np.int32)
            plane = z + slope[:, 0] * (step_x - right) + rise
            lit += weight_x * weight_y * (plane <= np.take(depth, pixel))
    inside = (x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5)
    return np.asarray(np.minimum(lit, 1) * inside)


def _presented(facing: Float, target: Float) -> Float:
    """(k,) in [0, 1]: how well the source presents surface, from the cosines of its normals to the camera in both.

    Foreshortening only.  A lid that is folded away and unfolds is stretched too, but that is what lids do.
    """
    least, enough = _TURNED
    ratio = facing / np.maximum(target, np.float32(0.02))
    # At the very rim the mean normals of a resting head may already point away.
    return np.asarray(np.where(facing >= target, 1, np.clip((ratio - least) / (enough - least), 0, 1)), np.float32)
