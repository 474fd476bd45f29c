"""The metrics against hand-made cases and slow textbook versions."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.metrics.actions import SCHEME_68, SCHEME_478, Scheme, actions, aucon, expression_error
from core.evaluation.metrics.identity import cosine_similarity, identity_distance
from core.evaluation.metrics.kid import ZScore, kid
from core.evaluation.metrics.pose_rmse import pose_rmse
from core.evaluation.metrics.psnr import psnr
from core.evaluation.metrics.rigid import RigidPose, reference_68, rigid_pose, rigid_pose_68, weak_perspective
from core.evaluation.metrics.separation import separation_auc
from core.evaluation.metrics.ssim import ssim
from core.evaluation.statistics import paired_interval
from core.face_model.model import FaceModel
from core.regression.pose import apply, compose, rotation_from_angles

SCHEMES = pytest.mark.parametrize("scheme", [SCHEME_478, SCHEME_68], ids=["478", "68"])


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


def seen(
    model: FaceModel, scheme: Scheme, yaw: float = 0, pitch: float = 0, roll: float = 0, **units: float
) -> RigidPose:
    expression = np.zeros(51, np.float32)
    for name, value in units.items():
        expression[model.expression_names.index(name)] = value
    vertices = model.vertices(np.zeros(50, np.float32), expression)
    pose = compose(60, rotation_from_angles(yaw, pitch, roll), np.array([128.0, 120.0, 0.0]))
    points, reference = apply(pose, model.landmarks(vertices)), model.landmarks(model.mean)
    if scheme is SCHEME_478:
        return rigid_pose(points, reference)
    return rigid_pose_68(reference_68(points)[:, :2], reference_68(reference))


@SCHEMES
def test_pose_rmse_of_known_turns(model: FaceModel, scheme: Scheme) -> None:
    assert seen(model, scheme, 12, -7, 4).angles == pytest.approx((12, -7, 4), abs=0.02)
    assert pose_rmse(seen(model, scheme, 10), seen(model, scheme, 10)) == pytest.approx(0, abs=1e-4)
    assert pose_rmse(seen(model, scheme, 10), seen(model, scheme, 4)) == pytest.approx(6 / 3**0.5, abs=0.02)
    turned = seen(model, scheme, 3, -6, 9)
    assert pose_rmse(turned, seen(model, scheme)) == pytest.approx((126 / 3) ** 0.5, abs=0.05)


def test_pose_rmse_goes_the_short_way_round() -> None:
    nowhere = np.zeros((1, 2))
    assert pose_rmse(RigidPose((0, 0, 179), nowhere), RigidPose((0, 0, -179), nowhere)) == pytest.approx(2 / 3**0.5)


@SCHEMES
def test_pose_is_hardly_moved_by_expression(model: FaceModel, scheme: Scheme) -> None:
    talking = seen(model, scheme, 12, jawOpen=0.7, mouthSmileLeft=0.5, browInnerUp=0.5)
    assert pose_rmse(talking, seen(model, scheme, 12)) < 1.2


def test_weak_perspective_is_the_best_fit() -> None:
    """Against the plain sum of squares: no small change of a noisy fit improves it."""
    rng = np.random.default_rng(0)
    model = rng.normal(size=(13, 3))
    rotation = rotation_from_angles(25, -10, 15)
    points = 40 * model @ rotation[:2].T + (120, 90) + rng.normal(scale=2, size=(13, 2))
    scale, found = weak_perspective(model, points)
    assert np.linalg.norm(found @ found.T - np.eye(3)) < 1e-9

    def squares(s: float, r: np.ndarray) -> float:
        shown = s * model @ r[:2].T
        shift = (points - shown).mean(axis=0)
        return float(((shown + shift - points) ** 2).sum())

    assert squares(scale, found) < squares(40, rotation)
    for _ in range(50):
        step = rng.normal(scale=0.3, size=4)
        other = rotation_from_angles(*step[:3]) @ found
        assert squares(scale + step[3], other) > squares(scale, found)


def test_the_contour_does_not_hold_the_head(model: FaceModel) -> None:
    """It slides over the head as that turns: wherever it is seen, the pose stays."""
    reference = model.landmarks(model.mean)
    points = reference_68(apply(compose(60, rotation_from_angles(20, 0, 0), np.zeros(3)), reference))[:, :2].copy()
    before = rigid_pose_68(points, reference_68(reference)).angles
    points[1:16] += 9
    assert rigid_pose_68(points, reference_68(reference)).angles == pytest.approx(before, abs=1e-9)


@SCHEMES
@pytest.mark.parametrize(
    ("unit", "names"),
    [
        ("jawOpen", ["lips parted"]),
        ("eyeBlinkLeft", ["right lid closed"]),
        ("eyeBlinkRight", ["left lid closed"]),
        ("browInnerUp", ["left brow up", "right brow up"]),
    ],
)
def test_each_unit_moves_its_quantity(model: FaceModel, scheme: Scheme, unit: str, names: list[str]) -> None:
    """Quantities are named as in the image: the person's left is the image's right."""
    rest, moved = actions(seen(model, scheme), scheme), actions(seen(model, scheme, **{unit: 1.0}), scheme)
    low, high = np.array(list(scheme.ranges.values())).T
    change = dict(zip(scheme.ranges, (moved - rest) / (high - low)))
    assert all(change[name] > 0.15 for name in names)
    assert {name for name, value in change.items() if value > 0.15} == set(names)


@SCHEMES
def test_expression_error_ignores_pose(model: FaceModel, scheme: Scheme) -> None:
    """To the last bit with depth; without it as far as the reference's depth is right."""
    slack = 1e-3 if scheme is SCHEME_478 else 0.02
    rest = seen(model, scheme)
    assert expression_error(seen(model, scheme, 20, 5), seen(model, scheme, -20), scheme) < slack
    assert expression_error(seen(model, scheme, jawOpen=0.6), rest, scheme) > 0.1
    assert aucon(seen(model, scheme, 20), rest, scheme) == 1
    assert aucon(seen(model, scheme, jawOpen=0.8), rest, scheme) < 1


def test_ssim_and_psnr_of_known_pictures() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (64, 64, 3), dtype=np.uint8)
    assert ssim(image, image) == 1
    assert psnr(image, image) == 100
    assert psnr(np.zeros_like(image), np.full_like(image, 255)) == 0
    assert psnr(image, image ^ 1) == pytest.approx(20 * np.log10(255), abs=1e-6)
    assert ssim(image, rng.integers(0, 255, image.shape, dtype=np.uint8)) < 0.1


def test_ssim_against_the_plain_formula() -> None:
    rng = np.random.default_rng(1)
    x, y = (rng.integers(0, 255, (13, 13, 3)).astype(np.uint8) for _ in range(2))
    taps = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    window = np.outer(taps, taps) / taps.sum() ** 2
    values = []
    for c in range(3):
        for i in range(5, 8):
            for j in range(5, 8):
                a, b = (p[i - 5 : i + 6, j - 5 : j + 6, c].astype(float) for p in (x, y))
                ma, mb = (window * a).sum(), (window * b).sum()
                va, vb = (window * (a - ma) ** 2).sum(), (window * (b - mb) ** 2).sum()
                cov = (window * (a - ma) * (b - mb)).sum()
                c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
                values.append((2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2)))
    assert ssim(x, y) == pytest.approx(np.mean(values), abs=1e-9)


def test_separation() -> None:
    people = [np.array([[0.0], [1.0]]), np.array([[10.0], [11.0]])]
    assert separation_auc(people) == 1
    assert separation_auc([np.array([[0.0], [11.0]]), np.array([[1.0], [10.0]])]) == 0.25
    assert separation_auc([np.zeros((2, 3)), np.zeros((2, 3))]) == 0.5


def plain_kid(real: np.ndarray, outputs: np.ndarray, real_units: list[str], units: list[str]) -> float:
    """The definition, by loops."""

    def mean(a: np.ndarray, b: np.ndarray, mine: list[str], others: list[str]) -> float:
        kernel = [(x @ y / len(x) + 1) ** 3 for x, u in zip(a, mine) for y, v in zip(b, others) if u != v]
        return float(np.mean(kernel))

    within = mean(real, real, real_units, real_units) + mean(outputs, outputs, units, units)
    return within - 2 * mean(real, outputs, real_units, units)


def names(count: int, each: int = 1) -> list[str]:
    return [str(k // each) for k in range(count)]


def test_kid_against_the_definition() -> None:
    rng = np.random.default_rng(2)
    real, outputs = rng.normal(size=(9, 5)), rng.normal(0.5, 2, size=(12, 5))
    units = names(12, 3)
    found = kid(real, outputs, names(9), units)
    assert found.value == pytest.approx(plain_kid(real, outputs, names(9), units), rel=1e-9)
    without = []
    for unit in "0123":
        kept = [k for k in range(12) if units[k] != unit]
        without.append(plain_kid(real, outputs[kept], names(9), [units[k] for k in kept]))
    assert found.without == pytest.approx(without, rel=1e-9)
    assert found.standard_error == pytest.approx(np.sqrt(3 / 4 * np.sum((np.array(without) - np.mean(without)) ** 2)))


def test_kid_of_independent_pictures_is_the_usual_one() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(8, 3)), rng.normal(1, 1, size=(6, 3))
    k = [(a @ b.T / 3 + 1) ** 3 for a, b in ((x, x), (y, y), (x, y))]
    usual = (k[0].sum() - np.trace(k[0])) / 56 + (k[1].sum() - np.trace(k[1])) / 30 - 2 * k[2].mean()
    assert kid(x, y, names(8), [f"y{n}" for n in names(6)]).value == pytest.approx(usual)


def test_kid_tells_equal_from_shifted_distributions() -> None:
    rng = np.random.default_rng(3)
    equal, shifted = [], []
    for _ in range(20):
        real, outputs = rng.normal(size=(80, 16)), rng.normal(size=(80, 16))
        units = [f"y{n}" for n in names(80)]
        equal.append(kid(real, outputs, names(80), units).value)
        shifted.append(kid(real, outputs + 0.7, names(80), units).value)
    assert abs(np.mean(equal)) < 3 * np.std(equal) / 20**0.5 + 0.02
    assert min(shifted) > max(equal)


def test_a_copy_is_as_real_as_its_sources() -> None:
    """Outputs that are the real pictures, each several times over, are not farther than 0 for it, nor nearer."""
    rng = np.random.default_rng(8)
    values = []
    for _ in range(20):
        real = rng.normal(size=(60, 16))
        values.append(kid(real, np.repeat(real, 4, axis=0), names(60), names(240, 4)).value)
    assert np.abs(values).max() < 1e-9


def test_z_scores_survive_features_that_never_fire() -> None:
    features = np.array([[1.0, 0.0, 5.0], [3.0, 0.0, 5.0 + 1e-9]])
    score = ZScore.of(features)
    assert score(features)[:, 0] == pytest.approx([-1, 1])
    assert np.abs(score(features + 0.1)).max() < 3
    assert np.isfinite(ZScore.of(np.zeros((3, 2)))(np.ones((1, 2)))).all()


def test_identity_of_known_embeddings() -> None:
    a, b = np.array([3.0, 4.0]), np.array([4.0, 3.0])
    assert cosine_similarity(a, b) == pytest.approx(24 / 25)
    assert cosine_similarity(a, 2 * a) == pytest.approx(1)
    assert identity_distance(a, b) == pytest.approx(2**0.5)


def test_the_interval_of_a_difference() -> None:
    rng = np.random.default_rng(5)
    differences = rng.normal(1.0, 2.0, 400)
    low, high = paired_interval(differences.tolist(), [str(k) for k in range(400)])
    half = 1.96 * differences.std() / 20
    assert (low, high) == pytest.approx((differences.mean() - half, differences.mean() + half), abs=0.03)
    assert paired_interval([2.0, 2.0, 2.0], ["a", "b", "b"]) == (2.0, 2.0)
    assert all(np.isnan(paired_interval([1.0, 2.0], ["a", "a"])))


def test_pairs_of_one_source_count_as_one() -> None:
    """Ten copies of each of 30 differences say no more than the 30."""
    values = np.random.default_rng(6).normal(size=30)
    once = paired_interval(values.tolist(), [str(k) for k in range(30)])
    often = paired_interval(np.repeat(values, 10).tolist(), [str(k // 10) for k in range(300)])
    assert often == pytest.approx(once, abs=1e-9)
