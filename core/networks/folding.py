"""Channels last or first, and blocks of FOLD×FOLD pixels folded into channels; views wherever one is possible."""

from __future__ import annotations

from torch import Tensor

FOLD = 4
"""Pixels along each side that become channels."""


def channels_last(x: Tensor) -> Tensor:
    """N×C×H×W → N×H×W×C, a view."""
    return x.permute(0, 2, 3, 1)


def channels_first(x: Tensor) -> Tensor:
    """N×H×W×C → N×C×H×W, a view."""
    return x.permute(0, 3, 1, 2)


def fold(x: Tensor) -> Tensor:
    """N×R×R×C → N×R/4×R/4×16C, channels in the order (row, column, C)."""
    count, height, width, channels = x.shape
    blocks = x.reshape(count, height // FOLD, FOLD, width // FOLD, FOLD * channels).transpose(2, 3)
    return blocks.reshape(count, height // FOLD, width // FOLD, FOLD * FOLD * channels)


def unfold(x: Tensor, channels: int) -> Tensor:
    """The inverse: N×h×w×16C → N×4h×4w×C."""
    count, height, width, _ = x.shape
    blocks = x.view(count, height, width, FOLD, FOLD * channels).transpose(2, 3)
    return blocks.reshape(count, height * FOLD, width * FOLD, channels)
