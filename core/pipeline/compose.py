"""A picture made at one size, on a source of another: the source's own pixels wherever they were kept."""

from __future__ import annotations

import cv2
import numpy as np

from ..geometry.warp import resize_flow, warp
from ..types import Float, Image


def compose(picture: Image, flow: Float, painted: Float) -> Image:
    """``picture`` (S×S×3) warped by the resized ``flow`` (R×R×2), plus the resized ``painted`` (R×R×3, levels).

    ``painted`` is what was added to the warped source at R: the reenacted picture minus :func:`core.geometry.warp.warp`
    of the source.  Where it is 0, the result is the source's own detail, whatever S is.
    """
    side = picture.shape[0]
    added = painted
    if side != painted.shape[0]:
        how = cv2.INTER_AREA if side < painted.shape[0] else cv2.INTER_CUBIC
        added = np.asarray(cv2.resize(painted, (side, side), interpolation=how), np.float32)
    fine = warp(picture, resize_flow(flow, side, side))
    return np.asarray(np.rint(np.clip(fine + added, 0, 255)), np.uint8)
