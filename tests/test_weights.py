"""Weights are used only when they are the ones the manifest names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from core.errors import WeightsError
from core.weights import load_weights, read_manifest, save_weights


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


def test_shipped_weights_are_whole_and_small() -> None:
    for name in read_manifest():
        assert load_weights(name)
    from core.weights import WEIGHTS

    assert sum(p.stat().st_size for p in WEIGHTS.iterdir()) < 60e6
