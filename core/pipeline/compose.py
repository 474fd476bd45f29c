"""A picture made at one size, on a source of another: the source's own pixels wherever they were kept."""

from __future__ import annotations

import cv2
import numpy as np

from ..geometry.halves import warp_halves, with_halves
from ..geometry.warp import resize_flow, warp
from ..types import Float, Image

_FINEST = 1024
"""Sides up to which the picture is sampled at half pixels, too: above, pixels are finer than what anyone looks at, and
four times as many take much memory."""


def compose(picture: Image, flow: Float, painted: Float) -> Image:
    """``picture`` (S×S×3) warped by the resized ``flow`` (R×R×2), plus the resized ``painted`` (R×R×3, levels).

    ``painted`` is what was added to the warped source at R: the reenacted picture minus the warped source.  Where it is
    0, the result is the source's own detail, whatever S is.
    """
    side = picture.shape[0]
    added = painted
    if side != painted.shape[0]:
        how = cv2.INTER_AREA if side < painted.shape[0] else cv2.INTER_CUBIC
        added = np.asarray(cv2.resize(painted, (side, side), interpolation=how), np.float32)
    warped = moved(picture, resize_flow(flow, side, side))
    return np.asarray(np.rint(np.clip(warped + added, 0, 255)), np.uint8)


def moved(picture: Image, flow: Float) -> Image:
    """``picture`` (S×S×3) warped by a flow S×S×2, as sharp as its size allows."""
    return warp_halves(with_halves(picture), flow) if picture.shape[0] <= _FINEST else warp(picture, flow)
