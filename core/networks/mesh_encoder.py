"""The motion net's mesh encoder: stacked mesh n×6 to motion feature F_m, by graph convolutions (paper 3.2)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from ..errors import WeightsError
from ..face_model.model import FaceModel
from ..regression.pose import FLIP
from .config import NetworkConfig
from .graph import SparseOperator, scaled_laplacian

_SCALE = 0.336
"""Usual size of a face in a crop: pixels per decimetre, as a fraction of the picture's side."""

_CENTRE = (0.5, 0.537, 0.0)
"""Usual place of the model's origin, as a fraction of the side."""

_SPREAD = 0.08
"""How far vertices usually are from those of a frontal mean face, as a fraction of the side."""


class ChebyshevConvolution(nn.Module):
    """y = Σ_k T_k(L~) x θ_k (Eq. 2 and 3), T_k(x) = 2 x T_k−1(x) − T_k−2(x), T_0 = 1, T_1 = x.

    Features with the vertices first, n×N×C_in → n×N×C_out.  No bias: a normalisation follows.
    """

    def __init__(self, laplacian: SparseOperator, channels_in: int, channels_out: int, order: int) -> None:
        super().__init__()
        self.laplacian = laplacian
        self.order = order
        self.theta = nn.Linear(order * channels_in, channels_out, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        terms = [features]
        for k in range(1, self.order):
            product = self.laplacian(terms[-1])
            terms.append(product if k == 1 else 2 * product - terms[-2])
        return self.theta(torch.cat(terms, dim=-1))  # type: ignore[no-any-return]


class VertexNorm(nn.Module):
    """Instance norm: each channel of each mesh to mean 0 and variance 1 over the vertices, then scaled and shifted."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, features: Tensor) -> Tensor:
        variance, mean = torch.var_mean(features, dim=0, correction=0, keepdim=True)
        scale = self.weight * torch.rsqrt(variance + 1e-5)
        return torch.addcmul(self.bias, features - mean, scale)


class SpectralResidualBlock(nn.Module):
    """ReLU(instance norm(Chebyshev(x))) + graph linear(x); n×N×C_in → n×N×C_out.

    The shortcut is not normalised: it alone carries where the head is, and how large.
    """

    def __init__(self, laplacian: SparseOperator, channels_in: int, channels_out: int, order: int) -> None:
        super().__init__()
        self.convolution = ChebyshevConvolution(laplacian, channels_in, channels_out, order)
        self.norm = VertexNorm(channels_out)
        self.shortcut = nn.Linear(channels_in, channels_out)

    def forward(self, features: Tensor) -> Tensor:
        return torch.relu(self.norm(self.convolution(features))) + self.shortcut(features)  # type: ignore[no-any-return]


class MeshEncoder(nn.Module):
    """Spectral residual blocks with a mesh down-sampling between each two, then F_m from all that is left.

    Raises :class:`WeightsError` if the face model has too few mesh levels for the configuration.
    """

    usual: Tensor

    def __init__(self, config: NetworkConfig, model: FaceModel) -> None:
        super().__init__()
        levels = model.hierarchy[: len(config.graph_widths) - 1]
        if len(levels) < len(config.graph_widths) - 1:
            raise WeightsError(
                f"The face model has {len(levels)} mesh levels and the network {config.name!r} needs"
                f" {len(config.graph_widths) - 1}; import the face model again with more levels."
            )
        self.resolution = config.resolution
        usual = _SCALE * model.mean @ FLIP + np.array(_CENTRE)
        self.register_buffer("usual", torch.from_numpy(usual.astype(np.float32)), persistent=False)
        meshes = [(model.faces, len(model.mean)), *((level.faces, len(level.vertices)) for level in levels)]
        widths = (6, *config.graph_widths)
        self.blocks = nn.ModuleList(
            SpectralResidualBlock(SparseOperator(scaled_laplacian(*mesh)), before, after, config.chebyshev_order)
            for mesh, before, after in zip(meshes, widths, widths[1:])
        )
        self.downs = nn.ModuleList(SparseOperator(level.down) for level in levels)
        self.to_latent = nn.Linear(meshes[-1][1] * widths[-1], config.latent)

    def forward(self, source_mesh: Tensor, driving_mesh: Tensor) -> tuple[Tensor, Tensor]:
        """Two meshes N×n×3 in pixels → F_m, N×latent, and the first block's features n×N×C.

        Always in float32: bf16 would round vertices to whole pixels.
        """
        with torch.autocast(source_mesh.device.type, enabled=False):
            stacked = torch.cat([self._normalised(mesh.float()) for mesh in (source_mesh, driving_mesh)], dim=-1)
            features = stacked.transpose(0, 1).contiguous()
            features = of_vertices = self.blocks[0](features)
            for down, block in zip(self.downs, self.blocks[1:], strict=True):
                features = block(down(features))
            return torch.relu(self.to_latent(features.transpose(0, 1).flatten(1))), of_vertices

    def _normalised(self, mesh: Tensor) -> Tensor:
        """Pixels → difference from a frontal mean face in units of its usual size: near mean 0 and deviation 1.  With
        coordinates of the picture instead, what moves is a tenth of what is read, and learning takes twice as long."""
        shares = (mesh + mesh.new_tensor([0.5, 0.5, 0])) / self.resolution
        return (shares - self.usual) / _SPREAD
