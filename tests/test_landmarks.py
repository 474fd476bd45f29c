"""Landmarks: equal to the original runtime's, and true to the picture when it moves, turns or is cut."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from core.regression.attention import REGION, place_points, region_transform, sample_region
from core.regression.landmark_net import INPUT, LandmarkNet
from core.regression.landmarks import (
    FaceLandmarker,
    Landmarks,
    landmarks_from_tensor,
    load_landmark_net,
    roi_from_detection,
    roi_from_landmarks,
)
from core.regression.roi import Roi
from core.regression.side_by_side import side_by_side
from core.types import Box, Detection, Float, Image
from core.weights import load_weights

from .goldens.regression.variants import GOLDENS, Picture, mirrored, read, turned, variants

MIRROR = [
    (1, 1),
    (10, 10),
    (152, 152),
    (33, 263),
    (133, 362),
    (61, 291),
    (468, 473),
    (159, 386),
    (234, 454),
    (127, 356),
]


@pytest.fixture(scope="module")
def landmarker() -> FaceLandmarker:
    return FaceLandmarker.load("cpu")


@pytest.fixture(scope="module")
def collins(landmarker: FaceLandmarker) -> Landmarks:
    return landmarker.find(read("collins.png"))[0].landmarks


def error(found: Landmarks, expected: Float) -> float:
    """Mean distance in x and y over the face's height."""
    distance = np.linalg.norm(found.points[:, :2] - expected, axis=1).mean()
    return float(distance / np.ptp(expected[:, 1]))


def as_mediapipe(points: Float, roi: Roi) -> Float:
    """MediaPipe warps with pixel centres at integers but reads the net's corner coordinates as if they were those."""
    half = roi.matrix(INPUT)[:, :2].sum(axis=1) / 2
    return np.concatenate([points[:, :2] + half, points[:, 2:]], axis=1).astype(np.float32)


def off_by(landmarker: FaceLandmarker, picture: Picture, roi: Roi, expected: Float) -> Float:
    """478×3 differences to the original's points in pixels of the net's input."""
    (found,) = landmarker.at(picture, [roi])
    return np.abs(as_mediapipe(found.points, roi) - expected) * np.float32(INPUT / roi.size)


def test_landmarks_equal_those_of_the_original_runtime(landmarker: FaceLandmarker) -> None:
    """Where it found the face in a picture, and where its own landmarks were in the frame before."""
    goldens = load_file(GOLDENS)
    names = []
    for name, picture in variants():
        first, second = goldens[f"{name}/landmarks"]
        score, x, y, width, height, *points = goldens[f"{name}/short"][0].tolist()
        detection = Detection(Box(x, y, width, height, score), np.array(points, np.float32).reshape(6, 2) - 0.5)
        assert off_by(landmarker, picture, roi_from_detection(detection), first).max() < 0.25, name
        assert off_by(landmarker, picture, roi_from_landmarks(first), second).max() < 0.25, name
        names.append(name)
    assert len(names) >= 20


def test_detector_and_landmarks_together_equal_the_original_runtime(landmarker: FaceLandmarker) -> None:
    """The detector may place the region a little otherwise (its box is within 1 %), and the net answers to that."""
    goldens = load_file(GOLDENS)
    off = []
    for name, picture in variants():
        (detection,) = landmarker.detector.look_at_whole(picture)
        off.append(off_by(landmarker, picture, roi_from_detection(detection), goldens[f"{name}/landmarks"][0]))
    distances = np.linalg.norm(np.array(off)[..., :2], axis=2)
    assert distances.mean(axis=1).max() < 0.25
    assert np.mean(distances > 0.5) < 1e-3


def test_the_differentiable_path_agrees(landmarker: FaceLandmarker, collins: Landmarks) -> None:
    picture = read("collins.png")
    roi = roi_from_landmarks(collins.points)
    (found,) = landmarker.at(picture, [roi])
    images = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255
    rois = torch.from_numpy(roi.matrix(INPUT)).float()[None]
    with torch.inference_mode():
        points = landmarks_from_tensor(landmarker.net, images, rois)[0].numpy()
    assert np.abs(points - found.points).max() < 0.3 * roi.size / INPUT


def test_gradient_is_that_of_finite_differences(landmarker: FaceLandmarker, collins: Landmarks) -> None:
    net = FaceLandmarker.load("cpu").net.double()
    roi = roi_from_landmarks(collins.points)
    crop = read("collins.png")[0:256, 96:352]
    images = (torch.from_numpy(crop.copy()).permute(2, 0, 1)[None].double() / 255).requires_grad_()
    rois = torch.from_numpy(Roi(roi.cx - 96, roi.cy, roi.size, roi.angle).matrix(INPUT))[None]
    weights = torch.from_numpy(np.random.default_rng(0).normal(size=(1, 478, 3)))
    (gradient,) = torch.autograd.grad((landmarks_from_tensor(net, images, rois) * weights).sum(), images)
    step = gradient / gradient.norm() * 1e-4
    with torch.inference_mode():
        plus, minus = ((landmarks_from_tensor(net, images + d, rois) * weights).sum() for d in (step, -step))
    assert float((plus - minus) / 2) == pytest.approx(float((gradient * step).sum()), rel=0.02)
    assert gradient[0, :, 40:220, 60:200].abs().sum() > 0.5 * gradient.abs().sum()


def test_mirrored_pictures_have_mirrored_landmarks(landmarker: FaceLandmarker) -> None:
    """A half-pixel mistake in the net's frame would show as a sum that is off by a whole input pixel."""
    off = []
    for name in ("collins.png", "hopper.jpg"):
        picture = read(name)
        (straight,), (mirror,) = (landmarker.find(p) for p in (picture, mirrored(picture)))
        scale = roi_from_landmarks(straight.landmarks.points).size / INPUT
        a, b = straight.landmarks.points[:, 0], mirror.landmarks.points[:, 0]
        sums = [a[i] + b[j] for i, j in MIRROR] + [a[j] + b[i] for i, j in MIRROR]
        off.append((np.mean(sums) - (picture.shape[1] - 1)) / scale)
    assert abs(np.mean(off)) < 0.4


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns(landmarker: FaceLandmarker, collins: Landmarks, quarters: int) -> None:
    picture = np.ascontiguousarray(np.rot90(read("collins.png"), quarters))
    expected = collins.points[:, :2]
    for _ in range(quarters):
        expected = np.stack([expected[:, 1], 511 - expected[:, 0]], axis=1)
    assert error(landmarker.find(picture)[0].landmarks, expected) < 0.02


@pytest.mark.parametrize(("degrees", "scale"), [(-30, 1.0), (20, 0.6), (45, 1.0), (0, 1.5)])
def test_landmarks_turn_and_grow_with_the_picture(
    landmarker: FaceLandmarker, collins: Landmarks, degrees: float, scale: float
) -> None:
    a = math.radians(degrees)
    linear = scale * np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    expected = (collins.points[:, :2] - 255.5) @ linear.T + 255.5
    found = landmarker.find(turned(read("collins.png"), degrees, scale))[0].landmarks
    assert error(found, expected.astype(np.float32)) < 0.02
    assert np.ptp(found.points[:, 2]) == pytest.approx(scale * np.ptp(collins.points[:, 2]), rel=0.1)


def beside(*pictures: Picture) -> tuple[Image, list[int]]:
    """Side by side on black, and where each begins."""
    height = max(p.shape[0] for p in pictures)
    padded = [np.pad(p, ((0, height - p.shape[0]), (0, 0), (0, 0))) for p in pictures]
    starts = np.cumsum([0, *(p.shape[1] for p in pictures)])[:-1]
    return np.concatenate(padded, axis=1), starts.tolist()


def test_several_faces_each_where_it_is(landmarker: FaceLandmarker, collins: Landmarks) -> None:
    hopper = landmarker.find(read("hopper.jpg"))[0].landmarks
    picture, (_, start) = beside(read("collins.png"), read("hopper.jpg"))
    first, second = landmarker.find(picture)
    assert error(first.landmarks, hopper.points[:, :2] + np.float32([start, 0])) < 0.02
    assert error(second.landmarks, collins.points[:, :2]) < 0.02


@pytest.mark.parametrize("height", [40, 64])
def test_small_faces(landmarker: FaceLandmarker, collins: Landmarks, height: int) -> None:
    factor = height / float(np.ptp(collins.points[:, 1]))
    small = cv2.resize(read("collins.png"), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    picture = np.random.default_rng(1).integers(90, 130, (2000, 2000, 3)).astype(np.uint8)
    picture[1300 : 1300 + small.shape[0], 300 : 300 + small.shape[1]] = small
    expected = (collins.points[:, :2] + 0.5) * factor - 0.5 + np.float32([300, 1300])
    assert error(landmarker.find(picture)[0].landmarks, expected.astype(np.float32)) < 0.04


@pytest.mark.parametrize("side", ["left", "right", "bottom", "top", "all"])
def test_faces_cut_by_the_border(landmarker: FaceLandmarker, collins: Landmarks, side: str) -> None:
    (x0, y0), (x1, y1) = collins.points[:, :2].min(axis=0), collins.points[:, :2].max(axis=0)
    part = 0.3
    left = int(x0 + part * (x1 - x0)) if side == "left" else int(x0) if side == "all" else 0
    top = int(y0 + part * (y1 - y0)) if side == "top" else int(y0) if side == "all" else 0
    right = int(x1 - part * (x1 - x0)) if side == "right" else int(x1) if side == "all" else 512
    bottom = int(y1 - part * (y1 - y0)) if side == "bottom" else int(y1) if side == "all" else 512
    picture = np.ascontiguousarray(read("collins.png")[top:bottom, left:right])
    found = landmarker.find(picture)[0].landmarks
    assert error(found, collins.points[:, :2] - np.float32([left, top])) < 0.05


@pytest.mark.parametrize("kind", ["black", "white", "noise", "stripes", "gradient"])
def test_no_face(landmarker: FaceLandmarker, kind: str) -> None:
    y, x = np.mgrid[0:240, 0:320]
    values = {
        "black": np.zeros((240, 320)),
        "white": np.full((240, 320), 255),
        "noise": np.random.default_rng(2).integers(0, 256, (240, 320)),
        "stripes": (x // 8 % 2) * 255,
        "gradient": (x + y) % 256,
    }[kind]
    assert landmarker.find(values.astype(np.uint8)[..., None].repeat(3, axis=2)) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (7, 900)])
def test_strange_shapes_have_no_face(landmarker: FaceLandmarker, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    assert landmarker.find(picture) == []


def test_tracking_follows_and_gives_up(landmarker: FaceLandmarker, collins: Landmarks) -> None:
    moved = np.roll(read("collins.png"), (6, -9), axis=(0, 1))
    followed = landmarker.track(moved, collins)
    assert followed is not None
    assert error(followed, collins.points[:, :2] + np.float32([-9, 6])) < 0.015
    assert landmarker.track(np.zeros_like(moved), collins) is None


def test_tracking_a_still_is_steady(landmarker: FaceLandmarker, collins: Landmarks) -> None:
    picture, points = read("collins.png"), collins
    for _ in range(5):
        following = landmarker.track(picture, points)
        assert following is not None
        points = following
    assert error(points, collins.points[:, :2]) < 0.01


def test_region_transform_is_the_boxs() -> None:
    """Against the definition by loops: turn upright, box, grow by 1.5, turn back."""
    rng = np.random.default_rng(5)
    points = rng.uniform(5, 40, (1, 20, 2))
    subset = [0, 3, 4, 7, 11, 19]
    angle = math.atan2(*(points[0, 9] - points[0, 2])[::-1])
    upright = [complex(*points[0, i]) * complex(math.cos(angle), -math.sin(angle)) for i in subset]
    low = complex(min(p.real for p in upright), min(p.imag for p in upright))
    high = complex(max(p.real for p in upright), max(p.imag for p in upright))
    transform = region_transform(torch.from_numpy(points), 2, 9, torch.tensor(subset))[0].numpy()
    for u, v in ((0.0, 0.0), (16.0, 0.0), (3.0, 12.0)):
        size, centre = (high - low) * 1.5, (high + low) / 2
        at = centre + complex((u / REGION - 0.5) * size.real, (v / REGION - 0.5) * size.imag)
        back = at * complex(math.cos(angle), math.sin(angle))
        np.testing.assert_allclose(transform @ [u, v, 1], [back.real, back.imag], atol=1e-9)
    placed = place_points(torch.tensor([[[12.0, 48.0]]]).double(), torch.from_numpy(transform)[None], 4.0)
    np.testing.assert_allclose(placed[0, 0].numpy(), 4 * (transform @ [3, 12, 1]), atol=1e-9)


def test_region_samples_are_bilinear_and_zero_outside() -> None:
    features = torch.randn(1, 2, 12, 10).double()
    transform = torch.tensor([[[0.9, -0.2, 1.0], [0.15, 0.8, -2.0]]]).double()
    got = sample_region(features, transform)[0].numpy()
    f, t = features[0].numpy(), transform[0].numpy()
    for v in range(REGION):
        for u in range(REGION):
            x, y = t @ [u + 0.5, v + 0.5, 1] - 0.5
            expected = np.zeros(2)
            if 0 <= x <= 9 and 0 <= y <= 11:
                i, j = min(int(x), 8), min(int(y), 10)
                a, b = x - i, y - j
                expected = (1 - b) * ((1 - a) * f[:, j, i] + a * f[:, j, i + 1])
                expected += b * ((1 - a) * f[:, j + 1, i] + a * f[:, j + 1, i + 1])
            np.testing.assert_allclose(got[:, v, u], expected, atol=1e-9)


def test_threads_are_given_back(landmarker: FaceLandmarker) -> None:
    """Inside one thread, whatever happens; outside what there was."""
    before = torch.get_num_threads()
    seen: list[int] = []
    landmarker.net.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    torch.set_num_threads(2)
    try:
        landmarker.find(read("collins.png"))
        assert set(seen) == {1}
        assert torch.get_num_threads() == 2
        with pytest.raises(AttributeError):
            landmarker.find(None)  # type: ignore[arg-type]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("count", [1, 3])
def test_regions_side_by_side_give_the_same_points(count: int) -> None:
    plain = LandmarkNet().eval()
    plain.load_state_dict(load_weights("face_landmarks"))
    joined = load_landmark_net()
    pictures = torch.rand(count, 3, 192, 192, generator=torch.Generator().manual_seed(count))
    with torch.inference_mode():
        wanted, found = plain(pictures), joined(pictures)
    assert (found.points - wanted.points).abs().max() < 1e-3
    assert (found.presence - wanted.presence).abs().max() < 1e-3


def test_only_layers_that_can_are_put_side_by_side() -> None:
    with pytest.raises(ValueError, match="Linear layers cannot"):
        side_by_side([torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)])
