"""Whose detail a picture shows: the source's own wherever it shows what belongs there, the net's where it does not.

    c' = (1 − g) (c + (1 − ℓ) (S c − c))

for the net's change c to the moved picture, S its means over squares of R/32 pixels, drawn smooth, ℓ in [0, 1] how much
is lost, hidden or uncovered where the person was, and g in [0, 1] where the geometry paints.  Light and shade may be
changed everywhere; pores, lashes and wrinkles, by which people are known, stay the source's.  Open mouths are the
geometry's: portraits smile, so that a net that learns from them fills every mouth with teeth.
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
    """``change`` N×3×R×R without the detail that the source has and without what the geometry paints; the others
    N×1×R×R, ``hidden`` N×3×R×R."""
    side = change.shape[-1]
    kept = 1 - resize(_widened(torch.maximum(1 - visibility, uncovered)), side)
    smooth = resize(functional.avg_pool2d(change, side // _SMOOTH), side)
    painted = (hidden.abs().amax(1, keepdim=True) > _PAINTED).to(visibility.dtype)
    return torch.lerp(change, smooth, kept) * (1 - resize(_widened(painted), side))


def _widened(lost: Tensor) -> Tensor:
    """N×1×R×R at a quarter of the side, by a pixel or so."""
    return functional.max_pool2d(lost, 8, stride=4, padding=2)
