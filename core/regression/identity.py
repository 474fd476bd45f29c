"""What people differ in, and what a single photo gets wrong about it.

A fit of one photo gives c_i + noise: a smile or a turned head leaks into the shape.  Between people c_i has mean μ and
covariance Σ_b; photos of one person scatter by Σ_w.  Both were measured on training people.  The best linear guess is

    E[c_i | raw] = μ + Σ_b (Σ_b + Σ_w / K)⁻¹ (raw − μ)        for K photos fitted together

which keeps what separates people and drops what separates photos.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..weights import load_weights

Array = NDArray[np.float64]

WEIGHTS_NAME = "identity_prior"


@dataclass(frozen=True, eq=False)
class IdentityPrior:
    """``mean`` (k,), ``between`` k×k and ``within`` k×k, of raw c_i in standard deviations of the basis."""

    mean: Array
    between: Array
    within: Array

    @classmethod
    def load(cls) -> IdentityPrior:
        """The shipped one.  Raises WeightsError if it is missing or damaged."""
        tensors = load_weights(WEIGHTS_NAME)
        return cls(*(tensors[name].numpy().astype(np.float64) for name in ("mean", "between", "within")))

    @classmethod
    def measure(cls, people: list[Array], diagonal: float = 0.05) -> IdentityPrior:
        """From raw c_i of training people, one (photos, k) array each; people with one photo count for the total only.

        ``diagonal`` is how much of Σ_w is taken from its diagonal alone: few pairs say little about the rest.
        """
        centred = [p - p.mean(axis=0) for p in people if len(p) > 1]
        degrees = sum(len(p) - 1 for p in centred)
        scatter = np.concatenate(centred)
        within = scatter.T @ scatter / degrees
        within = (1 - diagonal) * within + diagonal * np.diag(np.diag(within))
        mean = np.mean([p.mean(axis=0) for p in people], axis=0)
        values, vectors = np.linalg.eigh(np.cov(np.concatenate(people).T) - within)
        between = (vectors * np.clip(values, 1e-4, None)) @ vectors.T
        return cls(mean, between, within)

    def tensors(self) -> dict[str, torch.Tensor]:
        """For :func:`core.weights.save_weights`."""
        parts = {"mean": self.mean, "between": self.between, "within": self.within}
        return {name: torch.from_numpy(part.astype(np.float32)) for name, part in parts.items()}

    def clean(self, raw: Array, photos: int) -> Array:
        """E[c_i | raw] for a raw c_i (k,) that ``photos`` were fitted together for."""
        total = self.between + self.within / photos
        return np.asarray(self.mean + self.between @ np.linalg.solve(total, raw - self.mean))
