"""From a checkpoint to weights that the app uses: what stands in the manifest, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from core import Controls, Reenactor
from core.errors import InputError, WeightsError
from core.face_model.model import FaceModel
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned_weights import generators
from core.training.checkpoint import save_checkpoint
from core.training.config import from_dict
from core.training.export import export, main
from core.training.record import Record
from core.training.score_motion import load_generator, score_motion
from core.training.state import TrainState
from core.weights import default_model, draft_model, read_manifest

from .networks_tiny import face_model
from .training_samples import config_values

DATA = "Two pictures of nobody."


@pytest.fixture
def state(tmp_path: Path) -> TrainState:
    return TrainState(from_dict(config_values(tmp_path / "pairs", tmp_path / "run")), face_model(), torch.device("cpu"))


@pytest.fixture
def run(state: TrainState, tmp_path: Path) -> Path:
    """A training of 7 steps as it lies on disk, scored at steps 4 and 9."""
    state.step = 7
    folder = tmp_path / "run"
    record = Record(folder, 99)
    record.add(4, **{"dev clip SSIM": 0.5})
    record.add(6, total=1.0)
    save_checkpoint(state, folder)
    record.add(9, **{"dev clip SSIM": 0.9})
    return folder


def test_the_command_writes_all_that_the_manifest_has_to_say(run: Path, tmp_path: Path) -> None:
    folder, scores = tmp_path / "new" / "weights", tmp_path / "scores.json"
    scores.write_text(json.dumps({"cross": {"PRMSE": 1.9, "KID": 0.02}}))
    arguments = [str(run), "live", "--data", DATA, "--scores", str(scores), "--folder", str(folder)]
    done = CliRunner().invoke(main, [*arguments, "--default"])
    assert done.exit_code == 0, done.output
    assert "used by default there: live" in done.output
    entry = read_manifest(folder)["live"]
    assert entry["scores"] == {
        "held-out pairs": {"people": "never trained on", "step": 4, "clip SSIM": 0.5},
        "cross": {"PRMSE": 1.9, "KID": 0.02},
    }
    assert entry["data"] == DATA and entry["licence"] == "Apache-2.0"
    assert entry["training"]["steps"] == 7 and len(entry["training"]["commit"]) in (7, 40)
    assert entry["network"]["kind"] == "live" and entry["parameters"] > 1000
    assert len(entry["sha256"]) == 64


def test_what_was_exported_draws(run: Path, tmp_path: Path, source: EncodedFace, driving: EncodedFace) -> None:
    export(run, "mine", DATA, folder=tmp_path / "weights")
    assert default_model(tmp_path / "weights") is None
    reenactor = Reenactor.load("cpu", model=str(tmp_path / "weights"))
    assert reenactor.backend == "learned model mine"
    assert reenactor.render(source, driving, Controls()).image.shape == (256, 256, 3)


def test_a_new_default_leaves_the_other_weights_alone(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    export(run, "one", DATA, folder=folder, use="default")
    before = read_manifest(folder)["one"]
    export(run, "two", DATA, folder=folder)
    assert default_model(folder) == "one"
    export(run, "two", DATA, folder=folder, use="default")
    assert default_model(folder) == "two" and read_manifest(folder)["one"] == before


@pytest.mark.parametrize("name", ["geometric", "", "../live", "a b", "live.safetensors"])
def test_names_that_mean_something_else_are_refused(run: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        export(run, name, DATA, folder=tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_weights_beyond_float16_are_refused(state: TrainState, tmp_path: Path) -> None:
    with torch.no_grad():
        next(iter(state.ema.network.parameters()))[0] = 1e6
    save_checkpoint(state, tmp_path / "run")
    with pytest.raises(InputError, match="not finite in float16"):
        export(tmp_path / "run", "live", DATA, folder=tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_a_draft_leaves_the_default_where_it_is(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    export(run, "fine", DATA, folder=folder, use="default")
    done = CliRunner().invoke(main, [str(run), "quick", "--data", DATA, "--folder", str(folder), "--draft"])
    assert done.exit_code == 0, done.output
    assert default_model(folder) == "fine" and draft_model(folder) == "quick"


def test_a_checkpoint_of_another_network_leaves_the_default_alone(run: Path, state: TrainState, tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    export(run, "one", DATA, folder=folder, use="default")
    del state.ema.network.residual_flow
    save_checkpoint(state, tmp_path / "older")
    with pytest.raises(WeightsError, match="not of the network"):
        export(tmp_path / "older", "two", DATA, folder=folder, use="default")
    assert default_model(folder) == "one" and list(read_manifest(folder)) == ["one"]


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"PRMSE": NaN}', "no json"])
def test_scores_that_are_none_are_refused_before_anything_is_written(run: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "scores.json").write_text(text)
    arguments = [str(run), "live", "--data", DATA, "--folder", str(tmp_path / "weights")]
    done = CliRunner().invoke(main, [*arguments, "--scores", str(tmp_path / "scores.json")])
    assert done.exit_code == 1 and "scores" in done.output and "Traceback" not in done.output
    assert not (tmp_path / "weights").exists()


def test_a_motion_net_goes_out_alone_and_draws_nothing(tmp_path: Path) -> None:
    values = config_values(tmp_path / "pairs", tmp_path / "run", "ours_paper", task="motion")
    state = TrainState(from_dict({**values, "losses": {"flow": 1.0}}), face_model(), torch.device("cpu"))
    folder = tmp_path / "weights"
    save_checkpoint(state, tmp_path / "run")
    with pytest.raises(InputError, match="draws no pictures"):
        export(tmp_path / "run", "motion", DATA, folder=folder, use="default")
    path = export(tmp_path / "run", "motion", DATA, folder=folder)
    assert all(name.startswith("motion_net.") for name in load_file(path))
    assert generators(folder) == [] and default_model(folder) is None


def test_the_released_motion_net_is_within_a_pixel() -> None:
    """Of the exact flow, where heads move by some 25; on random pairs that no training takes."""
    model = FaceModel.load()
    score = score_motion(load_generator("motion_splat", 256, model), model, 3, seed=1)
    assert score.motion > 10 and score.mean < 1.5
