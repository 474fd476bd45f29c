"""Hand a TFLite graph's weights, in the order of its data flow, to the layers of a torch module, in theirs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from .tflite import Model, Op, Operator


def state_dict(model: Model, outputs: tuple[str, ...], net: nn.Module) -> dict[str, Tensor]:
    """Half-precision state dict of ``net`` from ``model``.

    ``outputs`` in the order in which ``net`` registers what computes them.  Raises ValueError where the two graphs
    differ: kind or shape of a layer, or their number.
    """
    layers = [(name, m) for name, m in net.named_modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d | nn.PReLU)]
    operators = model.weighted_operators(outputs)
    if len(layers) != len(operators):
        raise ValueError(f"the model has {len(operators)} layers with weights, the network {len(layers)}")
    tensors: dict[str, Tensor] = {}
    for (name, layer), op in zip(layers, operators, strict=True):
        for key, value in _parameters(model, op, layer):
            expected = dict(layer.named_parameters())[key]
            if value.shape != expected.shape:
                raise ValueError(f"{name}.{key} is {tuple(value.shape)} in the model, {tuple(expected.shape)} here")
            tensors[f"{name}.{key}"] = value
    return tensors


def _parameters(model: Model, op: Operator, layer: nn.Module) -> Iterator[tuple[str, Tensor]]:
    if isinstance(layer, nn.PReLU):
        _check(op, Op.PRELU)
        yield "weight", _half(model, op.inputs[1]).flatten()
        return
    if isinstance(layer, nn.ConvTranspose2d):
        _check(op, Op.CUSTOM)
        yield "weight", _half(model, op.inputs[1]).permute(3, 0, 1, 2).contiguous()  # (out, h, w, in) in TFLite
        yield "bias", _half(model, op.inputs[2])
        return
    grouped = isinstance(layer, nn.Conv2d) and layer.groups > 1
    _check(op, Op.DEPTHWISE_CONV_2D if grouped else Op.CONV_2D)
    # TFLite: (1, h, w, channels) depthwise, (out, h, w, in) dense.
    yield "weight", _half(model, op.inputs[1]).permute((3, 0, 1, 2) if grouped else (0, 3, 1, 2)).contiguous()
    yield "bias", _half(model, op.inputs[2])


def _check(op: Operator, expected: Op) -> None:
    if op.code != expected:
        raise ValueError(f"operator {op.code} where {expected.name} was expected")


def _half(model: Model, tensor: int) -> Tensor:
    return torch.from_numpy(model.constant(tensor).astype(np.float16))
