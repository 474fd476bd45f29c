"""A field that is known inside a mask, continued over the whole picture: push and pull over halved sides."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def continued(values: Tensor, known: Tensor) -> Tensor:
    """N×C×R×R, R a power of two, equal to ``values`` where ``known`` N×1×R×R is 1; smooth outside, and 0 on the border
    of the picture where that is not known."""
    inner = torch.zeros_like(known)
    inner[..., 1:-1, 1:-1] = 1
    return _filled(values * known, torch.maximum(known, 1 - inner))


def _filled(values: Tensor, known: Tensor) -> Tensor:
    """``values`` are 0 where they are not known."""
    if values.shape[-1] == 1:
        return values
    share = functional.avg_pool2d(known, 2)
    mean = functional.avg_pool2d(values, 2) / share.clamp_min(1e-6)
    coarse = _filled(mean, (share > 0).to(known))
    around = functional.interpolate(coarse, scale_factor=2.0, mode="bilinear", align_corners=False)
    return values + (1 - known) * around
