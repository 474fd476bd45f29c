"""A person's mask, made exact by the picture's colours."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.geometry.layers import background_plate, own_light
from core.geometry.matte import matte
from core.regression.person import PersonSegmenter
from core.types import Float, Image

from .goldens.regression.variants import small_squares

SIDE = 256


def disc(radius: float, soft: float = 1.0) -> Float:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    return np.asarray(np.clip((radius - np.hypot(x - 120, y - 130)) / soft + 0.5, 0, 1), np.float32)


def picture(alpha: Float, person: tuple[int, ...], wall: tuple[int, ...], noise: float = 4) -> Image:
    rng = np.random.default_rng(3)
    flat = alpha[..., None] * np.array(person) + (1 - alpha[..., None]) * np.array(wall)
    return np.clip(flat + rng.normal(0, noise, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("error", [-3, -1, 1, 3])
@pytest.mark.parametrize("colours", [((90, 60, 50), (235, 240, 245)), ((200, 160, 140), (40, 60, 120))])
def test_a_mask_that_is_off_by_some_pixels_is_put_right(error: int, colours: tuple[tuple[int, ...], ...]) -> None:
    true = disc(70)
    found = matte(picture(true, *colours), disc(70 + error))
    assert np.abs(found - true).mean() < 0.15 * np.abs(disc(70 + error) - true).mean() + 1e-3
    assert found.dtype == np.float32 and found.min() >= 0 and found.max() <= 1


def test_half_transparent_edges_stay_half_transparent() -> None:
    true = disc(70, soft=6)
    found = matte(picture(true, (30, 30, 30), (230, 230, 230), noise=1), disc(71))
    between = (true > 0.3) & (true < 0.7)
    assert np.abs(found - true)[between].mean() < 0.1


def test_far_from_the_outline_nothing_changes() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    mask = disc(70)
    far = np.abs(np.hypot(*(np.mgrid[0:SIDE, 0:SIDE] - np.array([130, 120])[:, None, None])) - 70) > 8
    assert np.array_equal(matte(image, mask)[far], mask[far])


def test_where_colours_tell_nothing_the_mask_stays() -> None:
    """Noise, and one colour on both sides."""
    rng = np.random.default_rng(1)
    noise = cv2.resize(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8), (SIDE, SIDE))
    for image in (noise, np.full((SIDE, SIDE, 3), 127, np.uint8)):
        assert np.abs(matte(image, disc(70)) - disc(70)).mean() < 0.004


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_mask_without_an_outline_is_returned(share: float) -> None:
    mask = np.full((SIDE, SIDE), share, np.float32)
    assert matte(picture(disc(50), (9, 9, 9), (250, 250, 250)), mask) is mask


def test_a_smaller_picture_gives_the_same_matte() -> None:
    image, mask = picture(disc(70), (90, 60, 50), (235, 240, 245)), disc(73)
    small_image, small_mask = (cv2.resize(each, (128, 128), interpolation=cv2.INTER_AREA) for each in (image, mask))
    smaller = cv2.resize(matte(image, mask), (128, 128), interpolation=cv2.INTER_AREA)
    assert np.abs(matte(small_image, small_mask) - smaller).mean() < 0.01


def test_collins_has_no_rim_of_wall() -> None:
    """Laid on black, the outermost pixels of her hair are as dark as hair, not as bright as the wall behind it."""
    image = dict(small_squares())["collins.png/as_is"]
    net = PersonSegmenter.load().mask(image)

    def rim(mask: Float) -> float:
        on_black = own_light(image, mask, background_plate(image, mask)).max(axis=2)
        inside = (mask > 0.5).astype(np.uint8)
        edge = (inside - cv2.erode(inside, np.ones((3, 3), np.uint8)))[:150] > 0  # above the collar
        return float(np.median(on_black[:150][edge]))

    assert rim(matte(image, net)) < 0.85 * rim(net)


def test_islands_do_not_move_with_the_person() -> None:
    """A star of a flag and somebody at the edge; wisps that hang together with the person stay."""
    mask = disc(60)
    whole = mask.copy()
    whole[20:40, 10:40] = 0.9
    whole[100:256, 240:256] = 1
    whole[128:132, 180:200] = 0.5  # a wisp
    wisp = mask.copy()
    wisp[128:132, 180:200] = 0.5
    image = np.full((SIDE, SIDE, 3), 127, np.uint8)
    found = matte(image, whole)
    assert found[18:42, 8:42].max() < 0.01 and found[100:256, 238:256].max() < 0.01
    assert np.abs(found - matte(image, wisp)).max() < 0.02


def test_the_one_in_the_middle_is_meant_though_another_is_larger() -> None:
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[:, :60] = 1
    mask[90:170, 90:170] = 1
    found = matte(np.full((SIDE, SIDE, 3), 127, np.uint8), mask)
    assert found[100:160, 100:160].min() > 0.9 and found[:, :58].max() == 0
