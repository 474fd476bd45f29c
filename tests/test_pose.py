"""The pose's angles, geodesic and mapping mean what conventions.md says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.regression.pose import (
    angles,
    apply,
    compose,
    decompose,
    geodesic,
    rotation_from_angles,
    transform_pixels,
)

degrees = st.floats(-80, 80)


@given(degrees, degrees, degrees)
def test_angles_round_trip(yaw: float, pitch: float, roll: float) -> None:
    pose = compose(50.0, rotation_from_angles(yaw, pitch, roll), np.array([100.0, 90.0, 0.0]))
    assert angles(pose) == pytest.approx((yaw, pitch, roll), abs=1e-3)


@pytest.mark.parametrize(
    ("turn", "axis", "sign"),
    [((20, 0, 0), 0, +1), ((-20, 0, 0), 0, -1), ((0, 20, 0), 1, -1), ((0, -20, 0), 1, +1)],
)
def test_nose_goes_where_the_angle_says(turn: tuple[float, float, float], axis: int, sign: int) -> None:
    """yaw > 0 to the image's right, pitch > 0 up; y is down in pixels."""
    nose = np.array([[0.0, 0.0, 1.0]], np.float32)
    moved = apply(compose(10.0, rotation_from_angles(*turn), np.zeros(3)), nose)[0]
    assert np.sign(moved[axis]) == sign
    assert abs(moved[axis]) == pytest.approx(10 * np.sin(np.radians(20)), abs=1e-4)
    assert moved[2] < 0  # in front of the origin: nearer to the camera


def test_roll_is_clockwise_in_the_image() -> None:
    top = np.array([[0.0, 1.0, 0.0]], np.float32)
    moved = apply(compose(10.0, rotation_from_angles(0, 0, 30), np.zeros(3)), top)[0]
    assert moved[0] > 0
    assert moved[1] < 0


def test_decompose_inverts_compose() -> None:
    rotation = rotation_from_angles(13, -7, 21)
    scale, found, shift = decompose(compose(47.0, rotation, np.array([1.0, 2.0, 3.0])))
    assert scale == pytest.approx(47.0, rel=1e-6)
    np.testing.assert_allclose(found, rotation, atol=1e-6)
    np.testing.assert_allclose(shift, [1, 2, 3])


@given(degrees, degrees, st.floats(0, 1.5))
def test_geodesic_is_constant_speed_and_hits_both_ends(a: float, b: float, alpha: float) -> None:
    start, end = rotation_from_angles(a, 5, -3), rotation_from_angles(b, -10, 8)
    np.testing.assert_allclose(geodesic(start, end, 0.0), start, atol=1e-9)
    np.testing.assert_allclose(geodesic(start, end, 1.0), end, atol=1e-9)

    def arc(r: np.ndarray, s: np.ndarray) -> float:
        return float(np.arccos(np.clip((np.trace(r.T @ s) - 1) / 2, -1, 1)))

    whole = arc(start, end)
    if whole * 1.5 < np.pi:
        assert arc(start, geodesic(start, end, alpha)) == pytest.approx(alpha * whole, abs=1e-5)


def test_transform_pixels_follows_the_picture() -> None:
    pose = compose(40.0, rotation_from_angles(10, 5, 2), np.array([60.0, 70.0, 0.0]))
    points = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    moved = apply(transform_pixels(pose, 2.0, (3.0, -4.0)), points)
    expected = apply(pose, points) * 2
    expected[:, :2] += (3.0, -4.0)
    np.testing.assert_allclose(moved, expected, atol=1e-3)
