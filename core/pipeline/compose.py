"""A picture made at one size, on a source of another: the source's own pixels wherever they were kept."""

from __future__ import annotations

import cv2
import numpy as np

from ..geometry.halves import warp_halves, with_halves
from ..geometry.planes import repeated
from ..geometry.warp import resize_flow, warp
from ..types import Float, Image

_FINEST = 1024
"""Sides up to which the picture is sampled at half pixels, too: above, pixels are finer than what anyone looks at, and
four times as many take much memory."""

_LIGHT = 1 / 32
"""Of the side: what was added is light if it is smoother than this, and may lie on the source's detail."""

_REPLACED = 6.0, 18.0
"""Levels of what was added, without light, from which the source's detail begins to go and from which it is gone."""

_ROWS = 256
"""So many are put together at a time, which keeps memory small."""


def compose(picture: Image, flow: Float, painted: Float) -> Image:
    """``picture`` (S×S×3) warped by the resized ``flow`` (R×R×2), plus the resized ``painted`` (R×R×3, levels).

    ``painted`` is what was added to the warped source at R: the reenacted picture minus the warped source.  Where it is
    0 or mere light, the result has the source's own detail, whatever S is; where something else was painted, detail
    finer than R of what lay there is left out, or its outlines would stand in what replaces it.
    """
    side, small = picture.shape[0], painted.shape[0]
    warped = moved(picture, resize_flow(flow, side, side))
    if side == small:
        return _levels(warped + painted)
    how = cv2.INTER_CUBIC if side > small else cv2.INTER_AREA
    added = np.asarray(cv2.resize(painted, (side, side), interpolation=how), np.float32)
    if side > small:
        _take_detail(added, warped, _replaced(painted))
    return _levels(warped + added)


def _take_detail(added: Float, warped: Image, lost: Float) -> None:
    """From ``added`` (S×S×3, in place) the detail of ``warped`` that is finer than ``lost`` (R×R in [0, 1]), there."""
    if not lost.any():
        return
    side, small = added.shape[0], lost.shape[0]
    coarse = cv2.resize(warped, (small, small), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    share = np.asarray(cv2.resize(lost, (side, side)), np.float32)
    for top in range(0, side, _ROWS):
        rows = slice(top, top + _ROWS)
        added[rows] -= repeated(share[rows], 3) * np.subtract(warped[rows], coarse[rows], dtype=np.float32)


def moved(picture: Image, flow: Float) -> Image:
    """``picture`` (S×S×3) warped by a flow S×S×2, as sharp as its size allows."""
    return warp_halves(with_halves(picture), flow) if picture.shape[0] <= _FINEST else warp(picture, flow)


def _replaced(painted: Float) -> Float:
    """R×R in [0, 1]: where something else than light was painted, and a little round it."""
    light = cv2.GaussianBlur(painted, (0, 0), _LIGHT * painted.shape[0])
    strength = np.abs(painted - light).max(axis=2)
    begins, ends = _REPLACED
    replaced = np.clip((strength - begins) / (ends - begins), 0, 1).astype(np.float32)
    wide = cv2.dilate(replaced, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
    return np.asarray(cv2.GaussianBlur(wide, (0, 0), 1.5) * (wide > 0), np.float32)


def _levels(values: Float) -> Image:
    return np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8)
