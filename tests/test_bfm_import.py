"""Import of BFM 2009 with FaceWarehouse expressions, from synthetic files of their shape and format."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import loadmat, savemat
from scipy.spatial import Delaunay

from core.errors import InputError
from core.face_model.bfm import import_bfm, main
from core.face_model.landmarks import IRIS_LEFT, MULTIPIE_68
from core.face_model.mat_arrays import list_fields
from core.face_model.matlab import MatFile
from core.face_model.model import FaceModel

VERTICES, TRIANGLES, RIM = 53_215, 105_840, 588  # of a disc: triangles = 2 · vertices − 2 − rim


def sheet(vertices: int, rim: int) -> tuple[Any, Any]:
    """A face-like dish with that many vertices, in micrometres, and its triangles."""
    random = np.random.default_rng(0)
    angle = 2 * np.pi * np.arange(rim) / rim
    radius, turn = np.sqrt(random.random(vertices - rim)) * 0.97, 2 * np.pi * random.random(vertices - rim)
    flat = np.concatenate(
        [np.stack([radius * np.cos(turn), radius * np.sin(turn)], 1), np.stack([np.cos(angle), np.sin(angle)], 1)]
    )
    depth = 0.9 * (1 - (flat**2).sum(1)) + 0.25 * np.exp(-((flat / [0.15, 0.25]) ** 2).sum(1))
    points = np.stack([75e3 * flat[:, 0], 95e3 * flat[:, 1], 80e3 * depth], 1)
    return points, Delaunay(flat).simplices


def keypoints_on(points: Any) -> Any:
    """Vertices nearest in the picture plane to the shipped model's 68 points."""
    model = FaceModel.load()
    wanted = model.landmarks(model.mean)[list(MULTIPIE_68), :2] * 1e5 * 0.9
    wanted = wanted - wanted.mean(0) + points[:, :2].mean(0)
    return np.array([np.linalg.norm(points[:, :2] - w, axis=1).argmin() for w in wanted])


def files(folder: Path, vertices: int = 800, rim: int = 60, **changes: Any) -> tuple[Path, Path]:
    """Model_Shape.mat and Model_Expression.mat as 3DDFA lays them out; a change to None leaves a field out."""
    random = np.random.default_rng(1)
    points, triangles = sheet(vertices, rim)
    fields: dict[str, Any] = {
        "mu_shape": points.reshape(-1, 1),
        "w": random.normal(size=(3 * vertices, 4)),
        "sigma": np.array([[4e3], [3e3], [2e3], [1e3]]),
        "tri": triangles.T + 1.0,
        "keypoints": keypoints_on(points)[None] + 1.0,
        "mu_exp": np.full((3 * vertices, 1), 7.0),
        "w_exp": random.normal(size=(3 * vertices, 3)),
        "sigma_exp": np.array([[30.0], [20.0], [10.0]]),
    } | changes
    kept = {name: value for name, value in fields.items() if value is not None}
    shape, expression = folder / "Model_Shape.mat", folder / "Model_Expression.mat"
    savemat(shape, {name: value for name, value in kept.items() if not name.endswith("_exp")})
    savemat(expression, {name: value for name, value in kept.items() if name.endswith("_exp")})
    return shape, expression


def test_a_file_of_full_size(tmp_path: Path) -> None:
    shape, expression = files(tmp_path, VERTICES, RIM)
    model = import_bfm(shape, expression, levels=0)
    assert model.mean.shape == (VERTICES, 3) and model.faces.shape == (TRIANGLES, 3)
    assert model.identity_basis.shape == (4, VERTICES, 3) and model.expression_basis.shape == (3, VERTICES, 3)
    np.testing.assert_allclose(np.ptp(model.mean, axis=0)[:2], [1.5, 1.9], rtol=0.01)  # decimetres
    vertices = model.vertices(np.ones(4, np.float32), np.zeros(3, np.float32))
    np.testing.assert_allclose(vertices, model.mean + model.identity_basis.sum(0), atol=1e-5)


def test_basis_is_scaled_to_standard_deviations(tmp_path: Path) -> None:
    basis = np.zeros((2400, 4))
    basis[3, 1] = 0.5
    model = import_bfm(*files(tmp_path, w=basis), levels=0)
    assert model.identity_basis[1, 1, 0] == pytest.approx(0.5 * 3e3 * 1e-5)
    assert np.count_nonzero(model.identity_basis) == 1
    assert import_bfm(*files(tmp_path), identities=2, levels=0).n_identity == 2


def test_landmarks_are_carried_over(tmp_path: Path) -> None:
    shape, expression = files(tmp_path, 6000, 200)
    model, shipped = import_bfm(shape, expression, levels=0), FaceModel.load()
    points, ours = model.landmarks(model.mean), shipped.landmarks(shipped.mean)
    assert points.shape == (478, 3)
    keypoints = keypoints_on(sheet(6000, 200)[0])
    gap = np.linalg.norm(points[list(MULTIPIE_68)] - model.mean[keypoints], axis=1)
    assert np.median(gap) < 0.03
    assert np.abs(points[:, :2] - ours[:, :2]).mean() < 0.1
    assert points[IRIS_LEFT[0], 0] > 0.1
    assert model.regions["nose"].any() and model.regions["lips"].any()


def test_triangles_end_up_counter_clockwise(tmp_path: Path) -> None:
    triangles = sheet(800, 60)[1]
    for order in ([0, 1, 2], [0, 2, 1]):
        model = import_bfm(*files(tmp_path, tri=triangles[:, order].T + 1.0), levels=0)
        a, b, c = (model.mean[model.faces[:, k]] for k in range(3))
        assert np.cross(b - a, c - a)[:, 2].sum() > 0


def test_without_key_points_there_are_no_landmarks(tmp_path: Path) -> None:
    model = import_bfm(*files(tmp_path, keypoints=None), levels=1)
    assert len(model.landmark_faces) == 0 and len(model.hierarchy) == 1
    assert len(model.hierarchy[0].vertices) == 200


def test_the_command_writes_a_model_that_loads(tmp_path: Path) -> None:
    shape, expression = files(tmp_path)
    out = tmp_path / "bfm.safetensors"
    assert main([str(shape), str(expression), "-o", str(out)]) == 0
    model = FaceModel.load(out)
    assert [len(level.vertices) for level in model.hierarchy] == [200, 50, 12, 4]  # a quad is the least
    assert "Basel" in model.facts["licence"]
    assert model.expression_names == ("expression00", "expression01", "expression02")


def test_the_full_bfm_is_trimmed(tmp_path: Path) -> None:
    expression = files(tmp_path)[1]
    points, triangles = sheet(800, 60)
    extra = np.full((20, 3), 1e3)
    full = {
        "shapeMU": np.concatenate([extra, points]).reshape(-1, 1),
        "shapePC": np.ones((3 * 820, 2)),
        "shapeEV": np.ones((2, 1)),
        "tl": triangles + 21.0,
    }
    savemat(tmp_path / "01_MorphableModel.mat", full)
    info = {"trimIndex": np.arange(21.0, 821.0)[:, None], "tri": triangles.T + 1.0}
    savemat(tmp_path / "model_info.mat", info)
    trimmed = import_bfm(tmp_path / "01_MorphableModel.mat", expression, tmp_path / "model_info.mat", levels=0)
    plain = import_bfm(*files(tmp_path, keypoints=None), levels=0)
    np.testing.assert_allclose(trimmed.mean, plain.mean, atol=1e-6)
    with pytest.raises(InputError, match=r"model_info\.mat .*trimIndex.* --info"):
        import_bfm(tmp_path / "01_MorphableModel.mat", expression)


@pytest.mark.parametrize("field", ["w", "sigma", "tri", "mu_exp", "w_exp", "sigma_exp"])
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    with pytest.raises(InputError, match=rf"The field {field} is missing in Model_(Shape|Expression)\.mat"):
        import_bfm(*files(tmp_path, **{field: None}), levels=0)


def test_neither_kind_of_shape_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither the field mu_shape .* nor shapeMU"):
        import_bfm(*files(tmp_path, mu_shape=None), levels=0)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("w", np.ones((7, 4)), "w of .* is 7×4; it should have 2400 rows"),
        ("sigma", np.ones((3, 1)), "sigma of .* has 3 numbers, w 4 columns"),
        ("sigma", np.ones((2, 2)), "sigma of .* is 2×2, not a row or a column"),
        ("mu_shape", np.ones((2399, 1)), "mu_shape of .* has 2399 numbers, not a multiple of three"),
        ("mu_exp", np.ones((30, 1)), "w_exp of .* it should have 30 rows"),
        ("tri", np.ones((4, 5)), "tri of .* is 4×5, not 3×triangles"),
        ("tri", np.full((3, 9), 801.0), "tri of .* whole numbers from 1 to 800"),
        ("tri", np.full((3, 9), 0.0), "tri of .* whole numbers from 1 to 800"),
        ("tri", np.full((3, 9), 1.5), "tri of .* whole numbers from 1 to 800"),
        ("keypoints", np.ones((1, 67)), "keypoints of .* has 67 entries, not 68"),
        ("w", np.full((2400, 4), np.nan), "w of .* not finite"),
        ("w", "text", "w of .* not an array of numbers"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, field: str, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_bfm(*files(tmp_path, **{field: value}), levels=0)


def test_files_of_different_models(tmp_path: Path) -> None:
    shape, _ = files(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    _, expression = files(other, 700, 50)
    with pytest.raises(InputError, match="has 700 vertices but the shape has 800"):
        import_bfm(shape, expression)


@pytest.mark.parametrize("content", [b"", b"no matlab", b"MATLAB 5.0 MAT-file" + b"\xff" * 300])
def test_what_is_no_matlab_file(tmp_path: Path, content: bytes) -> None:
    shape, expression = files(tmp_path)
    shape.write_bytes(content)
    with pytest.raises(InputError, match=r"Model_Shape\.mat"):
        import_bfm(shape, expression)


def test_a_missing_file_and_the_command_s_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shape, expression = files(tmp_path)
    assert main([str(tmp_path / "no.mat"), str(expression), "-o", str(tmp_path / "out.safetensors")]) == 2
    assert main([str(shape), str(expression), "-o", str(tmp_path / "out.npz")]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2 and "no.mat' does not exist" in errors[0] and ".safetensors" in errors[1]
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("compressed", [False, True])
def test_numbers_are_read_as_scipy_reads_them(tmp_path: Path, compressed: bool) -> None:
    random = np.random.default_rng(0)
    fields: dict[str, Any] = {
        "doubles": random.normal(size=(7, 5)),
        "singles": random.normal(size=(2, 3, 4)).astype(np.float32),
        "small": np.array([[3]], np.uint8),
        "whole": np.arange(-6, 6, dtype=np.int64).reshape(3, 4),
        "yes": np.array([[True, False]]),
        "a_rather_long_name": np.arange(9.0),
        "text": "text",
        "cell": np.array([[1, "two"]], object),
        "struct": {"a": np.ones(3), "b": "c"},
        "complex": np.ones((2, 2)) * 1j,
        "empty": np.zeros((0, 3)),
    }
    path = tmp_path / "all.mat"
    savemat(path, fields, do_compression=compressed)
    expected, found = loadmat(path), list_fields(path.read_bytes())
    assert set(found) == {name for name in expected if not name.startswith("__")}
    for name, field in found.items():
        if name in ("text", "cell", "struct", "complex"):
            assert field.shape == ()
        else:
            assert field.read().dtype == expected[name].dtype and np.array_equal(field.read(), expected[name])


@pytest.mark.parametrize("stored", [np.float64, np.uint8])
def test_damaged_matlab_files_end_in_a_sentence(tmp_path: Path, stored: type) -> None:
    """SciPy's reader ends the process on some of these."""
    good = tmp_path / "good.mat"
    savemat(good, {"w": np.ones((5, 3), stored), "t": "text"})
    data, path = good.read_bytes(), tmp_path / "bad.mat"
    refused = 0
    for at in range(116, len(data)):
        for value in (0, 3, 9, 0x7F, 0xFF):
            path.write_bytes(data[:at] + bytes([value]) + data[at + 1 :])
            try:
                MatFile(path).matrix("w")
            except InputError as error:
                refused += "bad.mat" in str(error)
    assert refused > 200
    path.write_bytes(data[:150])
    with pytest.raises(InputError, match=r"bad\.mat is no MATLAB file or is damaged"):
        MatFile(path).matrix("w")


def test_a_compressed_field_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    bomb = zlib.compress(struct.pack("<II", 14, 2**31 - 8) + bytes(10_000_000))
    data = b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM" + struct.pack("<II", 15, len(bomb)) + bomb
    (tmp_path / "bomb.mat").write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        MatFile(tmp_path / "bomb.mat")
