"""Small nets of one shape as one net of several times the channels, in groups that know nothing of each other.

Each of them takes less time to compute than its layers take to be called: together they are called once.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import ResidualBlock, SameConv2d


def side_by_side(nets: Sequence[nn.Module]) -> nn.Module:
    """One net that does to the k-th group of its input's channels what the k-th of ``nets`` does to its input.

    All have the same layers (convolutions, PReLU, ResidualBlock, Sequential).  Where they differ in their number of
    outputs, each is filled up with zeros to the most.  Raises ValueError for another layer.
    """
    first = nets[0]
    if isinstance(first, nn.Sequential):
        return nn.Sequential(*(side_by_side(layers) for layers in zip(*nets, strict=True)))
    if isinstance(first, ResidualBlock):
        return _blocks([net for net in nets if isinstance(net, ResidualBlock)])
    if isinstance(first, nn.PReLU):
        return _slopes([net for net in nets if isinstance(net, nn.PReLU)])
    if isinstance(first, nn.Conv2d):
        return _convolutions([net for net in nets if isinstance(net, nn.Conv2d)])
    raise ValueError(f"{type(first).__name__} layers cannot be put side by side.")


def _slopes(acts: Sequence[nn.PReLU]) -> nn.PReLU:
    joined = nn.PReLU(sum(act.weight.numel() for act in acts))
    joined.weight = nn.Parameter(torch.cat([act.weight.detach() for act in acts]))
    return joined


def _blocks(blocks: Sequence[ResidualBlock]) -> ResidualBlock:
    first, count = blocks[0].pointwise, len(blocks)
    act = side_by_side([block.act for block in blocks])
    joined = ResidualBlock(count * first.in_channels, count * first.out_channels, blocks[0].stride, act, count)
    joined.depthwise.load_state_dict(_joined([block.depthwise for block in blocks]))
    joined.pointwise.load_state_dict(_joined([block.pointwise for block in blocks]))
    return joined


def _convolutions(convs: Sequence[nn.Conv2d]) -> nn.Conv2d:
    first, state = convs[0], _joined(convs)
    outputs, groups = state["weight"].shape[0], len(convs) * first.groups
    size = first.kernel_size[0]
    if isinstance(first, SameConv2d):
        joined: nn.Conv2d = SameConv2d(len(convs) * first.in_channels, outputs, size, first.stride[0], groups)
    else:
        joined = nn.Conv2d(len(convs) * first.in_channels, outputs, size, first.stride, first.padding, groups=groups)  # type: ignore[arg-type]
    joined.load_state_dict(state)
    return joined


def _joined(convs: Sequence[nn.Conv2d]) -> dict[str, Tensor]:
    """Weights and biases over each other, each filled up to the most outputs."""
    most = max(conv.out_channels for conv in convs)
    weights, biases = [], []
    for conv in convs:
        assert conv.bias is not None
        missing = most - conv.out_channels
        weights.append(F.pad(conv.weight.detach(), (0, 0, 0, 0, 0, 0, 0, missing)))
        biases.append(F.pad(conv.bias.detach(), (0, missing)))
    return {"weight": torch.cat(weights), "bias": torch.cat(biases)}
