"""Whose detail a picture shows: the source's own wherever it shows what belongs there, the net's where it does not.

    c' = (1 − g) (c + (1 − ℓ) (S c − c))

for the net's change c to the moved picture, without the lattice that a net draws which unfolds channels into 4×4
pixels, S its means over squares of R/32 pixels, and inside the head of R/16 pixels of the head alone, drawn smooth, ℓ
in [0, 1] how much is lost, hidden or uncovered where the person was, and g in [0, 1] where the geometry paints.  Light
may be changed everywhere; pores, lashes and wrinkles, by which people are known, stay the source's, and so does the
shade of eyes, nose and mouth: with squares of R/32 pixels in the face, too, the source was known less well by 0.0015 in
CSIM.  Open mouths are the geometry's: portraits smile, so that a net that learns from them fills every mouth with
teeth.
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
from .folding import FOLD

_FINEST = np.convolve(np.full(FOLD, 1 / FOLD), [0.5, 0.5]).astype(np.float32)
"""Weights of neighbours along a row or column that add up to nothing for patterns that repeat every 2 or 4 pixels."""

_SMOOTH = 32
"""Squares along a side of the smoothed change."""

_BROAD = 2
"""Those inside the head are so many times as long."""

_LEAST = 1e-3
"""Of the head in a square whose mean counts."""

_PAINTED = 1 / 255
"""Least change by which the geometry's painting counts."""


def with_own_detail(change: Tensor, visibility: Tensor, head: Tensor, hidden: Tensor, uncovered: Tensor) -> Tensor:
    """``change`` N×3×R×R without the detail that the source has and without what the geometry paints; the others
    N×1×R×R, ``hidden`` N×3×R×R."""
    side = change.shape[-1]
    change = _without_lattice(change)
    kept = 1 - resize(_widened(torch.maximum(1 - visibility, uncovered)), side)
    squares, inside = (functional.avg_pool2d(each, side // _SMOOTH) for each in (change, head))
    summed, weight = (resize(functional.avg_pool2d(each, _BROAD), _SMOOTH) for each in (squares * inside, inside))
    smooth = resize(torch.lerp(squares, summed / weight.clamp(min=_LEAST), inside), side)
    painted = (hidden.abs().amax(1, keepdim=True) > _PAINTED).to(visibility.dtype)
    return torch.lerp(change, smooth, kept) * (1 - resize(_widened(painted), side))


def own_detail_last(change: Tensor, visibility: Tensor, head: Tensor, hidden: Tensor, uncovered: Tensor) -> Tensor:
    """The same with the channels last and no gradient, N×R×R×3 and N×R×R×1; on a CPU in a third of the time."""
    if change.device.type != "cpu":
        first = (each.permute(0, 3, 1, 2) for each in (change, visibility, head, hidden, uncovered))
        return with_own_detail(*first).permute(0, 2, 3, 1)
    return one_by_one(_own_detail, change, visibility, head, hidden, uncovered)


def _own_detail(change: Float, visibility: Float, head: Float, hidden: Float, uncovered: Float) -> Float:
    """Of R×R×3 and R×R×1."""
    side = change.shape[0]
    change = np.asarray(cv2.sepFilter2D(change, -1, _FINEST, _FINEST, borderType=cv2.BORDER_REFLECT_101), np.float32)
    lost = np.maximum(1 - visibility[..., 0], uncovered[..., 0])
    squares, inside = (cv2.resize(each, (_SMOOTH, _SMOOTH), interpolation=cv2.INTER_AREA) for each in (change, head))
    inside = inside[..., None]
    summed, weight = (_broad(np.asarray(each, np.float32)) for each in (squares * inside, inside))
    broad = summed / np.maximum(weight, _LEAST)[..., None]
    smooth = cv2.resize(squares + inside * (broad - squares), (side, side))
    result = change + repeated(1 - _spread(lost, side), 3) * (smooth - change)
    red, green, blue = cv2.split(np.abs(hidden))
    painted = np.maximum(np.maximum(red, green), blue) > _PAINTED
    return result * repeated(1 - _spread(painted.astype(np.float32), side), 3) if painted.any() else result


def _without_lattice(change: Tensor) -> Tensor:
    """N×C×R×R: means of FOLD² and of 2² neighbours in turn, which :data:`_FINEST` does in one."""
    padded = functional.pad(change, (FOLD // 2,) * 4, mode="reflect")
    return functional.avg_pool2d(functional.avg_pool2d(padded, FOLD, stride=1), 2, stride=1)


def _broad(squares: Float) -> Float:
    """Means over squares of squares, drawn smooth."""
    half = cv2.resize(squares, (_SMOOTH // _BROAD,) * 2, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(half, (_SMOOTH, _SMOOTH)), np.float32)


def _spread(lost: Float, side: int) -> Float:
    """R×R: :func:`_widened`, drawn smooth."""
    wide = cv2.dilate(lost, np.ones((8, 8), np.uint8), anchor=(2, 2))
    return np.asarray(cv2.resize(wide[::4, ::4], (side, side)), np.float32)


def _widened(lost: Tensor) -> Tensor:
    """N×1×R×R at a quarter of the side, by a pixel or so."""
    return functional.max_pool2d(lost, 8, stride=4, padding=2)
