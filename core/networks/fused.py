"""Convolutions for inference: weights laid out once as the processor wants them, sum and ReLU in the same pass.

Between layers of few channels the sums and ReLUs cost as much as the products: each reads and writes every feature.
oneDNN does them while the result is still in registers.  Where its operators are missing, and on GPUs, the same is
computed step by step.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import ConvNorm, ResidualBlock

POINTWISE: Any = getattr(torch.ops.mkldnn, "_convolution_pointwise", None)
"""oneDNN's convolution with a sum and a ReLU, over packed weights; None in builds of torch without it."""

_REORDER: Any = getattr(torch._C._nn, "mkldnn_reorder_conv2d_weight", None)

_SUPPORTS: dict[torch.dtype, Any] = {
    torch.bfloat16: getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None),
    torch.float16: getattr(torch.ops.mkldnn, "_is_mkldnn_fp16_supported", None),
}
"""What tells whether this processor has instructions that oneDNN needs for 16 bits; torch's own layers need none."""


def can_pack(dtype: torch.dtype) -> bool:
    """Whether oneDNN's fused convolutions are in this build of torch and run in ``dtype`` on this processor."""
    if POINTWISE is None or _REORDER is None or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    supports = _SUPPORTS.get(dtype)
    return dtype == torch.float32 or (supports is not None and bool(supports()))


class Convolution(nn.Module):
    """A convolution whose weights can be laid out for an input."""

    stride: list[int]

    def pack(self, side: int) -> None:
        """Lay the weights out for inputs of side×side, where that can be; works for others too."""
        raise NotImplementedError

    def scale(self, factor: float) -> None:
        """Let ``factor`` times as much come out, before a ReLU and without a residual; before weights are packed."""
        raise NotImplementedError


class FusedConv(Convolution):
    """ReLU(conv(x) + residual), each of the two only if wanted; inference only, channels last, in one dtype."""

    weight: Tensor
    bias: Tensor | None

    def __init__(self, conv: nn.Conv2d, relu: bool, dtype: torch.dtype) -> None:
        super().__init__()
        self.relu = relu
        self.stride, self.padding = list(conv.stride), [int(side) for side in conv.padding]
        weight = conv.weight.detach().to(dtype).contiguous(memory_format=torch.channels_last)
        self.register_buffer("weight", weight, persistent=False)
        bias = None if conv.bias is None else conv.bias.detach().to(dtype)
        self.register_buffer("bias", bias, persistent=False)
        self.packed: dict[bool, Tensor] = {}
        """For one thread and for several, which oneDNN may lay out in different ways: laying them out anew for every
        picture takes longer than the convolutions.  The one for other threads is made when it is first needed."""
        self._side = 0

    def pack(self, side: int) -> None:
        if self.weight.device.type == "cpu" and can_pack(self.weight.dtype):
            self._side = side
            self._packed()

    def _packed(self) -> Tensor:
        alone = torch.get_num_threads() == 1
        if alone not in self.packed:
            shape = [1, self.weight.shape[1], self._side, self._side]
            self.packed[alone] = _REORDER(self.weight.to_mkldnn(), self.padding, self.stride, [1, 1], 1, shape)
        return self.packed[alone]

    def scale(self, factor: float) -> None:
        self.weight *= factor
        self.bias = None if self.bias is None else self.bias * factor

    def forward(self, x: Tensor, residual: Tensor | None = None) -> Tensor:
        if not self.packed or x.device.type != "cpu":
            out = functional.conv2d(x, self.weight, self.bias, self.stride, self.padding)
            out = out if residual is None else out + residual
            return functional.relu(out, inplace=True) if self.relu else out
        where = self._packed(), self.bias, self.padding, self.stride, [1, 1], 1
        if residual is None:
            return POINTWISE(x, *where, "relu" if self.relu else "none", [], "")  # type: ignore[no-any-return]
        unary = "relu" if self.relu else None
        return POINTWISE.binary(x, residual, *where, "add", 1.0, unary, [], "")  # type: ignore[no-any-return]


class FusedResidual(nn.Module):
    """A :class:`ResidualBlock` whose sum and ReLU are part of its second convolution."""

    def __init__(self, block: ResidualBlock, dtype: torch.dtype) -> None:
        super().__init__()
        self.first, self.second = (fused(each, dtype) for each in block.main)
        self.second.relu = True

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x), x)  # type: ignore[no-any-return]


def fused(layer: nn.Module, dtype: torch.dtype) -> FusedConv:
    """A folded :class:`ConvNorm` (no norm left), or a convolution without ReLU."""
    if isinstance(layer, ConvNorm):
        if not isinstance(layer.norm, nn.Identity):
            raise ValueError("A norm that depends on the picture cannot be fused.")
        return FusedConv(layer.conv, layer.relu, dtype)
    assert isinstance(layer, nn.Conv2d)
    return FusedConv(layer, False, dtype)


def fused_sequence(layers: nn.Sequential, dtype: torch.dtype) -> nn.Sequential:
    """The same of convolutions and residual blocks in a row."""
    return nn.Sequential(
        *(FusedResidual(each, dtype) if isinstance(each, ResidualBlock) else fused(each, dtype) for each in layers)
    )


def pack(module: nn.Module, side: int) -> None:
    """Pack every convolution inside, one after the other, for an input of side×side."""
    for each in module.modules():
        if isinstance(each, Convolution):
            each.pack(side)
            side //= each.stride[0]
