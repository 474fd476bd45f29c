"""Whose detail a picture shows: the source's own wherever it shows what belongs there, the net's where it does not.

    c' = (1 − g) (c + (1 − ℓ) (S c − c))

for the net's change c to the moved picture, S its means over squares of R/32 pixels, drawn smooth, ℓ in [0, 1] how much
is lost, hidden or uncovered where the person was, and g in [0, 1] where the geometry paints.  Light and shade may be
changed everywhere; pores, lashes and wrinkles, by which people are known, stay the source's.  Open mouths are the
geometry's: portraits smile, so that a net that learns from them fills every mouth with teeth.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..geometry.one_by_one import one_by_one
from ..geometry.planes import repeated
from ..types import Float
from .blocks import resize

_SMOOTH = 32
"""Squares along a side of the smoothed change."""

_PAINTED = 1 / 255
"""Least change by which the geometry's painting counts."""


def with_own_detail(change: Tensor, visibility: Tensor, hidden: Tensor, uncovered: Tensor) -> Tensor:
    """``change`` N×3×R×R without the detail that the source has and without what the geometry paints; the others
    N×1×R×R, ``hidden`` N×3×R×R."""
    side = change.shape[-1]
    kept = 1 - resize(_widened(torch.maximum(1 - visibility, uncovered)), side)
    smooth = resize(functional.avg_pool2d(change, side // _SMOOTH), side)
    painted = (hidden.abs().amax(1, keepdim=True) > _PAINTED).to(visibility.dtype)
    return torch.lerp(change, smooth, kept) * (1 - resize(_widened(painted), side))


def own_detail_last(change: Tensor, visibility: Tensor, hidden: Tensor, uncovered: Tensor) -> Tensor:
    """The same with the channels last and no gradient, N×R×R×3 and N×R×R×1; on a CPU in a third of the time."""
    if change.device.type != "cpu":
        first = (each.permute(0, 3, 1, 2) for each in (change, visibility, hidden, uncovered))
        return with_own_detail(*first).permute(0, 2, 3, 1)
    return one_by_one(_own_detail, change, visibility, hidden, uncovered)


def _own_detail(change: Float, visibility: Float, hidden: Float, uncovered: Float) -> Float:
    """Of R×R×3 and R×R×1."""
    side = change.shape[0]
    lost = np.maximum(1 - visibility[..., 0], uncovered[..., 0])
    squares = cv2.resize(change, (side // (side // _SMOOTH),) * 2, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(squares, (side, side))
    result = change + repeated(1 - _spread(lost, side), 3) * (smooth - change)
    red, green, blue = cv2.split(np.abs(hidden))
    painted = np.maximum(np.maximum(red, green), blue) > _PAINTED
    return result * repeated(1 - _spread(painted.astype(np.float32), side), 3) if painted.any() else result


def _spread(lost: Float, side: int) -> Float:
    """R×R: :func:`_widened`, drawn smooth."""
    wide = cv2.dilate(lost, np.ones((8, 8), np.uint8), anchor=(2, 2))
    return np.asarray(cv2.resize(wide[::4, ::4], (side, side)), np.float32)


def _widened(lost: Tensor) -> Tensor:
    """N×1×R×R at a quarter of the side, by a pixel or so."""
    return functional.max_pool2d(lost, 8, stride=4, padding=2)
