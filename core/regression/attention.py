"""Region attention of the landmark net: cut a rotated box around lips or eye out of the features, and put points back.

The three functions are the custom TFLite operations ``Landmarks2TransformMatrix``, ``TransformTensorBilinear`` and
``TransformLandmarks`` (version 2 of each).  Positions are corner coordinates: a map of W columns covers ``[0, W]``.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

REGION = 16
"""Side of a region's feature map."""

MARGIN = 1.5
"""Size of the region over the size of its points' box."""


def region_transform(points: Tensor, left: int, right: int, subset: Tensor) -> Tensor:
    """Affine map from a region's map to the features, N×2×3.

    ``points`` N×P×2 in feature corner coordinates; ``left`` and ``right`` are the two points whose line becomes
    horizontal; ``subset`` (K,) int64, the points whose box (after that rotation), grown by ``MARGIN``, is the region.
    """
    across = points[:, right] - points[:, left]
    angle = torch.atan2(across[:, 1], across[:, 0])
    cos, sin = torch.cos(angle), torch.sin(angle)
    turn = torch.stack([cos, -sin, sin, cos], dim=1).view(-1, 2, 2)
    upright = points[:, subset] @ turn
    low, high = upright.amin(dim=1), upright.amax(dim=1)
    linear = turn * ((high - low) * (MARGIN / REGION))[:, None, :]
    centre = turn @ ((low + high) / 2)[:, :, None]
    shift = centre - linear.sum(dim=2, keepdim=True) * (REGION / 2)
    return torch.cat([linear, shift], dim=2)


def sample_region(features: Tensor, transform: Tensor) -> Tensor:
    """Bilinear samples of ``features`` N×C×H×W on the region's grid, N×C×REGION×REGION; zero outside the map."""
    height, width = features.shape[-2:]
    centres = torch.arange(REGION, device=features.device, dtype=features.dtype) + 0.5
    v, u = torch.meshgrid(centres, centres, indexing="ij")
    at = torch.stack([u, v, torch.ones_like(u)], dim=-1).view(1, -1, 3) @ transform.transpose(1, 2)
    at = at.view(-1, REGION, REGION, 2) - 0.5
    last = at.new_tensor([width - 1, height - 1])
    inside = ((at >= 0) & (at <= last)).all(dim=-1)
    samples = F.grid_sample(features, at * (2 / last) - 1, mode="bilinear", padding_mode="border", align_corners=True)
    return samples * inside[:, None].to(features.dtype)


def place_points(points: Tensor, transform: Tensor, scale: float) -> Tensor:
    """Points N×K×2 found in a region, in units of 1/``scale`` of its pixels, back in the net's input, N×K×2."""
    return points @ transform[:, :, :2].transpose(1, 2) + transform[:, :, 2][:, None] * scale
