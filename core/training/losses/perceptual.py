"""Reconstruction loss (Eq. 5): perceptual distances over an image pyramid.

    L_rec = Σ_{p=1}^P Σ_{i=1}^L ‖F_i(Î_d) − F_i(I_d)‖

with ‖·‖ the mean absolute difference, so that layers and levels of all sizes count alike, and the pictures at 256, 128,
64 and 32 pixels (those that are no larger than the pictures).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

LEVELS = (256, 128, 64, 32)

Pyramid = list[tuple[Tensor, ...]]
"""Feature maps of each level."""


class PerceptualLoss(nn.Module):
    """``features``: frozen network, N×3×h×w in [0, 1] → the features F_i."""

    def __init__(self, features: nn.Module, levels: Sequence[int] = LEVELS) -> None:
        super().__init__()
        self.features = features.eval().requires_grad_(False)
        self.levels = tuple(levels)

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Scalar ≥ 0, zero for equal pictures."""
        with torch.no_grad():
            wanted = self.seen(target)
        return distance(self.seen(output), wanted)

    def seen(self, image: Tensor) -> Pyramid:
        """The features of each level, the largest picture's first."""
        sides = sorted((level for level in self.levels if level <= image.shape[-1]), reverse=True)
        small = (shrink(image, side).contiguous(memory_format=torch.channels_last) for side in sides)
        return [self.features(each) for each in small]


def distance(output: Pyramid, target: Pyramid) -> Tensor:
    """L_rec of what was :meth:`PerceptualLoss.seen`."""
    pairs = ((f, r) for found, real in zip(output, target, strict=True) for f, r in zip(found, real, strict=True))
    return torch.stack([(f - r).abs().mean() for f, r in pairs]).sum()


def shrink(image: Tensor, side: int) -> Tensor:
    """N×3×R×R → N×3×side×side by means of areas."""
    return image if image.shape[-1] == side else functional.interpolate(image, size=(side, side), mode="area")
