"""A source picture in the two layers of :mod:`core.geometry.layers`, ready to be moved."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ..geometry.warp import warp_tensor
from .folding import channels_first, channels_last


class Layers(NamedTuple):
    """A source picture at some side S, the same for whatever drives it: ``source`` and ``background`` N×3×S×S,
    ``person`` N×1×S×S where it shows the person, ``light`` N×4×S×S the person's own light and again the mask."""

    source: Tensor
    person: Tensor
    background: Tensor
    light: Tensor

    @staticmethod
    def of(source: Tensor, person: Tensor, background: Tensor) -> Layers:
        """With the light of :func:`core.geometry.layers.own_light`."""
        return Layers(source, person, background, torch.cat([source - (1 - person) * background, person], dim=1))

    def moved(self, flow: Tensor, fade: Tensor) -> tuple[Tensor, Tensor]:
        """As :meth:`LiveGenerator._layered`, without what is hidden; flow, fade and result have their channels last."""
        both = channels_last(warp_tensor(self.light, channels_first(flow)))
        gone = 1 - both[..., 3:]
        return both[..., :3] + gone * channels_last(self.background), 1 - fade * gone
