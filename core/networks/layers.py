"""A source picture in the two layers of :mod:`core.geometry.layers`, ready to be moved."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from ..geometry.halves import tensor_with_halves, warp_last_halves, with_halves
from ..geometry.one_by_one import one_by_one
from ..geometry.planes import repeated
from ..types import Float
from .folding import channels_first, channels_last


class Layers(NamedTuple):
    """A source picture at some side S, the same for whatever drives it: ``source`` and ``background`` N×3×S×S,
    ``person`` N×1×S×S where it shows the person; with the channels last, ``behind`` N×S×S×3, before which the person
    moves (the background again, until :func:`core.networks.whole_head.before_back` puts the back of a head on it), and,
    with half pixels (:mod:`core.geometry.halves`), ``picture`` N×2S×2S×4, the source again and the mask, and ``light``
    N×2S×2S×4, the person's own light and the mask."""

    source: Tensor
    person: Tensor
    background: Tensor
    picture: Tensor
    behind: Tensor
    light: Tensor

    @staticmethod
    def of(source: Tensor, person: Tensor, background: Tensor) -> Layers:
        """With the light of :func:`core.geometry.layers.own_light`."""
        own = torch.cat([source - (1 - person) * background, person], dim=1)
        picture = torch.cat([source, person], dim=1)
        picture, light = (_with_halves(channels_last(each)) for each in (picture, own))
        return Layers(source, person, background, picture, channels_last(background).contiguous(), light)

    def moved(self, flow: Tensor, fade: Tensor) -> tuple[Tensor, Tensor]:
        """As :meth:`LiveGenerator._moved`; flow, fade and result have their channels last."""
        both = warp_last_halves(self.light, flow)
        gone = 1 - both[..., 3:]
        on_cpu = both.device.type == "cpu"
        image = one_by_one(_over, both, gone, self.behind) if on_cpu else both[..., :3] + gone * self.behind
        return image, (1 - fade * gone).clamp(0, 1)

    def brought(self, flow: Tensor) -> Tensor:
        """N×S×S×4: the source and the mask where ``flow`` N×S×S×2 leads."""
        return warp_last_halves(self.picture, flow)


def _with_halves(pictures: Tensor) -> Tensor:
    """N×S×S×C → N×2S×2S×C."""
    if pictures.device.type != "cpu":
        return channels_last(tensor_with_halves(channels_first(pictures))).contiguous()
    return one_by_one(with_halves, pictures)


def _over(both: Float, gone: Float, behind: Float) -> Float:
    """S×S×3: the light of ``both`` S×S×4, and what is ``behind`` where the person is ``gone``, S×S×1."""
    light = cv2.cvtColor(both, cv2.COLOR_RGBA2RGB)
    return np.asarray(light + repeated(gone[..., 0], 3) * behind, np.float32)
