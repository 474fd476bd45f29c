"""Vertex features as pictures: each vertex where it is, hidden ones faded out.  Beyond the paper: F_m has no places.

A vertex v of the driving mesh at (x, y, z) with normal n, all in pixels of R, is spread bilinearly over the four pixels
round it, with the weight

    w_v = (max(0, −n_z) + ε_n) · exp(−β (z − z_min) / R),

so that of several surfaces the nearest one counts that faces the camera.  Sums are halved in side down to 8×8; where no
vertex is near, the next coarser mean is taken.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..face_model.model import FaceModel
from .blocks import enlarge

SHAPE = 3
"""Channels besides the features: displacement x, y and depth."""

_NEARER = 40.0
"""β: a surface a tenth of the picture behind another counts a fiftieth."""

_AWAY = 1e-3
"""ε_n, for what faces away."""

_EMPTY = 1e-10
"""Weight of the next coarser mean; that of a vertex deep behind the nose is still larger."""


class VertexSplat(nn.Module):
    """Meshes and features to the maps that the decoder adds at each of its sides."""

    faces: Tensor

    def __init__(self, model: FaceModel, resolution: int, side: int, coarsest: int) -> None:
        """``side`` and ``coarsest`` are powers of two: those of the finest and the coarsest maps."""
        super().__init__()
        self.resolution, self.side, self.coarsest = resolution, side, coarsest
        self.register_buffer("faces", torch.from_numpy(model.faces.astype(np.int64)), persistent=False)

    def forward(self, source: Tensor, driving: Tensor, features: Tensor, unit: float) -> list[Tensor]:
        """Meshes N×n×3 in pixels, features n×N×C → maps N×(3 + C + 1)×s×s float32, the coarsest first: displacement to
        the source in ``unit`` pixels, depth and features as weighted means, and how much was seen."""
        with torch.autocast(source.device.type, enabled=False):
            source, driving = source.float(), driving.float()
            nearest = driving[..., 2:].amin(1, keepdim=True)
            depth = (driving[..., 2:] - nearest) / self.resolution
            moved = (source - driving)[..., :2] / unit
            values = torch.cat([moved, depth, features.float().transpose(0, 1)], dim=-1)
            return self._filled(self._spread(driving[..., :2], values, self._weight(driving, depth)))

    def _weight(self, mesh: Tensor, depth: Tensor) -> Tensor:
        """w_v, N×n×1."""
        corners = mesh[:, self.faces]
        across, along = corners[:, :, 1] - corners[:, :, 0], corners[:, :, 2] - corners[:, :, 0]
        normals = torch.linalg.cross(across, along)
        sums = torch.zeros_like(mesh)
        for corner in range(3):
            sums = sums.index_add(1, self.faces[:, corner], normals)
        towards = -functional.normalize(sums, dim=-1)[..., 2:]
        return (towards.clamp_min(0) + _AWAY) * torch.exp(-_NEARER * depth)

    def _spread(self, places: Tensor, values: Tensor, weight: Tensor) -> Tensor:
        """Weighted sums, and sums of the weights as the last channel, N×(C + 1)×s×s."""
        count, side = places.shape[0], self.side
        places = (places + 0.5) * (side / self.resolution) - 0.5
        corner = places.detach().floor()
        share = places - corner
        first = torch.arange(count, device=places.device)[:, None] * side**2
        weighted = torch.cat([values, torch.ones_like(weight)], dim=-1) * weight
        sums = weighted.new_zeros(count * side**2, weighted.shape[-1])
        for right in (0, 1):
            for down in (0, 1):
                x, y = (corner[..., 0] + right).long(), (corner[..., 1] + down).long()
                inside = (x >= 0) & (x < side) & (y >= 0) & (y < side)
                part = (share[..., 0] if right else 1 - share[..., 0]) * (share[..., 1] if down else 1 - share[..., 1])
                index = first + y.clamp(0, side - 1) * side + x.clamp(0, side - 1)
                sums = sums.index_add(0, index.flatten(), (weighted * (part * inside)[..., None]).flatten(0, 1))
        return sums.view(count, side, side, -1).permute(0, 3, 1, 2)

    def _filled(self, sums: Tensor) -> list[Tensor]:
        levels = [sums]
        while levels[-1].shape[-1] > self.coarsest:
            levels.append(functional.avg_pool2d(levels[-1], 2))
        behind = sums[:, :-1].mean((2, 3), keepdim=True) / sums[:, -1:].mean((2, 3), keepdim=True).clamp_min(_EMPTY)
        maps = []
        for level in reversed(levels):
            weight = level[:, -1:]
            means = (level[:, :-1] + _EMPTY * behind) / (weight + _EMPTY)
            maps.append(torch.cat([means, 1 + torch.log(weight + _EMPTY) / 24], dim=1))
            behind = enlarge(means)
        return maps
