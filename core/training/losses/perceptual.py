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


class PerceptualLoss(nn.Module):
    """``features``: frozen network, N×3×h×w in [0, 1] → the features F_i."""

    def __init__(self, features: nn.Module, levels: Sequence[int] = LEVELS) -> None:
        super().__init__()
        self.features = features.eval().requires_grad_(False)
        self.levels = tuple(levels)

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Scalar ≥ 0, zero for equal pictures."""
        total = output.new_zeros(())
        for side in (level for level in self.levels if level <= output.shape[-1]):
            small, wanted = (shrink(x, side).contiguous(memory_format=torch.channels_last) for x in (output, target))
            with torch.no_grad():
                reference = self.features(wanted.detach())
            for found, real in zip(self.features(small), reference, strict=True):
                total = total + (found - real).abs().mean()
        return total


def shrink(image: Tensor, side: int) -> Tensor:
    """N×3×R×R → N×3×side×side by means of areas."""
    return image if image.shape[-1] == side else functional.interpolate(image, size=(side, side), mode="area")
