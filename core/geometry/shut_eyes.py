"""Eyes that a driver shuts.

A flow squeezes the eye into the line where lids meet, where it is a row of black and white dots, also where a model's
lids cover it, for no fit is exact to the pixel.  The more an eye is shut, the more of this line is therefore drawn as
what is seen of shut eyes: skin, and lashes over it.

An eye's openness is the mean height of what the lids leave of it, the area over its length along the face, in radii of
the eyeball.  Compared with the source's it tells how far the driver shuts the eye, whatever the size and the turn of
either head; eyes that are narrow in the source are left alone.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .drawn_mesh import DrawnMesh
from .parts import HeadParts
from .rasterise import part_mask
from .warp import warp

_SHUT, _OPEN = 0.25, 0.5
"""Openness of the driver's eye over the source's, up to which it counts as shut, and from which as open."""


def shut_eyes(source: DrawnMesh, driving: DrawnMesh, flow: Float, parts: HeadParts, axis: Float) -> Float:
    """H×W float32 in [0, 1]: how far the driver shuts the eye that a pixel shows, or that ``flow`` brings there.

    ``axis``  (2,) unit vector from eye to eye in the driving mesh; lengths in the source are taken along it, too.
    """
    shut = np.zeros(driving.shape, np.float32)
    for eye in (parts.eyes & parts.left, parts.eyes & ~parts.left):
        before, now = (part_mask(mesh.raster, mesh.faces, eye) for mesh in (source, driving))
        if not before.any():
            continue
        ratio = _openness(driving, eye, now, axis) / _openness(source, eye, before, axis)
        share = np.clip((_OPEN - ratio) / (_OPEN - _SHUT), 0, 1)
        if share > 0:
            grown = cv2.dilate(before.astype(np.float32), np.ones((3, 3), np.uint8))
            brought = warp(np.asarray(grown, np.float32), flow)
            shut = np.maximum(shut, share * np.maximum(brought, now))
    return np.asarray(shut, np.float32)


def _openness(mesh: DrawnMesh, eye: NDArray[np.bool_], mask: NDArray[np.bool_], axis: Float) -> float:
    """Mean height of an eye's visible part ``mask`` H×W, in radii of the eyeball; 0 where it is not seen."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return 0.0
    along = columns * axis[0] + rows * axis[1]
    radius = float(np.sqrt(mesh.vertices[eye, :2].var(axis=0).sum()))
    return len(rows) / (float(np.ptp(along)) + 1) / max(radius, 1e-6)
