"""The geometric flow: exact where it can be, zero where it must be, smooth elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.geometry.extrapolate import extrapolate
from core.geometry.flow import GeometricFlow, geometric_flow
from core.geometry.parts import HeadParts, neck_hold
from core.geometry.unfold import determinants, unfold
from core.geometry.warp import warp
from core.types import Float

from .geometry_shapes import sphere

SIZE = 96
CENTRE = (46.3, 49.8, 4.0)
HEAD, FACES = sphere(40, 24, CENTRE, 27.0)


def turned(mesh: Float, degrees: float) -> Float:
    """The mesh turned about the vertical axis through the head's centre."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]])
    return ((mesh - CENTRE) @ turn.T + CENTRE).astype(np.float32)


def border(field: np.ndarray) -> np.ndarray:
    return np.concatenate([field[0], field[-1], field[:, 0], field[:, -1]])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(-80, 80), st.floats(1, 60))
def test_a_head_at_rest_gives_exactly_zero_flow(seed: int, shift: float, radius: float) -> None:
    mesh, faces = sphere(16, 10, CENTRE, radius)
    mesh += np.random.default_rng(seed).normal(0, radius * 0.1, mesh.shape).astype(np.float32)
    mesh[:, 0] += np.float32(shift)
    result = geometric_flow(mesh, mesh, faces, SIZE, SIZE)
    assert (result.flow == 0).all()
    assert (result.exact == 0).all()
    image = np.random.default_rng(seed).integers(0, 256, (SIZE, SIZE, 3)).astype(np.uint8)
    np.testing.assert_array_equal(warp(image, result.flow), image)


def test_a_head_at_rest_is_wholly_visible() -> None:
    result = geometric_flow(HEAD, HEAD, FACES, SIZE, SIZE)
    assert (result.visibility == 1).all()
    assert result.head.sum() == pytest.approx(np.pi * 27**2, rel=0.03)


@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (0, 1), (-3, 2)])
def test_whole_pixel_shifts_are_exact_inside_the_head(dx: int, dy: int) -> None:
    head = np.round(HEAD * 64) / np.float32(64)
    result = geometric_flow(head + np.array([dx, dy, 0], np.float32), head, FACES, SIZE, SIZE)
    inside = result.head
    assert (result.exact[inside] == (dx, dy)).all()
    assert (result.flow[inside & (result.visibility == 1)] == (dx, dy)).all()
    image = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3)).astype(np.uint8)
    moved = np.roll(image, (-dy, -dx), (0, 1))
    np.testing.assert_array_equal(warp(image, result.flow)[inside], moved[inside])


@pytest.mark.parametrize("degrees", [-20.0, 12.0])
def test_exact_flow_leads_to_the_same_point_of_the_surface(degrees: float) -> None:
    result = geometric_flow(HEAD, turned(HEAD, degrees), FACES, SIZE, SIZE)
    rows, columns = np.nonzero(result.head)
    corners = FACES[result.raster.triangle[rows, columns]]
    weights = result.raster.barycentric[rows, columns].astype(np.float64)
    source = (HEAD[corners].astype(np.float64) * weights[..., None]).sum(axis=1)
    led_to = np.stack([columns, rows], axis=1) + result.exact[rows, columns]
    np.testing.assert_allclose(led_to, source[:, :2], atol=1e-3)


def test_the_side_that_turns_into_view_is_hidden_in_the_source() -> None:
    """On a sphere the hidden part is known: points whose source position is on the far half."""
    result = geometric_flow(HEAD, turned(HEAD, 30), FACES, SIZE, SIZE)
    rows, columns = np.nonzero(result.head)
    corners = FACES[result.raster.triangle[rows, columns]]
    weights = result.raster.barycentric[rows, columns]
    away = ((HEAD[corners, 2] - CENTRE[2]) * weights).sum(axis=1) / 27.0
    seen = result.visibility[rows, columns]
    assert (seen[away > 0.15] == 0).all()
    assert (seen[away < -0.75] == 1).all()
    assert (away > 0.15).sum() > 50


def test_what_an_occluder_covers_is_hidden() -> None:
    plate, faces = sphere(20, 12, (30.0, 30.0, 20.0), 14.0)
    ball, ball_faces = sphere(16, 10, (30.0, 30.0, -20.0), 5.0)
    both = np.concatenate([plate, ball])
    moved = np.concatenate([plate, ball + np.array([26, 0, 0], np.float32)])
    all_faces = np.concatenate([faces, ball_faces + len(plate)])
    result = geometric_flow(both, moved, all_faces, 64, 64)
    y, x = np.mgrid[0:64, 0:64]
    distance = np.hypot(x - 30, y - 30)
    assert (result.visibility[distance < 3.5] == 0).all()
    assert (result.visibility[(distance > 6.5) & (distance < 10)] == 1).all()


def test_points_off_the_source_picture_are_hidden() -> None:
    result = geometric_flow(HEAD - np.array([40, 0, 0], np.float32), HEAD, FACES, SIZE, SIZE)
    position = np.arange(SIZE)[None] + result.exact[..., 0]
    assert (result.visibility[result.head & (position < -0.6)] == 0).all()
    assert (result.head & (position < -0.6)).any()


@settings(max_examples=25, deadline=None)
@given(st.floats(-40, 40), st.floats(-30, 30), st.floats(-30, 30), st.floats(10, 60))
def test_the_border_never_moves(degrees: float, dx: float, dy: float, radius: float) -> None:
    mesh, faces = sphere(16, 10, CENTRE, radius)
    driving = turned(mesh, degrees) + np.array([dx, dy, 0], np.float32)
    result = geometric_flow(mesh, driving, faces, SIZE, SIZE)
    assert (border(result.flow) == 0).all()
    assert np.isfinite(result.flow).all()
    assert result.visibility.min() >= 0
    assert result.visibility.max() <= 1


@pytest.mark.parametrize(("degrees", "shift"), [(20.0, 0.0), (-20.0, 0.0), (0.0, 7.5), (12.0, -5.0)])
def test_typical_motions_do_not_fold(degrees: float, shift: float) -> None:
    driving = turned(HEAD, degrees) + np.array([shift, 0, 0], np.float32)
    result = geometric_flow(HEAD, driving, FACES, SIZE, SIZE)
    assert determinants(result.flow).min() > 0


def test_the_surroundings_follow_and_come_to_rest() -> None:
    result = geometric_flow(HEAD + np.array([6, 0, 0], np.float32), HEAD, FACES, SIZE, SIZE)
    ray = result.flow[50, np.flatnonzero(result.head[50])[-1] + 1 :, 0]
    assert ray[0] > 5.5
    assert (np.diff(ray) <= 1e-4).all()
    assert ray[-1] == 0
    assert np.abs(np.diff(ray)).max() < 0.9


def test_unpinned_flow_is_exact_up_to_the_border() -> None:
    mesh = np.round((HEAD + np.array([-30, 0, 0], np.float32)) * 64) / np.float32(64)
    moved = mesh + np.array([2, 0, 0], np.float32)
    free = geometric_flow(moved, mesh, FACES, SIZE, SIZE, pin_border=False)
    edge = free.head[:, 0]
    assert edge.any()
    assert (free.flow[edge, 0, 0] == 2).all()


def test_moving_both_meshes_moves_the_flow() -> None:
    shift = np.array([7, -4, 0], np.float32)
    head = np.round(HEAD * 64) / np.float32(64)
    driving = np.round(turned(head, 15) * 64) / np.float32(64)
    here = geometric_flow(head, driving, FACES, SIZE, SIZE)
    there = geometric_flow(head + shift, driving + shift, FACES, SIZE, SIZE)
    np.testing.assert_array_equal(there.head, np.roll(here.head, (-4, 7), (0, 1)))
    np.testing.assert_allclose(there.exact, np.roll(here.exact, (-4, 7), (0, 1)), atol=1e-4)
    both = here.head & np.roll(there.head, (4, -7), (0, 1))
    np.testing.assert_allclose(np.roll(there.visibility, (4, -7), (0, 1))[both], here.visibility[both], atol=0.02)


def test_a_loose_part_rests_when_its_surroundings_do() -> None:
    below = HEAD[:, 1] > CENTRE[1] + 12
    driving = HEAD + np.where(below, 5, 0)[:, None].astype(np.float32) * np.array([1, 0, 0], np.float32)
    firm = geometric_flow(HEAD, driving, FACES, SIZE, SIZE)
    loose = geometric_flow(HEAD, driving, FACES, SIZE, SIZE, parts=HeadParts.of(FACES, {"neck": below}))
    assert np.abs(firm.flow[70, 46]).max() > 4.5
    assert np.abs(loose.flow[70, 46]).max() < 2
    np.testing.assert_array_equal(firm.exact, loose.exact)


def test_hold_is_smooth_and_keeps_its_ends() -> None:
    neck = HEAD[:, 1] > CENTRE[1] + 12
    hold = neck_hold(FACES, neck)
    assert hold[HEAD[:, 1] < CENTRE[1]].min() == 1
    assert hold[HEAD[:, 1] > CENTRE[1] + 26].max() < 0.05
    edges = np.abs(np.diff(hold[FACES], axis=1))
    assert edges.max() < 0.6


@pytest.mark.parametrize(("height", "width"), [(40, 96), (97, 31), (1, 1), (3, 200)])
def test_other_sizes(height: int, width: int) -> None:
    mesh, faces = sphere(16, 10, (width / 2, height / 2, 0), min(height, width) / 3)
    result = geometric_flow(mesh + np.float32(1.5), mesh, faces, height, width)
    _check_shapes(result, height, width)


def test_no_mesh_no_motion() -> None:
    nothing = np.zeros((0, 3), np.float32)
    result = geometric_flow(nothing, nothing, np.zeros((0, 3), np.int32), 12, 20)
    _check_shapes(result, 12, 20)
    assert (result.flow == 0).all()
    assert (result.visibility == 1).all()


def test_vertices_that_are_not_finite_are_left_out() -> None:
    source, driving = HEAD.copy(), turned(HEAD, 10)
    source[300], driving[420] = np.nan, np.inf
    result = geometric_flow(source, driving, FACES, SIZE, SIZE)
    assert np.isfinite(result.flow).all()
    assert np.isfinite(result.exact).all()
    assert np.isfinite(result.visibility).all()


def _check_shapes(result: GeometricFlow, height: int, width: int) -> None:
    assert result.flow.shape == result.exact.shape == (height, width, 2)
    assert result.visibility.shape == result.head.shape == (height, width)
    assert result.flow.dtype == result.exact.dtype == result.visibility.dtype == np.float32
    assert (border(result.flow) == 0).all()


def test_extrapolation_approaches_the_solved_membrane() -> None:
    """Against plain relaxation run to its end."""
    rng = np.random.default_rng(3)
    known = np.zeros((40, 33), np.float32)
    known[12:25, 10:20] = 1
    values = np.repeat(rng.normal(3, 1, (1, 1, 2)), 40, 0).repeat(33, 1).astype(np.float32)
    values[12:25, 10:20, 0] += np.linspace(-2, 2, 10)
    stiffness = rng.uniform(0.5, 1.5, known.shape).astype(np.float32)
    expected = _plain_membrane(values, known, stiffness)
    result = extrapolate(values, known, stiffness)
    np.testing.assert_array_equal(result[known == 1], values[known == 1])
    assert np.abs(result - expected).max() < 0.15 * np.abs(expected).max()
    assert np.abs(result - expected).mean() < 0.02 * np.abs(expected).max()


def _plain_membrane(values: np.ndarray, known: np.ndarray, stiffness: np.ndarray) -> np.ndarray:
    field = np.zeros(values.shape)
    k = np.pad(stiffness.astype(np.float64), 1, mode="edge")
    steps = [(dy, dx) for dy in range(3) for dx in range(3)]
    height, width = known.shape
    total = sum(k[dy : dy + height, dx : dx + width] for dy, dx in steps)
    inner = np.pad(stiffness.astype(np.float64), 1)
    for _ in range(4000):
        padded = np.pad(field, ((1, 1), (1, 1), (0, 0)))
        mean = sum(
            padded[dy : dy + height, dx : dx + width] * inner[dy : dy + height, dx : dx + width, None]
            for dy, dx in steps
        )
        field = np.where(known[..., None] == 1, values, mean / total[..., None])
    return field


def test_extrapolation_does_not_overshoot() -> None:
    rng = np.random.default_rng(4)
    known = (rng.random((50, 60)) < 0.05).astype(np.float32)
    values = rng.uniform(1, 2, (50, 60, 2)).astype(np.float32)
    result = extrapolate(values, known, np.ones_like(known))
    assert result.min() >= 0
    assert result.max() <= 2


def test_determinants_are_those_of_the_map() -> None:
    y, x = np.mgrid[0:7, 0:9].astype(np.float32)
    flow = np.stack([0.5 * x + 0.25 * y, -0.5 * x - 2 * y], axis=-1)
    np.testing.assert_allclose(determinants(flow), np.full((6, 8), 1.5 * -1 - 0.25 * -0.5), rtol=1e-4)


def test_unfolding_smooths_folds_and_nothing_else() -> None:
    flow = np.random.default_rng(5).normal(0, 0.05, (40, 50, 2)).astype(np.float32)
    np.testing.assert_array_equal(unfold(flow), flow)
    folded = flow.copy()
    folded[20, 25] += (4, -3)
    result = unfold(folded)
    assert determinants(folded).min() < 0
    assert determinants(result).min() > 0
    np.testing.assert_array_equal(result[:10], folded[:10])
    np.testing.assert_array_equal(result[:, 40:], folded[:, 40:])
