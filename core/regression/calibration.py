"""What the fit learned from training people: where the net sees the landmarks, and what people differ in.

Offsets.  The landmarks' places on the model were found on renders of it; on photos the net sees some of them elsewhere
(brows are hair, not shape).  The mean difference on faces at rest is added to the model's landmarks.

Identity.  A fit of one photo gives c_i + noise: a smile or a turned head leaks into the shape.  Between people c_i has
mean μ and covariance Σ_b; photos of one person scatter by Σ_w.  The best linear guess is

    E[c_i | raw] = μ + Σ_b (Σ_b + Σ_w / K)⁻¹ (raw − μ)        for K photos fitted together

which keeps what separates people and drops what separates photos.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..weights import load_weights, of_another

Array = NDArray[np.float64]

WEIGHTS_NAME = "fit_calibration"


@dataclass(frozen=True, eq=False)
class IdentityPrior:
    """``mean`` (k,), ``between`` k×k and ``within`` k×k, of raw c_i in standard deviations of the basis."""

    mean: Array
    between: Array
    within: Array

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

    def clean(self, raw: Array, photos: float) -> Array:
        """E[c_i | raw] for a raw c_i (k,) that ``photos`` were fitted together for (the sum of their weights)."""
        total = self.between + self.within / photos
        return np.asarray(self.mean + self.between @ np.linalg.solve(total, raw - self.mean))


@dataclass(frozen=True, eq=False)
class Calibration:
    """``offsets`` (478, 3) decimetres in the model frame; ``identity`` None = take c_i as it is."""

    offsets: Array
    identity: IdentityPrior | None

    @classmethod
    def load(cls) -> Calibration:
        """The shipped one, for the shipped face model.  Raises WeightsError if it is missing or damaged."""
        tensors = {name: tensor.numpy().astype(np.float64) for name, tensor in load_weights(WEIGHTS_NAME).items()}
        try:
            return cls(tensors.pop("offsets"), IdentityPrior(**tensors))
        except (KeyError, TypeError) as error:
            raise of_another(WEIGHTS_NAME) from error

    def tensors(self) -> dict[str, torch.Tensor]:
        """For :func:`core.weights.save_weights`."""
        parts = {"offsets": self.offsets, **(vars(self.identity) if self.identity else {})}
        return {name: torch.from_numpy(part.astype(np.float32)) for name, part in parts.items()}
