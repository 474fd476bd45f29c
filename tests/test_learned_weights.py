"""Which backend draws, whatever became of the weights; and that it says so in a sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core import Controls, Reenactor
from core.cli.run import run
from core.errors import InputError
from core.face_model.model import FaceModel
from core.networks import NetworkConfig, build_generator
from core.pipeline.encoded import EncodedFace
from core.pipeline.geometric import GeometricBackend
from core.pipeline.health import learned_model
from core.pipeline.learned import LearnedBackend
from core.pipeline.learned_weights import ARCHITECTURE, GEOMETRIC, choose_backend, generators, load_generator
from core.pipeline.samples import sample_driving, sample_source
from core.weights import WEIGHTS, Use, default_model, load_weights, read_manifest, save_weights

from .networks_tiny import build, face_model, stirred, tiny

CPU = torch.device("cpu")


def store(name: str, folder: Path, config: NetworkConfig | None = None, use: Use = "", seed: int = 0) -> Path:
    config = config or tiny("live", 64)
    net = build_generator(config, face_model(), seed)
    facts = {"architecture": ARCHITECTURE, "network": asdict(config)}
    return save_weights(name, net.state_dict(), facts, folder, use)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two generators, the default and another, and weights of something else."""
    store("live", tmp_path, use="default")
    store("ours", tmp_path, tiny("ours_paper", 64))
    save_weights("detector", {"a": torch.ones(2)}, {"architecture": "some.Detector"}, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return face_model()


def test_the_default_is_used_and_there_is_nothing_to_say(folder: Path, model: FaceModel) -> None:
    backend, notice = choose_backend(None, model, CPU, folder)
    assert isinstance(backend, LearnedBackend) and backend.name == "learned model live"
    assert notice == ""


def test_the_weights_come_back_as_they_were(folder: Path, model: FaceModel) -> None:
    net = stirred(build("live"), 0.3)
    config = tiny("live", 64)
    save_weights("mine", net.state_dict(), {"architecture": ARCHITECTURE, "network": asdict(config)}, folder)
    loaded = load_generator("mine", model, folder)
    assert loaded.config == config and not loaded.training
    assert all(torch.equal(value, net.state_dict()[name]) for name, value in loaded.state_dict().items())


def test_without_a_default_geometry_draws_and_nothing_is_wrong(tmp_path: Path, model: FaceModel) -> None:
    save_weights("detector", {"a": torch.ones(2)}, {}, tmp_path)
    backend, notice = choose_backend(None, model, CPU, tmp_path)
    assert isinstance(backend, GeometricBackend) and notice == ""


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def swap(path: Path) -> None:
    path.write_bytes((path.parent / "ours.safetensors").read_bytes())


def misname(path: Path) -> None:
    """The entries of two generators swapped: each file is whole, and not what its entry says."""
    manifest = json.loads((path.parent / "manifest.json").read_text())
    entries = manifest["weights"]
    for key in ("file", "sha256"):
        entries["live"][key], entries["ours"][key] = entries["ours"][key], entries["live"][key]
    (path.parent / "manifest.json").write_text(json.dumps(manifest))


def unlist(path: Path) -> None:
    manifest = json.loads((path.parent / "manifest.json").read_text())
    del manifest["weights"]["live"]
    (path.parent / "manifest.json").write_text(json.dumps(manifest))


def disfigure(path: Path) -> None:
    manifest = json.loads((path.parent / "manifest.json").read_text())
    manifest["weights"]["live"]["network"]["resolution"] = 77
    (path.parent / "manifest.json").write_text(json.dumps(manifest))


def not_a_generator(path: Path) -> None:
    manifest = json.loads((path.parent / "manifest.json").read_text())
    manifest["default"] = "detector"
    (path.parent / "manifest.json").write_text(json.dumps(manifest))


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "one bit": (flip, "live.safetensors is damaged"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:-100]), "live.safetensors is damaged"),
    "empty": (lambda path: path.write_bytes(b""), "live.safetensors is damaged"),
    "missing": (lambda path: path.unlink(), "live.safetensors is missing"),
    "another's file": (swap, "live.safetensors is damaged or was replaced"),
    "another's entry": (misname, "is not of the network"),
    "not listed": (unlist, "does not list 'live'"),
    "no usable network": (disfigure, "resolution must be a power of two"),
    "no generator": (not_a_generator, "not those of a generator"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_spoilt_default_weights_fall_back_and_say_so(folder: Path, model: FaceModel, how: str) -> None:
    spoil, says = SPOILT[how]
    spoil(folder / "live.safetensors")
    backend, notice = choose_backend(None, model, CPU, folder)
    assert isinstance(backend, GeometricBackend) and backend.name == "geometric flow"
    assert notice.startswith("Learned model not used: ") and says in notice
    assert notice.endswith(" Pictures come from geometry alone.") and notice.count("\n") == 0


@pytest.mark.parametrize("how", [how for how in SPOILT if how not in ("not listed", "no generator")])
def test_spoilt_weights_that_were_asked_for_are_an_error(folder: Path, model: FaceModel, how: str) -> None:
    spoil, says = SPOILT[how]
    spoil(folder / "live.safetensors")
    with pytest.raises(InputError, match="The model 'live' cannot be used") as error:
        choose_backend("live", model, CPU, folder)
    assert says in str(error.value)
    assert isinstance(choose_backend(GEOMETRIC, model, CPU, folder)[0], GeometricBackend)


def test_other_models_by_name_and_by_folder(folder: Path, model: FaceModel, tmp_path: Path) -> None:
    assert choose_backend("ours", model, CPU, folder)[0].name == "learned model ours"
    mine = tmp_path / "my models"
    mine.mkdir()
    store("first", mine, seed=3)
    assert choose_backend(str(mine), model, CPU, folder)[0].name == "learned model first"
    store("second", mine)
    with pytest.raises(InputError, match=r"several models \(first, second\)"):
        choose_backend(str(mine), model, CPU, folder)
    store("second", mine, use="default")
    assert default_model(mine) == "second"
    assert choose_backend(str(mine), model, CPU, folder)[0].name == "learned model second"
    (mine / "second.safetensors").unlink()
    with pytest.raises(InputError, match=r"second\.safetensors is missing"):
        choose_backend(str(mine), model, CPU, folder)


@pytest.mark.parametrize("name", ["nobody", "detector", "", "/no/such/folder", "x" * 5000, "a\0b"])
def test_what_is_no_model_is_refused_with_the_choice(folder: Path, model: FaceModel, name: str) -> None:
    with pytest.raises(InputError, match="geometric, live, ours"):
        choose_backend(name, model, CPU, folder)


def test_the_folder_of_a_training_says_to_export_it(folder: Path, model: FaceModel, tmp_path: Path) -> None:
    """Nothing is damaged and there is nothing to restore from the repository: it was taken for a folder of weights."""
    training = tmp_path / "my training"
    training.mkdir()
    (training / "step_00000001.json").touch()
    with pytest.raises(InputError, match=r"core\.training\.export") as error:
        choose_backend(str(training), model, CPU, folder)
    assert "git checkout" not in str(error.value)


def test_a_folder_without_weights_is_refused(folder: Path, model: FaceModel, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="manifest"):
        choose_backend(str(empty), model, CPU, folder)
    save_weights("detector", {"a": torch.ones(1)}, {}, empty)
    with pytest.raises(InputError, match="no model"):
        choose_backend(str(empty), model, CPU, folder)


def test_the_reenactor_tells_what_draws_and_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch, source: EncodedFace, driving: EncodedFace
) -> None:
    monkeypatch.setattr(choose_backend, "__defaults__", (folder,))
    whole = Reenactor.load("cpu")
    assert (whole.backend, whole.notice) == ("learned model live", "")
    assert whole.render(source, driving, Controls()).timings_ms["encode"] > 0
    flip(folder / "live.safetensors")
    fallen = Reenactor.load("cpu")
    assert fallen.backend == "geometric flow" and "damaged" in fallen.notice
    assert fallen.render(source, driving, Controls()).image.shape == (256, 256, 3)
    chosen = Reenactor.load("cpu", model="ours")
    assert (chosen.backend, chosen.notice) == ("learned model ours", "")
    with pytest.raises(InputError):
        Reenactor.load("cpu", model="live")


def test_a_network_of_other_sizes_is_named(folder: Path, model: FaceModel) -> None:
    other = replace(tiny("live", 64), live_widths=(8, 8, 8))
    facts = {"architecture": ARCHITECTURE, "network": asdict(other)}
    save_weights("live", build("live").state_dict(), facts, folder)
    with pytest.raises(InputError, match="not of the network"):
        choose_backend("live", model, CPU, folder)


PAIR = (str(sample_source()), str(sample_driving()))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands take weights from: what is shipped, and a tiny generator as the default."""
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    store("live", folder, use="default")
    for function in (read_manifest, default_model, load_weights, choose_backend, load_generator, generators):
        monkeypatch.setattr(function, "__defaults__", (folder,))
    return folder


def facts(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    assert run([*arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_commands_take_a_model_and_say_what_drew(
    installed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "o.png")
    assert facts(capsys, "reenact", *PAIR, "-o", out)["backend"] == "learned model live"
    chosen = facts(capsys, "reenact", *PAIR, "-o", out, "--model", "geometric")
    assert (chosen["backend"], chosen["notice"]) == ("geometric flow", "")
    flip(installed / "live.safetensors")
    fallen = facts(capsys, "animate", *PAIR, "-o", str(tmp_path / "o.gif"), "--frames", "2")
    assert fallen["backend"] == "geometric flow" and fallen["notice"].startswith("Learned model not used: ")
    assert fallen["notice"] in fallen["notes"]
    assert run(["reenact", *PAIR, "-o", out]) == 0
    assert fallen["notice"] in capsys.readouterr().out
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(f"source,driving\n{PAIR[0]},{PAIR[1]}\n")
    assert facts(capsys, "batch", str(pairs), "-o", str(tmp_path / "many"))["notice"] == fallen["notice"]


@pytest.mark.parametrize("name", ["nobody", "live"])
def test_a_model_that_cannot_be_used_is_one_line_and_nothing_is_written(
    installed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    flip(installed / "live.safetensors")
    assert run(["reenact", *PAIR, "-o", str(tmp_path / "o.png"), "--model", name]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("Error: ") and err.count("\n") == 1
    assert not (tmp_path / "o.png").exists()


@pytest.mark.usefixtures("short_bench")
def test_doctor_and_bench_know_the_model(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = facts(capsys, "bench", "--runs", "3")
    assert report["machine"]["backend"] == "learned model live"
    assert report["counts"]["GFLOP of a re-render"] > 0.01
    assert report["counts"]["GFLOP of the encoder, once a source"] > 0.001 and 0 < report["share_of_peak"] < 1
    rows = {"mesh regression", "motion net", "occlusion net", "encoder", "decoder"}
    assert rows <= set(report["table_5_ms"]) and report["table_5_ms"]["encoder"]["median"] > 0

    assert learned_model(None).says.startswith("learned model live draws")
    flip(installed / "live.safetensors")
    found = {check["name"]: check for check in facts(capsys, "doctor")["checks"]}
    assert not found["learned model"]["ok"] and "damaged" in found["learned model"]["says"]
    assert found["weights"]["ok"] and "geometric flow" in found["whole path"]["says"]
    for name, needed in (("live", True), ("geometric", False)):
        check = learned_model(name)
        assert (check.ok, check.needed) == (False, needed) and "damaged" in check.says
