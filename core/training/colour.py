"""Colour jitter: one random change of exposure, contrast, saturation and white balance, the same for both pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..types import Float, Image

_LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True)
class ColourJitter:
    """Half-widths of uniform draws around "unchanged"."""

    brightness: float = 0.08
    contrast: float = 0.15
    saturation: float = 0.25
    balance: float = 0.05
    grey_share: float = 0.03
    """Share of pairs that lose all colour."""

    def draw(self, rng: np.random.Generator) -> tuple[Float, Float]:
        """A colour matrix 3×3 and an offset (3,), float32, for pictures in [0, 1]."""
        b, c, s = rng.uniform(-1, 1, 3) * (self.brightness, self.contrast, self.saturation)
        gains = 1 + rng.uniform(-1, 1, 3) * self.balance
        saturation = 0.0 if rng.random() < self.grey_share else 1 + s
        mix = saturation * np.eye(3) + (1 - saturation) * np.outer(np.ones(3), _LUMA)
        matrix = (1 + c) * mix * gains[:, None]
        return matrix.astype(np.float32), np.full(3, b - c / 2, np.float32)


def recoloured(image: Image, change: tuple[Float, Float]) -> Image:
    """H×W×3 uint8 after the colour matrix and offset."""
    matrix, offset = change
    changed = image.astype(np.float32) @ matrix.T + offset * 255
    return np.asarray(np.rint(np.clip(changed, 0, 255)), np.uint8)
