"""Arithmetic: what a job computes in convolutions and matrix products, and what this machine can at best."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode, conv_flop_count

from ..networks.fused import POINTWISE, Convolution, FusedConv
from ..networks.quantised import CONVOLUTION, QuantisedConv, Scale

_CHANNELS, _SIDE = 128, 64
"""Of the convolution that stands for the best a machine can: 2.4 GFLOP, the size of what the networks do most."""

_BATCH = 2
_SECONDS = 0.4


def gflop(job: Callable[[], object]) -> float:
    """Billions of multiplications and additions in the convolutions and matrix products of ``job``."""
    known = {POINTWISE: _fused_flops, CONVOLUTION: _quantised_flops}
    counter = FlopCounterMode(display=False, custom_mapping={op: count for op, count in known.items() if op})
    with counter:
        job()
    return round(counter.get_total_flops() / 1e9, 3)


def convolution_peak(device: torch.device, dtype: torch.dtype) -> float:
    """GFLOP/s of a large 3×3 convolution as the networks run them: the fastest run within a moment."""
    layer, x = _peak_layer(device, dtype)
    layer.pack(_SIDE)
    work = 2 * _BATCH * _CHANNELS**2 * 9 * _SIDE**2 / 1e9
    fastest, end = float("inf"), time.perf_counter() + _SECONDS
    with torch.inference_mode():
        while time.perf_counter() < end:
            start = time.perf_counter()
            layer(x)
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            fastest = min(fastest, time.perf_counter() - start)
    return work / fastest


def _peak_layer(device: torch.device, dtype: torch.dtype) -> tuple[Convolution, Tensor]:
    """The convolution and its input; int8 = from bytes to bytes."""
    conv = torch.nn.Conv2d(_CHANNELS, _CHANNELS, 3, padding=1)
    x = torch.rand(_BATCH, _CHANNELS, _SIDE, _SIDE, device=device).contiguous(memory_format=torch.channels_last)
    if dtype != torch.int8:
        return FusedConv(conv, relu=True, dtype=dtype).to(device), x.to(dtype)
    scale = Scale.over(0.0, 1.0)
    layer = QuantisedConv(FusedConv(conv, relu=True, dtype=torch.float32), scale, scale)
    return layer, scale.bytes_of(x)


def _fused_flops(x: list[int], second: list[int], third: list[int] | None, *_: Any, out_shape: list[int]) -> int:
    """Of :data:`POINTWISE`, given shapes: input and weight, or input, summand and weight."""
    weight = third if third is not None and len(third) == len(x) else second
    return int(conv_flop_count(x, weight, out_shape))


def _quantised_flops(x: list[int], step: float, zero: int, weight: list[int], *_: Any, out_shape: list[int]) -> int:
    """Of :data:`CONVOLUTION`, given shapes."""
    return int(conv_flop_count(x, weight, out_shape))
