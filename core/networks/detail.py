"""Whose detail a picture shows: the source's own wherever it shows what belongs there, the net's where it does not.

    c' = c + (1 − ℓ) (S c − c)

for the net's change c to the moved picture, S its means over squares of R/32 pixels, drawn smooth, and ℓ in [0, 1] how
much is lost: hidden, painted by the geometry, or uncovered where the person was.  Light and shade may be changed
everywhere; pores, lashes and wrinkles, by which people are known, stay the source's.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .blocks import resize

_SMOOTH = 32
"""Squares along a side of the smoothed change."""

_PAINTED = 1 / 255
"""Least change by which the geometry's painting counts."""


def with_own_detail(change: Tensor, visibility: Tensor, hidden: Tensor, uncovered: Tensor) -> Tensor:
    """``change`` N×3×R×R without the detail that the source has; the others N×1×R×R, ``hidden`` N×3×R×R."""
    side = change.shape[-1]
    kept = 1 - resize(_lost(visibility, hidden, uncovered), side)
    smooth = resize(functional.avg_pool2d(change, side // _SMOOTH), side)
    return torch.lerp(change, smooth, kept)


def _lost(visibility: Tensor, hidden: Tensor, uncovered: Tensor) -> Tensor:
    """ℓ at a quarter of the side, widened by a pixel or so: N×1×R/4×R/4."""
    painted = (hidden.abs().amax(1, keepdim=True) > _PAINTED).to(visibility.dtype)
    lost = torch.maximum(torch.maximum(1 - visibility, painted), uncovered)
    return functional.max_pool2d(lost, 8, stride=4, padding=2)
