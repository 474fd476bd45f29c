"""Pixel losses: the squared error, and Charbonnier's smooth absolute error.

    L_sq = mean (Î − I)²              L_ch = mean (√((Î − I)² + ε²) − ε),  ε = 0.1

The squared error alone leaves small differences alone; Charbonnier's slope stays at 1 for large ones.
"""

from __future__ import annotations

import torch
from torch import Tensor

EPSILON = 0.1


def squared(output: Tensor, target: Tensor) -> Tensor:
    """Mean squared error of tensors of one shape; a scalar ≥ 0."""
    return (output - target).square().mean()


def charbonnier(output: Tensor, target: Tensor, epsilon: float = EPSILON) -> Tensor:
    """Charbonnier's error less its value at zero; a scalar ≥ 0, quadratic below ``epsilon``, linear above."""
    return (torch.sqrt((output - target).square() + epsilon**2) - epsilon).mean()
