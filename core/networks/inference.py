"""Trained networks made ready for use."""

from __future__ import annotations

import torch
from torch import nn

from .blocks import folded
from .interface import Generator
from .live import LiveGenerator
from .live_inference import LiveInference


def for_inference(net: Generator, dtype: torch.dtype, in_bytes: bool = False) -> Generator:
    """A copy on the CPU that gives the same pictures, in eval mode, with convolutions in ``dtype``, or ``in_bytes``
    where it is known between what values its features lie.

    Norms are folded where they can be.  Any other net than :class:`LiveInference` is to be run under autocast: its
    convolutions hold their weights in ``dtype`` already, and with the channels last, which is how they are fastest.
    """
    if isinstance(net, LiveGenerator) and net.config.norm != "group":
        return LiveInference(net, dtype, net.ranges if in_bytes else None)
    net = folded(net)
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            module.to(dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return net
