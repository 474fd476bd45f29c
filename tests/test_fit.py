"""The fit finds the coefficients that made the landmarks, shares identity between images, and follows the irises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from core import Reenactor
from core.face_model.model import FaceModel
from core.pipeline.samples import SAMPLES
from core.regression.box_solver import solve_in_box
from core.regression.calibration import Calibration, IdentityPrior
from core.regression.fit import FitConfig, Fitter, face_height, landmark_weights, procrustes
from core.regression.landmark_basis import LandmarkBasis
from core.regression.pose import angles, compose, decompose, rotation_from_angles
from core.regression.reliability import turn_of, variance, weights
from core.types import Coefficients


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


@pytest.fixture(scope="module")
def fitter(model: FaceModel) -> Fitter:
    return Fitter(model, Calibration.load())


def made(model: FaceModel, yaw: float = 0.0, shift: float = 128.0, seed: int = 0, **units: float) -> Coefficients:
    """A person of the training population with some active units."""
    prior = Calibration.load().identity
    assert prior is not None
    rng = np.random.default_rng(seed)
    identity = rng.multivariate_normal(prior.mean, prior.between).astype(np.float32)
    expression = np.zeros(51, np.float32)
    for name, value in units.items():
        expression[model.expression_names.index(name)] = value
    pose = compose(60.0, rotation_from_angles(yaw, 4, -3), np.array([shift, shift, 0.0]))
    return Coefficients(identity, expression, pose)


def error(fitter: Fitter, a: Coefficients, b: Coefficients) -> float:
    """Mean distance of the landmarks in % of face height."""
    x, y = fitter.landmarks(a), fitter.landmarks(b)
    return float(np.linalg.norm((x - y)[:, :2], axis=1).mean() / face_height(y) * 100)


@pytest.mark.parametrize("yaw", [-25, 0, 15])
@pytest.mark.parametrize("units", [{}, {"jawOpen": 0.6}, {"mouthSmileLeft": 0.7, "mouthSmileRight": 0.7}])
def test_finds_what_made_the_landmarks(model: FaceModel, fitter: Fitter, yaw: float, units: dict[str, float]) -> None:
    truth = made(model, yaw, **units)
    found = fitter.fit(fitter.landmarks(truth))
    assert error(fitter, found, truth) < 0.35
    assert angles(found.pose)[0] == pytest.approx(yaw, abs=2)
    assert decompose(found.pose)[0] == pytest.approx(60, rel=0.05)
    for name, value in units.items():
        assert found.expression[model.expression_names.index(name)] > 0.4 * value


def test_the_fit_does_not_depend_on_size_or_place(model: FaceModel, fitter: Fitter) -> None:
    points = fitter.landmarks(made(model, 10, jawOpen=0.4))
    moved = points * 3.0
    moved[:, :2] += (500.0, -200.0)
    a, b = fitter.fit(points), fitter.fit(moved.astype(np.float32))
    np.testing.assert_allclose(a.identity, b.identity, atol=0.02)
    np.testing.assert_allclose(a.expression, b.expression, atol=0.02)
    assert decompose(b.pose)[0] == pytest.approx(3 * decompose(a.pose)[0], rel=1e-3)


def test_the_nets_absolute_depth_does_not_matter(model: FaceModel, fitter: Fitter) -> None:
    points = fitter.landmarks(made(model, 10))
    behind = points + np.array([0, 0, 77], np.float32)
    np.testing.assert_allclose(fitter.fit(points).vector, fitter.fit(behind).vector, atol=2e-2)


def test_a_given_identity_is_kept(model: FaceModel, fitter: Fitter) -> None:
    truth = made(model, 5, seed=1, jawOpen=0.3)
    other = made(model, seed=2).identity
    found = fitter.fit(fitter.landmarks(truth), other)
    assert np.array_equal(found.identity, other)


def test_several_photos_share_one_better_identity(model: FaceModel, fitter: Fitter) -> None:
    rng = np.random.default_rng(0)
    better = []
    for seed in range(6):
        photos = [made(model, yaw, seed=seed, jawOpen=abs(yaw) / 40) for yaw in (-20, 0, 12, 20)]
        points = [
            (p := fitter.landmarks(c)) + rng.normal(0, 0.006 * face_height(p), p.shape).astype(np.float32)
            for c in photos
        ]
        together = fitter.fit_together(points)
        assert all(np.array_equal(c.identity, together[0].identity) for c in together)
        alone = [np.linalg.norm(fitter.fit(p).identity - photos[0].identity) for p in points]
        better.append(np.linalg.norm(together[0].identity - photos[0].identity) < np.mean(alone))
    assert sum(better) >= 5


def test_a_photo_that_says_little_weighs_little(model: FaceModel, fitter: Fitter) -> None:
    """Of a face 25 pixels high the landmarks are off by far more; who says so gets nearer to the person."""
    rng = np.random.default_rng(3)
    better = []
    for seed in range(6):
        truth = made(model, 4, seed=seed)
        points = [
            (p := fitter.landmarks(truth)) + rng.normal(0, noise * face_height(p), p.shape).astype(np.float32)
            for noise in (0.003, 0.06)
        ]
        plain, told = (fitter.fit_together(points, heights)[0] for heights in (None, (300.0, 25.0)))
        better.append(np.linalg.norm(told.identity - truth.identity) < np.linalg.norm(plain.identity - truth.identity))
    assert sum(better) >= 5


def test_weights_of_photos() -> None:
    front, small, turned = variance(400, 0), variance(40, 0), variance(400, 20)
    assert front < small < turned
    assert weights([small, front, turned]) == pytest.approx([front / small, 1, front / turned])
    assert weights([small]) == pytest.approx([1]), "the only photo is the best"
    for angle in (-20.0, 0.0, 35.0):
        assert turn_of(rotation_from_angles(angle, 0, 50)) == pytest.approx(abs(angle), abs=1e-3), "roll is no turn"


def test_one_photo_is_fitted_as_ever(model: FaceModel, fitter: Fitter) -> None:
    points = fitter.landmarks(made(model, 25, seed=4, jawOpen=0.3))
    alone, told = fitter.fit(points), fitter.fit_together([points], [20.0])[0]
    assert np.array_equal(alone.vector, told.vector)


@pytest.mark.parametrize(("name", "dx"), [("eyeLookOutLeft", +1), ("eyeLookInLeft", -1)])
def test_gaze_follows_the_iris(model: FaceModel, fitter: Fitter, name: str, dx: int) -> None:
    """The person's left eye is on the image's right: looking out moves its iris to the image's right."""
    points = fitter.landmarks(made(model))
    resting = fitter.fit(points).expression[model.expression_names.index(name)]
    moved = points.copy()
    moved[473:478, 0] += dx * 0.02 * face_height(points)
    assert fitter.fit(moved).expression[model.expression_names.index(name)] > resting + 0.25


def test_expression_stays_in_its_box(model: FaceModel, fitter: Fitter) -> None:
    points = fitter.landmarks(made(model, jawOpen=1.0))
    points[[13, 82, 312], 1] -= 60
    points[[14, 87, 317], 1] += 60
    expression = fitter.fit(points).expression
    assert expression.min() >= 0
    assert expression.max() <= 1.3 + 1e-6


def test_real_photos_fit_closely(reenactor: Reenactor, collins: np.ndarray) -> None:
    (face,) = reenactor.landmarker.find(collins)
    points = face.landmarks.points
    found = reenactor.fitter.fit(points)
    distance = np.linalg.norm((reenactor.fitter.landmarks(found) - points)[:, :2], axis=1).mean()
    assert distance / face_height(points) < 0.008
    names = reenactor.model.expression_names
    assert found.expression[names.index("mouthSmileLeft")] + found.expression[names.index("mouthSmileRight")] > 0.15


@pytest.mark.parametrize("name", ["driver_surprise", "driver_wink"])
def test_rendered_expressions_are_read(reenactor: Reenactor, name: str) -> None:
    from core.media.read_image import read_image

    found = reenactor.encode_driving(read_image(SAMPLES / f"{name}.png").pixels).coefficients.expression
    value = dict(zip(reenactor.model.expression_names, found))
    if name == "driver_surprise":
        assert value["jawOpen"] > 0.25
    else:
        assert value["eyeBlinkLeft"] > value["eyeBlinkRight"] + 0.12


def test_linearise_is_the_gradient_of_the_residual(model: FaceModel) -> None:
    """The Gram shortcut against the plain Jacobian by finite differences."""
    fitter = Fitter(model, Calibration.load())
    from core.regression.fit import _View

    rng = np.random.default_rng(3)
    view = _View(fitter._basis, fitter.landmarks(made(model, 12)), fitter.config)
    view.expression = rng.uniform(0, 0.5, 51)
    c_i = rng.normal(0, 0.5, 50)
    weight = np.sqrt(fitter._basis.weights[:, None] * fitter._depth * view.trust)

    def residual(x: np.ndarray) -> np.ndarray:
        from scipy.spatial.transform import Rotation

        turn = Rotation.from_rotvec(x[101:104]).as_matrix() @ view.rotation
        shape = fitter._basis.shape(x[:50], x[50:101])
        return ((view.points - view.scale * np.exp(x[104]) * shape @ turn.T) * weight).ravel()

    at = np.concatenate([c_i, view.expression, np.zeros(4)])
    jacobian = np.stack([(residual(at + e) - residual(at - e)) / 2e-5 for e in np.eye(105) * 1e-5], axis=1)
    hessian, gradient = view.linearise(fitter._basis, c_i, 50, fitter._depth)
    expected = jacobian.T @ jacobian
    np.testing.assert_allclose(hessian, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())
    plain = -jacobian.T @ residual(at) + expected[:, :101] @ at[:101]
    np.testing.assert_allclose(gradient, plain, rtol=1e-3, atol=1e-5 * np.abs(plain).max())


def test_basis_reproduces_the_model(model: FaceModel) -> None:
    basis = LandmarkBasis.of(model, landmark_weights(FitConfig()))
    c = made(model, jawOpen=0.5)
    linear = basis.shape(c.identity, c.expression) + basis.offset(c.identity, c.expression)
    np.testing.assert_allclose(linear, model.landmarks(model.vertices(c.identity, c.expression)), atol=0.02)


def test_procrustes_inverts_a_similarity() -> None:
    rng = np.random.default_rng(0)
    model_points = rng.normal(size=(40, 3))
    rotation = rotation_from_angles(20, -10, 5)
    points = 7 * model_points @ rotation.T + (1, 2, 3)
    scale, found, shift = procrustes(model_points, points, rng.uniform(0.1, 1, 40))
    assert scale == pytest.approx(7)
    np.testing.assert_allclose(found, rotation, atol=1e-9)
    np.testing.assert_allclose(shift, [1, 2, 3], atol=1e-9)


@given(st.integers(0, 10_000), st.integers(2, 25))
@settings(max_examples=60, deadline=None)
def test_box_solver_against_scipy(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(size + 8, size))
    target = rng.normal(size=size + 8) * 2
    lower, upper = np.full(size, 0.0), np.full(size, 1.3)
    expected = lsq_linear(rows, target, (lower, upper), tol=1e-12).x
    found = solve_in_box(rows.T @ rows, rows.T @ target, lower, upper, rounds=60)

    def cost(x: np.ndarray) -> float:
        return float(np.sum((rows @ x - target) ** 2))

    assert cost(found) <= cost(expected) * (1 + 1e-3) + 1e-6
    assert found.min() >= 0
    assert found.max() <= 1.3


def test_prior_keeps_what_separates_people() -> None:
    rng = np.random.default_rng(0)
    between, within = np.diag([1.0, 1.0, 0.04]), np.diag([0.04, 0.04, 1.0])
    people = [rng.multivariate_normal(rng.multivariate_normal([2, 0, 0], between), within, size=2) for _ in range(4000)]
    prior = IdentityPrior.measure(people)
    np.testing.assert_allclose(prior.mean, [2, 0, 0], atol=0.08)
    np.testing.assert_allclose(prior.within, within, atol=0.05)
    np.testing.assert_allclose(prior.between, between, atol=0.1)
    cleaned = prior.clean(np.array([3.0, 1.0, 1.0]), 1) - prior.mean
    assert cleaned[0] == pytest.approx(0.96, abs=0.06)
    assert abs(cleaned[2]) < 0.12
    many = prior.clean(np.array([3.0, 1.0, 1.0]), 100) - prior.mean
    assert many[2] > 0.6  # a hundred photos that agree are believed
