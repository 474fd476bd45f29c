"""The detector: what its numbers mean, merging, and the search over borders, sizes, turns and empty pictures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from core.regression.blazeface import FullRangeNet, ShortRangeNet
from core.regression.detect import (
    FaceDetector,
    decode,
    grid_anchors,
    short_range_anchors,
    tiles,
    turned_view,
    whole_view,
)
from core.regression.layers import SameConv2d
from core.regression.nms import OVERLAP, strongest, weighted_nms
from core.regression.roi import Roi, apply, warp
from core.types import Box, Detection, Float

from .goldens.regression.variants import GOLDENS, read, variants

KNIFE_EDGE = {"hopper.jpg/turned_-25/full": 0.025}
"""Box tolerances where an anchor's score (0.603) is at the threshold (0.6): the last bit of the resampling decides
whether it is averaged in."""


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector.load("cpu")


def row(detection: Detection) -> Float:
    """As the golden numbers: score, box, key points in MediaPipe's coordinates."""
    b = detection.box
    points = detection.keypoints.ravel() + 0.5
    return np.array([b.score, b.x, b.y, b.width, b.height, *points], np.float32)


@pytest.mark.parametrize("net", ["short", "full"])
def test_detections_equal_those_of_the_original_runtime(detector: FaceDetector, net: str) -> None:
    goldens = load_file(GOLDENS)
    for name, picture in variants():
        expected = goldens[f"{name}/{net}"]
        got = detector.look_at_whole(picture, full_range=net == "full")
        assert len(got) == len(expected), name
        for detection, reference in zip(got, expected, strict=True):
            off = np.abs(row(detection) - reference)
            assert off[0] < 0.01, name
            assert off[1:].max() < KNIFE_EDGE.get(f"{name}/{net}", 0.01) * reference[3], name


def test_same_padding_is_tflites() -> None:
    """TFLite: output y, x sees rows from y·stride − before, before = ⌊total/2⌋, total = (out − 1)·stride + k − n."""
    for kernel, stride in ((3, 1), (3, 2), (5, 2)):
        layer = SameConv2d(1, 1, kernel, stride)
        image = torch.randn(1, 1, 8, 8)
        out = 8 // stride
        before = max((out - 1) * stride + kernel - 8, 0) // 2
        expected = torch.empty(out, out)
        for y in range(out):
            for x in range(out):
                total = layer.bias[0]
                for j in range(kernel):
                    for i in range(kernel):
                        v, u = y * stride - before + j, x * stride - before + i
                        if 0 <= v < 8 and 0 <= u < 8:
                            total = total + layer.weight[0, 0, j, i] * image[0, 0, v, u]
                expected[y, x] = total
        torch.testing.assert_close(layer(image)[0, 0], expected, atol=1e-5, rtol=1e-5)


def test_anchors_are_cell_centres_in_rows() -> None:
    anchors = short_range_anchors()
    assert anchors.shape == (896, 2)
    np.testing.assert_allclose(anchors[[0, 1, 2, 32]] * 16, [[0.5, 0.5], [0.5, 0.5], [1.5, 0.5], [0.5, 1.5]])
    np.testing.assert_allclose(anchors[[512, 517, 518]] * 8, [[0.5, 0.5], [0.5, 0.5], [1.5, 0.5]])
    assert len(grid_anchors(48, 1)) == 2304


def test_decoding_maps_through_the_view() -> None:
    values = np.zeros((896, 16), np.float32)
    values[0, :4] = (4, 4, 16, 16)
    values[0, 4:6] = (8, 0)
    logits = np.full(896, -200.0, np.float32)
    logits[0] = 200.0
    (found,) = decode(values, logits, short_range_anchors(), 128, Roi(256, 256, 512), 0.5)
    assert (found.box.x, found.box.y, found.box.width, found.box.height) == (0.0, 0.0, 64.0, 64.0)
    assert found.box.score == pytest.approx(1.0)
    np.testing.assert_allclose(found.keypoints[0], (12 * 4 - 0.5, 4 * 4 - 0.5))


@given(st.integers(0, 2**32 - 1))
def test_merging_agrees_with_the_definition(seed: int) -> None:
    detections = some_detections(np.random.default_rng(seed), 12)
    merged, best = weighted_nms(detections), strongest(detections)
    rest = sorted(detections, key=lambda d: -d.box.score)
    expected = []
    while rest:
        group = [d for d in rest if d is rest[0] or overlap(d.box, rest[0].box) > OVERLAP]
        expected.append(group)
        rest = [d for d in rest if not any(d is g for g in group)]
    assert [d is g[0] for d, g in zip(best, expected, strict=True)] == [True] * len(expected)
    for got, group in zip(merged, expected, strict=True):
        weights = [d.box.score for d in group]
        assert got.box.score == group[0].box.score
        assert got.box.x == pytest.approx(np.average([d.box.x for d in group], weights=weights), rel=1e-4, abs=1e-3)
        assert got.box.width == pytest.approx(np.average([d.box.width for d in group], weights=weights), rel=1e-4)
        points = np.average([d.keypoints for d in group], axis=0, weights=weights)
        np.testing.assert_allclose(got.keypoints, points, rtol=1e-4, atol=1e-3)


def some_detections(rng: np.random.Generator, count: int) -> list[Detection]:
    x, y, size, score = (
        rng.uniform(0, 60, count),
        rng.uniform(0, 60, count),
        rng.uniform(10, 50, count),
        rng.random(count),
    )
    boxes = [Box(*map(float, (a, b, s, s, p))) for a, b, s, p in zip(x, y, size, score, strict=True)]
    return [Detection(box, rng.uniform(0, 99, (6, 2)).astype(np.float32)) for box in boxes]


def overlap(a: Box, b: Box) -> float:
    w = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    h = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    shared = max(w, 0.0) * max(h, 0.0)
    return shared / (a.area + b.area - shared)


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from([2, 4]))
def test_tiles_cover_the_picture(height: int, width: int, divisor: int) -> None:
    size = max(height, width) / divisor
    views = tiles(height, width, size)
    for length, centres in ((width, sorted({v.cx for v in views})), (height, sorted({v.cy for v in views}))):
        assert centres[0] - size / 2 <= 1e-3 and centres[-1] + size / 2 >= length - 1e-3
        assert all(b - a <= size / 2 + 1e-3 for a, b in pairwise(centres))


@given(st.integers(1, 300), st.integers(1, 300), st.floats(-4, 4))
def test_turned_views_hold_the_corners(height: int, width: int, angle: float) -> None:
    view = turned_view(height, width, angle)
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float64)
    matrix = view.matrix(100)
    inside = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    assert inside.min() > -0.1 and inside.max() < 100.1


def test_warp_of_the_whole_is_the_picture_itself() -> None:
    picture = read("collins.png")
    np.testing.assert_array_equal(warp(picture, whole_view(512, 512), 512, 0), picture)


def test_warp_of_a_huge_region_is_the_mean_not_single_pixels() -> None:
    stripes = np.zeros((3000, 3000, 3), np.uint8)
    stripes[:, ::2] = 200
    warped = warp(stripes, Roi(1500, 1500, 2000, 0.3), 64, 0)
    assert np.abs(warped.astype(int) - 100).max() < 40


def test_apply_is_the_matrix() -> None:
    np.testing.assert_allclose(
        apply(Roi(10, 20, 64, np.pi / 2).matrix(32), np.array([[16.0, 16.0], [17.0, 16.0]])),
        [[10, 20], [10, 22]],
        atol=1e-5,
    )


def test_nothing_is_found_where_nothing_is(detector: FaceDetector) -> None:
    assert detector.detect(np.zeros((300, 400, 3), np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (7, 900), (2, 2)])
def test_strange_shapes_do_no_harm(detector: FaceDetector, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    for detection in detector.detect(picture):
        assert np.isfinite(detection.keypoints).all()


def test_largest_times_score_comes_first(detector: FaceDetector) -> None:
    small = read("hopper.jpg")[::2, ::2]
    picture = np.zeros((600, 512 + small.shape[1], 3), np.uint8)
    picture[:512, small.shape[1] :] = 0
    picture[: small.shape[0], : small.shape[1]] = small
    picture[:, small.shape[1] :] = read("hopper.jpg")
    found = detector.detect(picture)
    assert len(found) == 2
    assert found[0].box.area * found[0].box.score > found[1].box.area * found[1].box.score
    assert found[0].box.centre[0] > small.shape[1] > found[1].box.centre[0]


def test_very_large_pictures_give_their_own_coordinates(detector: FaceDetector) -> None:
    picture = read("collins.png")
    (one,), (large,) = detector.detect(picture), detector.detect(picture.repeat(8, 0).repeat(8, 1))
    assert large.box.width == pytest.approx(8 * one.box.width, rel=0.15)
    np.testing.assert_allclose(large.box.centre, 8 * np.array(one.box.centre), atol=0.15 * large.box.width)
    np.testing.assert_allclose(large.keypoints[:2], 8 * one.keypoints[:2] + 3.5, atol=0.1 * large.box.width)


def test_batches_do_not_mix() -> None:
    for net, side in ((ShortRangeNet().eval(), 128), (FullRangeNet().eval(), 192)):
        images = torch.randn(2, 3, side, side)
        with torch.inference_mode():
            both = net(images)
            for i in range(2):
                single = net(images[i : i + 1])
                torch.testing.assert_close(both.values[i], single.values[0], atol=1e-4, rtol=1e-4)
                torch.testing.assert_close(both.logits[i], single.logits[0], atol=1e-4, rtol=1e-4)
