"""Person and background: MediaPipe's own masks, and a plate without the person."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import load_file

from core.geometry.layers import background_plate, layers, own_light
from core.regression.person import PersonSegmenter

from .goldens.regression.variants import PERSON_GOLDENS, read, small_squares


@pytest.fixture(scope="module")
def segmenter() -> PersonSegmenter:
    return PersonSegmenter.load()


SQUARES = dict(small_squares())


@pytest.mark.parametrize("name", SQUARES)
def test_masks_are_mediapipes(segmenter: PersonSegmenter, name: str) -> None:
    expected = load_file(PERSON_GOLDENS)[name].astype(np.float32) / 255
    mask = segmenter.mask(SQUARES[name])
    assert mask.shape == (256, 256) and mask.dtype == np.float32
    np.testing.assert_allclose(mask[::2, ::2], expected, atol=0.5 / 255 + 1e-3)
    assert 0.2 < mask.mean() < 0.8


def test_a_mask_has_its_pictures_size(segmenter: PersonSegmenter) -> None:
    picture = read("hopper.jpg")[:, :400]
    mask = segmenter.mask(picture)
    assert mask.shape == picture.shape[:2]
    assert 0 <= mask.min() < 0.01 and 0.99 < mask.max() <= 1


def test_the_plate_keeps_the_background_and_loses_the_person() -> None:
    """A red disc on a ramp: outside nothing changes, inside the ramp goes on."""
    y, x = np.mgrid[0:128, 0:128]
    ramp = np.stack([60 + x, 60 + y, np.full_like(x, 90)], axis=-1).astype(np.uint8)
    person = (np.hypot(x - 60, y - 70) < 25).astype(np.float32)
    picture = np.where(person[..., None] > 0, np.array([255, 0, 0], np.uint8), ramp)
    plate = background_plate(picture, person)
    far = np.hypot(x - 60, y - 70) > 32
    assert np.array_equal(plate[far], picture[far])
    assert np.abs(plate.astype(int) - ramp).max() < 16


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_pictures_of_background_or_of_person_alone(share: float) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    plate = background_plate(picture, np.full((64, 64), share, np.float32))
    expected = picture if share == 0 else np.broadcast_to(picture.mean((0, 1)), picture.shape)
    assert np.abs(plate - expected).max() <= 0.5


def test_layers_are_reduced_together(segmenter: PersonSegmenter) -> None:
    picture = SQUARES["collins.png/as_is"]
    mask = segmenter.mask(picture)
    person, plate = layers(picture, mask, 64)
    assert person.shape == (64, 64) and plate.shape == (64, 64, 3) and plate.dtype == np.uint8
    np.testing.assert_allclose(person, mask.reshape(64, 4, 64, 4).mean((1, 3)), atol=1e-5)
    full = layers(picture, mask, 256)
    assert full[0] is mask and np.array_equal(full[1], background_plate(picture, mask))


def test_the_persons_own_light_over_the_plate_is_the_picture() -> None:
    """Whatever the mask is: also where half a pixel of hair is held for background."""
    rng = np.random.default_rng(2)
    picture = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    person = np.zeros((64, 64), np.float32)
    person[20:40, 20:40] = rng.random((20, 20))
    plate = background_plate(picture, person)
    own = own_light(picture, person, plate)
    np.testing.assert_allclose(own + (1 - person)[..., None] * plate, picture, atol=1e-3)
    assert np.abs(own[:10]).max() == 0, "what is background has no light of its own to move"
