"""Coefficient loss (Eq. 6): identity of the source, expression and pose of the driving, read out of the output.

    L_c = ‖c_i(I_s) − c_i(Î_d)‖₁ + ‖c_e(I_d) − c_e(Î_d)‖₁ + ‖p(I_d) − p(Î_d)‖₁

The regression is the landmark net, which is differentiable, and a linear read-out in place of the bounded fit.  Around
the driving coefficients c* = (c_i(I_s), c_e(I_d), p(I_d)) the posed model's landmarks are l(c* + δ) ≈ l(c*) + Jδ, and
with l the landmarks that the net sees, the ridge estimate of the differences is

    δ = (JᵀJ/σ² + Λ)⁻¹ Jᵀ (l(Î_d) − l(I_d)) / σ²

In training I_s and I_d show one person, so l(I_d) is what a perfect output would give: what the net always sees
elsewhere cancels, and the loss is exactly zero for a perfect output.  Λ is the fit's own Gaussian prior.  p counts in
multiples of the scale s (about half a face's width in pixels), so that its numbers are of the size of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...face_model.model import FaceModel
from ...regression.landmark_net import INPUT, LandmarkNet
from ...regression.landmarks import landmarks_from_tensor
from ...types import N_EXPRESSION, N_IDENTITY

_AXES = (1.0, 1.0, 0.15)
"""Weights of a landmark's x, y and z, which the net only guesses."""


@dataclass(frozen=True)
class ReadOut:
    """Numbers of the ridge."""

    noise: float = 0.007
    """σ of a landmark over the face's size."""
    independent: float = 50.0
    """So many of the landmarks count as independent."""
    expression_sigma: float = 0.5
    """Prior standard deviation of c_e; that of c_i is 1."""
    pose_sigma: float = 1.0
    """The same of p in its own units: hardly any restraint."""


class CoefficientLoss(nn.Module):
    """Frozen landmark net and read-out for one face model."""

    mean: Tensor
    basis: Tensor

    def __init__(self, model: FaceModel, net: LandmarkNet, config: ReadOut | None = None) -> None:
        super().__init__()
        self.config = config or ReadOut()
        self.net = net.eval().requires_grad_(False)
        mean, identity, expression = model.landmark_basis()
        self.register_buffer("mean", torch.from_numpy(mean), persistent=False)
        basis = torch.cat([torch.from_numpy(identity), torch.from_numpy(expression)])
        self.register_buffer("basis", basis, persistent=False)

    def forward(self, output: Tensor, target: Tensor, driving: Tensor, rois: Tensor) -> Tensor:
        """Scalar ≥ 0, the mean over the pictures.

        ``driving`` N×113 with the source's identity, p in pixels; ``rois`` N×4 of the target's face (see ``Pair``).
        """
        maps = roi_matrices(rois)
        seen = landmarks_from_tensor(self.net, output, maps)
        with torch.no_grad():
            wanted = landmarks_from_tensor(self.net, target, maps)
            gain = self.read_out(driving)
        difference = (seen - wanted).flatten(1)
        delta = torch.einsum("nck,nk->nc", gain, difference)
        return delta.abs().sum(1).mean()

    def read_out(self, driving: Tensor) -> Tensor:
        """N×113×1434: differences of the landmarks in pixels (flat) → differences of the coefficients."""
        matrix = driving[:, N_IDENTITY + N_EXPRESSION :].view(-1, 3, 4)
        size = matrix[:, :, :3].norm(dim=2).mean(1)  # pixels per decimetre, about half a face
        jacobian = self._jacobian(driving, matrix, size)
        axes = jacobian.new_tensor(_AXES).repeat(len(self.mean))
        sigma = self.config.noise * 2 * size
        weight = axes.square() * (self.config.independent / len(self.mean)) / sigma[:, None].square()
        weighted = jacobian * weight[:, None]
        precision = torch.diag_embed(self._prior(jacobian)).expand(len(driving), -1, -1)
        gain: Tensor = torch.linalg.solve(weighted @ jacobian.transpose(1, 2) + precision, weighted)
        return gain

    def _jacobian(self, driving: Tensor, matrix: Tensor, size: Tensor) -> Tensor:
        """N×113×1434: how the flat landmarks move with c_i, c_e and p / size."""
        shape = self.mean + torch.einsum("nc,cld->nld", driving[:, : N_IDENTITY + N_EXPRESSION], self.basis)
        linear = torch.einsum("cld,nad->ncla", self.basis, matrix[:, :, :3])
        ones = shape.new_ones(*shape.shape[:2], 1)
        rows = torch.cat([shape, ones], 2).transpose(1, 2) * size[:, None, None]  # N×4×l
        pose = rows.new_zeros(len(shape), 3, 4, shape.shape[1], 3)
        for axis in range(3):
            pose[:, axis, :, :, axis] = rows
        return torch.cat([linear.flatten(2), pose.flatten(1, 2).flatten(2)], 1)

    def _prior(self, like: Tensor) -> Tensor:
        sigmas = [1.0] * N_IDENTITY + [self.config.expression_sigma] * N_EXPRESSION + [self.config.pose_sigma] * 12
        return like.new_tensor(sigmas) ** -2


def roi_matrices(rois: Tensor) -> Tensor:
    """N×4 centre, side and angle → N×2×3, as :meth:`core.regression.roi.Roi.matrix` for the net's input side."""
    cx, cy, size, angle = rois.unbind(1)
    cos, sin = torch.cos(angle) * size / INPUT, torch.sin(angle) * size / INPUT
    x, y = cx - (cos - sin) * (INPUT / 2), cy - (sin + cos) * (INPUT / 2)
    return torch.stack([torch.stack([cos, -sin, x], 1), torch.stack([sin, cos, y], 1)], 1)
