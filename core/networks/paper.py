"""The paper's generator and its ablations: motion net, then reenacting module (paper 3.2, 3.3, Fig. 2 and 3)."""

from __future__ import annotations

from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..face_model.model import FaceModel
from ..geometry.warp import warp_tensor
from .blocks import ConvNorm, DownBlock, ResidualBlock, UpBlock, resize, warp_features
from .config import NetworkConfig
from .interface import Generator, GeneratorInput, GeneratorOutput, SourceFeatures, Stage
from .motion_net import MotionNet
from .occlusion_net import OcclusionNet


class SourceEncoder(nn.Sequential):
    """N×3×R×R → N×(width·2^downs)×R/2^downs×R/2^downs, appearance features."""

    def __init__(self, config: NetworkConfig) -> None:
        downs = (DownBlock(config.width << step, config.width << step + 1) for step in range(config.downs))
        super().__init__(ConvNorm(3, config.width, size=7), *downs)


class Decoder(nn.Module):
    """Fused features → picture N×3×R×R in (0, 1), float32."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        deepest = config.width << config.downs
        self.residuals = nn.Sequential(*(ResidualBlock(deepest) for _ in range(config.residuals)))
        self.ups = nn.Sequential(*(UpBlock(deepest >> step, deepest >> step + 1) for step in range(config.downs)))
        self.picture = nn.Conv2d(config.width, 3, 7, padding=3)

    def forward(self, features: Tensor) -> Tensor:
        return torch.sigmoid(self.picture(self.ups(self.residuals(features))).float())


class PaperGenerator(Generator):
    """Flow from the motion net, occlusion and flow mask from the warped source, masked warp of features, decoder."""

    def __init__(self, config: NetworkConfig, model: FaceModel) -> None:
        super().__init__(config)
        self.motion_net = MotionNet(config, model)
        self.encoder = SourceEncoder(config)
        self.occlusion_net = OcclusionNet(config) if config.occlusion else None
        self.decoder = Decoder(config)

    def encode_source(self, source: Tensor) -> SourceFeatures:
        return (self.encoder(source),)

    def estimate_flow(self, inputs: GeneratorInput) -> Tensor:
        """T*, N×2×R×R in pixels, before any mask: what pre-training compares with the exact flow."""
        names = ("source_mesh", "driving_mesh") if self.config.mesh_encoder == "gcn" else ("source_normals", "normals")
        return self.motion_net(*(self.needed(inputs, name) for name in names))  # type: ignore[no-any-return]

    def render(self, inputs: GeneratorInput, features: SourceFeatures, stage: Stage = nullcontext) -> GeneratorOutput:
        (appearance,) = features
        with stage("motion"):
            flow = self.estimate_flow(inputs)
        with stage("occlusion"):
            occlusion, flow, mask = self._believed(inputs.source, flow)
        with stage("warp"):
            warped = warp_tensor(inputs.source, flow)
            fused = warp_features(appearance, flow)
            if self.occlusion_net is not None:
                fused = fused * occlusion.to(fused.dtype)
        with stage("decode"):
            image = self.decoder(fused)
        return GeneratorOutput(image, flow, resize(occlusion, self.config.resolution), warped, mask)

    def _believed(self, source: Tensor, flow: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """O of the features' side, the flow that M leaves, N×2×R×R, and M, N×1×R×R; None without an occlusion net."""
        if self.occlusion_net is None:
            return torch.ones_like(flow[:, :1]), flow, None
        warped = functional.avg_pool2d(warp_tensor(source, flow), 1 << self.config.downs)
        occlusion, mask = self.occlusion_net(warped)
        mask = resize(mask, self.config.resolution)
        return occlusion, flow * mask, mask
