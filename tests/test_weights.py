"""Weights are used only when they are the ones the manifest names."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from core.errors import WeightsError
from core.regression.calibration import Calibration
from core.regression.detect import FaceDetector
from core.regression.landmarks import load_landmark_net
from core.regression.person import PersonSegmenter
from core.weights import WEIGHTS, fill, load_weights, of_another, read_manifest, save_weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_weights("net", {"b": torch.arange(4.0), "a": torch.ones(2, 3)}, {"licence": "CC0"}, tmp_path)
    return tmp_path


def test_round_trip_and_equal_bytes(folder: Path) -> None:
    tensors = load_weights("net", folder)
    assert torch.equal(tensors["b"], torch.arange(4.0))
    assert read_manifest(folder)["net"]["licence"] == "CC0"
    before = (folder / "net.safetensors").read_bytes()
    save_weights("net", dict(reversed(tensors.items())), {"licence": "CC0"}, folder)
    assert (folder / "net.safetensors").read_bytes() == before


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "spoil",
    [
        damage,
        lambda path: path.write_bytes(path.read_bytes()[:-4]),
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
    ],
    ids=["one bit", "truncated", "empty", "missing"],
)
def test_a_spoilt_file_is_refused_by_name(folder: Path, spoil: object) -> None:
    spoil(folder / "net.safetensors")  # type: ignore[operator]
    with pytest.raises(WeightsError, match=r"net\.safetensors"):
        load_weights("net", folder)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"weights": {"net": {}}}', '{"weights": {"net": {"file": 1, "sha256": "x"}}}']
)
def test_a_spoilt_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(WeightsError, match="manifest"):
        read_manifest(folder)


def test_the_manifest_cannot_point_outside_its_folder(folder: Path, tmp_path: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["weights"]["net"]["file"] = "../../etc/passwd"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match="passwd"):
        load_weights("net", folder)


def exchanged(manifest: dict[str, Any], one: str, other: str, what: tuple[str, ...]) -> str:
    entries = manifest["weights"]
    for key in what:
        entries[one][key], entries[other][key] = entries[other][key], entries[one][key]
    return json.dumps(manifest)


LOADERS: dict[str, Callable[[Path], object]] = {
    "face_detector_short": lambda _: FaceDetector.load(),
    "face_landmarks": lambda _: load_landmark_net(),
    "person": lambda folder: PersonSegmenter.load(folder=folder),
    "fit_calibration": lambda _: Calibration.load(),
}


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("what", [("file",), ("file", "sha256")], ids=["file", "file and check sum"])
def test_a_released_file_under_another_s_name_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, what: tuple[str, ...]
) -> None:
    """Whole and released, and of another network; with the check sum too, where somebody changed the manifest."""
    names = list(LOADERS)
    other = names[(names.index(name) + 1) % len(names)]
    manifest = json.loads((WEIGHTS / "manifest.json").read_text())
    for each in (name, other):
        shutil.copy(WEIGHTS / manifest["weights"][each]["file"], tmp_path)
    (tmp_path / "manifest.json").write_text(exchanged(manifest, name, other, what))
    for function in (load_weights, read_manifest, fill, of_another):
        monkeypatch.setattr(function, "__defaults__", (tmp_path,))
    with pytest.raises(WeightsError, match=rf"{other}\.safetensors (is damaged|holds something else than '{name}')"):
        LOADERS[name](tmp_path)


def test_shipped_weights_are_whole_and_small() -> None:
    for name in read_manifest():
        assert load_weights(name)
    assert sum(p.stat().st_size for p in WEIGHTS.iterdir()) < 60e6
