"""The shipped face model: shapes, Eq. 1, eyeballs, jaw, lids, symmetry, landmarks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.face_model.build.expression import UNITS, opposite
from core.face_model.landmarks import BROW_LEFT, IRIS_LEFT, IRIS_RIGHT, LIDS_LEFT, MULTIPIE_68, OVAL, RIGID
from core.face_model.mesh import edges, vertex_normals
from core.face_model.model import FaceModel
from core.types import N_EXPRESSION, N_IDENTITY, Float


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


def shaped(model: FaceModel, **units: float) -> Float:
    """The mean identity with some units at some activation."""
    expression = np.zeros(model.n_expression, np.float32)
    for name, value in units.items():
        expression[model.expression_names.index(name)] = value
    return model.vertices(np.zeros(model.n_identity, np.float32), expression)


def test_counts(model: FaceModel) -> None:
    assert model.mean.shape == (4864, 3) and model.faces.shape == (9592, 3)
    assert (model.n_identity, model.n_expression) == (N_IDENTITY, N_EXPRESSION)
    assert model.mean.dtype == model.identity_basis.dtype == model.expression_basis.dtype == np.float32
    assert model.landmark_faces.shape == (478,) and model.landmark_weights.shape == (478, 3)
    assert model.facts["licence"].startswith("CC0")


def test_names_are_arkit_without_tongue_out(model: FaceModel) -> None:
    assert model.expression_names == UNITS and len(set(UNITS)) == 51
    assert sorted(UNITS) == list(UNITS) and "tongueOut" not in UNITS
    assert all(opposite(name) in UNITS and opposite(opposite(name)) == name for name in UNITS)


def test_frame(model: FaceModel) -> None:
    """Between the ears is the origin, the head is about 2.4 dm high, the nose points to +z, left is +x."""
    ears = model.mean[model.regions["ears"]].mean(0)
    assert np.abs(ears).max() < 0.01
    skull = model.mean[model.regions["face"] | model.regions["scalp"]]
    assert 2.1 < np.ptp(skull[:, 1]) < 2.7
    assert model.mean[model.regions["nose"], 2].mean() > 0.8
    assert model.mean[model.regions["eyeball_left"], 0].min() > 0 > model.mean[model.regions["eyeball_right"], 0].max()


def test_rest_is_the_mean(model: FaceModel) -> None:
    rest = shaped(model)
    assert np.abs(rest - model.mean).max() < 0.002
    lids = np.concatenate([ball.lids for ball in model.eyeballs])
    others = np.setdiff1d(np.arange(len(rest)), lids)
    np.testing.assert_allclose(rest[others], model.mean[others], atol=1e-6)


@given(seed=st.integers(0, 2**31), scale=st.floats(0.1, 1.3))
@settings(max_examples=20, deadline=None)
def test_equation_1_against_plain_sums(model: FaceModel, seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    identity = random.normal(0, 1, 50).astype(np.float32)
    expression = (random.random(51) * scale).astype(np.float32)
    plain = model.mean.astype(np.float64)
    for c, direction in zip(identity, model.identity_basis):
        plain = plain + float(c) * direction
    for c, direction in zip(expression, model.expression_basis):
        plain = plain + float(c) * direction
    moved = np.concatenate([[*ball.vertices, *ball.lids] for ball in model.eyeballs])
    linear = np.setdiff1d(np.arange(len(plain)), moved)
    np.testing.assert_allclose(model.vertices(identity, expression)[linear], plain[linear], atol=2e-5)


def test_a_batch_equals_its_items(model: FaceModel) -> None:
    random = np.random.default_rng(1)
    identity = random.normal(size=(2, 3, 50)).astype(np.float32)
    expression = random.random((2, 3, 51)).astype(np.float32)
    batch = model.vertices(identity, expression)
    assert batch.shape == (2, 3, len(model.mean), 3)
    np.testing.assert_allclose(batch[1, 2], model.vertices(identity[1, 2], expression[1, 2]), atol=1e-5)
    np.testing.assert_allclose(model.landmarks(batch)[1, 2], model.landmarks(batch[1, 2]), atol=1e-6)


def test_eyeballs_turn_rigidly(model: FaceModel) -> None:
    random = np.random.default_rng(2)
    identity = random.normal(size=50).astype(np.float32)
    still = np.zeros(51, np.float32)
    look = still.copy()
    for name in ("eyeLookInLeft", "eyeLookUpLeft", "eyeLookOutRight", "eyeLookDownRight"):
        look[model.expression_names.index(name)] = random.random()
    before, after = model.vertices(identity, still), model.vertices(identity, look)
    for ball in model.eyeballs:
        centre = ball.centre + identity @ ball.centre_basis
        a, b = before[ball.vertices], after[ball.vertices]
        np.testing.assert_allclose(np.linalg.norm(a - centre, axis=1), np.linalg.norm(b - centre, axis=1), atol=1e-5)
        apart = np.linalg.norm(a[:, None] - a[None], axis=-1), np.linalg.norm(b[:, None] - b[None], axis=-1)
        np.testing.assert_allclose(*apart, atol=1e-5)
        assert np.abs(a - b).max() > 0.02


@pytest.mark.parametrize(
    ("unit", "axis", "sign"),
    [
        ("eyeLookInLeft", 0, -1),  # the person's left eye is at x > 0: inwards is to the nose at x = 0
        ("eyeLookOutLeft", 0, 1),
        ("eyeLookInRight", 0, 1),
        ("eyeLookOutRight", 0, -1),
        ("eyeLookUpLeft", 1, 1),
        ("eyeLookDownLeft", 1, -1),
        ("eyeLookUpRight", 1, 1),
        ("eyeLookDownRight", 1, -1),
    ],
)
def test_gaze_goes_the_right_way(model: FaceModel, unit: str, axis: int, sign: int) -> None:
    moved = model.landmarks(shaped(model, **{unit: 1.0})) - model.landmarks(model.mean)
    own, other = (IRIS_LEFT, IRIS_RIGHT) if unit.endswith("Left") else (IRIS_RIGHT, IRIS_LEFT)
    assert sign * moved[own[0], axis] > 0.04
    assert np.abs(moved[list(other)]).max() < 1e-5
    degrees = {"In": 28, "Ou": 28, "Up": 20, "Do": 22}[unit[7:9]]
    ball = model.eyeballs[0 if unit.endswith("Left") else 1]
    rest, turned = (
        model.mean[ball.vertices[0]] - ball.centre,
        shaped(model, **{unit: 1.0})[ball.vertices[0]] - ball.centre,
    )
    cosine = rest @ turned / np.linalg.norm(rest) / np.linalg.norm(turned)
    assert np.degrees(np.arccos(cosine)) == pytest.approx(degrees, abs=0.05)


@pytest.mark.parametrize("unit", ["jawOpen", "jawLeft", "jawRight", "jawForward"])
def test_the_jaw_carries_the_lower_teeth_rigidly_and_not_the_upper(model: FaceModel, unit: str) -> None:
    after = shaped(model, **{unit: 1.0})
    lower, upper = model.regions["teeth_lower"], model.regions["teeth_upper"]
    assert np.linalg.norm(after[lower] - model.mean[lower], axis=1).min() > 0.04
    np.testing.assert_allclose(after[upper], model.mean[upper], atol=1e-6)
    a, b = model.mean[lower], after[lower]
    apart = np.linalg.norm(a[:, None] - a[None], axis=-1), np.linalg.norm(b[:, None] - b[None], axis=-1)
    np.testing.assert_allclose(*apart, atol=5e-4)
    tongue = model.regions["tongue"]
    assert np.linalg.norm(after[tongue] - model.mean[tongue], axis=1).min() > 0.04


def test_only_the_jaw_moves_teeth(model: FaceModel) -> None:
    inside = model.regions["teeth_lower"] | model.regions["teeth_upper"] | model.regions["tongue"]
    for name, unit in zip(model.expression_names, model.expression_basis):
        assert name.startswith("jaw") or not unit[inside].any(), name


def gap(model: FaceModel, vertices: Float) -> float:
    """Height (dm) of the left eye's opening in the middle."""
    points = model.landmarks(vertices)
    return float(points[386, 1] - points[374, 1])


def test_a_blink_closes_the_lids(model: FaceModel) -> None:
    assert gap(model, model.mean) > 0.07
    assert abs(gap(model, shaped(model, eyeBlinkLeft=1.0))) < 0.02
    assert gap(model, shaped(model, eyeBlinkRight=1.0)) == pytest.approx(gap(model, model.mean), abs=1e-4)
    upper, lower = [386, 385, 387, 384, 388], [374, 380, 373, 381, 390]
    closed = model.landmarks(shaped(model, eyeBlinkLeft=1.0))
    assert (closed[upper, 1] - closed[lower, 1]).max() < 0.01


@pytest.mark.parametrize("activation", [0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_lids_stay_outside_the_eyeball(model: FaceModel, activation: float, seed: int) -> None:
    identity = np.random.default_rng(seed).normal(0, 0.7, 50).astype(np.float32)
    expression = np.zeros(51, np.float32)
    for name in ("eyeBlinkLeft", "eyeBlinkRight"):
        expression[model.expression_names.index(name)] = activation
    vertices = model.vertices(identity, expression)
    for ball in model.eyeballs:
        centre = ball.centre + identity @ ball.centre_basis
        radius = np.linalg.norm(vertices[ball.vertices] - centre, axis=1).mean()
        assert np.linalg.norm(vertices[ball.lids] - centre, axis=1).min() > radius


def test_mouth_close_undoes_the_open_jaw(model: FaceModel) -> None:
    def opening(vertices: Float) -> float:
        points = model.landmarks(vertices)
        return float(points[13, 1] - points[14, 1])

    assert opening(shaped(model, jawOpen=1.0)) > 0.3
    assert abs(opening(shaped(model, jawOpen=1.0, mouthClose=1.0)) - opening(model.mean)) < 0.06


def test_mirror_symmetry(model: FaceModel) -> None:
    symmetry = model.symmetry
    assert symmetry is not None
    flip = np.array([-1, 1, 1], np.float32)
    for mapping in (symmetry.vertices, symmetry.landmarks, symmetry.expression):
        np.testing.assert_array_equal(mapping[mapping], np.arange(len(mapping)))
    np.testing.assert_allclose(model.mean[symmetry.vertices] * flip, model.mean, atol=1e-6)
    random = np.random.default_rng(3)
    identity, expression = random.normal(size=50).astype(np.float32), random.random(51).astype(np.float32)
    plain = model.vertices(identity, expression)
    mirrored = model.vertices(identity * symmetry.identity, expression[symmetry.expression])
    np.testing.assert_allclose(mirrored[symmetry.vertices] * flip, plain, atol=2e-3)
    np.testing.assert_allclose(model.landmarks(mirrored)[symmetry.landmarks] * flip, model.landmarks(plain), atol=2e-3)
    assert (symmetry.landmarks[list(LIDS_LEFT)] < 250).all() and symmetry.landmarks[61] == 291
    assert symmetry.landmarks[IRIS_LEFT[0]] == IRIS_RIGHT[0] and symmetry.landmarks[1] == 1


def test_triangles_are_sound(model: FaceModel) -> None:
    a, b, c = (model.mean[model.faces[:, k]] for k in range(3))
    assert (np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-7).all()
    directed = np.concatenate([model.faces[:, [0, 1]], model.faces[:, [1, 2]], model.faces[:, [2, 0]]])
    assert len(np.unique(directed, axis=0)) == len(directed)  # each edge at most once each way: oriented manifold
    free = 2 * len(edges(model.faces)) - len(directed)
    assert 0 < free < 500  # the rim of the neck and of the teeth's gums
    assert len(np.unique(model.faces)) == len(model.mean)


def test_normals_point_outwards(model: FaceModel) -> None:
    normals = vertex_normals(model.mean, model.faces)
    for name in ("nose", "lips", "brows"):
        assert normals[model.regions[name], 2].mean() > 0.3, name
    for ball in model.eyeballs:
        outwards = model.mean[ball.vertices] - ball.centre
        assert (np.einsum("vd,vd->v", outwards, normals[ball.vertices]) > 0).all()
    scalp = model.regions["scalp"]
    assert (np.einsum("vd,vd->v", model.mean[scalp], normals[scalp]) > 0).mean() > 0.95


def test_regions(model: FaceModel) -> None:
    wanted = "face lids brows nose lips mouth_interior ears scalp neck teeth_upper teeth_lower tongue iris pupil"
    assert {*wanted.split(), "eyeball_left", "eyeball_right", "eye_sockets"} == set(model.regions)
    assert all(mask.any() for mask in model.regions.values())
    apart = ("face", "ears", "scalp", "neck", "mouth_interior", "eye_sockets", "tongue", "teeth_lower", "teeth_upper")
    assert (np.sum([model.regions[name] for name in (*apart, "eyeball_left", "eyeball_right")], axis=0) <= 1).all()
    assert not (model.regions["pupil"] & ~model.regions["iris"]).any()


def test_landmarks_lie_where_they_belong(model: FaceModel) -> None:
    corners = model.faces[model.landmark_faces]
    assert (model.landmark_weights >= 0).all()
    np.testing.assert_allclose(model.landmark_weights.sum(1), 1, atol=1e-6)
    assert model.regions["eyeball_left"][corners[list(IRIS_LEFT)]].all()
    assert model.regions["eyeball_right"][corners[list(IRIS_RIGHT)]].all()
    assert model.regions["lids"][corners[list(LIDS_LEFT)]].all()
    points = model.landmarks(model.mean)
    centre = model.eyeballs[0].centre
    np.testing.assert_allclose(points[IRIS_LEFT[0], :2], centre[:2], atol=0.02)
    assert points[10, 1] > points[168, 1] > points[1, 1] > points[0, 1] > points[17, 1] > points[152, 1]
    assert points[list(BROW_LEFT), 1].mean() > centre[1] + 0.1
    assert np.linalg.norm(np.diff(points[list(OVAL)], axis=0), axis=1).max() < 0.35
    assert len(set(RIGID)) == len(RIGID) and len(MULTIPIE_68) == 68
    rest = model.landmarks(shaped(model))[list(RIGID)]
    for unit in ("jawOpen", "mouthSmileLeft", "eyeBlinkLeft"):
        assert np.abs(model.landmarks(shaped(model, **{unit: 1.0}))[list(RIGID)] - rest).max() < 0.06, unit


def test_landmark_basis_is_equation_1_at_the_landmarks(model: FaceModel) -> None:
    mean, identity, expression = model.landmark_basis()
    assert identity.shape == (50, 478, 3) and expression.shape == (51, 478, 3)
    random = np.random.default_rng(4)
    c_i = random.normal(size=50).astype(np.float32)
    c_e = np.zeros(51, np.float32)
    c_e[[model.expression_names.index(n) for n in ("jawOpen", "mouthSmileLeft")]] = 0.7
    linear = mean + np.tensordot(c_i, identity, 1) + np.tensordot(c_e, expression, 1)
    exact = model.landmarks(model.vertices(c_i, c_e))
    skin = np.setdiff1d(np.arange(468), [*LIDS_LEFT, 33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159])
    assert np.quantile(np.abs(linear - exact)[skin].max(1), 0.9) < 1e-4
    assert np.abs(linear - exact)[[*IRIS_LEFT, *IRIS_RIGHT]].max() < 1e-3


def test_irises_follow_the_linear_gaze(model: FaceModel) -> None:
    mean, _, expression = model.landmark_basis()
    for unit in ("eyeLookInLeft", "eyeLookUpRight"):
        k = model.expression_names.index(unit)
        exact = model.landmarks(shaped(model, **{unit: 1.0}))
        iris = list(IRIS_LEFT if unit.endswith("Left") else IRIS_RIGHT)
        np.testing.assert_allclose(mean[iris] + expression[k, iris], exact[iris], atol=1e-4)
        half = model.landmarks(shaped(model, **{unit: 0.5}))
        np.testing.assert_allclose(mean[iris] + expression[k, iris] / 2, half[iris], atol=0.012)


def test_identity_has_neither_pose_nor_size(model: FaceModel) -> None:
    """No rigid motion or scaling of the face correlates with a component beyond what a shape change brings along."""
    face = model.regions["face"]
    points = model.mean[face] - model.mean[face].mean(0)
    size = points.ravel() / np.linalg.norm(points)
    for component in model.identity_basis[:10]:
        shift = component[face].mean(0)
        assert np.linalg.norm(shift) < 0.02
        along = component[face].ravel() @ size / np.linalg.norm(component[face])
        assert abs(along) < 0.3
