"""Two-dimensional building blocks that the networks share.  Each convolution is followed by its normalisation, so that
batch norm folds into it at inference."""

from __future__ import annotations

import copy
from math import gcd
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ..geometry.warp import warp_tensor
from .config import Norm

Net = TypeVar("Net", bound=nn.Module)


class ConvNorm(nn.Module):
    """Convolution, normalisation and ReLU (or none of each).  ``stride`` 2 halves the side, aligned at the corners."""

    def __init__(
        self, before: int, after: int, size: int = 3, stride: int = 1, relu: bool = True, norm: Norm = "batch"
    ) -> None:
        super().__init__()
        padding = (size - stride) // 2 if stride > 1 else size // 2
        self.conv = nn.Conv2d(before, after, size, stride, padding, bias=norm == "none")
        self.norm = _norm(norm, after)
        self.relu = relu
        if norm == "none":  # nothing else keeps the size of the features
            nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu" if relu else "linear")
            nn.init.zeros_(self.conv.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x))
        return functional.relu(x, inplace=True) if self.relu else x

    def fold(self) -> None:
        """Put the batch norm's running statistics into the convolution; group norm stays."""
        if isinstance(self.norm, nn.BatchNorm2d):
            self.conv, self.norm = fuse_conv_bn_eval(self.conv, self.norm), nn.Identity()


class DownBlock(ConvNorm):
    """Half the side: a convolution of size 4 and stride 2."""

    def __init__(self, before: int, after: int, norm: Norm = "batch") -> None:
        super().__init__(before, after, size=4, stride=2, norm=norm)


class ResidualBlock(nn.Module):
    """ReLU(x + main(x)), two convolutions.  Without a norm main is 0 at initialisation, or depth would blow x up."""

    def __init__(self, channels: int, norm: Norm = "batch") -> None:
        super().__init__()
        second = ConvNorm(channels, channels, relu=False, norm=norm)
        if norm == "none":
            nn.init.zeros_(second.conv.weight)
        self.main = nn.Sequential(ConvNorm(channels, channels, norm=norm), second)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.main(x))


class UpBlock(nn.Module):
    """Twice the side (paper 3.2): up-sampling and two convolutions, added to a shortcut of up-sampling alone.

    Where the number of channels changes the shortcut has a 1×1 convolution in front.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.main = nn.Sequential(ConvNorm(before, after), ConvNorm(after, after))
        self.shortcut = nn.Identity() if before == after else nn.Conv2d(before, after, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.main(enlarge(x)) + enlarge(self.shortcut(x))  # type: ignore[no-any-return]


def _norm(kind: Norm, channels: int) -> nn.Module:
    if kind == "none":
        return nn.Identity()
    return nn.BatchNorm2d(channels) if kind == "batch" else nn.GroupNorm(gcd(8, channels), channels)


def enlarge(x: Tensor) -> Tensor:
    """N×C×h×w → N×C×2h×2w, each pixel repeated."""
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def shrink_flow(flow: Tensor, factor: int) -> Tensor:
    """Flow N×2×H×W for features of 1/factor of the side, in their pixels."""
    return functional.avg_pool2d(flow, factor) / factor if factor > 1 else flow


def resize(x: Tensor, side: int) -> Tensor:
    """N×C×h×w → N×C×side×side, bilinear at corner coordinates."""
    return x if x.shape[-1] == side else functional.interpolate(x, (side, side), mode="bilinear", align_corners=False)


def warp_features(features: Tensor, flow: Tensor) -> Tensor:
    """Features warped by a full-size flow in pixels; sampled in float32, because bf16 positions are off by pixels."""
    small = shrink_flow(flow.float(), flow.shape[-1] // features.shape[-1])
    return warp_tensor(features.float(), small).to(features.dtype)


def folded(net: Net) -> Net:
    """A copy for inference, in eval mode, batch norms folded into their convolutions."""
    net = copy.deepcopy(net).eval().requires_grad_(False)
    for module in net.modules():
        if isinstance(module, ConvNorm):
            module.fold()
    return net
