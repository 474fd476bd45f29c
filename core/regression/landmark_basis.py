"""The morphable model at the landmarks, centred and with its Gram matrices: what a fit needs again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..face_model.model import FaceModel

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LandmarkBasis:
    """``weights`` (l,) of the landmarks; all else is about their weighted centre.

    ``mean``        l×3, decimetres.
    ``rows``        (k+e)×3l, the identity and expression bases.
    ``n_identity``  k.
    ``centres``     (1+k+e)×3, the weighted centres that were taken off mean and rows.
    ``grams``       3×3×(k+e)×(k+e): Σ_l w_l B_la B_lbᵀ for the axes a, b.
    """

    weights: Array
    mean: Array
    rows: Array
    n_identity: int
    centres: Array
    grams: Array

    @classmethod
    def of(cls, model: FaceModel, weights: Array, offsets: Array | None = None) -> LandmarkBasis:
        """``offsets`` l×3, decimetres: where the net sees each landmark, seen from its place on the model."""
        mean, identity, expression = (part.astype(np.float64) for part in model.landmark_basis())
        if offsets is not None:
            mean = mean + offsets
        everything = np.concatenate([mean[None], identity, expression])
        centres = np.einsum("l,kld->kd", weights / weights.sum(), everything)
        everything -= centres[:, None]
        basis = everything[1:]
        grams = np.einsum("l,ila,jlb->abij", weights, basis, basis, optimize=True)
        return cls(weights, everything[0], basis.reshape(len(basis), -1), len(identity), centres, grams)

    @property
    def n_expression(self) -> int:
        return len(self.rows) - self.n_identity

    @property
    def n_landmarks(self) -> int:
        return len(self.mean)

    def centre(self, points: Array) -> Array:
        """Weighted centre (3,) of l×3 points."""
        return np.asarray(self.weights @ points / self.weights.sum())

    def shape(self, identity: Array, expression: Array) -> Array:
        """Centred landmarks l×3 of Eq. 1."""
        return self.mean + (np.concatenate([identity, expression]) @ self.rows).reshape(-1, 3)

    def offset(self, identity: Array, expression: Array) -> Array:
        """The weighted centre (3,) of the landmarks, which :meth:`shape` leaves out."""
        return np.asarray(self.centres[0] + np.concatenate([identity, expression]) @ self.centres[1:])

    def gram(self, metric: Array) -> Array:
        """Σ_l w_l B_l M B_lᵀ, (k+e)×(k+e), for a 3×3 metric M."""
        return np.asarray(np.tensordot(metric, self.grams, 2))
