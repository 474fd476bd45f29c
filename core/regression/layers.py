"""Building blocks shared by the detectors and the landmark net: TFLite's padding and MobileNet-like residual blocks."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class SameConv2d(nn.Conv2d):
    """Convolution with TFLite's SAME padding for an even input: the odd row and column go *after* the image.

    ``x`` N×C×H×W with H, W multiples of the stride.  torch can only pad both sides alike, which for stride 2 would
    shift the sampling positions by one pixel.
    """

    def __init__(self, c_in: int, c_out: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        total = max(kernel - stride, 0)
        before = total // 2
        symmetric = total % 2 == 0
        super().__init__(c_in, c_out, kernel, stride, padding=before if symmetric else 0, groups=groups)
        self._margins = None if symmetric else (before, total - before, before, total - before)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x if self._margins is None else F.pad(x, self._margins))


def depthwise(channels: int, stride: int = 1) -> SameConv2d:
    """3×3 convolution of each channel by itself."""
    return SameConv2d(channels, channels, 3, stride, groups=channels)


class ResidualBlock(nn.Module):
    """BlazeBlock: act(shortcut(x) + pointwise(depthwise(x))), without an activation in between.

    With ``stride`` 2 the shortcut is a 2×2 maximum; added channels of the shortcut are zeros.
    ``x`` N×c_in×H×W → N×c_out×(H/stride)×(W/stride), in ``groups`` that know nothing of each other.
    """

    def __init__(self, c_in: int, c_out: int, stride: int, act: nn.Module, groups: int = 1) -> None:
        super().__init__()
        self.depthwise = depthwise(c_in, stride)
        self.pointwise = nn.Conv2d(c_in, c_out, 1, groups=groups)
        self.act = act
        self.stride = stride
        self._added, self._groups = c_out - c_in, groups

    def forward(self, x: Tensor) -> Tensor:
        shortcut = F.max_pool2d(x, 2) if self.stride == 2 else x
        if self._added:
            count, channels, height, width = shortcut.shape
            grouped = shortcut.reshape(count, self._groups, channels // self._groups, height, width)
            shortcut = F.pad(grouped, (0, 0, 0, 0, 0, self._added // self._groups)).flatten(1, 2)
        y: Tensor = self.pointwise(self.depthwise(x))
        y = self.act(y.add_(shortcut))
        return y


def as_inference(module: nn.Module, device: torch.device | str) -> nn.Module:
    """Freeze, move to ``device``, weights in the channels-last layout that the CPU convolutions are fastest in."""
    module.eval().requires_grad_(False)
    return module.to(device=device, dtype=torch.float32, memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
