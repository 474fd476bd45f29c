"""The fit: 478 landmarks → c = (c_i, c_e, p).

Gauss–Newton on the posed morphable model (Eq. 1 under weak perspective), all unknowns at once, with a Gaussian prior
on c_i and c_e and the box 0 ≤ c_e ≤ 1.3 kept by an active set.  Several images of one person share c_i, each with the
weight it deserves (:mod:`core.regression.reliability`).  Then c_i is cleaned of what expressions leak into it
(:mod:`core.regression.calibration`) and c_e and p are found anew with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from ..face_model.landmarks import IRIS_LEFT, IRIS_RIGHT, LIDS_LEFT, LIDS_RIGHT, LIPS_INNER, N_LANDMARKS, OVAL
from ..face_model.model import FaceModel
from ..types import Coefficients, Float
from .box_solver import solve_in_box
from .calibration import Calibration
from .landmark_basis import LandmarkBasis
from .pose import FLIP, apply, compose
from .reliability import turn_of, variance, weights

Array = NDArray[np.float64]

FOREHEAD_TOP, CHIN = 10, 152

MAX_EXPRESSION = 1.3

MOVES = 4
"""Pose unknowns of a step: three of rotation, log scale.  The best translation follows from the rest."""


@dataclass(frozen=True)
class FitConfig:
    """Numbers of the fit.  Errors count in face heights, so that they do not depend on the resolution."""

    iterations: int = 7
    """Gauss–Newton steps with everything free."""
    refinements: int = 4
    """Steps with c_i fixed."""
    contour_weight: float = 0.35
    """Weight of a landmark on the face outline, which slides along a turned cheek; the others have 1."""
    lid_weight: float = 5.0
    """Weight of a landmark on the rim of a lid: a blink moves few points by little, and everybody sees it."""
    iris_weight: float = 4.0
    """Weight of an iris landmark: these ten points alone tell the gaze, which also moves the lids."""
    inner_lip_weight: float = 2.0
    """Weight of a landmark on the inner contour of the lips, which says how far the mouth is open."""
    depth_weight: float = 0.15
    """Weight of a landmark's z, which the net only guesses."""
    noise: float = 0.007
    """Standard deviation of a landmark in face heights; larger trusts the priors more."""
    independent: float = 50.0
    """Neighbouring landmarks err alike: all of them say as much as so many independent ones."""
    expression_sigma: float = 0.5
    """Prior standard deviation of c_e."""
    gaze_sigma: float = 0.5
    """The same of the eyeLook units."""
    sparsity: float = 0.2
    """Slope of the prior that prefers few active units (c_e ≥ 0, so the 1-norm is linear)."""


def landmark_weights(config: FitConfig) -> Array:
    """(478,) weights of the squared errors."""
    weights = np.ones(N_LANDMARKS)
    weights[[*OVAL]] = config.contour_weight
    weights[[*LIDS_LEFT, *LIDS_RIGHT]] = config.lid_weight
    weights[[*IRIS_LEFT, *IRIS_RIGHT]] = config.iris_weight
    weights[[*LIPS_INNER]] = config.inner_lip_weight
    return weights


def face_height(landmarks: Float) -> float:
    """Distance from the top of the forehead to the chin in pixels, z included, so that pitch does not change it."""
    return float(np.linalg.norm(landmarks[FOREHEAD_TOP] - landmarks[CHIN]))


class Fitter:
    """Fits one face model to landmarks.  Cheap to call, safe between threads."""

    def __init__(
        self, model: FaceModel, calibration: Calibration | None = None, config: FitConfig | None = None
    ) -> None:
        """Without a ``calibration`` (another face model) the landmarks and c_i are taken as they are."""
        self.config = config or FitConfig()
        self.prior = None if calibration is None else calibration.identity
        offsets = None if calibration is None else calibration.offsets
        self._basis = LandmarkBasis.of(model, landmark_weights(self.config), offsets)
        self._depth = np.array([1.0, 1.0, self.config.depth_weight**2])
        gaze = np.array([name.startswith("eyeLook") for name in model.expression_names])
        sigma = np.where(gaze, self.config.gaze_sigma, self.config.expression_sigma)
        self._precision = sigma**-2.0
        self._sparsity = self.config.sparsity

    def fit(self, landmarks: Float, identity: Float | None = None) -> Coefficients:
        """One face: ``landmarks`` (478, 3) float32 in pixels, z in the same scale, negative towards the camera.

        With ``identity`` given, c_i is kept and only expression and pose are found (the next frames of a video).
        """
        return self._fit([landmarks], identity)[0]

    def fit_together(self, landmarks: Sequence[Float], heights: Sequence[float] | None = None) -> list[Coefficients]:
        """Several images of one person: c_i is shared, each image has its own c_e and p.

        ``heights`` of the faces in pixels as they were taken, where the landmarks are in pixels of something else:
        small and turned faces weigh less.
        """
        return self._fit(list(landmarks), None, heights)

    def landmarks(self, c: Coefficients) -> Float:
        """Where the net should see the landmarks of ``c``: (478, 3) float32 in pixels (the fit's own linear model)."""
        identity, expression = c.identity.astype(np.float64), c.expression.astype(np.float64)
        points = self._basis.shape(identity, expression) + self._basis.offset(identity, expression)
        return apply(c.pose, points.astype(np.float32))

    def _fit(
        self, landmarks: list[Float], identity: Float | None, heights: Sequence[float] | None = None
    ) -> list[Coefficients]:
        views = [_View(self._basis, points, self.config) for points in landmarks]
        taken = heights or [face_height(points) for points in landmarks]
        shares = weights([variance(height, turn_of(view.rotation)) for height, view in zip(taken, views, strict=True)])
        for view, share in zip(views, shares, strict=True):
            view.trust *= share
        if identity is None:
            c_i = np.zeros(self._basis.n_identity)
            for _ in range(self.config.iterations):
                c_i = self._step(c_i, views, free=self._basis.n_identity)
            c_i = c_i if self.prior is None else self.prior.clean(c_i, float(shares.sum()))
        else:
            c_i = identity.astype(np.float64)
        for _ in range(self.config.refinements if identity is None else self.config.iterations):
            self._step(c_i, views, free=0)
        shared = c_i.astype(np.float32)
        return [Coefficients(shared, v.expression.astype(np.float32), v.pose(self._basis, c_i)) for v in views]

    def _step(self, c_i: Array, views: list[_View], free: int) -> Array:
        """Minimise the quadratic model over c_i (its first ``free``), c_e of each view in its box, and its moves."""
        n_e = self._basis.n_expression
        local = n_e + MOVES
        size = free + local * len(views)
        hessian, gradient = np.zeros((size, size)), np.zeros(size)
        lower, upper = np.full(size, -np.inf), np.full(size, np.inf)
        hessian[range(free), range(free)] = 1.0  # c_i is in standard deviations
        for k, view in enumerate(views):
            at = free + k * local
            index = np.r_[0:free, at : at + local]
            h, g = view.linearise(self._basis, c_i, free, self._depth)
            hessian[np.ix_(index, index)] += h
            gradient[index] += g
            unit = np.arange(at, at + n_e)
            hessian[unit, unit] += self._precision
            gradient[unit] -= self._sparsity
            lower[unit], upper[unit] = 0.0, MAX_EXPRESSION
        solution = solve_in_box(hessian, gradient, lower, upper)
        for k, view in enumerate(views):
            at = free + k * local
            view.expression = solution[at : at + n_e]
            view.move(solution[at + n_e : at + local])
        return solution[:free] if free else c_i


class _View:
    """One image in the fit: its landmarks and its current expression and pose, in the flipped frame (y up)."""

    def __init__(self, basis: LandmarkBasis, landmarks: Float, config: FitConfig) -> None:
        points = landmarks.astype(np.float64) @ FLIP
        self.centre = basis.centre(points)
        self.points = points - self.centre
        self.expression = np.zeros(basis.n_expression)
        height = max(face_height(landmarks), 1e-3)
        self.trust = config.independent / basis.n_landmarks / (height * config.noise) ** 2
        self.scale, self.rotation, _ = procrustes(basis.mean, self.points, basis.weights)

    def linearise(self, basis: LandmarkBasis, c_i: Array, free: int, depth: Array) -> tuple[Array, Array]:
        """Normal equations Hx = g in (c_i [the free ones], c_e, rotation 3, log scale); absolute in c, steps in pose.

        The model's rows are never turned into the camera: with M = s²RᵀD²R, BᵀMB is a sum of six fixed matrices.
        """
        posed = self.scale * basis.shape(c_i, self.expression) @ self.rotation.T
        moves = np.concatenate([np.cross(np.eye(3)[:, None, :], posed), posed[None]])
        weight = basis.weights[:, None] * depth * self.trust
        start = basis.n_identity - free
        rows = basis.rows[start:]
        back = self.scale * self.rotation
        metric = back.T @ (self.trust * depth[:, None] * back)
        n = len(rows)
        hessian = np.empty((n + MOVES, n + MOVES))
        hessian[:n, :n] = basis.gram(metric)[start:, start:]
        hessian[n:, :n] = ((weight * moves) @ back).reshape(MOVES, -1) @ rows.T
        hessian[:n, n:] = hessian[n:, :n].T
        hessian[n:, n:] = np.tensordot(weight * moves, moves, ((1, 2), (1, 2)))
        gradient = np.empty(n + MOVES)
        residual = weight * (self.points - posed)
        gradient[:n] = rows @ (residual @ back).ravel()
        gradient[n:] = np.tensordot(moves, residual, 2)
        known = np.concatenate([c_i[:free], self.expression])
        return hessian, gradient + hessian[:, :n] @ known

    def move(self, step: Array) -> None:
        """Apply a small rotation and a log scale."""
        self.rotation = Rotation.from_rotvec(step[:3]).as_matrix() @ self.rotation
        self.scale *= float(np.exp(np.clip(step[3], -0.5, 0.5)))

    def pose(self, basis: LandmarkBasis, c_i: Array) -> Float:
        """p (12,) with t_z = 0: weak perspective has no depth of the whole."""
        offset = basis.offset(c_i, self.expression)
        translation = self.centre - self.scale * self.rotation @ offset
        return compose(self.scale, self.rotation, FLIP @ (translation * np.array([1.0, 1.0, 0.0])))


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
