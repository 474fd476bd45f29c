"""The occlusion net: what of the motion to believe, seen from the warped source (paper 3.3)."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from .blocks import ConvNorm, DownBlock, enlarge
from .config import NetworkConfig

_LAYERS = 4
_WIDEST = 256
_TRUST = (2.0, 4.0)
"""Logits of O and M at initialisation: training starts by believing the motion net (0.88 and 0.98)."""


class Hourglass(nn.Module):
    """N×C×s×s → N×(width + C)×s×s: four halvings and four doublings, each side's features handed across."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        widths = [channels, *(min(_WIDEST, width << layer) for layer in range(1, _LAYERS + 1))]
        self.downs = nn.ModuleList(DownBlock(before, after) for before, after in pairwise(widths))
        ups = []
        deep = widths[-1]
        for layer in reversed(range(_LAYERS)):
            out = widths[layer] if layer else width
            ups.append(ConvNorm(deep, out))
            deep = out + widths[layer]
        self.ups = nn.ModuleList(ups)
        self.channels = deep

    def forward(self, x: Tensor) -> Tensor:
        skips = [x]
        for down in self.downs:
            skips.append(down(skips[-1]))
        x = skips.pop()
        for up in self.ups:
            x = torch.cat([up(enlarge(x)), skips.pop()], dim=1)
        return x


class OcclusionNet(nn.Module):
    """Warped source N×3×s×s in [0, 1] → occlusion O and flow mask M, N×1×s×s each, in (0, 1), float32."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.hourglass = Hourglass(3, config.width)
        self.maps = nn.Conv2d(self.hourglass.channels, 2, 7, padding=3)
        with torch.no_grad():
            self.maps.bias.copy_(torch.tensor(_TRUST))  # type: ignore[union-attr]

    def forward(self, warped: Tensor) -> tuple[Tensor, Tensor]:
        maps = torch.sigmoid(self.maps(self.hourglass(warped)).float())
        return maps[:, :1], maps[:, 1:]
