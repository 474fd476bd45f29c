"""The rasteriser against a plain one that looks at every pixel of every triangle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.geometry import fragments
from core.geometry.rasterise import Raster, interpolate, rasterise
from core.types import Float

from .geometry_shapes import sphere

Faces = np.ndarray


def plain(vertices: Float, faces: Faces, height: int, width: int, cull: bool) -> tuple[np.ndarray, np.ndarray]:
    """Per-pixel reference: nearest triangle (-1 = none) and its depth; edge functions in float64."""
    triangle = np.full((height, width), -1)
    depth = np.full((height, width), np.inf)
    for index, face in enumerate(faces):
        a, b, c = vertices[face].astype(np.float64)
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if area == 0 or (cull and area > 0) or not np.isfinite(area):
            continue
        for row in range(height):
            for column in range(width):
                q = np.array([column, row], float)
                weights = np.array([_half(b, c, q), _half(c, a, q), _half(a, b, q)]) / area
                if (weights < 0).any():
                    continue
                z = float(weights @ [a[2], b[2], c[2]])
                if z < depth[row, column]:
                    triangle[row, column], depth[row, column] = index, z
    return triangle, depth


def _half(a: np.ndarray, b: np.ndarray, q: np.ndarray) -> float:
    return float((b[0] - a[0]) * (q[1] - a[1]) - (b[1] - a[1]) * (q[0] - a[0]))


def soup(seed: int, triangles: int, size: float, spread: float) -> tuple[Float, Faces]:
    """Random triangles that share no vertex, with corners in general position."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(-spread * 0.2, spread * 1.2, (triangles, 1, 3))
    corners = centre + rng.normal(0, size, (triangles, 3, 3))
    return corners.reshape(-1, 3).astype(np.float32), np.arange(3 * triangles, dtype=np.int32).reshape(-1, 3)


@pytest.mark.parametrize("cull", [True, False])
@pytest.mark.parametrize(("triangles", "size"), [(60, 0.6), (40, 4.0), (12, 60.0)])
def test_matches_the_plain_reference_on_soups(triangles: int, size: float, cull: bool) -> None:
    for seed in range(3):
        vertices, faces = soup(seed, triangles, size, 20)
        raster = rasterise(vertices, faces, 17, 23, cull)
        triangle, depth = plain(vertices, faces, 17, 23, cull)
        np.testing.assert_array_equal(raster.triangle, triangle)
        np.testing.assert_allclose(raster.depth, depth, rtol=1e-5, atol=1e-4)


def test_matches_the_plain_reference_on_a_sphere() -> None:
    vertices, faces = sphere(16, 9, centre=(12.3, 14.1, 5), radius=10.7)
    raster = rasterise(vertices, faces, 31, 27)
    triangle, depth = plain(vertices, faces, 31, 27, True)
    np.testing.assert_array_equal(raster.triangle, triangle)
    np.testing.assert_allclose(raster.depth, depth, rtol=1e-5, atol=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 2.0, 8.0, 40.0]), st.integers(1, 40), st.integers(1, 40))
def test_barycentrics_reproduce_position_and_depth(seed: int, size: float, height: int, width: int) -> None:
    vertices, faces = soup(seed, 30, size, 25)
    raster = rasterise(vertices, faces, height, width, cull=False)
    points = interpolate(raster, faces, vertices)
    rows, columns = np.nonzero(raster.mask)
    np.testing.assert_allclose(points[:, 0], columns, atol=2e-3)
    np.testing.assert_allclose(points[:, 1], rows, atol=2e-3)
    np.testing.assert_allclose(points[:, 2], raster.depth[raster.mask], atol=2e-2)
    assert raster.barycentric.min() >= 0
    np.testing.assert_allclose(raster.barycentric.sum(axis=2), raster.mask, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(-5, 5), st.integers(-5, 5))
@example(175, 1, 0)
def test_integer_translation_moves_the_raster(seed: int, dx: int, dy: int) -> None:
    vertices, faces = soup(seed, 25, 4.0, 20)
    vertices = np.round(vertices * 64) / np.float32(64)  # exact sums
    still = rasterise(vertices, faces, 40, 40, cull=False)
    moved = rasterise(vertices + np.array([dx, dy, 0], np.float32), faces, 40, 40, cull=False)
    inner = still.triangle[5:-5, 5:-5]
    np.testing.assert_array_equal(moved.triangle[5 + dy : 35 + dy, 5 + dx : 35 + dx], inner)


def grid_mesh(seed: int, cells: int, jitter: float, scale: float) -> tuple[Float, Faces]:
    """A planar sheet of jittered vertices, some of them exactly on pixel centres, cut into triangles."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : cells + 1, 0 : cells + 1] * scale
    move = rng.uniform(-jitter, jitter, (2, cells + 1, cells + 1)) * scale
    move *= rng.random((1, cells + 1, cells + 1)) < 0.7
    vertices = np.stack([x + move[0], y + move[1], np.zeros_like(x)], axis=-1).reshape(-1, 3).astype(np.float32)
    a = (np.arange(cells)[:, None] * (cells + 1) + np.arange(cells)).reshape(-1)
    b, c, d = a + 1, a + cells + 1, a + cells + 2
    return vertices, np.concatenate([np.stack([a, c, b], 1), np.stack([b, c, d], 1)]).astype(np.int32)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.2]), st.sampled_from([0.25, 1.0, 1.7, 5.0]))
def test_a_sheet_has_no_crack_and_no_pixel_twice(seed: int, jitter: float, scale: float) -> None:
    cells = max(2, int(20 / scale))
    vertices, faces = grid_mesh(seed, cells, jitter, scale)
    every = np.arange(len(faces))
    size = int(cells * scale) + 3
    x, y, z = (fragments.corners(vertices, faces, axis) for axis in range(3))
    pixel, _ = fragments.Triangles.build(x, y, z, every, size, size).fragments(size)
    owners = np.bincount(pixel, minlength=size * size).reshape(size, size)
    assert owners.max() == 1
    inside = int(np.ceil(scale * jitter)), int(np.floor((cells - jitter) * scale))
    assert (owners[inside[0] : inside[1], inside[0] : inside[1]] == 1).all()


def test_top_left_rule_on_a_unit_square() -> None:
    vertices = np.array([[1, 1, 0], [1, 4, 0], [4, 4, 0], [4, 1, 0]], np.float32)
    raster = rasterise(vertices, np.array([[0, 1, 2], [0, 2, 3]], np.int32), 6, 6)
    expected = np.zeros((6, 6), bool)
    expected[1:4, 1:4] = True
    np.testing.assert_array_equal(raster.mask, expected)


def test_equal_depth_goes_to_the_lowest_index() -> None:
    corners = np.array([[-50, -50, 3], [-50, 150, 3], [150, -50, 3]], np.float32)
    faces = np.array([[0, 1, 2]] * 5, np.int32)
    assert (rasterise(corners, faces, 8, 9).triangle == 0).all()
    nearer = np.concatenate([corners, corners - np.array([0, 0, 1e-3])]).astype(np.float32)
    assert (rasterise(nearer, np.concatenate([faces, faces + 3]), 8, 9).triangle == 5).all()


def test_negative_depth_is_in_front() -> None:
    near = np.array([[-50, -50, -7], [-50, 150, -7], [150, -50, -7]], np.float32)
    both = np.concatenate([near + np.array([0, 0, away]) for away in (5, 0, 9)]).astype(np.float32)
    raster = rasterise(both, np.arange(9, dtype=np.int32).reshape(3, 3), 4, 4)
    assert (raster.triangle == 1).all()
    assert (raster.depth == -7).all()


def test_ten_huge_triangles_cover_the_picture() -> None:
    corners = np.array([[-1e5, -1e5, 0], [-1e5, 3e5, 0], [3e5, -1e5, 0]], np.float32)
    vertices = np.concatenate([corners + np.array([0, 0, depth]) for depth in range(10, 0, -1)]).astype(np.float32)
    raster = rasterise(vertices, np.arange(30, dtype=np.int32).reshape(-1, 3), 64, 200)
    assert (raster.triangle == 9).all()
    np.testing.assert_allclose(raster.depth, 1, atol=1e-4)


def test_chunks_do_not_change_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    vertices, faces = soup(1, 200, 12.0, 40)
    whole = rasterise(vertices, faces, 40, 40)
    monkeypatch.setattr(fragments, "_CHUNK", 50)
    np.testing.assert_array_equal(rasterise(vertices, faces, 40, 40).triangle, whole.triangle)


def test_bad_triangles_draw_nothing_and_disturb_nothing() -> None:
    good = np.array([[1, 1, 0], [1, 9, 0], [9, 1, 0]], np.float32)
    bad = np.array(
        [
            *[[np.nan, 2, 0], [3, 9, 0], [9, 3, 0]],
            *[[2, 2, np.inf], [3, 9, 0], [9, 3, 0]],
            *[[1, 1, -5], [5, 5, -5], [9, 9, -5]],  # no area
            *[[4, 4, -5], [4, 4, -5], [4, 4, -5]],
            *[[100, 1, -5], [100, 9, -5], [109, 1, -5]],  # off the picture
            *[[-1, -90, -5], [-1, -80, -5], [9, -90, -5]],
            *[[3e38, 1, -5], [-3e38, 9, -5], [np.inf, 1, -5]],
        ],
        np.float32,
    )
    vertices = np.concatenate([good, bad])
    alone = rasterise(good, np.array([[0, 1, 2]], np.int32), 12, 10, cull=False)
    raster = rasterise(vertices, np.arange(len(vertices), dtype=np.int32).reshape(-1, 3), 12, 10, cull=False)
    _assert_equal(raster, alone)


@pytest.mark.parametrize(("n", "size"), [(0, (5, 7)), (3, (5, 7)), (3, (0, 7)), (3, (1, 1))])
def test_empty_input_gives_an_empty_raster(n: int, size: tuple[int, int]) -> None:
    raster = rasterise(np.zeros((n, 3), np.float32), np.zeros((0, 3), np.int32), *size)
    assert raster.triangle.shape == raster.depth.shape == size
    assert raster.barycentric.shape == (*size, 3)
    assert not raster.mask.any()
    assert np.isposinf(raster.depth).all()
    assert (raster.triangle.dtype, raster.barycentric.dtype, raster.depth.dtype) == (np.int32, np.float32, np.float32)


def test_culling_drops_what_faces_away() -> None:
    front = np.array([[0, 0, 0], [0, 9, 0], [9, 0, 0]], np.float32)
    face = np.array([[0, 1, 2]], np.int32)
    assert rasterise(front, face, 8, 8).mask.any()
    assert not rasterise(front, face[:, ::-1], 8, 8).mask.any()
    np.testing.assert_array_equal(
        rasterise(front, face[:, ::-1], 8, 8, cull=False).mask, rasterise(front, face, 8, 8).mask
    )


def _assert_equal(one: Raster, other: Raster) -> None:
    np.testing.assert_array_equal(one.triangle, other.triangle)
    np.testing.assert_array_equal(one.depth, other.depth)
    np.testing.assert_array_equal(one.barycentric, other.barycentric)
