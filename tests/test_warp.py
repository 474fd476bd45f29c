"""Warping: identity and whole pixels exactly, everything else against plain bilinear sampling."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.geometry.warp import resize_flow, warp, warp_tensor


def plain_warp(image: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """float64 reference, pixel by pixel."""
    height, width = image.shape[:2]
    out = np.zeros((*flow.shape[:2], *image.shape[2:]))
    for row in range(flow.shape[0]):
        for column in range(flow.shape[1]):
            x = min(max(column + float(flow[row, column, 0]), 0.0), width - 1.0)
            y = min(max(row + float(flow[row, column, 1]), 0.0), height - 1.0)
            x0, y0 = int(x), int(y)
            x1, y1 = min(x0 + 1, width - 1), min(y0 + 1, height - 1)
            upper = image[y0, x0] * (1 - x + x0) + image[y0, x1] * (x - x0)
            lower = image[y1, x0] * (1 - x + x0) + image[y1, x1] * (x - x0)
            out[row, column] = upper * (1 - y + y0) + lower * (y - y0)
    return out


def picture(seed: int, height: int, width: int, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(1, 1), (5, 9), (256, 256), (37, 301)])
def test_zero_flow_is_the_identity(shape: tuple[int, int], dtype: type) -> None:
    image = picture(0, *shape, dtype)
    out = warp(image, np.zeros((*shape, 2), np.float32))
    assert out.dtype == dtype
    np.testing.assert_array_equal(out, image)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@settings(max_examples=30, deadline=None)
@given(st.integers(-6, 6), st.integers(-6, 6))
def test_whole_pixels_are_exact(dtype: type, dx: int, dy: int) -> None:
    image = picture(1, 24, 31, dtype)
    out = warp(image, np.full((24, 31, 2), (dx, dy), np.float32))
    rows, columns = np.clip(np.arange(24) + dy, 0, 23), np.clip(np.arange(31) + dx, 0, 30)
    np.testing.assert_array_equal(out, image[rows][:, columns])


def test_one_pixel_to_the_left() -> None:
    image = picture(2, 8, 8)
    out = warp(image, np.full((8, 8, 2), (1, 0), np.float32))
    np.testing.assert_array_equal(out[:, :-1], image[:, 1:])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 30))
def test_matches_plain_sampling(seed: int, length: float) -> None:
    rng = np.random.default_rng(seed)
    image = picture(seed, 13, 11, np.float32)
    flow = rng.normal(0, length, (9, 15, 2)).astype(np.float32)
    expected = plain_warp(image, flow)
    np.testing.assert_allclose(warp(image, flow), expected, atol=0.01)
    np.testing.assert_allclose(warp(image.astype(np.uint8), flow), expected, atol=0.51)


def test_grey_and_many_channels_keep_their_shape() -> None:
    flow = np.zeros((4, 6, 2), np.float32)
    for shape in ((4, 6), (4, 6, 1), (4, 6, 7)):
        image = np.random.default_rng(0).random(shape).astype(np.float32)
        np.testing.assert_array_equal(warp(image, flow), image)


def test_flows_that_lead_far_away_take_the_border() -> None:
    image = picture(3, 5, 5)
    flow = np.full((5, 5, 2), (-1e9, 1e9), np.float32)
    assert (warp(image, flow) == image[4, 0]).all()


@pytest.mark.parametrize("shape", [(64, 256), (128, 32)])
def test_tensor_identity_and_whole_pixels_are_exact(shape: tuple[int, int]) -> None:
    features = torch.rand(2, 5, *shape, generator=torch.Generator().manual_seed(0))
    flow = torch.zeros(2, 2, *shape)
    assert torch.equal(warp_tensor(features, flow), features)
    flow[:, 0] = 1
    assert torch.equal(warp_tensor(features, flow)[..., :-1], features[..., 1:])


def test_tensor_identity_of_other_sizes_is_within_the_stated_tolerance() -> None:
    for height, width in ((37, 101), (255, 3), (1, 1)):
        features = torch.rand(1, 2, height, width, generator=torch.Generator().manual_seed(1))
        torch.testing.assert_close(warp_tensor(features, torch.zeros(1, 2, height, width)), features, atol=1e-5, rtol=0)


def test_tensor_matches_the_image_warp() -> None:
    rng = np.random.default_rng(4)
    image = rng.random((32, 48, 3)).astype(np.float32)
    flow = rng.normal(0, 5, (32, 48, 2)).astype(np.float32)
    tensor = warp_tensor(torch.from_numpy(image).permute(2, 0, 1)[None], torch.from_numpy(flow).permute(2, 0, 1)[None])
    np.testing.assert_allclose(tensor[0].permute(1, 2, 0).numpy(), warp(image, flow), atol=1e-4)


def test_tensor_warp_is_differentiable() -> None:
    generator = torch.Generator().manual_seed(5)
    features = torch.rand(1, 2, 6, 5, dtype=torch.float64, generator=generator, requires_grad=True)
    flow = (torch.rand(1, 2, 4, 5, dtype=torch.float64, generator=generator) * 0.6 + 0.2).requires_grad_()
    assert torch.autograd.gradcheck(warp_tensor, (features, flow))


def test_what_a_render_keeps_serves_a_training_on_any_thread() -> None:
    """Inference tensors would raise in backward."""
    features, flow = torch.rand(1, 2, 13, 11), torch.full((1, 2, 13, 11), 0.3)
    with ThreadPoolExecutor(4) as pool:

        def rendered(_: int) -> torch.Tensor:
            with torch.inference_mode():
                return warp_tensor(features, flow)

        pictures = list(pool.map(rendered, range(8)))
    moved = flow.clone().requires_grad_()
    trained = warp_tensor(features, moved)
    trained.sum().backward()
    assert moved.grad is not None and moved.grad.abs().max() > 0
    assert all(torch.equal(picture, trained.detach()) for picture in pictures)


@pytest.mark.parametrize(("height", "width"), [(128, 128), (512, 512), (100, 300), (16, 12)])
def test_resized_flow_is_the_same_motion(height: int, width: int) -> None:
    y, x = np.mgrid[0:64, 0:48].astype(np.float32)
    flow = np.stack([0.1 * (x + 0.5) - 2, 0.05 * (y + 0.5) + 1], axis=-1)  # linear in corner coordinates
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    expected = np.stack([0.1 * (x + 0.5) - 2 * width / 48, 0.05 * (y + 0.5) + height / 64], axis=-1)
    inner = np.s_[height // 16 : -height // 16, width // 12 : -width // 12]
    np.testing.assert_allclose(resize_flow(flow, height, width)[inner], expected[inner], atol=0.02)


def test_resizing_to_the_same_size_changes_nothing() -> None:
    flow = np.random.default_rng(6).normal(0, 3, (7, 9, 2)).astype(np.float32)
    np.testing.assert_array_equal(resize_flow(flow, 7, 9), flow)


def test_flows_may_be_views() -> None:
    image = picture(5, 16, 20)
    flow = np.random.default_rng(6).normal(0, 3, (16, 20, 2)).astype(np.float32)
    np.testing.assert_array_equal(warp(image, flow[:, ::-1]), warp(image, flow[:, ::-1].copy()))
    np.testing.assert_array_equal(warp(image, flow[:8, ::2]), warp(image, flow[:8, ::2].copy()))
