"""BlazeFace (Bazarevsky et al., 2019): the short-range detector (128 px) and the full-range one (192 px).

Both give, per anchor, a logit and 16 numbers: box centre, width, height and six key points, in input pixels from the
anchor.  Modules are registered in the order in which the data passes through them: the converter relies on it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import ResidualBlock, SameConv2d

N_VALUES = 16


class RawDetections(NamedTuple):
    """``values`` N×A×16 in pixels of the input from the anchor; ``logits`` N×A.  Anchors in rows, then columns."""

    values: Tensor
    logits: Tensor


def _rows(x: Tensor, values: int) -> Tensor:
    """N×(k·values)×H×W → N×(H·W·k)×values."""
    return x.permute(0, 2, 3, 1).reshape(x.shape[0], -1, values)


class ShortRangeNet(nn.Module):
    """Image N×3×128×128 in [-1, 1] → 896 anchors: 2 per cell of 16×16, then 6 per cell of 8×8."""

    INPUT = 128

    def __init__(self) -> None:
        super().__init__()
        widths = (24, 24, 28, 32, 36, 42, 48, 56, 64, 72, 80, 88)
        halving = {28, 42}
        fine = [ResidualBlock(a, b, 2 if a in halving else 1, nn.ReLU()) for a, b in pairwise(widths)]
        coarse = [ResidualBlock(88, 96, 2, nn.ReLU()), *(ResidualBlock(96, 96, 1, nn.ReLU()) for _ in range(4))]
        self.fine = nn.Sequential(SameConv2d(3, 24, 5, 2), nn.ReLU(), *fine)
        self.fine_values = nn.Conv2d(88, 2 * N_VALUES, 1)
        self.coarse = nn.Sequential(*coarse)
        self.coarse_values = nn.Conv2d(96, 6 * N_VALUES, 1)
        self.fine_logits = nn.Conv2d(88, 2, 1)
        self.coarse_logits = nn.Conv2d(96, 6, 1)

    def forward(self, image: Tensor) -> RawDetections:
        fine = self.fine(image)
        coarse = self.coarse(fine)
        values = torch.cat(
            [_rows(self.fine_values(fine), N_VALUES), _rows(self.coarse_values(coarse), N_VALUES)], dim=1
        )
        logits = torch.cat([_rows(self.fine_logits(fine), 1), _rows(self.coarse_logits(coarse), 1)], dim=1)
        return RawDetections(values, logits[..., 0])


def _separable(c_in: int, c_out: int, stride: int = 1) -> nn.Sequential:
    """Depthwise 3×3 (padded by one on every side, also at stride 2), then pointwise."""
    first = nn.Conv2d(c_in, c_in, 3, stride, padding=1, groups=c_in)
    return nn.Sequential(first, nn.Conv2d(c_in, c_out, 1))


class Bottleneck(nn.Module):
    """Two separable convolutions through ``inner`` channels; with ``residual`` the input is added before the ReLU."""

    def __init__(self, c_in: int, inner: int, c_out: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__()
        self.reduce = _separable(c_in, inner, stride)
        self.expand = _separable(inner, c_out)
        self._residual = residual

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.expand(self.reduce(x).relu_())
        return y.add_(x).relu_() if self._residual else y.relu_()


def _lateral(c_in: int, c_out: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1), nn.ReLU(inplace=True))


class _Prediction(nn.Module):
    """Values at 24×24 with 4 groups of channels, laid out as 48×48 (TFLite's DEPTH_TO_SPACE)."""

    def __init__(self, values: int) -> None:
        wide = 4 * values
        super().__init__()
        self.mix = nn.Conv2d(48, wide, 1)
        self.reduce = nn.Conv2d(wide, wide, 3, 2, padding=1, groups=wide)
        self._values = values

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.reduce(self.mix(x))
        n, _, height, width = y.shape
        cells = y.view(n, 2, 2, self._values, height, width).permute(0, 4, 1, 5, 2, 3)
        return cells.reshape(n, 4 * height * width, self._values)


class FullRangeNet(nn.Module):
    """Image N×3×192×192 in [-1, 1] → 2304 anchors, one per cell of 48×48 (a feature pyramid)."""

    INPUT = 192

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 32, 3, 2, padding=1), nn.ReLU(inplace=True))
        self.stage1 = nn.Sequential(
            *(Bottleneck(32, 8, 32) for _ in range(2)),
            Bottleneck(32, 16, 64, stride=2, residual=False),
            *(Bottleneck(64, 16, 64) for _ in range(2)),
        )
        self.lateral1 = _lateral(64, 48)
        self.stage2 = nn.Sequential(
            Bottleneck(64, 32, 128, stride=2, residual=False), *(Bottleneck(128, 32, 128) for _ in range(2))
        )
        self.lateral2 = _lateral(128, 64)
        self.stage3 = nn.Sequential(
            Bottleneck(128, 48, 192, stride=2, residual=False), *(Bottleneck(192, 48, 192) for _ in range(2))
        )
        self.lateral3 = _lateral(192, 96)
        self.stage4 = nn.Sequential(
            Bottleneck(192, 96, 384, stride=2, residual=False), *(Bottleneck(384, 96, 384) for _ in range(3))
        )
        self.top = _lateral(384, 96)
        self.up3 = nn.Sequential(*(Bottleneck(96, 48, 96) for _ in range(2)), _lateral(96, 64))
        self.up2 = nn.Sequential(*(Bottleneck(64, 32, 64) for _ in range(2)), _lateral(64, 48))
        self.up1 = Bottleneck(48, 24, 48)
        self.values = _Prediction(N_VALUES)
        self.logits = _Prediction(1)

    def forward(self, image: Tensor) -> RawDetections:
        level1 = self.stage1(self.stem(image))
        level2 = self.stage2(level1)
        level3 = self.stage3(level2)
        x = self.lateral3(level3) + _double(self.top(self.stage4(level3)))
        x = self.lateral2(level2) + _double(self.up3(x))
        x = self.up1(self.lateral1(level1) + _double(self.up2(x)))
        return RawDetections(self.values(x), self.logits(x)[..., 0])


def _double(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
