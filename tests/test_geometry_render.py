"""The software renderer: a lit sphere looks like a lit sphere."""

from __future__ import annotations

import numpy as np
import pytest

from core.geometry.rasterise import rasterise
from core.geometry.render import render_mesh, shade

from .geometry_shapes import sphere

CENTRE = (31.5, 31.5, 0.0)
BALL, FACES = sphere(48, 30, CENTRE, 20.0)


def test_the_light_comes_from_the_upper_left_and_the_front() -> None:
    picture = render_mesh(BALL, FACES, 64, 64, colour=(255, 255, 255)).astype(int)
    assert (picture[..., 0] == picture[..., 2]).all()
    grey = picture[..., 0]
    brightest = np.unravel_index(grey.argmax(), grey.shape)
    assert brightest[0] < 31
    assert brightest[1] < 31
    assert grey[31, 31] > 200
    assert grey[20, 20] > grey[43, 43] + 40
    assert grey[0, 0] == 0


def test_shading_is_lamberts_law() -> None:
    """Against the analytic normals of the sphere."""
    raster = rasterise(BALL, FACES, 64, 64)
    shaded = shade(raster, BALL, FACES, np.array([1.0, 0.5, 0.25], np.float32))
    rows, columns = np.nonzero(raster.mask & (raster.depth < -8))
    normal = np.stack([columns - 31.5, rows - 31.5, raster.depth[rows, columns]], axis=1) / 20
    light = np.array([-0.35, -0.45, -0.82])
    expected = 0.28 + 0.72 * np.clip(normal @ (light / np.linalg.norm(light)), 0, 1)
    np.testing.assert_allclose(shaded[rows, columns, 0], expected, atol=0.03)
    np.testing.assert_allclose(shaded[rows, columns, 1], shaded[rows, columns, 0] / 2, rtol=1e-4)
    assert (shaded[~raster.mask] == 0).all()


def test_edges_are_blended_and_the_background_is_kept() -> None:
    background = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    picture = render_mesh(BALL, FACES, 64, 64, background=background)
    y, x = np.mgrid[0:64, 0:64]
    distance = np.hypot(x - 31.5, y - 31.5)
    np.testing.assert_array_equal(picture[distance > 22], background[distance > 22])
    assert (picture[distance < 19] != background[distance < 19]).any(axis=1).mean() > 0.9
    on_black = render_mesh(BALL, FACES, 64, 64, colour=(250, 250, 250)).astype(int)[..., 0]
    on_white = render_mesh(BALL, FACES, 64, 64, colour=(250, 250, 250), background=(255, 255, 255)).astype(int)[..., 0]
    partly = (on_white - on_black > 20) & (on_white - on_black < 235)
    assert partly.sum() > 30
    assert np.abs(distance[partly] - 20).max() < 1.3


def test_the_picture_is_not_displaced_by_antialiasing() -> None:
    grey = render_mesh(BALL, FACES, 64, 64).sum(axis=2) > 0
    rows, columns = np.nonzero(grey)
    assert rows.mean() == pytest.approx(31.5, abs=0.15)
    assert columns.mean() == pytest.approx(31.5, abs=0.15)


def test_wireframe_darkens_edges_only() -> None:
    vertices = np.array([[2, 2, 0], [2, 60, 0], [60, 2, 0]], np.float32)
    face = np.array([[0, 1, 2]], np.int32)
    plain, wired = (render_mesh(vertices, face, 64, 64, wireframe=wire).astype(int) for wire in (False, True))
    assert (wired[2:60, 2] < plain[2:60, 2]).any(axis=1).all()
    np.testing.assert_array_equal(wired[15:25, 15:25], plain[15:25, 15:25])


def test_vertices_may_have_their_own_colours() -> None:
    left = np.where(BALL[:, :1] < 31.5, [[255, 0, 0]], [[0, 0, 255]]).astype(np.uint8)
    picture = render_mesh(BALL, FACES, 64, 64, colour=left)
    assert picture[31, 20, 0] > 80
    assert picture[31, 20, 2] == 0
    assert picture[31, 43, 2] > 80


@pytest.mark.parametrize(("height", "width"), [(1, 1), (20, 50)])
def test_nothing_to_draw_leaves_the_background(height: int, width: int) -> None:
    picture = render_mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32), height, width, background=(9, 8, 7))
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8
    assert (picture == (9, 8, 7)).all()
