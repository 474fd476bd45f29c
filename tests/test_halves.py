"""Pictures with their half pixels: what is kept exactly, and how much less moving blurs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.geometry.halves import (
    TAPS,
    tensor_with_halves,
    warp_halves,
    warp_last_halves,
    warp_tensor_halves,
    with_halves,
)
from core.geometry.warp import warp


def picture(height: int = 16, width: int = 24, channels: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((height, width, channels), np.float32)


def steady(height: int, width: int, x: float, y: float) -> np.ndarray:
    return np.broadcast_to(np.float32([x, y]), (height, width, 2)).copy()


@settings(max_examples=30, deadline=None)
@given(st.integers(-20, 20), st.integers(-20, 20), st.sampled_from([np.uint8, np.float32]))
def test_whole_pixels_are_exact_and_the_border_is_repeated(x: int, y: int, kind: type) -> None:
    image = (picture() * 255).astype(kind)
    flow = steady(16, 24, x, y)
    assert np.array_equal(warp_halves(with_halves(image), flow), warp(image, flow))


def test_half_pixels_by_hand() -> None:
    row = picture(1, 24, 1)
    by_hand = sum(tap * row[0, 2 + k, 0] for k, tap in enumerate(TAPS))
    assert with_halves(row)[0, 19, 0] == pytest.approx(by_hand, rel=1e-5)
    assert TAPS.sum() == pytest.approx(1) and np.allclose(TAPS[::-1], TAPS)
    fine = with_halves(picture(24, 24, 2))
    turned = with_halves(picture(24, 24, 2).transpose(1, 0, 2)).transpose(1, 0, 2)
    assert np.allclose(fine, turned, atol=1e-6)


@pytest.mark.parametrize(("period", "kept", "blurred"), [(2.5, 0.95, 0.35), (3, 0.98, 0.55), (8, 0.99, 0.95)])
def test_stripes_that_move_by_half_a_pixel_keep_their_contrast(period: int, kept: float, blurred: float) -> None:
    """Of stripes three pixels wide bilinear sampling leaves half of the contrast."""
    x = np.arange(96, dtype=np.float32)
    stripes = np.tile(np.sin(2 * np.pi * x / period), (8, 1))[..., None].astype(np.float32)
    flow = steady(8, 96, 0.5, 0.0)
    wanted = np.sin(2 * np.pi * (x + 0.5) / period)[12:-12]

    def contrast(moved: np.ndarray) -> float:
        return float(moved.reshape(8, 96)[4, 12:-12] @ wanted / (wanted @ wanted))

    assert contrast(warp_halves(with_halves(stripes), flow)) > kept
    assert contrast(warp(stripes, flow)) < blurred


def test_what_lies_between_is_bilinear() -> None:
    image = picture()
    quarter = warp_halves(with_halves(image), steady(16, 24, 0.25, 0.0))
    half = warp_halves(with_halves(image), steady(16, 24, 0.5, 0.0))
    assert np.allclose(quarter, (image + half) / 2, atol=1e-6)


def test_tensors_are_moved_as_arrays_are() -> None:
    images = np.stack([picture(16, 16), picture(16, 16, seed=1)])
    flow = np.random.default_rng(2).normal(0, 4, (2, 16, 16, 2)).astype(np.float32)
    first, flows = torch.from_numpy(images).permute(0, 3, 1, 2), torch.from_numpy(flow).permute(0, 3, 1, 2)
    fine = tensor_with_halves(first)
    expected = np.stack([with_halves(each) for each in images])
    assert np.allclose(fine.permute(0, 2, 3, 1).numpy(), expected, atol=1e-6)
    moved = np.stack([warp_halves(each, one) for each, one in zip(expected, flow)])
    assert np.allclose(warp_tensor_halves(fine, flows).permute(0, 2, 3, 1).numpy(), moved, atol=1e-4)
    assert np.array_equal(warp_last_halves(torch.from_numpy(expected), torch.from_numpy(flow)).numpy(), moved)


def test_the_gradient_reaches_picture_and_flow() -> None:
    image = torch.rand(1, 2, 8, 8, dtype=torch.float64, requires_grad=True)
    flow = (torch.rand(1, 2, 8, 8, dtype=torch.float64) * 0.4 + 0.05).requires_grad_(True)
    assert torch.autograd.gradcheck(lambda i, f: warp_tensor_halves(tensor_with_halves(i), f), (image, flow))
