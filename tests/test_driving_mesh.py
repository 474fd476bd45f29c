"""Mixing the driving coefficients."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InputError
from core.regression.driving_mesh import mix
from core.regression.pose import angles, compose, decompose, rotation_from_angles
from core.types import Coefficients, Controls


def person(seed: int, yaw: float, scale: float, shift: float) -> Coefficients:
    rng = np.random.default_rng(seed)
    pose = compose(scale, rotation_from_angles(yaw, 3, -2), np.array([shift, shift, 0.0]))
    return Coefficients(
        rng.normal(size=50).astype(np.float32), rng.uniform(0, 1, 51).astype(np.float32), pose
    )  # fmt: skip


SOURCE, DRIVING = person(1, -10, 50, 128), person(2, 25, 70, 100)


def test_identity_is_always_the_sources() -> None:
    for controls in (Controls(), Controls(1.5, 1.5, "driving"), Controls(0, 1)):
        assert np.array_equal(mix(SOURCE, DRIVING, controls).identity, SOURCE.identity)


def test_zero_is_exactly_the_source() -> None:
    mixed = mix(SOURCE, DRIVING, Controls(0, 0))
    assert np.array_equal(mixed.vector, SOURCE.vector)


def test_pose_only_and_expression_only() -> None:
    pose_only = mix(SOURCE, DRIVING, Controls(1, 0))
    assert np.array_equal(pose_only.expression, SOURCE.expression)
    assert angles(pose_only.pose)[0] == pytest.approx(25, abs=1e-3)
    expression_only = mix(SOURCE, DRIVING, Controls(0, 1))
    assert np.array_equal(expression_only.pose, SOURCE.pose)
    np.testing.assert_allclose(expression_only.expression, DRIVING.expression, atol=1e-6)


def test_placement() -> None:
    own = decompose(mix(SOURCE, DRIVING, Controls()).pose)
    drivers = decompose(mix(SOURCE, DRIVING, Controls(placement="driving")).pose)
    assert own[0] == pytest.approx(50, rel=1e-5)
    np.testing.assert_allclose(own[2], [128, 128, 0], atol=1e-4)
    assert drivers[0] == pytest.approx(70, rel=1e-5)
    np.testing.assert_allclose(drivers[2], [100, 100, 0], atol=1e-4)


def test_half_way_is_half_the_turn() -> None:
    source, driving = person(1, -10, 50, 128), person(1, 30, 50, 128)
    yaw = angles(mix(source, driving, Controls(0.5, 0)).pose)[0]
    assert yaw == pytest.approx(10, abs=0.1)


def test_extrapolation_stays_in_range() -> None:
    mixed = mix(SOURCE, DRIVING, Controls(1.5, 1.5))
    assert mixed.expression.min() >= 0
    assert mixed.expression.max() <= 1.5


@pytest.mark.parametrize(
    "wrong",
    [{"pose": -0.1}, {"pose": 2}, {"pose": True}, {"pose": "1"}, {"expression": float("nan")}, {"placement": "left"}],
)
def test_controls_refuse_what_makes_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Controls(**wrong)  # type: ignore[arg-type]
