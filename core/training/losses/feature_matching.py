"""Feature matching loss (Eq. 7).

    L_FM = Σ_{i=1}^T 1/N_i ‖D^i(I_d) − D^i(Î_d)‖₁

with N_i the number of elements of layer i: the mean absolute difference of each layer, summed over the layers.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def feature_matching(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Features of the discriminator's layers for the target and the output; the target's carry no gradient."""
    if len(real) != len(fake) or not real:
        raise ValueError("The features of target and output must be equally many, and at least one.")
    return torch.stack([(f - r.detach()).abs().mean() for r, f in zip(real, fake, strict=True)]).sum()
