"""The fit: 478 landmarks → c = (c_i, c_e, p).

Damped Gauss–Newton on the posed morphable model (Eq. 1 under weak perspective), all unknowns at once, with a Gaussian
prior on c_i and c_e and the box 0 ≤ c_e ≤ 1.3 kept by an active set.  Several images of one person share c_i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from ..face_model.model import FaceModel
from ..types import Coefficients, Float
from .pose import FLIP, compose

Array = NDArray[np.float64]

# Outline of the face in the 478-point topology: where a turned cheek hides it the net slides along the silhouette.
CONTOUR = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]  # fmt: skip
FOREHEAD_TOP, CHIN = 10, 152

MAX_EXPRESSION = 1.3


@dataclass(frozen=True)
class FitConfig:
    """Numbers of the fit.  Errors count in face heights, so that they do not depend on the resolution."""

    iterations: int = 7
    """Gauss–Newton steps."""
    contour_weight: float = 0.35
    """Weight of a landmark on the face outline; the others have 1."""
    depth_weight: float = 0.15
    """Weight of a landmark's z, which the net only guesses."""
    noise: float = 0.02
    """Standard deviation of a landmark in face heights; larger trusts the priors more."""
    identity_sigma: float = 1.0
    """Prior standard deviation of c_i."""
    expression_sigma: float = 0.35
    """Prior standard deviation of c_e."""
    sparsity: float = 0.5
    """Slope of the prior that prefers few active units (c_e ≥ 0, so the 1-norm is linear)."""
    gaze_sigma: float = 1.5
    """Prior standard deviation of the eyeLook units, which few landmarks see: the irises must win."""


def face_height(landmarks: Float) -> float:
    """Distance from the top of the forehead to the chin in pixels, z included, so that pitch does not change it."""
    return float(np.linalg.norm(landmarks[FOREHEAD_TOP] - landmarks[CHIN]))


def procrustes(model: Array, points: Array, weights: Array) -> tuple[float, Array, Array]:
    """The similarity (s, R, t) that best maps ``model`` (k×3) to ``points`` (k×3) in least squares."""
    total = weights.sum()
    model_mean = weights @ model / total
    target_mean = weights @ points / total
    a, b = model - model_mean, points - target_mean
    u, singular, vt = np.linalg.svd(b.T @ (weights[:, None] * a))
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ (sign[:, None] * vt)
    scale = float((singular * sign).sum() / (weights @ (a * a).sum(axis=1)))
    return scale, rotation, target_mean - scale * rotation @ model_mean


class Fitter:
    """Fits one face model to landmarks.  Holds the model's landmark basis; cheap to call, safe between threads."""

    def __init__(self, model: FaceModel, config: FitConfig | None = None) -> None:
        self.config = config or FitConfig()
        mean, identity, expression = model.landmark_basis()
        self._mean = mean.astype(np.float64)
        self._identity = identity.astype(np.float64)
        self._expression = expression.astype(np.float64)
        weights = np.ones(len(mean))
        weights[CONTOUR] = self.config.contour_weight
        self._weights = weights
        # The net's errors at neighbouring points are alike: 478 landmarks say about as much as 50 independent ones.
        noise = self.config.noise * np.sqrt(len(weights) / 50.0)
        self._roots = np.sqrt(weights)[:, None] * np.array([1.0, 1.0, self.config.depth_weight]) / noise
        gaze = np.array([name.startswith("eyeLook") for name in model.expression_names])
        sigma = np.where(gaze, self.config.gaze_sigma, self.config.expression_sigma)
        self._expression_precision = sigma**-2.0
        self._sparsity = np.where(gaze, 0.0, self.config.sparsity)

    def fit(self, landmarks: Float, identity: Float | None = None) -> Coefficients:
        """One face: ``landmarks`` (478, 3) float32 in pixels, z in the same scale, negative towards the camera.

        With ``identity`` given, c_i is kept and only expression and pose are found (the next frames of a video).
        """
        return self._solve([landmarks], identity)[0]

    def fit_together(self, landmarks: Sequence[Float]) -> list[Coefficients]:
        """Several images of one person: c_i is shared, each image has its own c_e and p."""
        return self._solve(list(landmarks), None)

    def _solve(self, landmarks: list[Float], fixed: Float | None) -> list[Coefficients]:
        n_i = len(self._identity)
        c_i = np.zeros(n_i) if fixed is None else fixed.astype(np.float64)
        views = [_View(self, points) for points in landmarks]
        free_identity = n_i if fixed is None else 0
        for _ in range(self.config.iterations):
            blocks = [view.linearise(self, c_i, free_identity) for view in views]
            c_i, expressions, moves = self._step(c_i, views, blocks, free_identity)
            for view, expression, move in zip(views, expressions, moves):
                view.expression = expression
                view.move(move)
        identity = c_i.astype(np.float32)
        return [Coefficients(identity, v.expression.astype(np.float32), v.pose()) for v in views]

    def _step(
        self, c_i: Array, views: list[_View], blocks: list[tuple[Array, Array]], n_i: int
    ) -> tuple[Array, list[Array], list[Array]]:
        """Minimise the quadratic model over (c_i, c_e of each view within its box, six pose moves of each view)."""
        n_e = len(self._expression)
        local = n_e + 6
        size = n_i + local * len(views)
        hessian, gradient = np.zeros((size, size)), np.zeros(size)
        lower, upper = np.full(size, -np.inf), np.full(size, np.inf)
        hessian[range(n_i), range(n_i)] += self.config.identity_sigma**-2.0
        for k, (h, g) in enumerate(blocks):
            at = n_i + k * local
            index = np.r_[0:n_i, at : at + local]
            hessian[np.ix_(index, index)] += h
            gradient[index] += g
            unit = np.arange(at, at + n_e)
            hessian[unit, unit] += self._expression_precision
            gradient[unit] -= self._sparsity
            lower[unit], upper[unit] = 0.0, MAX_EXPRESSION
        solution = solve_in_box(hessian, gradient, lower, upper)
        parts = [solution[n_i + k * local : n_i + (k + 1) * local] for k in range(len(views))]
        return (solution[:n_i] if n_i else c_i), [p[:n_e] for p in parts], [p[n_e:] for p in parts]


class _View:
    """One image in the fit: its landmarks and its current expression and pose, in the flipped frame (y up)."""

    def __init__(self, fitter: Fitter, landmarks: Float) -> None:
        self.height = max(face_height(landmarks), 1e-3)
        self.points = landmarks.astype(np.float64) @ FLIP
        self.expression = np.zeros(len(fitter._expression))
        self.scale, self.rotation, self.translation = procrustes(fitter._mean, self.points, fitter._weights)

    def linearise(self, fitter: Fitter, c_i: Array, n_i: int) -> tuple[Array, Array]:
        """Normal equations of this view in (c_i [if free], c_e, rotation 3, log scale, t_x, t_y), absolute in c."""
        shape = fitter._mean + np.tensordot(c_i, fitter._identity, 1)
        shape += np.tensordot(self.expression, fitter._expression, 1)
        affine = self.scale * self.rotation
        posed = shape @ affine.T
        basis = np.concatenate([fitter._identity[:n_i], fitter._expression]) @ affine.T
        turn = np.cross(np.eye(3)[:, None, :], posed)
        shift = np.zeros((2, *posed.shape))
        shift[0, :, 0] = shift[1, :, 1] = 1.0
        jacobian = np.concatenate([basis, turn, posed[None], shift])
        residual = self.points - posed - self.translation
        # The net's z has no absolute origin: only its variation counts.
        share = fitter._weights / fitter._weights.sum()
        residual[:, 2] -= share @ residual[:, 2]
        jacobian[..., 2] -= (jacobian[..., 2] @ share)[:, None]
        root = fitter._roots / self.height
        rows = (jacobian * root).reshape(len(jacobian), -1)
        known = np.concatenate([c_i[:n_i], self.expression, np.zeros(6)])
        target = (residual * root).ravel() + known @ rows
        return rows @ rows.T, rows @ target

    def move(self, step: Array) -> None:
        """Apply a small rotation, a log scale and a shift."""
        self.rotation = Rotation.from_rotvec(step[:3]).as_matrix() @ self.rotation
        self.scale *= float(np.exp(np.clip(step[3], -0.5, 0.5)))
        self.translation = self.translation + np.array([step[4], step[5], 0.0])

    def pose(self) -> Float:
        """p (12,) with t_z = 0: weak perspective has no depth of the whole."""
        return compose(self.scale, self.rotation, FLIP @ (self.translation * np.array([1.0, 1.0, 0.0])))


def solve_in_box(hessian: Array, gradient: Array, lower: Array, upper: Array, rounds: int = 12) -> Array:
    """argmin ½xᵀHx − gᵀx in lower ≤ x ≤ upper, H positive definite: fix what leaves the box, free what wants back."""
    fixed_low = np.zeros(len(gradient), bool)
    fixed_high = np.zeros(len(gradient), bool)
    x = np.zeros_like(gradient)
    for _ in range(rounds):
        free = ~(fixed_low | fixed_high)
        x = np.where(fixed_low, lower, np.where(fixed_high, upper, 0.0))
        rest = gradient[free] - hessian[np.ix_(free, ~free)] @ x[~free]
        x[free] = np.linalg.solve(hessian[np.ix_(free, free)], rest)
        slope = hessian @ x - gradient
        low = (free & (x < lower)) | (fixed_low & (slope > 0))
        high = (free & (x > upper)) | (fixed_high & (slope < 0))
        if np.array_equal(low, fixed_low) and np.array_equal(high, fixed_high):
            break
        fixed_low, fixed_high = low, high
    return np.clip(x, lower, upper)
