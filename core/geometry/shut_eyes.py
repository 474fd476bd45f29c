"""Eyes that a driver shuts.

A flow squeezes the eye into the line where lids meet, where it is a row of black and white dots, also where a model's
lids cover it, for no fit is exact to the pixel.  The more an eye is shut, the more of this line is therefore drawn as
what is seen of shut eyes: skin, and lashes over it.

An eye's openness is the mean height of what the lids leave of it, the area over its length along the face, in radii of
the eyeball.  Compared with the source's it tells how far the driver shuts the eye, whatever the size and the turn of
either head; eyes that are narrow in the source are left alone, and so are those of a driver in profile, of which the
head itself hides one and leaves little of the other.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .drawn_mesh import DrawnMesh
from .fragments import Longs
from .parts import HeadParts
from .warp import warp

_SHUT, _OPEN = 0.25, 0.5
"""Openness of the driver's eye over the source's, up to which it counts as shut, and from which as open."""

_GAP = 0.008
"""Of the side: the line of lashes goes on over gaps of twice that."""

_PROFILE, _SEEN = 0.42, 0.6
"""Distance of the driver's eyes in the picture over that in space (cosines of 65 and 53° of yaw), up to which eyes are
left alone, and from which they count."""


def shut_eyes(source: DrawnMesh, driving: DrawnMesh, flow: Float, parts: HeadParts, axes: tuple[Float, Float]) -> Float:
    """H×W float32 in [0, 1]: how far the driver shuts the eye that a pixel shows, or that ``flow`` brings there.

    ``axes``  (2,) unit vectors from eye to eye in the source and in the driving mesh.
    """
    shut = np.zeros(driving.shape, np.float32)
    gap = 2 * round(_GAP * max(driving.shape)) + 1
    seen = np.clip((_apart(driving, parts) - _PROFILE) / (_SEEN - _PROFILE), 0, 1)
    for eye in (parts.eyes & parts.left, parts.eyes & ~parts.left):
        triangles = np.logical_and.reduce([np.take(eye, driving.faces[:, corner]) for corner in range(3)])
        before, now = (_pixels(mesh, triangles) for mesh in (source, driving))
        if not len(before):
            continue
        ratio = _openness(driving, eye, now, axes[1]) / _openness(source, eye, before, axes[0])
        share = seen * np.clip((_OPEN - ratio) / (_OPEN - _SHUT), 0, 1)
        if share > 0:
            grown = cv2.dilate(_mask(before, shut.shape), np.ones((3, 3), np.uint8))
            brought = np.maximum(warp(np.asarray(grown, np.float32), flow), _mask(now, shut.shape))
            line = cv2.morphologyEx(brought, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
            shut = np.maximum(shut, share * line)
    return np.asarray(shut, np.float32)


def _apart(mesh: DrawnMesh, parts: HeadParts) -> float:
    """In [0, 1]: distance of the eyes in the picture over that in space; 1 for a model that lacks one."""
    left, right = (mesh.vertices[eye] for eye in (parts.eyes & parts.left, parts.eyes & ~parts.left))
    if not len(left) or not len(right):
        return 1.0
    apart = left.mean(axis=0) - right.mean(axis=0)
    return float(np.linalg.norm(apart[:2])) / max(float(np.linalg.norm(apart)), 1e-6)


def _pixels(mesh: DrawnMesh, triangles: NDArray[np.bool_]) -> Longs:
    """(k,) flat indices of those that show the ``triangles`` (m,)."""
    return np.asarray(mesh.raster.filled[triangles[mesh.raster.winners]])


def _mask(pixels: Longs, shape: tuple[int, int]) -> Float:
    mask = np.zeros(shape, np.float32)
    mask.ravel()[pixels] = 1
    return mask


def _openness(mesh: DrawnMesh, eye: NDArray[np.bool_], pixels: Longs, axis: Float) -> float:
    """Mean height of what is seen of an eye, (k,) ``pixels``, in radii of the eyeball; 0 where it is not seen."""
    if not len(pixels):
        return 0.0
    rows, columns = np.divmod(pixels, mesh.shape[1])
    along = columns * axis[0] + rows * axis[1]
    radius = float(np.sqrt(mesh.vertices[eye, :2].var(axis=0).sum()))
    return len(pixels) / (float(np.ptp(along)) + 1) / max(radius, 1e-6)
