"""The mouths of pictures, cut out at one size: a critic that sees nothing else has teeth to judge.

A pixel loss answers "which teeth?" with the grey mean of all that were seen; to a critic of the whole picture the mouth
is a hundredth of it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...face_model.landmarks import LIPS_LOWER, LIPS_UPPER
from ...face_model.model import FaceModel
from ...types import N_EXPRESSION, N_IDENTITY

SIDE = 64
MARGIN = 1.4
"""Side of the square over the longer side of the lips' box."""


class MouthCrops(nn.Module):
    """Where the lips are is read from the driving coefficients, for target and output alike."""

    mean: Tensor
    basis: Tensor

    def __init__(self, model: FaceModel) -> None:
        super().__init__()
        lips = sorted({*LIPS_LOWER, *LIPS_UPPER})
        mean, identity, expression = (torch.from_numpy(each)[..., lips, :] for each in model.landmark_basis())
        self.register_buffer("mean", mean, persistent=False)
        self.register_buffer("basis", torch.cat([identity, expression]), persistent=False)

    def forward(self, image: Tensor, driving: Tensor) -> Tensor:
        """Pictures N×3×R×R, coefficients N×113 with p in pixels of R → N×3×64×64; black beyond the picture."""
        resolution = image.shape[-1]
        centre, side = self.boxes(driving)
        steps = (torch.arange(SIDE, device=image.device, dtype=torch.float32) + 0.5) / SIDE - 0.5
        x = centre[:, 0, None] + side[:, None] * steps
        y = centre[:, 1, None] + side[:, None] * steps
        where = torch.stack([x[:, None].expand(-1, SIDE, -1), y[:, :, None].expand(-1, -1, SIDE)], dim=3)
        grid = (2 * where + 1) / resolution - 1  # pixel centres are at whole numbers
        return functional.grid_sample(image.float(), grid, align_corners=False)

    def boxes(self, driving: Tensor) -> tuple[Tensor, Tensor]:
        """Centre N×2 and side (N,) of the squares, in pixels."""
        shape = self.mean + torch.einsum("nc,cld->nld", driving[:, : N_IDENTITY + N_EXPRESSION], self.basis)
        matrix = driving[:, N_IDENTITY + N_EXPRESSION :].view(-1, 3, 4)
        points = torch.einsum("nld,nad->nla", shape, matrix[:, :2, :3]) + matrix[:, None, :2, 3]
        low, high = points.amin(1), points.amax(1)
        return (low + high) / 2, MARGIN * (high - low).amax(1)
