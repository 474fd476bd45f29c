"""Parts that do not move as the mesh says, on a sphere with a plate for a mouth and on the shipped head."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.face_model.model import FaceModel
from core.geometry.flow import geometric_flow
from core.geometry.mouth import paint_mouth
from core.geometry.paint import _lids, paint_hidden, smooth_lids
from core.geometry.parts import HeadParts, _between, with_skull
from core.geometry.rasterise import part_mask, rasterise
from core.geometry.unfold import determinants
from core.geometry.warp import warp
from core.types import Float


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


@pytest.fixture(scope="module")
def parts(model: FaceModel) -> HeadParts:
    return HeadParts.of(model.faces, model.regions)


def posed(
    model: FaceModel, yaw: float = 0.0, shift: tuple[float, float] = (0, 0), roll: float = 0.0, **units: float
) -> Float:
    """The mean head in the middle of a 256² picture, 65 pixels a unit."""
    expression = np.zeros(model.n_expression, np.float32)
    for name, value in units.items():
        expression[model.expression_names.index(name)] = value
    vertices = model.vertices(np.zeros(model.n_identity, np.float32), expression)
    angle = np.deg2rad(yaw)
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    angle = np.deg2rad(roll)
    turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]]) @ turn
    pixels = vertices @ (65 * np.diag([1, -1, -1]) @ turn).T + [128 + shift[0], 120 + shift[1], 0]
    return pixels.astype(np.float32)


def test_every_part_of_the_shipped_head_is_found(model: FaceModel, parts: HeadParts) -> None:
    assert parts.interior.sum() > 500
    assert parts.skull.sum() > 500
    assert not (parts.interior & parts.skull).any()
    assert parts.hold[model.regions["nose"]].min() == 1
    assert parts.hold[model.regions["neck"]].mean() < 0.2


def test_models_without_regions_move_as_the_mesh_says(model: FaceModel) -> None:
    source, driving = posed(model), posed(model, yaw=10)
    nothing = HeadParts.of(model.faces, {"unknown": np.zeros(len(model.mean), bool)})
    plain = geometric_flow(source, driving, model.faces, 256, 256)
    named = geometric_flow(source, driving, model.faces, 256, 256, parts=nothing)
    np.testing.assert_array_equal(plain.flow, named.flow)
    np.testing.assert_array_equal(plain.visibility, named.visibility)
    assert not named.mouth.any()


@pytest.mark.parametrize("units", [{}, {"jawOpen": 0.7}, {"mouthSmileLeft": 1.0, "eyeBlinkRight": 1.0}])
def test_the_head_at_rest_stays_at_rest(model: FaceModel, parts: HeadParts, units: dict[str, float]) -> None:
    mesh = posed(model, 17, **units)
    result = geometric_flow(mesh, mesh, model.faces, 256, 256, parts=parts)
    assert (result.flow == 0).all()
    assert (result.visibility == 1).all()
    assert not result.mouth.any()


@pytest.mark.parametrize("motion", [{"yaw": 20}, {"yaw": -20}, {"shift": (20, 0)}, {"yaw": 8, "shift": (-5, 9)}])
def test_the_head_moves_without_folds(model: FaceModel, parts: HeadParts, motion: dict[str, float]) -> None:
    result = geometric_flow(posed(model), posed(model, **motion), model.faces, 256, 256, parts=parts)
    # A pixel or two may stay folded where ear or jaw pass in front of what is behind them.
    assert (determinants(result.flow) <= 0).sum() <= 5
    assert np.abs(result.flow).max() > 5


def test_the_skull_carries_the_mouths_interior(model: FaceModel, parts: HeadParts) -> None:
    """A jaw that opens moves tongue and lower teeth in the mesh, and nothing in the mouth with the skull."""
    source, driving = posed(model), posed(model, jawOpen=1.0, shift=(3, -2))
    motion = (source - driving)[:, :2]
    moved = with_skull(motion, driving, parts)
    np.testing.assert_allclose(moved[parts.interior], np.full((parts.interior.sum(), 2), (-3, 2)), atol=0.3)
    np.testing.assert_array_equal(moved[~parts.interior], motion[~parts.interior])
    assert np.abs(motion[parts.interior] - (-3, 2)).max() > 5


def test_an_opening_mouth_is_hidden_and_a_closing_one_is_not(model: FaceModel, parts: HeadParts) -> None:
    shut, wide = posed(model), posed(model, jawOpen=1.0)
    opening = geometric_flow(shut, wide, model.faces, 256, 256, parts=parts)
    raster = rasterise(wide, model.faces, 256, 256)
    inside = np.append(parts.interior[model.faces].all(axis=1), False)[raster.triangle]
    assert inside.sum() > 100
    assert opening.mouth[inside].mean() > 0.7
    assert (opening.mouth[~inside] == 0).all()
    assert (opening.mouth[inside] <= 1 - opening.visibility[inside] + 1e-6).all()
    closing = geometric_flow(wide, shut, model.faces, 256, 256, parts=parts)
    assert closing.mouth.sum() < 0.1 * opening.mouth.sum()


def test_turning_a_smile_does_not_black_out_the_teeth(model: FaceModel, parts: HeadParts) -> None:
    smile = {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.6, "jawOpen": 0.15}
    for yaw in (-20, 20):
        result = geometric_flow(posed(model, **smile), posed(model, yaw, **smile), model.faces, 256, 256, parts=parts)
        assert result.mouth.sum() == 0


@pytest.mark.parametrize("yaw", [-35, -20, 20, 35])
def test_teeth_of_a_smile_that_turns_stay_in_order(model: FaceModel, parts: HeadParts, yaw: float) -> None:
    """The model's tongue and throat lie far behind the teeth that pictures show, and would lead beside them."""
    smile = {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8, "mouthUpperUpLeft": 0.6, "mouthUpperUpRight": 0.6}
    smile |= {"mouthLowerDownLeft": 0.6, "mouthLowerDownRight": 0.6, "jawOpen": 0.25}
    result = geometric_flow(posed(model, **smile), posed(model, yaw, **smile), model.faces, 256, 256, parts=parts)
    inside = part_mask(result.raster, model.faces, parts.interior)
    assert inside.sum() > 100 and not result.mouth.any()
    assert result.visibility[inside].mean() > 0.9
    taken = result.flow[..., 0] + np.arange(256)
    steps = np.diff(taken, axis=1)[inside[:, 1:] & inside[:, :-1]]
    assert steps.min() > 0.3 and steps.max() < 3, "no tooth twice, and none left out"


def test_without_lips_a_mouths_interior_lies_where_it_is(model: FaceModel, parts: HeadParts) -> None:
    bare = replace(parts, lips=np.zeros_like(parts.lips))
    driving = posed(model, 20)
    motion = (posed(model) - driving)[:, :2]
    np.testing.assert_allclose(with_skull(motion, driving, bare), motion, atol=0.3)
    apart = with_skull(motion, driving, parts)[parts.interior] - motion[parts.interior]
    assert np.abs(apart).max() > 5, "its depths lie far behind the lips"


def test_depths_between_lips_go_no_farther_than_these() -> None:
    """A quadric is fitted exactly, and beside the lips it stays as it is at their edge."""
    x, y = np.meshgrid(np.linspace(-20, 20, 9), np.linspace(-5, 5, 5))
    lips = np.column_stack([each.ravel() for each in (x, y, 0.02 * x * x - y)])
    inside = np.array([[3.0, 2, 9], [20, 0, 9], [300, 0, 9], [-300, 90, 9]])
    np.testing.assert_allclose(_between(lips, inside), [0.18 - 2, 8, 8, 8 - 5], atol=1e-6)
    np.testing.assert_array_equal(_between(lips[:11], inside), inside[:, 2])


def test_an_opened_mouth_shows_teeth_and_dark_in_the_photos_light(model: FaceModel, parts: HeadParts) -> None:
    source = posed(model)
    wide = {"jawOpen": 0.35, "mouthUpperUpLeft": 1.0, "mouthUpperUpRight": 1.0}
    motion = geometric_flow(source, posed(model, **wide), model.faces, 256, 256, parts=parts)
    inside = cv2.erode(motion.mouth, np.ones((3, 3))) > 0.5
    brightness = {}
    for skin in (120, 220):
        image = np.full((256, 256, 3), skin, np.uint8)
        painted = paint_mouth(image, motion, model.faces, parts)
        assert (painted[cv2.dilate(motion.mouth, np.ones((17, 17))) == 0] == skin).all()
        luma = painted[inside].mean(axis=1)
        assert luma.min() < 0.5 * skin < 0.6 * skin < luma.max()
        brightness[skin] = luma.max()
    assert brightness[220] > 1.4 * brightness[120]
    rest = geometric_flow(source, source, model.faces, 256, 256, parts=parts)
    assert paint_mouth(image, rest, model.faces, parts) is image


def test_lids_take_the_colours_around_them() -> None:
    y, x = np.mgrid[0:64, 0:64]
    image = np.stack([100 + x, 80 + y, np.full_like(x, 60)], axis=-1).astype(np.uint8)
    spoilt = image.copy()
    spoilt[28:36, 20:44] = 0
    lids = np.zeros((64, 64), np.float32)
    lids[28:36, 20:44] = 1
    known = np.ones((64, 64), np.float32)
    known[26:38, 18:46] = 0
    painted = smooth_lids(spoilt, lids, known).astype(int)
    assert np.abs(painted - image)[30:34, 22:42].max() < 12
    np.testing.assert_array_equal(painted[:24], spoilt[:24])
    assert smooth_lids(image, np.zeros_like(lids), known) is image


def test_a_blink_hides_the_eyes_and_rest_paints_nothing(model: FaceModel, parts: HeadParts) -> None:
    """Skin is pale and eyes are black in this picture; closed lids must be pale."""
    source = posed(model)
    image = np.full((256, 256, 3), 200, np.uint8)
    raster = rasterise(source, model.faces, 256, 256)
    eyes = np.append(parts.eyes[model.faces].any(axis=1), False)[raster.triangle]
    image[eyes] = 0
    rest = geometric_flow(source, source, model.faces, 256, 256, parts=parts)
    np.testing.assert_array_equal(paint_hidden(image, rest, model.faces, parts), image)
    shut = geometric_flow(source, posed(model, eyeBlinkLeft=1.0, eyeBlinkRight=1.0), model.faces, 256, 256, parts=parts)
    painted = paint_hidden(warp(image, shut.flow), shut, model.faces, parts)
    assert eyes.sum() > 80
    assert painted[eyes].mean() > 150
    outside = np.ones((256, 256), bool)
    rows, columns = np.nonzero(eyes)
    outside[rows.min() - 14 : rows.max() + 15, columns.min() - 14 : columns.max() + 15] = False
    assert (painted[outside] == 200).all()


BLINK = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}


def test_the_more_a_driver_shuts_an_eye_the_less_of_it_is_seen(model: FaceModel, parts: HeadParts) -> None:
    """White eyes in a pale face, one of which shuts by degrees: what remains is skin with a line of dark lashes."""
    source = posed(model)
    raster = rasterise(source, model.faces, 256, 256)
    image = np.full((256, 256, 3), 200, np.uint8)
    image[part_mask(raster, model.faces, parts.eyes)] = 255
    rows, columns = np.nonzero(part_mask(raster, model.faces, parts.eyes & parts.left))
    image[rows.min() : rows.max() + 1, int(columns.mean()) - 1 : int(columns.mean()) + 2] = 20  # lashes and pupil
    seen = []
    for share in np.linspace(0, 1, 11):
        motion = geometric_flow(source, posed(model, eyeBlinkLeft=float(share)), model.faces, 256, 256, parts=parts)
        painted = paint_hidden(warp(image, motion.flow), motion, model.faces, parts)
        other = part_mask(motion.raster, model.faces, parts.eyes & ~parts.left)
        assert (motion.shut[other] == 0).all(), "the other eye stays open"
        around = np.s_[rows.min() - 6 : rows.max() + 7, columns.min() - 6 : columns.max() + 7]
        seen.append((int((painted[around] > 230).sum()), float(motion.shut.max())))
    white, shut = np.array(seen).T
    assert shut[0] == 0 and shut[-1] == 1 and (np.diff(shut) >= 0).all() and np.diff(shut).max() < 0.7
    assert white[0] > 100 and white[-1] == 0
    assert painted[around].min() < 170, "lashes"


def test_eyes_that_are_narrow_in_the_source_are_left_alone(model: FaceModel, parts: HeadParts) -> None:
    narrow = posed(model, **dict.fromkeys(BLINK, 0.75))
    for driving in (narrow, posed(model, 15, **dict.fromkeys(BLINK, 0.78))):
        assert not geometric_flow(narrow, driving, model.faces, 256, 256, parts=parts).shut.any()
    opened = geometric_flow(posed(model, **BLINK), posed(model), model.faces, 256, 256, parts=parts)
    assert not opened.shut.any()


@pytest.mark.parametrize("yaw", [0, 25])
def test_open_eyes_of_tilted_heads_are_not_shut(model: FaceModel, parts: HeadParts, yaw: float) -> None:
    heads = [posed(model, yaw, roll=roll) for roll in (0, 80, -100, 180)]
    for source, driving in [(heads[0], each) for each in heads[1:]] + [(each, heads[0]) for each in heads[1:]]:
        assert not geometric_flow(source, driving, model.faces, 256, 256, parts=parts).shut.any()
    shut = geometric_flow(heads[1], posed(model, yaw, roll=-90, **BLINK), model.faces, 256, 256, parts=parts).shut
    assert shut.max() == 1


def test_how_far_an_eye_is_shut_does_not_depend_on_the_heads_size(model: FaceModel, parts: HeadParts) -> None:
    source = posed(model)
    for size in (0.4, 1.5):
        shut = []
        for blink in (0.0, 0.5, 1.0):
            driving = (posed(model, **dict.fromkeys(BLINK, blink)) - 128) * np.float32(size) + 128
            shut.append(geometric_flow(source, driving, model.faces, 256, 256, parts=parts).shut.max())
        assert shut[0] == 0 and shut[1] < 0.5 and shut[2] == 1


@pytest.mark.parametrize("sign", [-1, 1])
def test_an_eye_that_the_head_hides_is_not_shut(model: FaceModel, parts: HeadParts, sign: int) -> None:
    """A blot would be painted beside the nose; eyes that are shut are left alone by degrees as the head turns."""
    source = posed(model)
    for yaw in (60, 70, 74, 80, 90):
        assert not geometric_flow(source, posed(model, sign * yaw), model.faces, 256, 256, parts=parts).shut.any()
    blinks = [posed(model, sign * yaw, **BLINK) for yaw in range(45, 72, 2)]
    shut = [float(geometric_flow(source, each, model.faces, 256, 256, parts=parts).shut.max()) for each in blinks]
    assert shut[0] == 1 and shut[-1] == 0 and np.diff(shut).min() > -0.3


def test_skin_over_shut_eyes_is_not_taken_from_these(model: FaceModel, parts: HeadParts) -> None:
    source = posed(model)
    for blink in (0.85, 0.9, 0.95, 1.0):
        driving = posed(model, **dict.fromkeys(BLINK, blink))
        motion = geometric_flow(source, driving, model.faces, 256, 256, parts=parts)
        _, known = _lids(motion, model.faces, parts)
        assert (motion.shut > 0.1).any() and not known[motion.shut > 0.1].any()
