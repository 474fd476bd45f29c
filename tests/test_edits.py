"""Edits: what a person changes by hand does what it says, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import Reenactor
from core.edits import ALL_PARTS, RANGES, REGIONS, Edits, part_of
from core.errors import InputError
from core.face_model.model import FaceModel
from core.pipeline.animate import sweep
from core.pipeline.encoded import EncodedFace
from core.regression.edits import edit
from core.regression.pose import angles, compose, decompose, rotation_from_angles
from core.types import Coefficients, Controls


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


def person(seed: int) -> Coefficients:
    rng = np.random.default_rng(seed)
    pose = compose(50.0, rotation_from_angles(-8, 4, 3), np.array([128.0, 120.0, 0.0]))
    return Coefficients(rng.normal(size=50).astype(np.float32), rng.uniform(0, 0.6, 51).astype(np.float32), pose)


SOURCE, MIXED = person(1), person(2)
UNITS = (("jawOpen", 0.4), ("mouthSmileLeft", -0.2))
MANY = Edits(yaw=10, scale=1.2, gaze_left_x=5, units=UNITS, locked=frozenset({"eyes"}))


def test_the_default_changes_nothing_at_all(model: FaceModel) -> None:
    assert np.array_equal(edit(MIXED, SOURCE, Edits(), model).vector, MIXED.vector)


def test_degrees_are_added_to_the_head_and_nothing_else_moves(model: FaceModel) -> None:
    edited = edit(MIXED, SOURCE, Edits(yaw=20, pitch=-10, roll=15), model)
    assert angles(edited.pose) == pytest.approx((12, -6, 18), abs=1e-3)
    before, after = decompose(MIXED.pose), decompose(edited.pose)
    assert after[0] == pytest.approx(before[0], rel=1e-5)
    np.testing.assert_allclose(after[2], before[2], atol=1e-4)
    assert np.array_equal(edited.expression, MIXED.expression)
    assert np.array_equal(edited.identity, MIXED.identity)


def test_position_and_size(model: FaceModel) -> None:
    edited = edit(MIXED, SOURCE, Edits(right=0.25, up=0.125, scale=1.5), model)
    scale, rotation, translation = decompose(edited.pose)
    assert scale == pytest.approx(75, rel=1e-5)
    np.testing.assert_allclose(translation, [128 + 64, 120 - 32, 0], atol=1e-3)
    np.testing.assert_allclose(rotation, decompose(MIXED.pose)[1], atol=1e-6)


def test_units_are_added_on_top_of_the_driver_and_stay_in_range(model: FaceModel) -> None:
    names = model.expression_names
    edited = edit(MIXED, SOURCE, Edits(units=(("browInnerUp", 0.5), ("cheekPuff", 1.5), ("jawOpen", -1.5))), model)
    expected = MIXED.expression.copy()
    expected[names.index("browInnerUp")] += 0.5
    expected[names.index("cheekPuff")] = min(expected[names.index("cheekPuff")] + 1.5, 1.5)
    expected[names.index("jawOpen")] = 0
    np.testing.assert_allclose(edited.expression, expected, atol=1e-6)


@pytest.mark.parametrize("region", REGIONS)
def test_a_locked_region_is_the_sources_and_only_it(model: FaceModel, region: str) -> None:
    edited = edit(MIXED, SOURCE, Edits(locked=frozenset({region})), model)  # type: ignore[arg-type]
    starts = {"mouth": ("mouth", "jaw"), "eyes": ("eye",), "brows": ("brow",)}[region]
    for index, name in enumerate(model.expression_names):
        wanted = SOURCE if name.startswith(starts) else MIXED
        assert edited.expression[index] == wanted.expression[index], name


def test_what_is_added_by_hand_is_added_to_a_locked_region_too(model: FaceModel) -> None:
    index = model.expression_names.index("jawOpen")
    edited = edit(MIXED, SOURCE, Edits(units=(("jawOpen", 0.3),), locked=frozenset({"mouth"})), model)
    assert edited.expression[index] == pytest.approx(SOURCE.expression[index] + 0.3)


@pytest.mark.parametrize("x", [-20.0, -3.0, 4.0, 25.0])
@pytest.mark.parametrize("y", [-15.0, 12.0])
def test_the_gaze_turns_each_eyeball_by_its_degrees(model: FaceModel, x: float, y: float) -> None:
    rest = replace(MIXED, expression=np.full(51, 0.1, np.float32))
    edited = edit(rest, SOURCE, Edits(gaze_left_x=x, gaze_left_y=y, gaze_right_x=-x), model)
    left, right = model.eyeballs
    for eyeball, turned in ((left, (x, y)), (right, (-x, 0))):
        before, after = (np.degrees(eyeball.gaze(c.expression)) for c in (rest, edited))
        np.testing.assert_allclose(after - before, turned, atol=1e-3)


def test_irises_move_to_the_side_the_gaze_turns_to(model: FaceModel) -> None:
    """Both eyes to the image's right and up: in the model frame the irises go to +x and +y."""
    rest = Coefficients(np.zeros(50, np.float32), np.zeros(51, np.float32), MIXED.pose)
    turned = edit(rest, rest, Edits(gaze_left_x=20, gaze_right_x=20, gaze_left_y=15, gaze_right_y=15), model)
    moved = model.vertices(turned.identity, turned.expression) - model.vertices(rest.identity, rest.expression)
    for ball in model.eyeballs:
        iris = ball.vertices[model.regions["iris"][ball.vertices]]
        assert moved[iris, 0].mean() > 0.02 and moved[iris, 1].mean() > 0.02


def test_a_model_that_lacks_what_is_edited_says_so(model: FaceModel) -> None:
    with pytest.raises(InputError, match="no expression unit 'tailWag'"):
        edit(MIXED, SOURCE, Edits(units=(("tailWag", 1.0),)), model)
    with pytest.raises(InputError, match="no eyeballs"):
        edit(MIXED, SOURCE, Edits(gaze_left_x=1), replace(model, eyeballs=()))


def test_the_picture_follows_the_edits(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    plain = reenactor.render(source, driving, Controls())
    turned = reenactor.render(source, driving, Controls(edits=Edits(yaw=15)))
    assert angles(turned.coefficients.pose)[0] == pytest.approx(angles(plain.coefficients.pose)[0] + 15, abs=0.1)
    assert np.abs(turned.image.astype(int) - plain.image).mean() > 2


def test_a_sweep_begins_at_the_untouched_source() -> None:
    steps = sweep(Controls(edits=MANY), 5, ping_pong=False)
    assert steps[0].edits == Edits(locked=MANY.locked)
    assert steps[2].edits.yaw == 5 and steps[2].edits.scale == pytest.approx(1.1)
    assert steps[-1] == Controls(edits=MANY)


def test_json_and_back() -> None:
    assert Edits.from_json(MANY.to_json()) == MANY
    assert Edits().to_json() == {} and Edits.from_json({}) == Edits()


@pytest.mark.parametrize(
    "wrong",
    [
        [], None, {"yaw": "1"}, {"yaw": 1e9}, {"yaw": 10**400}, {"yaw": float("nan")}, {"yaw": True}, {"tilt": 1},
        {"units": []}, {"units": {"jawOpen": 9}}, {"units": {"jawOpen": None}}, {"locked": ["nose"]}, {"locked": [[]]},
    ],
)  # fmt: skip
def test_what_is_no_edits_is_refused(wrong: object) -> None:
    with pytest.raises(InputError):
        Edits.from_json(wrong)


def test_numbers_are_clamped_and_what_is_neutral_is_forgotten() -> None:
    edits = Edits().with_value("yaw", 99).with_value("jawOpen", 7).with_value("mouthLeft", 0.2)
    assert (edits.yaw, edits.value("jawOpen")) == (45, 1.5)
    assert edits.with_value("yaw", 0).with_value("jawOpen", 0).with_value("mouthLeft", 0) == Edits()


def test_parts_are_taken_alone() -> None:
    assert MANY.parts == ("head", "gaze", "jaw", "mouth", "locks")
    assert Edits().taking(MANY) == MANY
    mine = Edits(yaw=-3, units=(("jawOpen", 0.1), ("mouthLeft", 0.3)))
    taken = mine.taking(MANY, ("mouth", "locks"))
    assert taken.yaw == -3 and taken.value("jawOpen") == 0.1 and taken.locked == MANY.locked
    assert taken.value("mouthSmileLeft") == -0.2 and taken.value("mouthLeft") == 0
    assert MANY.taking(Edits(), MANY.parts) == Edits()


def test_every_unit_and_every_number_has_a_part(model: FaceModel) -> None:
    assert {part_of(name) for name in [*model.expression_names, *RANGES]} == set(ALL_PARTS) - {"locks"}


def test_controls_take_only_edits() -> None:
    with pytest.raises(InputError):
        Controls(edits={"yaw": 1})  # type: ignore[arg-type]
