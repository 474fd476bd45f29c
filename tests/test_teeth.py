"""The source's own teeth, stretched into a mouth that opens farther."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.face_model.model import FaceModel
from core.geometry.flow import geometric_flow
from core.geometry.mouth import paint_mouth
from core.geometry.parts import HeadParts
from core.geometry.rasterise import part_mask
from core.geometry.teeth import Mask, stretched_teeth
from core.geometry.warp import warp
from core.types import Float
from tests.test_geometry_parts import posed

LEVEL = np.array([1, 0], np.float32)
SMILE = {
    "mouthSmileLeft": 0.5,
    "mouthSmileRight": 0.5,
    "mouthUpperUpLeft": 0.4,
    "mouthUpperUpRight": 0.4,
    "jawOpen": 0.2,
}
BROADER = {
    **SMILE,
    "mouthStretchLeft": 0.6,
    "mouthStretchRight": 0.6,
    "mouthUpperUpLeft": 0.5,
    "mouthUpperUpRight": 0.5,
}


def oval(width: float, height: float, angle: float = 0.0, middle: tuple[float, float] = (128, 128)) -> Mask:
    """256×256 bool; half ``width`` and half ``height`` in pixels, turned by ``angle`` degrees."""
    picture = np.zeros((256, 256), np.uint8)
    cv2.ellipse(picture, (middle, (2 * width, 2 * height), angle), 1, -1)
    return picture > 0


def led_to(moved: Float, inside: Mask) -> Float:
    """k×2: where the pixels inside are taken from."""
    rows, columns = np.nonzero(inside)
    return np.asarray(np.column_stack([columns, rows]) + moved[rows, columns])


def test_an_opening_within_the_sources_is_left_alone() -> None:
    moved = np.zeros((256, 256, 2), np.float32)
    opening = oval(24, 9)
    assert stretched_teeth(moved, opening, opening, LEVEL) is moved
    assert stretched_teeth(moved, oval(16, 5), opening, LEVEL) is moved
    assert stretched_teeth(moved, oval(30, 9), np.zeros_like(opening), LEVEL) is moved
    assert stretched_teeth(moved, np.zeros_like(opening), opening, LEVEL) is moved


@pytest.mark.parametrize("angle", [0.0, 20.0, -35.0])
def test_a_wider_opening_is_led_into_the_sources_whole_width(angle: float) -> None:
    axis = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))], np.float32)
    opening, inside = oval(20, 9, angle), oval(30, 9, angle)
    moved = stretched_teeth(np.zeros((256, 256, 2), np.float32), inside, opening, axis)
    along = (led_to(moved, inside) - 128) @ axis
    assert np.abs(along).max() == pytest.approx(20, abs=1)
    middle = np.nonzero(inside & oval(2, 2, angle))
    assert np.abs(moved[middle]).max() < 1.5
    assert (moved[~inside] == 0).all()


def test_a_lip_that_rises_stretches_the_teeth_under_it() -> None:
    """The upper edge is led to the source's upper edge; what lies below the source's opening stays below it."""
    opening, inside = oval(24, 8), oval(24, 12, middle=(128, 124))
    before = led_to(np.zeros((256, 256, 2), np.float32), inside)
    moved = stretched_teeth(np.zeros((256, 256, 2), np.float32), inside, opening, LEVEL)
    after = led_to(moved, inside)
    column = np.abs(before[:, 0] - 128) < 4
    assert before[column, 1].min() < 115
    assert after[column, 1].min() == pytest.approx(120, abs=1.5)
    order = np.argsort(before[column, 1], kind="stable")
    heights = after[column, 1][order].reshape(-1, 7).mean(axis=1)
    assert (np.diff(heights) > 0).all(), "teeth are never folded"


def test_no_more_than_about_twice() -> None:
    opening, inside = oval(8, 8), oval(60, 8)
    moved = stretched_teeth(np.zeros((256, 256, 2), np.float32), inside, opening, LEVEL)
    assert np.abs(led_to(moved, inside)[:, 0] - 128).max() == pytest.approx(33, abs=1)


def test_a_broader_smile_shows_teeth_where_skull_motion_shows_none() -> None:
    """On the shipped head, with a picture whose mouth is white: nearly all of the broader mouth is white."""
    model = FaceModel.load()
    parts = HeadParts.of(model.faces, model.regions)
    source, driving = posed(model, **SMILE), posed(model, **BROADER)
    motion = geometric_flow(source, driving, model.faces, 256, 256, parts=parts)
    at_rest = geometric_flow(source, source, model.faces, 256, 256, parts=parts)
    interior = np.append(parts.interior[model.faces].all(axis=1), False)
    picture = np.where(interior[at_rest.raster.triangle][..., None], np.uint8(255), np.uint8(90)).repeat(3, axis=2)
    inside = cv2.erode(interior[motion.raster.triangle].astype(np.uint8), np.ones((3, 3))) > 0
    assert inside.sum() > 50
    assert (warp(picture, motion.flow)[inside].mean(axis=1) > 150).mean() > 0.9
    assert motion.visibility[inside].mean() > 0.9


def test_lips_that_part_over_nothing_open_and_fits_that_err_beside_teeth_do_not() -> None:
    model = FaceModel.load()
    parts = HeadParts.of(model.faces, model.regions)
    slit = {"mouthUpperUpLeft": 0.5, "mouthUpperUpRight": 0.5}
    parted = geometric_flow(posed(model), posed(model, **slit), model.faces, 256, 256, parts=parts)
    assert (parted.mouth > 0.5).sum() > 20
    erring = {**SMILE, "jawOpen": SMILE["jawOpen"] + 0.03}
    beside = geometric_flow(posed(model, **SMILE), posed(model, **erring), model.faces, 256, 256, parts=parts)
    assert (beside.mouth > 0.5).sum() == 0


def test_painted_teeth_take_the_colour_of_those_that_are_shown() -> None:
    """A mouth half of whose teeth are shown, yellowish: what is painted beside them is yellowish too."""
    model = FaceModel.load()
    parts = HeadParts.of(model.faces, model.regions)
    wide = {"jawOpen": 0.35, "mouthUpperUpLeft": 1.0, "mouthUpperUpRight": 1.0}
    motion = geometric_flow(posed(model), posed(model, **wide), model.faces, 256, 256, parts=parts)
    interior = np.append(parts.interior[model.faces].all(axis=1), False)[motion.raster.triangle]
    left = interior & (np.arange(256) < 128)
    visible = np.where(left, 1, motion.visibility).astype(np.float32)
    shown = type(motion)(
        motion.flow,
        motion.exact,
        visible,
        np.where(left, 0, motion.mouth),
        motion.shut,
        motion.head,
        motion.raster,
    )
    picture = np.full((256, 256, 3), (170, 120, 90), np.uint8)
    own = picture.copy()
    own[left] = (150, 140, 100)
    blue = [
        paint_mouth(each, shown, model.faces, parts)[interior & ~left].astype(float)[:, 2] for each in (picture, own)
    ]
    assert blue[1].max() < blue[0].max() - 3, "yellower than teeth that are nobody's"


def test_an_opening_that_the_border_cuts_says_nothing_about_its_width() -> None:
    moved = np.zeros((256, 256, 2), np.float32)
    for middle in ((4, 128), (251, 128), (128, 3), (128, 252)):
        assert stretched_teeth(moved, oval(30, 12, middle=middle), oval(20, 8, middle=middle), LEVEL) is moved


def test_a_driver_that_leads_far_away_takes_no_more_room() -> None:
    """Meshes that a fit got quite wrong lead millions of pixels away."""
    opening, inside = oval(20, 9), oval(20, 12)
    moved = np.full((256, 256, 2), 1e9, np.float32)
    moved[:, :200] = 0
    assert np.isfinite(stretched_teeth(moved, inside, opening, LEVEL)).all()
    moved[128, 120] = 1e30
    assert np.isfinite(stretched_teeth(moved, inside, opening, LEVEL)).all()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_heads_that_lie_or_stand_on_their_heads_open_their_mouths_as_upright_ones_do(quarters: int) -> None:
    """A jaw that drops is painted dark; it is no upper lip that rises."""
    model = FaceModel.load()
    parts = HeadParts.of(model.faces, model.regions)
    meshes = [posed(model, **units) for units in (SMILE, {**BROADER, "jawOpen": 0.5})]
    upright = geometric_flow(meshes[0], meshes[1], model.faces, 256, 256, parts=parts)
    for mesh in meshes:
        for _ in range(quarters):
            mesh[:, :2] = np.column_stack([255 - mesh[:, 1], mesh[:, 0]])
    turned = geometric_flow(meshes[0], meshes[1], model.faces, 256, 256, parts=parts)
    assert upright.mouth.sum() > 100
    assert np.rot90(turned.mouth, quarters).sum() == pytest.approx(upright.mouth.sum(), rel=0.15)
    overlap = np.minimum(np.rot90(turned.mouth, quarters), upright.mouth).sum()
    assert overlap > 0.7 * upright.mouth.sum()


@pytest.mark.parametrize("yaw", [0.0, 15.0])
def test_a_smile_that_opens_slowly_does_not_jump(yaw: float) -> None:
    """White teeth, brown skin, and what is painted dark between them, in steps of a twentieth of the way."""
    model = FaceModel.load()
    parts = HeadParts.of(model.faces, model.regions)
    source, wide = posed(model, **SMILE), {**BROADER, "jawOpen": 0.5}
    at_rest = geometric_flow(source, source, model.faces, 256, 256, parts=parts)
    shown = part_mask(at_rest.raster, model.faces, parts.interior)[..., None]
    picture = np.where(shown, np.array([220, 212, 200], np.uint8), np.array([190, 140, 120], np.uint8))
    before, inside_before, steps, dark = None, np.zeros((256, 256), bool), [], []
    for share in np.linspace(0, 1, 21):
        units = {name: (1 - share) * SMILE.get(name, 0) + share * value for name, value in wide.items()}
        motion = geometric_flow(source, posed(model, yaw * share, **units), model.faces, 256, 256, parts=parts)
        inside = part_mask(motion.raster, model.faces, parts.interior)
        now = paint_mouth(warp(picture, motion.flow), motion, model.faces, parts).astype(float)
        both = cv2.erode((inside & inside_before).astype(np.uint8), np.ones((3, 3))) > 0
        if before is not None and both.any():
            steps.append(np.abs(now - before).mean(axis=2)[both].max())
        before, inside_before = now, inside
        dark.append(float(motion.mouth.sum()))
    assert dark[0] == 0 and dark[-1] > 100
    assert max(steps) < 60, "of 255; a step from teeth to dark is 150"
