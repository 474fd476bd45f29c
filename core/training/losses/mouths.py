"""The mouths of pictures, cut out at one size: a critic that sees nothing else has teeth to judge.

A pixel loss answers "which teeth?" with the grey mean of all that were seen; to a critic of the whole picture the mouth
is a hundredth of it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...face_model.landmarks import LIPS_LOWER, LIPS_UPPER
from ...face_model.model import FaceModel
from ...geometry.warp import cut_out
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
        with torch.autocast(driving.device.type, enabled=False):
            centre, side = self.boxes(driving)
        scale = side / SIDE
        corner = centre - (side / 2 - scale / 2)[:, None]
        linear = scale[:, None, None] * torch.eye(2, device=scale.device)
        return cut_out(image.float(), torch.cat([linear, corner[:, :, None]], 2), SIDE, beyond="zeros")

    def boxes(self, driving: Tensor) -> tuple[Tensor, Tensor]:
        """Centre N×2 and side (N,) of the squares, in pixels."""
        shape = self.mean + torch.einsum("nc,cld->nld", driving[:, : N_IDENTITY + N_EXPRESSION], self.basis)
        matrix = driving[:, N_IDENTITY + N_EXPRESSION :].view(-1, 3, 4)
        points = torch.einsum("nld,nad->nla", shape, matrix[:, :2, :3]) + matrix[:, None, :2, 3]
        low, high = points.amin(1), points.amax(1)
        return (low + high) / 2, MARGIN * (high - low).amax(1)
