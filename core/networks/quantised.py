"""Convolutions in 8 bits for inference: twice as fast as in 16 where a processor multiplies bytes (VNNI, AMX).

    q = round(x / s) + z,   x = s (q − z),   ReLU(conv(x) + r) from bytes q, in whole numbers, rounded once

with a step s and a zero z for each tensor, from the range that was measured for it (:mod:`core.networks.ranges`), and a
step for each output channel of the weights.  What follows a ReLU is never negative, so that all 256 levels are used;
from one convolution to the next the features stay bytes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..errors import WeightsError
from .fused import Convolution, FusedConv, FusedResidual

LEVELS = 255
_WEIGHT_LEVELS = 127

_LEAST_RANGE = 1e-6
"""What spans less is taken for nothing."""

CONVOLUTION: Any = getattr(torch.ops.onednn, "qconv2d_pointwise", None)
"""oneDNN's convolution of bytes, with a sum and a ReLU; None in builds of torch without it."""

_PREPACK: Any = getattr(torch.ops.onednn, "qconv_prepack", None)


def can_quantise() -> bool:
    """Whether this build of torch has oneDNN's convolutions of bytes."""
    return CONVOLUTION is not None and _PREPACK is not None and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]


class Scale(NamedTuple):
    """x = step · (q − zero) for a byte q."""

    step: float
    zero: int = 0

    @staticmethod
    def over(low: float, high: float) -> Scale:
        """That of the values from ``low`` to ``high``, and of zero, which is exact: borders are padded with it."""
        low, high = min(low, 0.0), max(high, 0.0)
        step = (high - low) / LEVELS if high - low > _LEAST_RANGE else 1.0
        return Scale(step, round(-low / step))

    def bytes_of(self, x: Tensor) -> Tensor:
        """Floats as uint8; what is out of range takes the nearest that is in it."""
        return (x * (1 / self.step)).add_(self.zero + 0.5).clamp_(0, LEVELS).to(torch.uint8)


class QuantisedConv(Convolution):
    """A :class:`FusedConv` in 8 bits.  Takes bytes, or floats that it makes bytes of; gives bytes or floats.

    ``taken``, ``given``  scales of what goes in and comes out; ``given`` None = float32 comes out.
    ``beside``            that of a residual of bytes.
    """

    weight: Tensor
    steps: Tensor
    zeros: Tensor
    bias: Tensor | None

    def __init__(self, conv: FusedConv, taken: Scale, given: Scale | None) -> None:
        """``conv`` in float32, not packed."""
        super().__init__()
        self.relu, self.stride, self.padding = conv.relu, conv.stride, conv.padding
        self.taken, self.given = taken, given
        self.beside = Scale(1.0)
        largest = conv.weight.abs().amax((1, 2, 3)).clamp(min=1e-12)
        levels = conv.weight * (_WEIGHT_LEVELS / largest)[:, None, None, None]
        self.register_buffer("weight", levels.round().to(torch.int8).contiguous(), persistent=False)
        self.register_buffer("steps", largest / _WEIGHT_LEVELS, persistent=False)
        self.register_buffer("zeros", torch.zeros(len(largest), dtype=torch.int32), persistent=False)
        self.register_buffer("bias", conv.bias, persistent=False)
        self.packed: Tensor | None = None

    def pack(self, side: int) -> None:
        shape = [1, self.weight.shape[1], side, side]
        where = self.stride, self.padding, [1, 1], 1, shape
        self.packed = _PREPACK(self.weight, self.steps, *self.taken, *where)

    def forward(self, x: Tensor, residual: Tensor | None = None) -> Tensor:
        """``residual``, which is written over, of float32 where floats come out, else of bytes."""
        if self.packed is None:
            raise RuntimeError("pack() comes first.")
        x = x if x.dtype == torch.uint8 else self.taken.bytes_of(x)
        scale, dtype = (Scale(1.0), torch.float32) if self.given is None else (self.given, torch.uint8)
        weights = self.packed, self.steps, self.zeros
        where = self.bias, self.stride, self.padding, [1, 1], 1, *scale, dtype
        unary = "relu" if self.relu else "none"
        if residual is None:
            return CONVOLUTION(x, *self.taken, *weights, *where, unary, [], "")  # type: ignore[no-any-return]
        beside = self.beside if residual.dtype == torch.uint8 else Scale(1.0)
        return CONVOLUTION.binary(  # type: ignore[no-any-return]
            x, *self.taken, *weights, residual, *where, *beside, "sum", 1.0, unary, [], ""
        )

    def scale(self, factor: float) -> None:
        self.steps *= factor
        self.bias = None if self.bias is None else self.bias * factor


def quantise(net: nn.Module, ranges: Tensor, kept: Collection[nn.Module], floats: Collection[nn.Module]) -> None:
    """Put a :class:`QuantisedConv` in the place of each :class:`FusedConv` in ``net``, which are float32, not packed.

    ``ranges``  K×3 float32, of each of the K convolutions in the order of ``net.modules()``: least and greatest of what
    goes in, greatest of what comes out.
    ``kept``    those that shall stay as they are;  ``floats``  those that shall give floats.

    Raises WeightsError for ranges of another network.
    """
    names = [name for name, module in net.named_modules() if isinstance(module, FusedConv)]
    if ranges.shape != (len(names), 3) or not bool(torch.isfinite(ranges).all()):
        raise WeightsError(
            "The ranges in the weights are not those of this network; measure them again with core.training.ranges."
        )
    for name, (low, high, out) in zip(names, ranges.tolist(), strict=True):
        conv = net.get_submodule(name)
        assert isinstance(conv, FusedConv)
        if any(conv is each for each in kept):
            continue
        given = None if any(conv is each for each in floats) else Scale.over(0.0, out)
        parent, _, child = name.rpartition(".")
        setattr(net.get_submodule(parent), child, QuantisedConv(conv, Scale.over(low, high), given))
    for module in net.modules():
        if isinstance(module, FusedResidual) and isinstance(module.second, QuantisedConv):
            module.second.beside = module.first.taken
