"""What OpenCV does with one picture, for a batch of tensors on a CPU."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..types import Float


def one_by_one(function: Callable[..., Float], *batches: Tensor) -> Tensor:
    """``function`` of the first of each batch, of the second, …; batches of N or 1, channels last, no gradient."""
    count = max(len(each) for each in batches)
    arrays = [each.expand(count, *each.shape[1:]).contiguous().numpy() for each in batches]
    found = [torch.from_numpy(function(*each)) for each in zip(*arrays, strict=True)]
    return found[0][None] if count == 1 else torch.stack(found)
