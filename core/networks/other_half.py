"""What comes from the other half of a turned head (:mod:`core.geometry.other_side`), in the light of this one.

Faces are symmetrical, light is not: a cheek that is taken from the shaded side would be dark on the lit one.  Where a
picture shows both halves, their ratio is known; continued smoothly it is the factor for the rest:

    f = G(k · own) / G(k · other),

k in [0, 1] where both are known and G a Gaussian, on means over squares of R/32 pixels and all colours.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..geometry.alike import LEAST, MOST, SPREAD, SQUARES

_EVERYWHERE = 1e-3
"""Weight of the mean over the whole picture, for places far from all that is known."""


def squares(pictures: Tensor) -> Tensor:
    """N×C×S×S → N×C×32×32: means."""
    return functional.avg_pool2d(pictures, pictures.shape[-1] // SQUARES)


def light(own: Tensor, other: Tensor, known: Tensor) -> Tensor:
    """N×1×32×32: the factor f of two pictures where ``known`` says; :func:`squares` of N×3×S×S and N×1×S×S."""
    mine, its = (_spread(known * each.mean(1, keepdim=True)) for each in (own, other))
    return ((mine + _EVERYWHERE / 255) / (its + _EVERYWHERE / 255)).clamp(LEAST, MOST)


def _spread(values: Tensor) -> Tensor:
    """G of N×1×32×32, and a little of its mean."""
    reach = math.ceil(3 * SPREAD)
    at = torch.arange(-reach, reach + 1, dtype=values.dtype, device=values.device)
    bell = torch.exp(-at.square() / (2 * SPREAD**2))
    bell = bell / bell.sum()
    with torch.autocast(values.device.type, enabled=False):
        wide = functional.conv2d(values, bell.view(1, 1, 1, -1), padding=(0, reach))
        wide = functional.conv2d(wide, bell.view(1, 1, -1, 1), padding=(reach, 0))
    return wide + _EVERYWHERE * values.mean((2, 3), keepdim=True)
