"""Endpoint error of a flow, for the motion net's pre-training: mean over pixels of ‖T* − T‖₂, weighted.

L_epe = Σ_q w_q √(‖T*_q − T_q‖² + ε²) / Σ_q w_q
"""

from __future__ import annotations

import torch
from torch import Tensor

_ROUND = 1e-3
"""ε in pixels: keeps the slope finite where the flow is exact."""


def endpoint(flow: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """N×2×H×W flows in pixels, ``weight`` N×1×H×W ≥ 0 with a positive sum; a scalar in pixels."""
    distance = torch.sqrt((flow - target).square().sum(1, keepdim=True) + _ROUND**2)
    return (distance * weight).sum() / weight.sum().clamp_min(1e-6)


def endpoint_errors(flow: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """(N,) the weighted mean of ‖T* − T‖₂ of each picture; the same arguments."""
    distance = torch.linalg.vector_norm(flow - target, dim=1, keepdim=True)
    errors: Tensor = (distance * weight).sum((1, 2, 3)) / weight.sum((1, 2, 3)).clamp_min(1e-6)
    return errors
