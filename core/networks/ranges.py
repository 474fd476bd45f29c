"""Between what values a network's features lie: what convolutions of bytes need to know (:mod:`.quantised`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from .fused import FusedConv
from .interface import Generator, GeneratorInput


@torch.inference_mode()
def measured_ranges(net: Generator, inputs: Iterable[GeneratorInput]) -> Tensor:
    """K×3 float32 of the K :class:`FusedConv` in ``net``, in the order of its modules, over all ``inputs``: least and
    greatest of what goes in, greatest of what comes out."""
    found: list[list[float]] = []
    hooks = [each.register_forward_hook(_noting(found)) for each in net.modules() if isinstance(each, FusedConv)]
    try:
        for each in inputs:
            net(each)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.tensor(found)


def _noting(found: list[list[float]]) -> Any:
    row = [0.0, 0.0, 0.0]
    found.append(row)

    def note(module: nn.Module, taken: tuple[Tensor, ...], given: Tensor) -> None:
        row[0] = min(row[0], float(taken[0].min()))
        row[1], row[2] = max(row[1], float(taken[0].max())), max(row[2], float(given.max()))

    return note
