"""Every variant with few channels at 64×64, and batches for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import torch

from core.face_model.model import FaceModel
from core.networks import VARIANTS, Generator, GeneratorInput, NetworkConfig, build_generator
from core.networks.config import Norm


def tiny(name: str, resolution: int = 64, norm: Norm | None = None) -> NetworkConfig:
    """The variant's own norm where none is given."""
    return replace(
        VARIANTS[name],
        resolution=resolution,
        norm=norm or VARIANTS[name].norm,
        graph_widths=(4, 4, 6, 8),
        latent=32,
        flow_widths=(24, 16, 8),
        flow_residuals=1,
        width=8,
        residuals=1,
        discriminator_widths=(8, 16),
        live_widths=(16, 24, 32),
        live_blocks=(1, 1, 1),
        live_source_blocks=(1, 0, 0),
    )


@cache
def face_model() -> FaceModel:
    return FaceModel.load()


def build(name: str, resolution: int = 64, seed: int = 0, norm: Norm | None = None) -> Generator:
    return build_generator(tiny(name, resolution, norm), face_model(), seed)


def stirred(net: Generator, scale: float = 0.2) -> Generator:
    """The net away from its initialisation, where zeros hide what the rest does."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter += (
                scale
                * parameter.std().nan_to_num(0).clamp(min=0.05)
                * torch.randn(parameter.shape, generator=generator)
            )
    return net


def batch(count: int = 2, resolution: int = 64, seed: int = 0) -> GeneratorInput:
    """Smooth random pictures and maps; meshes of the mean head, posed a little differently; flow 0 at the border;
    the geometry paints a small square."""
    generator = torch.Generator().manual_seed(seed)

    def smooth(channels: int) -> torch.Tensor:
        coarse = torch.rand(count, channels, 8, 8, generator=generator)
        return torch.nn.functional.interpolate(coarse, (resolution, resolution), mode="bilinear", align_corners=False)

    centre = torch.tensor([resolution / 2, resolution / 2, 0])
    mesh = torch.from_numpy(face_model().mean * resolution / 6)[None].repeat(count, 1, 1) + centre
    flow = 0.1 * resolution * (smooth(2) - 0.5)
    flow[..., [0, -1], :] = flow[..., :, [0, -1]] = 0
    head = (smooth(1) > 0.5).float()
    mouth = torch.zeros(resolution, resolution)
    mouth[resolution // 2 : 5 * resolution // 8, resolution // 2 : 5 * resolution // 8] = 1
    moved = mesh + resolution / 16 * torch.randn(count, 1, 3, generator=generator)
    return GeneratorInput(
        smooth(3),
        mesh,
        moved,
        flow,
        smooth(1),
        head,
        head * (2 * smooth(3) - 1),
        head * (2 * smooth(3) - 1),
        0.2 * (smooth(3) - 0.5) * mouth,
        smooth(1),
        smooth(3),
    )
