"""Cutting the crop out and putting it back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pipeline.crop import cut, edges, face_crop, snap, to_crop, whole_crop
from core.pipeline.paste_back import paste_back, seam
from core.types import Crop

STILL = np.zeros((256, 256, 2), np.float32)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_whole_crop_of_a_256_picture_is_the_picture() -> None:
    image = noise(256, 256)
    assert np.array_equal(cut(image, whole_crop(image)), image)


def test_cut_inside_is_a_copy() -> None:
    image = noise(300, 400)
    assert np.array_equal(cut(image, snap(Crop(150, 140, 256))), image[12:268, 22:278])


@given(st.integers(-300, 500), st.integers(-300, 500), st.integers(1, 700))
def test_cut_outside_repeats_the_border(cx: int, cy: int, size: int) -> None:
    image = noise(60, 80)
    crop = snap(Crop(cx, cy, size))
    left, top, side = edges(crop)
    rows = np.clip(np.arange(top, top + side), 0, 59)
    columns = np.clip(np.arange(left, left + side), 0, 79)
    assert np.array_equal(cut(image, crop, None), image[np.ix_(rows, columns)])


def test_points_land_where_their_pixels_do() -> None:
    image = np.zeros((600, 800, 3), np.uint8)
    image[200:204, 300:304] = 255
    crop = snap(Crop(310, 220, 128))
    y, x = np.nonzero(cut(image, crop)[..., 0] > 128)
    expected = to_crop(np.array([[301.5, 201.5]], np.float32), crop)[0]
    assert (x.mean(), y.mean()) == pytest.approx(tuple(expected), abs=0.01)


def test_face_crop_holds_the_face_with_room() -> None:
    points = np.array([[300, 300, 0], [400, 460, 0]], np.float32)
    crop = face_crop(points, noise(900, 900))
    assert crop.size == pytest.approx(160 * 1.95, abs=1)
    assert crop.cx == pytest.approx(350.5, abs=1)
    assert crop.cy < 380.5


@pytest.mark.parametrize("top", [70, 110, 200])
def test_face_crop_stays_inside_the_picture_where_it_can(top: int) -> None:
    points = np.array([[100, top, 0], [200, top + 160, 0]], np.float32)
    left, upper, side = edges(face_crop(points, noise(480, 300)))
    assert left >= 0
    assert left + side <= 300
    assert upper >= 0
    assert side >= 160 * 1.55


def test_face_crop_of_a_face_in_the_corner_still_holds_it() -> None:
    points = np.array([[0, 0, 0], [100, 160, 0]], np.float32)
    left, upper, side = edges(face_crop(points, noise(480, 640)))
    assert left <= 0
    assert upper <= 0
    assert left + side >= 100
    assert upper + side >= 160


@pytest.mark.parametrize("size", [1, 77, 180, 256, 500, 900])
def test_pasting_the_unchanged_crop_back_changes_nothing(size: int) -> None:
    source = noise(600, 700)
    crop = snap(Crop(300, 250, size))
    pasted = paste_back(source, crop, STILL, np.zeros((256, 256, 3), np.float32))
    assert np.array_equal(pasted, source)


def test_paste_back_outside_the_picture() -> None:
    source = noise(200, 200)
    source[:101, :101] = 50
    painted = np.full((256, 256, 3), -43, np.float32)
    pasted = paste_back(source, snap(Crop(0, 0, 200)), STILL, painted)
    assert (pasted[:80, :80] == 7).all()
    assert np.array_equal(pasted[101:, 101:], source[101:, 101:])


def test_seam_is_soft_where_the_picture_goes_on_and_full_elsewhere() -> None:
    weight = seam(100, (True, False, False, False))
    assert weight[50, 0] == 1
    assert weight[50, 99] < 0.2
    assert weight[0, 50] < 0.2
    assert weight[50, 50] == 1
