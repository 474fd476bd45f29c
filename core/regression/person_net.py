"""MediaPipe's selfie segmentation: which pixels of a crop are the person (hair, body, what is worn), which background.

MobileNetV3 with squeeze-and-excitation down to 16×16, and a decoder of attention-gated skips.  Modules are registered
in the order in which the data passes through them: the converter relies on it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import SameConv2d


class _Excite(nn.Module):
    """Each channel of ``x`` weighed by a number in [0, 1] that two 1×1 convolutions make of all channels' means."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, inner, 1)
        self.excite = nn.Conv2d(inner, channels, 1)

    def forward(self, x: Tensor, seen: Tensor | None = None) -> Tensor:
        mean = (x if seen is None else seen).mean((2, 3), keepdim=True)
        return x * torch.sigmoid(self.excite(F.relu(self.squeeze(mean))))


class _Bottleneck(nn.Module):
    """Expand 1×1, depthwise, excite, project 1×1; added to the input where shapes agree."""

    def __init__(
        self, c_in: int, inner: int, c_out: int, kernel: int, stride: int, act: nn.Module, squeezed: int = 0
    ) -> None:
        super().__init__()
        self.expand = nn.Conv2d(c_in, inner, 1)
        self.depthwise = SameConv2d(inner, inner, kernel, stride, groups=inner)
        self.excite: nn.Module = _Excite(inner, squeezed) if squeezed else nn.Identity()
        self.project = nn.Conv2d(inner, c_out, 1)
        self.act = act
        self._residual = c_in == c_out and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.project(self.excite(self.act(self.depthwise(self.act(self.expand(x))))))
        return y + x if self._residual else y


class _Up(nn.Module):
    """Twice the side: what comes from below joins the finer ``skip``, weighed by what both have in common."""

    def __init__(self, below: int, channels: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(below, channels, 1)
        self.gate = _Excite(channels, channels)
        self.mix = nn.Conv2d(channels, channels, 1)
        self.depthwise = SameConv2d(channels, channels, 3, groups=channels)

    def forward(self, below: Tensor, skip: Tensor) -> Tensor:
        lower = self.reduce(F.interpolate(below, scale_factor=2, mode="bilinear", align_corners=False))
        x = F.relu(self.mix(self.gate(skip, skip + lower) + lower))
        return x + F.relu(self.depthwise(x))


class _Context(nn.Module):
    """1×1 convolution of the coarsest features, weighed by the whole picture."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.features = nn.Conv2d(c_in, c_out, 1)
        self.weights = nn.Conv2d(c_in, c_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.features(x)) * torch.sigmoid(self.weights(x.mean((2, 3), keepdim=True)))


class PersonNet(nn.Module):
    """Image N×3×256×256 in [0, 1] → N×1×256×256 in [0, 1], 1 = person."""

    INPUT = 256

    def __init__(self) -> None:
        super().__init__()
        swish = nn.Hardswish
        self.stem = nn.Sequential(SameConv2d(3, 16, 3, 2), swish())
        self.stage1 = _Bottleneck(16, 16, 16, 3, 2, nn.ReLU(), 8)
        self.stage2 = nn.Sequential(
            _Bottleneck(16, 72, 24, 3, 2, nn.ReLU()),
            _Bottleneck(24, 88, 24, 3, 1, nn.ReLU()),
        )
        self.stage3 = nn.Sequential(
            _Bottleneck(24, 96, 32, 5, 2, swish(), 24),
            *(_Bottleneck(32, 128, 32, 5, 1, swish(), 32) for _ in range(2)),
            *(_Bottleneck(32, 96, 32, 5, 1, swish(), 24) for _ in range(2)),
        )
        self.context = _Context(32, 128)
        self.ups = nn.ModuleList([_Up(128, 24), _Up(24, 16), _Up(16, 16)])
        self.person = nn.ConvTranspose2d(16, 1, 2, 2)

    def forward(self, image: Tensor) -> Tensor:
        half = self.stem(image)
        quarter = self.stage1(half)
        eighth = self.stage2(quarter)
        x = self.context(self.stage3(eighth))
        for up, skip in zip(self.ups, (eighth, quarter, half), strict=True):
            x = up(x, skip)
        return torch.sigmoid(self.person(x))
