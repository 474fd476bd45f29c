"""The motion net: two meshes to the optical flow between their pictures (paper 3.2)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..face_model.model import FaceModel
from .blocks import DownBlock, ResidualBlock, UpBlock, resize
from .config import NetworkConfig
from .mesh_encoder import MeshEncoder
from .splat import SHAPE, VertexSplat

_START = 8
"""Side of the decoder's first feature map.  From 4 it learns more slowly, and no sample takes less time."""

_UNIT = 1 / 16
"""What the last layer counts in, as a fraction of the picture's side: about the length of usual motions.  With half the
side instead, a step of Adam throws the flow by tens of pixels, and it learns several times slower or not at all."""


class RenderedMeshEncoder(nn.Module):
    """GCNs→CNNs (Table 3): the rendered meshes, N×6×R×R normals of source and driving, to F_m N×latent."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        steps = (config.resolution // _START).bit_length() - 1
        widths = _widths(config.flow_widths[::-1], steps)
        self.downs = nn.Sequential(*(DownBlock(before, after) for before, after in zip((6, *widths), widths)))
        self.to_latent = nn.Linear(widths[-1] * _START**2, config.latent)

    def forward(self, source_normals: Tensor, normals: Tensor) -> Tensor:
        features = self.downs(torch.cat([source_normals, normals], dim=1))
        return torch.relu(self.to_latent(features.flatten(1)))


class FlowDecoder(nn.Module):
    """F_m N×latent → flow N×2×R×R in pixels, zero at initialisation: the first warped picture is the source.

    With maps of :class:`VertexSplat` it starts from the displacement that they show, and refines that.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.resolution = config.resolution
        steps = (config.resolution // config.flow_stride // _START).bit_length() - 1
        widths = _widths(config.flow_widths, steps)
        self.start = nn.Linear(config.latent, widths[0] * _START**2)
        self.ups = nn.Sequential(*(UpBlock(before, after) for before, after in zip((widths[0], *widths), widths)))
        self.places = nn.ModuleList()
        if config.splat:
            maps = SHAPE + config.graph_widths[0] + 1
            self.places.extend(nn.Conv2d(maps, width, 1) for width in (widths[0], *widths))
        self.refine = nn.Sequential(*(ResidualBlock(widths[-1]) for _ in range(config.flow_residuals)))
        self.flow = nn.Conv2d(widths[-1], 2, 3, padding=1)
        nn.init.zeros_(self.flow.weight)
        nn.init.zeros_(self.flow.bias)  # type: ignore[arg-type]

    def forward(self, latent: Tensor, maps: Sequence[Tensor] = ()) -> Tensor:
        """``maps`` of :class:`VertexSplat`, displacements in :attr:`unit`, where the configuration wants them."""
        features = self.start(latent).unflatten(1, (-1, _START, _START))
        for level in range(len(self.ups) + 1):
            features = self.ups[level - 1](features) if level else features
            features = features + self.places[level](maps[level]) if self.places else features
        flow = self.flow(self.refine(features)).float()
        flow = flow + maps[-1][:, :2] if self.places else flow
        return resize(flow * self.unit, self.resolution)

    @property
    def unit(self) -> float:
        """Pixels that the last layer counts in."""
        return self.resolution * _UNIT


class MotionNet(nn.Module):
    """Encoder and decoder.  What the encoder reads: meshes N×n×3 in pixels, or normals N×3×R×R, source first."""

    def __init__(self, config: NetworkConfig, model: FaceModel) -> None:
        super().__init__()
        self.encoder: nn.Module = (
            MeshEncoder(config, model) if config.mesh_encoder == "gcn" else RenderedMeshEncoder(config)
        )
        self.decoder = FlowDecoder(config)
        side = config.resolution // config.flow_stride
        self.splat = VertexSplat(model, config.resolution, side, _START) if config.splat else None

    def forward(self, source: Tensor, driving: Tensor) -> Tensor:
        """Backward flow T*, N×2×R×R float32 in pixels, x then y."""
        if isinstance(self.encoder, RenderedMeshEncoder):
            return self.decoder(self.encoder(source, driving))  # type: ignore[no-any-return]
        latent, features = self.encoder(source, driving)
        maps = () if self.splat is None else self.splat(source, driving, features, self.decoder.unit)
        return self.decoder(latent, maps)  # type: ignore[no-any-return]


def _widths(widths: tuple[int, ...], steps: int) -> tuple[int, ...]:
    """The first ``steps`` of the widths, the last repeated where there are too few."""
    return tuple(widths[min(step, len(widths) - 1)] for step in range(steps))
