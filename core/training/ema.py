"""Exponential moving average of a network's weights; its buffers (batch statistics) are taken as they are."""

from __future__ import annotations

import copy

import torch

from ..networks import Generator


class Ema:
    """``network`` is the averaged copy, in evaluation mode."""

    def __init__(self, network: Generator, decay: float) -> None:
        self.network = copy.deepcopy(network)
        self.network.eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, network: Generator, step: int) -> None:
        """ema ← d·ema + (1 − d)·w, with d rising from 0.1 so that the start is soon forgotten."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for averaged, current in zip(self.network.parameters(), network.parameters(), strict=True):
            averaged.lerp_(current, 1 - decay)
        now = network.state_dict()
        for name, mine in self.network.named_buffers():
            if name in now:  # the others never change
                mine.copy_(now[name])
