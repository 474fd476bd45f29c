"""A critic that judges a frozen network's features instead of pixels ("Projected GANs", Sauer et al. 2021).

    L_D = Σ_l E[max(0, 1 − D_l(F_l(I_d)))] + E[max(0, 1 + D_l(F_l(Î_d)))],    L_G = −Σ_l E[D_l(F_l(Î_d))]

F_l are the features of the perceptual loss, so that they are computed once; every D_l is a few layers, whose spectral
norms bound its slope.  A thousand photos teach a critic of pixels little but the photos themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

WIDTH = 48
"""Channels of a head."""


class FeatureCritic(nn.Module):
    """One head for each feature map; ``widths`` are their channels, from the finest, each with half the side of the
    one before.  All heads score patches of the same grid, that of the coarsest map, and count alike."""

    def __init__(self, widths: Sequence[int], width: int = WIDTH) -> None:
        super().__init__()
        last = len(widths) - 1
        self.heads = nn.ModuleList(_Head(channels, width, last - level) for level, channels in enumerate(widths))

    def forward(self, features: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Maps N×C_l×h_l×w_l → scores N×L×h×w, unbounded, higher = more real, and what each head sees last."""
        with torch.autocast(features[0].device.type, enabled=False):
            found = [head(each.float()) for head, each in zip(self.heads, features, strict=True)]
        return torch.cat([score for score, _ in found], dim=1), [seen for _, seen in found]


class _Head(nn.Module):
    """A convolution, ``halvings`` with stride 2 and one score for each patch."""

    def __init__(self, channels: int, width: int, halvings: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [spectral_norm(nn.Conv2d(channels, width, 1)), nn.LeakyReLU(0.2)]
        for _ in range(halvings):
            layers += [spectral_norm(nn.Conv2d(width, width, 4, stride=2, padding=1)), nn.LeakyReLU(0.2)]
        layers += [spectral_norm(nn.Conv2d(width, width, 3, padding=1)), nn.LeakyReLU(0.2)]
        self.trunk = nn.Sequential(*layers)
        self.score = spectral_norm(nn.Conv2d(width, 1, 3, padding=1))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.trunk(features)
        return self.score(seen), seen


def hinge_loss(real: Tensor, fake: Tensor) -> Tensor:
    """L_D from scores of targets and outputs, the mean over heads and patches."""
    return functional.relu(1 - real).mean() + functional.relu(1 + fake).mean()
