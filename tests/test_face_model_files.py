"""The face model on disk, and meshes for other programs."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import trimesh
from safetensors.numpy import load, save

from core.errors import OutputError, WeightsError
from core.face_model.export import FORMATS, export_bytes, export_mesh, upright, vertex_colours
from core.face_model.model import FaceModel
from core.face_model.storage import DEFAULT, write_model


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for suffix in (".safetensors", ".json"):
        shutil.copy(DEFAULT.with_suffix(suffix), tmp_path / f"copy{suffix}")
    return tmp_path / "copy.safetensors"


def test_saving_what_was_loaded_gives_the_same_bytes(model: FaceModel, tmp_path: Path) -> None:
    model.save(tmp_path / "again.safetensors")
    for suffix in (".safetensors", ".json"):
        assert (tmp_path / f"again{suffix}").read_bytes() == DEFAULT.with_suffix(suffix).read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again.json", "again.safetensors"]


def test_arrays_cannot_be_written_to(model: FaceModel) -> None:
    for array in (model.mean, model.identity_basis, model.expression_basis, model.faces):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_flipped_byte_is_noticed(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)
    with pytest.raises(WeightsError, match="damaged"):
        FaceModel.load(copy)


def test_a_truncated_file_is_noticed(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:1000])
    with pytest.raises(WeightsError, match="damaged"):
        FaceModel.load(copy)


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_a_missing_file_is_noticed(copy: Path, suffix: str) -> None:
    copy.with_suffix(suffix).unlink()
    with pytest.raises(WeightsError, match="missing"):
        FaceModel.load(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", '"text"', '{"format": 99}'])
def test_a_wrong_json_is_noticed(copy: Path, text: str) -> None:
    copy.with_suffix(".json").write_text(text)
    with pytest.raises(WeightsError, match=r"missing|format"):
        FaceModel.load(copy)


@pytest.mark.parametrize("name", ["mean", "landmark_faces", "level1.up.indices", "eye_left.centre", "regions"])
def test_a_missing_array_is_noticed(copy: Path, name: str) -> None:
    arrays, facts = load(copy.read_bytes()), json.loads(copy.with_suffix(".json").read_text())
    del arrays[name]
    write_model(copy, arrays, facts)
    with pytest.raises(WeightsError, match="incomplete"):
        FaceModel.load(copy)


def test_arrays_that_do_not_fit_are_noticed(copy: Path) -> None:
    arrays, facts = load(copy.read_bytes()), json.loads(copy.with_suffix(".json").read_text())
    arrays["faces"] = arrays["faces"] + 1
    arrays["landmark_weights"] = arrays["landmark_weights"][:5]
    write_model(copy, arrays, facts)
    with pytest.raises(WeightsError, match=r"faces, landmark_weights"):
        FaceModel.load(copy)


def test_no_safetensors_is_noticed(copy: Path) -> None:
    write_model(copy, {}, {})
    facts = json.loads(copy.with_suffix(".json").read_text())
    junk = b"\xff" * 64
    copy.write_bytes(junk)
    copy.with_suffix(".json").write_text(json.dumps({**facts, "sha256": hashlib.sha256(junk).hexdigest()}))
    with pytest.raises(WeightsError, match="safetensors"):
        FaceModel.load(copy)


def test_a_model_without_eyes_landmarks_and_symmetry(model: FaceModel, tmp_path: Path) -> None:
    small = FaceModel(
        mean=model.mean,
        identity_basis=model.identity_basis[:7],
        expression_basis=model.expression_basis[:3],
        expression_names=("a", "b", "c"),
        faces=model.faces,
        regions={},
        landmark_faces=np.zeros(0, np.int32),
        landmark_weights=np.zeros((0, 3), np.float32),
    )
    small.save(tmp_path / "small.safetensors")
    again = FaceModel.load(tmp_path / "small.safetensors")
    assert (again.n_identity, again.n_expression, again.eyeballs, again.symmetry) == (7, 3, (), None)
    identity, expression = np.ones(7, np.float32), np.ones(3, np.float32)
    expected = model.mean + model.identity_basis[:7].sum(0) + model.expression_basis[:3].sum(0)
    np.testing.assert_allclose(again.vertices(identity, expression), expected, atol=1e-5)
    with pytest.raises(WeightsError, match="no landmarks"):
        again.landmark_basis()


def load_mesh(data: bytes, kind: str) -> trimesh.Trimesh:
    mesh = trimesh.load(io.BytesIO(data), file_type=kind, process=False, force="mesh")
    assert isinstance(mesh, trimesh.Trimesh)
    return mesh


@pytest.mark.parametrize("kind", FORMATS)
def test_meshes_survive_the_round_trip(model: FaceModel, kind: str) -> None:
    mesh = load_mesh(export_bytes(model, model.mean, kind), kind)
    np.testing.assert_allclose(mesh.vertices, model.mean, atol=1e-5)
    np.testing.assert_array_equal(mesh.faces, model.faces)
    colours = np.asarray(mesh.visual.vertex_colors)[:, :3].astype(int)
    assert np.abs(colours - vertex_colours(model)[:, :3]).max() <= 1


@pytest.mark.parametrize("kind", FORMATS)
def test_meshes_are_written_by_suffix(model: FaceModel, tmp_path: Path, kind: str) -> None:
    target = export_mesh(model, model.mean, tmp_path / f"Größe 1.{kind.upper()}")
    assert load_mesh(target.read_bytes(), kind).faces.shape == model.faces.shape
    assert [p.name for p in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("name", ["mesh.stl", "mesh", "mesh.txt"])
def test_an_unknown_suffix_names_the_formats(model: FaceModel, tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"\.glb, \.obj, \.ply"):
        export_mesh(model, model.mean, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_broken_mesh_is_not_written(model: FaceModel, tmp_path: Path) -> None:
    broken = model.mean.copy()
    broken[3] = np.nan
    for vertices in (broken, model.mean[:10]):
        with pytest.raises(OutputError, match="not written"):
            export_mesh(model, vertices, tmp_path / "mesh.ply")
    with pytest.raises(OutputError):
        export_mesh(model, model.mean, tmp_path / "no such folder" / "mesh.ply")
    assert not list(tmp_path.iterdir())


def test_upright_undoes_the_flip_of_the_pose() -> None:
    np.testing.assert_array_equal(upright(np.float32([[1, 2, 3]])), [[1, -2, -3]])


def test_every_region_has_its_colour(model: FaceModel) -> None:
    colours = vertex_colours(model)
    assert (colours[:, 3] == 255).all()
    assert (colours[model.regions["pupil"], :3] == 10).all()
    assert colours[model.regions["teeth_upper"], 2].min() > 200 > colours[model.regions["lips"], 1].max()


def test_the_format_is_safetensors_alone(copy: Path) -> None:
    arrays = load(copy.read_bytes())
    assert save({name: arrays[name] for name in sorted(arrays)}) == copy.read_bytes()
    assert arrays["identity_basis"].dtype == np.float16 and arrays["mean"].dtype == np.float32
