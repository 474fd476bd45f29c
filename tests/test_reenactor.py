"""The contract of ``Reenactor``: what other tools call."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image as PillowImage

from core import Controls, Reenactor
from core.errors import InputError, NoFaceError
from core.media.read_image import read_image
from core.pipeline.crop import edges
from core.pipeline.encoded import EncodedFace
from core.pipeline.samples import SAMPLES
from core.pipeline.several import strangers
from core.regression.pose import angles
from core.regression.reliability import STRANGER


@pytest.fixture(scope="module")
def crowd(collins: np.ndarray) -> np.ndarray:
    """Collins and Hopper side by side."""
    hopper = read_image(SAMPLES / "hopper.jpg").pixels[:512]
    return np.concatenate([collins, hopper], axis=1)


def test_the_result_is_what_the_contract_says(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    out = reenactor.render(source, driving, Controls(pose=1.0, expression=1.0, placement="source"))
    assert (out.image.shape, out.image.dtype) == ((256, 256, 3), np.uint8)
    assert (out.flow.shape, out.flow.dtype) == ((256, 256, 2), np.float32)
    assert (out.occlusion.shape, out.occlusion.dtype) == ((256, 256), np.float32)
    assert 0 <= out.occlusion.min() <= out.occlusion.max() <= 1
    n = len(reenactor.model.mean)
    for mesh in (out.source_mesh, out.driving_mesh):
        assert (mesh.shape, mesh.dtype) == ((n, 3), np.float32)
    assert set(out.timings_ms) == {"regression", "motion", "occlusion", "warp", "decode"}
    assert all(value >= 0 for value in out.timings_ms.values())


def test_alpha_zero_is_the_source_bit_for_bit(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    out = reenactor.render(source, driving, Controls(0, 0))
    assert np.array_equal(out.image, source.image)
    assert not out.flow.any()
    assert np.array_equal(out.source_mesh, out.driving_mesh)


def test_the_meshes_lie_on_the_face(reenactor: Reenactor, source: EncodedFace) -> None:
    """The mesh's nose tip is where the net sees it; y is down, z away from the camera."""
    landmarks = reenactor.model.landmarks(source.mesh)
    assert np.linalg.norm(landmarks[4, :2] - source.landmarks[4, :2]) < 5
    assert landmarks[10, 1] < landmarks[152, 1]
    assert landmarks[4, 2] < landmarks[234, 2]


def test_the_output_takes_the_drivers_pose(reenactor: Reenactor, source: EncodedFace) -> None:
    driving = reenactor.encode_driving(read_image(SAMPLES / "driver_turn.png").pixels)
    wanted = angles(driving.coefficients.pose)
    got = angles(
        reenactor.encode_source(reenactor.render(source, driving, Controls()).image, crop="whole").coefficients.pose
    )
    before = angles(source.coefficients.pose)
    assert abs(got[0] - wanted[0]) < 0.35 * abs(before[0] - wanted[0])
    assert abs(got[1] - wanted[1]) < 5


def test_pose_only_leaves_the_mouth_and_expression_only_the_head(reenactor: Reenactor, source: EncodedFace) -> None:
    driving = reenactor.encode_driving(read_image(SAMPLES / "driver_surprise.png").pixels)
    pose_only = reenactor.render(source, driving, Controls(1, 0))
    assert np.array_equal(pose_only.coefficients.expression, source.coefficients.expression)
    expression_only = reenactor.render(source, driving, Controls(0, 1))
    assert np.array_equal(expression_only.coefficients.pose, source.coefficients.pose)
    brow_before = source.landmarks[105, 1] - source.landmarks[33, 1]
    again = reenactor.encode_source(expression_only.image, crop="whole")
    assert again.landmarks[105, 1] - again.landmarks[33, 1] < brow_before - 0.5  # brows went up
    assert abs(angles(again.coefficients.pose)[0] - angles(source.coefficients.pose)[0]) < 3


def test_alpha_moves_smoothly(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    images = [
        reenactor.render(source, driving, Controls(float(a), float(a))).image.astype(float)
        for a in np.linspace(0, 1, 21)
    ]
    steps = [np.abs(b - a).mean() for a, b in pairwise(images)]
    assert max(steps) < 2 * np.mean(steps)


def test_the_source_is_looked_at_once(
    reenactor: Reenactor, source: EncodedFace, driving: EncodedFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("a render looked at the photo again")

    monkeypatch.setattr(reenactor.landmarker, "find", forbidden)
    monkeypatch.setattr(reenactor.fitter, "fit", forbidden)
    for alpha in (0.2, 0.4, 0.6):
        reenactor.render(source, driving, Controls(alpha, alpha))


def test_index_and_box_choose_the_face(reenactor: Reenactor, crowd: np.ndarray) -> None:
    boxes = reenactor.find_faces(crowd)
    assert len(boxes) == 2
    for k, box in enumerate(boxes):
        assert reenactor.encode_source(crowd, face=k).box == box
        assert reenactor.encode_source(crowd, face=(box.x, box.y, box.width, box.height)).box == box
    with pytest.raises(NoFaceError):
        reenactor.encode_source(crowd, face=2)
    with pytest.raises(NoFaceError):
        reenactor.encode_source(crowd, face=(0, 480, 20, 20))


def test_a_crop_chooses_face_and_region(reenactor: Reenactor, crowd: np.ndarray) -> None:
    for box in reenactor.find_faces(crowd):
        x, y = box.centre
        encoded = reenactor.encode_source(crowd, crop=(x, y, 300))
        assert encoded.box == box
        assert edges(encoded.crop)[2] == 300


def test_whole_means_the_image_is_the_crop(reenactor: Reenactor, source: EncodedFace) -> None:
    encoded = reenactor.encode_source(source.image, crop="whole")
    assert np.array_equal(encoded.image, source.image)
    difference = np.linalg.norm(encoded.landmarks[:, :2] - source.landmarks[:, :2], axis=1)
    assert difference.mean() < 1.5


def test_several_photos_of_one_person(reenactor: Reenactor, collins: np.ndarray) -> None:
    mirrored = np.ascontiguousarray(collins[:, ::-1])
    first, second = reenactor.encode_person([collins, mirrored])
    assert np.array_equal(first.coefficients.identity, second.coefficients.identity)
    assert not np.array_equal(first.coefficients.pose, second.coefficients.pose)
    alone = [reenactor.encode_source(image) for image in (collins, mirrored)]
    again = reenactor.fit_person(alone)[1]
    assert np.array_equal(again.coefficients.identity, first.coefficients.identity)
    assert np.array_equal(again.mesh, second.mesh) and not np.array_equal(again.mesh, alone[1].mesh)


def test_two_people_are_told_from_one(
    reenactor: Reenactor, collins: np.ndarray, crowd: np.ndarray, source: EncodedFace
) -> None:
    collins_again = reenactor.encode_source(np.ascontiguousarray(collins[::2, ::2]))
    both = [reenactor.encode_source(crowd, face=k) for k in (0, 1)]
    woman = min(both, key=lambda face: face.box.x)
    assert reenactor.unlikeness(woman, collins_again) < STRANGER
    assert reenactor.unlikeness(*both) > STRANGER
    assert strangers([source, *both], 0) == [False, both[0] is not woman, both[1] is not woman]
    assert reenactor.unlikeness(*both) == pytest.approx(reenactor.unlikeness(*both[::-1]))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda image: image.astype(np.float32),
        lambda image: image[..., 0],
        lambda image: np.concatenate([image, image[..., :1]], axis=2),
        lambda image: image[:0],
        lambda image: image.tolist(),
        lambda image: None,
    ],
    ids=["float", "grey", "four channels", "empty", "list", "None"],
)
def test_what_is_no_image_is_refused(
    reenactor: Reenactor, collins: np.ndarray, spoil: Callable[[np.ndarray], np.ndarray]
) -> None:
    with pytest.raises(InputError):
        reenactor.encode_source(spoil(collins))


@pytest.mark.parametrize("size", [(1, 1), (3, 4000), (700, 2)])
def test_pictures_without_room_for_a_face(reenactor: Reenactor, size: tuple[int, int]) -> None:
    with pytest.raises(NoFaceError):
        reenactor.encode_source(np.zeros((*size, 3), np.uint8))


@pytest.mark.parametrize("crop", ["half", (1, 2), (10, 10, 0), (10, 10, float("nan")), (0, 0, 1e9), 5])
def test_what_is_no_crop_is_refused(reenactor: Reenactor, collins: np.ndarray, crop: object) -> None:
    with pytest.raises(InputError):
        reenactor.encode_source(collins, crop=crop)  # type: ignore[arg-type]


def test_paste_back_is_seamless(
    reenactor: Reenactor, collins: np.ndarray, source: EncodedFace, driving: EncodedFace
) -> None:
    out = reenactor.render(source, driving, Controls())
    pasted = reenactor.paste_back(source, out)
    left, top, side = edges(source.crop)
    assert pasted.shape == collins.shape
    outside = np.ones(collins.shape[:2], bool)
    outside[top : top + side, left : left + side] = False
    assert np.array_equal(pasted[outside], collins[outside])
    rim = np.abs(pasted[top + 1, left : left + side].astype(int) - collins[top + 1, left : left + side])
    assert rim.mean() < 3


def test_an_unknown_or_absent_device_is_one_sentence() -> None:
    with pytest.raises(InputError, match="unknown"):
        Reenactor.load("abacus")
    import torch

    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="not available"):
            Reenactor.load("cuda")


def test_the_callers_buffer_may_be_used_again(reenactor: Reenactor, collins: np.ndarray, driving: EncodedFace) -> None:
    buffer = collins.copy()
    encoded = reenactor.encode_source(buffer)
    buffer[:] = 0
    assert np.array_equal(encoded.original, collins)
    assert np.array_equal(reenactor.paste_back(encoded, reenactor.render(encoded, driving, Controls(0, 0))), collins)


@pytest.fixture(scope="module")
def overlooked(collins: np.ndarray) -> np.ndarray:
    """A tiny face that nobody looks for, beside a large one."""
    small = np.ascontiguousarray(read_image(SAMPLES / "hopper.jpg").pixels[90:350, 130:390])
    picture = np.concatenate([collins, np.full((512, 200, 3), 128, np.uint8)], axis=1)
    picture[300:360, 600:660] = np.asarray(PillowImage.fromarray(small).resize((60, 60)))
    return picture


def test_a_small_face_beside_a_large_one_can_be_cropped(reenactor: Reenactor, overlooked: np.ndarray) -> None:
    """Where a certain face is found, tiny others are not looked for, until a crop asks for them."""
    encoded = reenactor.encode_source(overlooked, crop=(630, 330, 90))
    assert 590 < encoded.box.centre[0] < 670


@pytest.mark.parametrize("box", [(615, 315, 32, 32), (595, 295, 70, 70)], ids=["tight", "loose"])
def test_a_face_that_is_not_found_is_looked_for_in_a_box_drawn_round_it(
    reenactor: Reenactor, overlooked: np.ndarray, box: tuple[float, float, float, float]
) -> None:
    assert len(reenactor.find_faces(overlooked)) == 1
    encoded = reenactor.encode_source(overlooked, face=box)
    assert encoded.box == encoded.boxes[1], "beside the face that is found anyway"
    assert encoded.box.centre == pytest.approx((630, 330), abs=8)
    points = encoded.landmarks[:, :2] * encoded.crop.size / 256
    corner = np.array([encoded.crop.cx, encoded.crop.cy]) - encoded.crop.size / 2
    middle = points.mean(axis=0) + corner
    assert tuple(middle) == pytest.approx((630, 330), abs=8)
    assert encoded.crop.size > 1.5 * np.ptp(points, axis=0).max(), "the crop has its usual margin"
    wider = reenactor.encode_source(overlooked, face=box, crop=(630, 330, 120))
    assert (wider.crop.size, wider.box) == (120, encoded.box)


def test_a_box_without_a_face_is_told(reenactor: Reenactor, overlooked: np.ndarray) -> None:
    for box in ((520.0, 20.0, 90.0, 90.0), (float("nan"),) * 4, (0.0, 0.0, 2.0, 2.0), (9999.0, 0.0, 50.0, 50.0)):
        with pytest.raises(NoFaceError, match="in the box"):
            reenactor.encode_source(overlooked, face=box)
    with pytest.raises(NoFaceError, match="outside the crop"):
        reenactor.encode_source(overlooked, face=(615, 315, 32, 32), crop=(100, 100, 80))
