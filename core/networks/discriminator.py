"""The critic of WGAN-GP (paper 3.4.4), whose layers also give the features of the feature matching loss (Eq. 7)."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from .config import NetworkConfig


class Discriminator(nn.Module):
    """Strided convolutions and leaky ReLU; no normalisation over the batch, because the gradient penalty (Eq. 8) is one
    of each picture.  The score is the mean over the last map, so that every resolution has the same weights."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        widths = (3, *config.discriminator_widths)
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in pairwise(widths))
        self.score = nn.Conv2d(widths[-1], 1, 3, padding=1)

    def forward(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Picture N×3×R×R in [0, 1] → scores (N,), unbounded, higher = more real, and each layer's features."""
        x = 2 * image - 1
        features = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.score(x).float().mean(dim=(1, 2, 3)), features
