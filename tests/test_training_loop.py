"""The loop: resumes bit for bit, stops on numbers that are not finite, splits over processes, exports."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from core import Reenactor, processes
from core.errors import InputError
from core.networks import NetworkConfig, build_generator
from core.networks.inference import for_inference
from core.networks.live_inference import LiveInference
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned_weights import RANGES, load_generator
from core.training import pair_cache, ranges, score_motion
from core.training.__main__ import main
from core.training.batch import pack, unpack
from core.training.checkpoint import checkpoints, read_checkpoint, restore
from core.training.config import OptimiserConfig, TrainConfig, from_dict, read_config
from core.training.ema import Ema
from core.training.export import export
from core.training.loader import Examples, Shard, Steps, batches
from core.training.loop import train
from core.training.objective import Objective
from core.training.pair_cache import StoredPairs
from core.training.record import LOG, Record, draw, read_log
from core.training.score import HeldOut
from core.training.state import TrainState, rate_factor
from core.training.train_step import NotFiniteError, train_step
from core.weights import ROOT, load_weights, read_manifest

from .networks_tiny import face_model
from .training_samples import SIDE, InProcess, config_values, features_file, make_cache, make_pairs, same

CPU = torch.device("cpu")
EVERYTHING = {
    "squared": 1.0,
    "charbonnier": 1.0,
    "perceptual": 1.0,
    "coefficients": 0.1,
    "feature_matching": 1.0,
    "adversarial": 0.1,
    "flow": 0.01,
}


@pytest.fixture(scope="module")
def pairs(
    tmp_path_factory: pytest.TempPathFactory, reenactor: Reenactor, source: EncodedFace, driving: EncodedFace
) -> Path:
    folder = tmp_path_factory.mktemp("loop")
    faces = make_cache(folder / "faces", reenactor, source, driving)
    with pytest.MonkeyPatch.context() as patch:
        return make_pairs(faces, folder / "pairs", patch)


def run(values: dict[str, Any]) -> TrainState:
    return train(from_dict(values), model=face_model())


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    return read_checkpoint(folder)[1]


@pytest.mark.parametrize(("variant", "sees"), [("live", "mouth"), ("live", "features"), ("ours_paper", "picture")])
def test_two_steps_saved_resumed_and_two_more_are_four(variant: str, sees: str, pairs: Path, tmp_path: Path) -> None:
    """With every loss there is, critic, averaged weights, mirror and colour: equal to the last bit."""
    path = str(features_file(tmp_path / "lite0.pth"))
    changes = {"losses": EVERYTHING, "features_path": path, "levels": [64, 32], "critic_sees": sees}
    at_once = config_values(pairs, tmp_path / "once", variant, **changes)
    in_two = config_values(pairs, tmp_path / "two", variant, **changes)
    whole = run(at_once)
    assert run({**in_two, "steps": 2}).step == 2
    assert run(in_two).step == 4
    one, two = tensors(tmp_path / "once"), tensors(tmp_path / "two")
    assert same(one, two)
    assert any(name.startswith("critic_adam/") for name in one) and whole.step == 4
    fresh = TrainState(from_dict(at_once), face_model(), CPU)
    assert not same(fresh.generator.state_dict(), whole.generator.state_dict())


def test_mixed_precision_trains(pairs: Path, tmp_path: Path) -> None:
    state = run(config_values(pairs, tmp_path, autocast="bf16", steps=1))
    assert state.step == 1 and all(p.dtype == torch.float32 for p in state.generator.parameters())


def test_the_motion_net_alone_is_pretrained(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path / "motion", "ours_paper", task="motion", steps=2)
    values["data"]["dev_pairs"] = str(pairs)
    values["losses"] = {"flow": 1.0}
    state = run(values)
    fresh = TrainState(from_dict(values), face_model(), CPU)
    initial = fresh.generator.state_dict()
    changed = {k for k, v in state.generator.state_dict().items() if not torch.equal(v, initial[k])}
    assert changed and all(name.startswith("motion_net.") for name in changed)
    assert state.critic is None
    lines = read_log(tmp_path / "motion" / LOG)
    assert "dev EPE" in lines[-1]
    # The reenacting module then starts from it.
    values = config_values(pairs, tmp_path / "next", "ours_paper", steps=0, start_from=str(tmp_path / "motion"))
    started = run(values).generator.state_dict()
    averaged = state.ema.network.state_dict()
    assert all(torch.equal(started[k], averaged[k]) for k in averaged)


def test_the_motion_net_learns_from_stored_random_motion_and_is_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair_cache, "SHARD", 4)
    monkeypatch.setattr(processes, "ProcessPoolExecutor", InProcess)
    store = ["--motion", "--resolution", str(SIDE), "--count", "4", "--sources", "1", "-o", str(tmp_path / "motion")]
    assert CliRunner().invoke(pair_cache.main, store).exit_code == 0
    values = config_values(tmp_path / "motion", tmp_path / "run", "ours_paper", task="motion", steps=0)
    values["losses"] = {"flow": 1.0}
    run(values)
    score = ["--count", "3", "--resolution", "128", str(tmp_path / "run"), "-o", str(tmp_path / "scores.json")]
    assert CliRunner().invoke(score_motion.main, score).exit_code == 0
    fresh = json.loads((tmp_path / "scores.json").read_text())["motion"]
    assert fresh["pairs"] == 3 and fresh["resolution"] == 128
    assert fresh["mean"] == pytest.approx(fresh["motion"]) and fresh["mean"] > 1  # its flow is 0 before the first step
    values["data"]["mirror"] = False
    run({**values, "steps": 60, "batch": 4, "optimiser": {"learning_rate": 3e-3, "ema": 0.9}})
    trained = CliRunner().invoke(score_motion.main, ["--count", "4", "--seed", "0", "--resolution", "64", score[4]])
    assert json.loads(trained.output)["motion"]["mean"] < 0.7 * json.loads(trained.output)["motion"]["motion"]
    foreign = CliRunner().invoke(score_motion.main, ["live"])
    assert foreign.exit_code == 1 and "no motion net" in foreign.output and "Traceback" not in foreign.output


def test_a_training_goes_on_from_exported_weights(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path, steps=0, start_from="live")
    values["network"] = {"variant": "live", "resolution": SIDE}
    state, released = run(values), load_weights("live")
    del released[RANGES]
    for network in (state.generator, state.ema.network):
        weights = network.state_dict()
        assert all(torch.equal(weights[name], tensor.float()) for name, tensor in released.items())
    values |= {"output": str(tmp_path / "other"), "start_from": str(tmp_path / "nowhere")}
    with pytest.raises(InputError, match="nowhere"):
        run(values)


def test_log_sheets_plots_and_scores_are_written(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path, score_every=2)
    values["data"]["dev_pairs"] = str(pairs)
    run(values)
    lines = read_log(tmp_path / LOG)
    assert [line["step"] for line in lines if "total" in line] == [1, 2, 3, 4]
    scored = [line for line in lines if "dev pseudo SSIM" in line]
    assert [line["step"] for line in scored] == [2, 4] and all(np.isfinite(list(scored[0].values())))
    names = sorted(p.name for p in tmp_path.iterdir())
    assert {"plots.png", "sheet_00000002.jpg", "sheet_00000004.jpg"} <= set(names)


def test_scores_are_those_of_the_pictures(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path)
    values["data"]["dev_pairs"] = str(pairs)
    config = from_dict(values)
    network = TrainState(config, face_model(), CPU).ema.network.eval()
    score = HeldOut(config, face_model()).score(network, CPU)
    stored = StoredPairs(pairs)
    expected: dict[str, list[float]] = {"clip": [], "pseudo": []}
    for k in range(len(stored)):
        batch = unpack(pack([stored.make(k)], face_model(), meshes=False))
        with torch.no_grad():
            image = network(batch.inputs).image[0].clamp(0, 1).mul(255).round().div(255)
        error = float((image - batch.target[0]).square().mean())
        expected["pseudo" if bool(batch.pseudo[0]) else "clip"].append(-10 * np.log10(error))
    for kind, values_found in expected.items():
        assert score[f"{kind} PSNR"] == pytest.approx(np.mean(values_found), abs=1e-3)


def overfit(steps: int, pairs: Path, tmp_path: Path) -> list[float]:
    values = config_values(pairs, tmp_path, batch=2, steps=steps)
    values["optimiser"] = {"learning_rate": 3e-3, "betas": [0.9, 0.999], "clip": 1.0}
    config = from_dict(values)
    state, objective = TrainState(config, face_model(), CPU), Objective(config, face_model(), CPU)
    batch = unpack(pack([StoredPairs(pairs).make(k) for k in (0, 1)], face_model(), meshes=False))
    return [train_step(state, objective, batch)["squared"] for _ in range(steps)]


def test_two_pictures_can_be_learned_by_heart(pairs: Path, tmp_path: Path) -> None:
    errors = overfit(160, pairs, tmp_path)
    assert errors[-1] < 0.6 * errors[0]


def test_a_term_that_is_not_finite_is_named(pairs: Path, tmp_path: Path) -> None:
    config = from_dict(config_values(pairs, tmp_path))
    state, objective = TrainState(config, face_model(), CPU), Objective(config, face_model(), CPU)
    batch = unpack(pack([StoredPairs(pairs).make(0)], face_model(), meshes=False))
    before = {k: v.clone() for k, v in state.generator.state_dict().items()}
    broken = batch._replace(target=batch.target * float("nan"))
    with pytest.raises(
        NotFiniteError, match=r"Step 0: the loss squared is not finite, and the data are not \(target\)"
    ):
        train_step(state, objective, broken)
    assert same(before, state.generator.state_dict()) and state.step == 0
    with torch.no_grad():
        next(iter(state.generator.parameters())).fill_(float("inf"))
    with pytest.raises(NotFiniteError, match="the generator's picture is not: lower the learning rate"):
        train_step(state, objective, batch)


def test_a_gradient_that_is_not_finite_is_traced(pairs: Path, tmp_path: Path) -> None:
    config = from_dict(config_values(pairs, tmp_path))
    state, objective = TrainState(config, face_model(), CPU), Objective(config, face_model(), CPU)
    batch = unpack(pack([StoredPairs(pairs).make(0)], face_model(), meshes=False))
    name, parameter = next(iter(state.generator.named_parameters()))
    parameter.register_hook(lambda gradient: gradient * float("nan"))
    with pytest.raises(NotFiniteError, match=name.replace(".", r"\.")):
        train_step(state, objective, batch)


def loopback() -> str:
    """The network that every machine has; gloo's choice goes by the host's name, which need not lead anywhere."""
    return next(name for _, name in socket.if_nameindex() if name.startswith("lo"))


def test_two_processes_are_one_with_twice_the_batch(pairs: Path, tmp_path: Path) -> None:
    """Unchanged under torchrun: the same examples, the same mean gradient, the same weights up to rounding."""
    together = config_values(pairs, tmp_path / "one", batch=4, steps=2)
    apart = config_values(pairs, tmp_path / "both", batch=2, steps=2)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(apart), encoding="utf-8")
    command = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [sys.executable, *command, "-m", "core.training", str(path)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": loopback(), "PYTHONFAULTHANDLER": "1"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    run(together)
    one, both = tensors(tmp_path / "one"), tensors(tmp_path / "both")
    assert one.keys() == both.keys()
    for name in one:
        if name.startswith("generator/"):
            torch.testing.assert_close(both[name], one[name], atol=2e-5, rtol=1e-3)
    logs = [read_log(tmp_path / folder / LOG) for folder in ("one", "both")]
    assert [line["total"] for line in logs[1]] == pytest.approx([line["total"] for line in logs[0]], rel=1e-3)


def test_a_signal_stops_between_two_steps(pairs: Path, tmp_path: Path) -> None:
    done: list[int] = []

    def on_step(step: int, terms: dict[str, float]) -> None:
        done.append(step)
        os.kill(os.getpid(), signal.SIGTERM)

    handler = signal.getsignal(signal.SIGTERM)
    state = train(from_dict(config_values(pairs, tmp_path)), on_step, model=face_model())
    assert done == [1] and state.step == 1 and checkpoints(tmp_path)[-1].name == "step_00000001.json"
    assert signal.getsignal(signal.SIGTERM) is handler


def test_examples_of_an_epoch_are_all_pairs_once(pairs: Path, tmp_path: Path) -> None:
    examples = Examples(from_dict(config_values(pairs, tmp_path)), face_model())
    first, second = ([examples._number(i) for i in range(start, start + 8)] for start in (0, 8))
    assert sorted(first) == sorted(second) == list(range(8)) and first != second


def test_processes_share_the_examples_of_a_step() -> None:
    shares = [list(Steps(2, 1, 3, Shard(rank, 2))) for rank in (0, 1)]
    assert shares == [[[4, 5], [8, 9]], [[6, 7], [10, 11]]]
    assert list(Steps(4, 1, 3, Shard())) == [[4, 5, 6, 7], [8, 9, 10, 11]]


def test_batches_from_a_later_step_are_the_same(pairs: Path, tmp_path: Path) -> None:
    config = from_dict(config_values(pairs, tmp_path))
    whole = list(batches(config, face_model(), 0))
    late = list(batches(config, face_model(), 2))
    assert len(whole) == 4 and len(late) == 2
    assert all(same(a, b) for a, b in zip(whole[2:], late))


def test_worker_processes_make_the_same_batches(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path, steps=2)
    alone = list(batches(from_dict(values), face_model(), 0))
    values["data"]["workers"] = 1
    helped = list(batches(from_dict(values), face_model(), 0))
    assert all(same(a, b) for a, b in zip(alone, helped, strict=True))


def test_pairs_of_another_resolution_are_refused(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path)
    values["network"]["resolution"] = 2 * SIDE
    with pytest.raises(InputError, match="--resolution 128"):
        Examples(from_dict(values), face_model())


def test_averaged_weights_by_hand() -> None:
    net = torch.nn.Linear(1, 1)
    net.weight.data.fill_(1.0)
    ema = Ema(net, 0.9)  # type: ignore[arg-type]
    net.weight.data.fill_(2.0)
    ema.update(net, 0)  # type: ignore[arg-type]
    assert ema.network.weight.item() == pytest.approx(0.1 * 1 + 0.9 * 2)
    ema.update(net, 10**6)  # type: ignore[arg-type]
    assert ema.network.weight.item() == pytest.approx(0.9 * 1.9 + 0.1 * 2)
    assert not ema.network.weight.requires_grad


def test_learning_rates_rise_stay_and_fall() -> None:
    config = OptimiserConfig(warm_up=10, decay_from=0.5)
    rates = [rate_factor(step, 100, config) for step in (0, 4, 9, 50, 75, 100)]
    assert rates == pytest.approx([0.1, 0.5, 1.0, 1.0, 0.5, 0.0])
    assert rate_factor(99, 100, OptimiserConfig()) == 1.0


def test_only_the_newest_checkpoints_are_kept_and_damage_is_noticed(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path, checkpoint_minutes=0.0, keep=2)
    config = from_dict(values)
    run(values)
    assert [p.name for p in checkpoints(tmp_path)] == ["step_00000003.json", "step_00000004.json"]
    path = tmp_path / "step_00000004.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"step_00000004.*SHA-256 differs"):
        restore(TrainState(config, face_model(), CPU), checkpoints(tmp_path)[-1])


def test_a_checkpoint_of_another_network_is_refused(pairs: Path, tmp_path: Path) -> None:
    run(config_values(pairs, tmp_path, steps=1))
    other = config_values(pairs, tmp_path)
    other["network"]["live_widths"] = [8, 24, 32]
    with pytest.raises(InputError, match="another network"):
        run(other)


def test_export_gives_averaged_weights_that_load(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path / "run", score_every=4)
    values["data"]["dev_pairs"] = str(pairs)
    state = run(values)
    folder = tmp_path / "weights"
    folder.mkdir()
    export(tmp_path / "run", "tiny", "two pictures", folder=folder)
    entry = read_manifest(folder)["tiny"]
    assert entry["licence"] == "Apache-2.0" and entry["data"] == "two pictures"
    assert entry["training"]["steps"] == 4 and len(entry["training"]["commit"]) in (7, 40)
    assert entry["scores"]["held-out pairs"]["pseudo SSIM"] > 0
    config = NetworkConfig.from_json(json.dumps(entry["network"]))
    net = build_generator(config, face_model())
    weights = load_weights("tiny", folder)
    net.load_state_dict(weights)
    averaged = state.ema.network.state_dict()
    for name, value in net.state_dict().items():
        torch.testing.assert_close(value, averaged[name], atol=1e-3, rtol=1e-3)
    assert {w.dtype for n, w in weights.items() if n.endswith("weight")} == {torch.float16}


def test_ranges_join_exported_weights(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path / "run")
    values["network"]["norm"] = "none"
    run(values)
    folder = tmp_path / "weights"
    export(tmp_path / "run", "tiny", "two pictures", folder=folder)
    entry, before = read_manifest(folder)["tiny"], load_weights("tiny", folder)
    assert load_generator("tiny", face_model(), folder).ranges is None
    command = ["tiny", "--pairs", str(pairs), "--folder", str(folder)]
    told = CliRunner().invoke(ranges.main, command)
    assert told.exit_code == 0, told.output
    after = load_weights("tiny", folder)
    found = after.pop(RANGES)
    assert same(before, after) and found.shape[1] == 3 and f"{len(found)} convolutions" in told.output
    assert (found[:, 0] <= 0).all() and (found[:, 1] > 0).all()
    changed = read_manifest(folder)["tiny"]
    assert changed.pop("sha256") != entry.pop("sha256") and changed == entry
    net = load_generator("tiny", face_model(), folder)
    assert torch.equal(net.ranges, found)
    assert isinstance(for_inference(net, torch.float32, in_bytes=True), LiveInference)
    for name, why in (
        ("paper_64", "not computed in 8 bits"),
        ("nothing", "does not|not those of a generator|not list"),
    ):
        refused = CliRunner().invoke(ranges.main, [name, "--pairs", str(pairs)])
        assert refused.exit_code == 1 and re.search(why, refused.output) and "Traceback" not in refused.output


def test_a_record_forgets_what_was_not_kept(tmp_path: Path) -> None:
    record = Record(tmp_path, 0)
    for step in (1, 2, 3):
        record.add(step, total=float(step))
    with (tmp_path / LOG).open("a") as log:
        log.write('{"step": 4, "tot')
    assert [line["step"] for line in read_log(tmp_path / LOG)] == [1, 2, 3]
    Record(tmp_path, 2).add(3, total=9.0)
    assert [line["total"] for line in read_log(tmp_path / LOG)] == [1.0, 2.0, 9.0]


def test_plots_show_a_curve_and_survive_odd_numbers() -> None:
    rising = draw({"a": [(0, 0), (10, 1)]})
    line = rising[:, :420, 0].astype(int) - rising[:, :420, 2] > 80
    rows, columns = np.nonzero(line)
    assert rows[columns.argmin()] > rows[columns.argmax()]
    assert draw({"a": [(0, float("nan"))], "b": [(1, 2.0)], "c": [], "d": []}).shape[0] == 2 * 240


def test_configurations_are_checked(tmp_path: Path, pairs: Path) -> None:
    good = config_values(pairs, tmp_path)
    config = from_dict(good)
    assert from_dict(json.loads(json.dumps(config.to_dict()))) == config
    for change, message in (
        ({"stepz": 1}, "stepz is unknown"),
        ({"losses": {"beauty": 1}}, r"losses\.beauty is unknown"),
        ({"steps": "many"}, "steps must be int"),
        ({"network": {"variant": "live", "width": 0}}, "width"),
        ({"network": {"variant": "dead"}}, "dead"),
        ({"task": "motion"}, "motion net, which 'live' does not have"),
        ({"task": "sing"}, "task must be one of reenact, motion"),
        ({"autocast": "fp8"}, "autocast must be one of"),
        ({"batch": True}, "batch must be int"),
    ):
        with pytest.raises(InputError, match=message):
            from_dict({**good, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch": 0}, "batch must be at least 1"),
        ({"log_every": 0}, "log_every must be at least 1"),
        ({"score_every": -5}, "score_every"),
        ({"steps": -1}, "steps must be at least 0"),
        ({"threads": -1}, "threads"),
        ({"data.workers": -1}, r"data\.workers"),
        ({"levels": "abc"}, "levels must be a list of int"),
        ({"levels": ["a"]}, "levels must be a list of int"),
        ({"optimiser": 5}, "optimiser must be an object"),
        ({"optimiser.betas": [1]}, r"optimiser\.betas must be a list of 2 float"),
        ({"optimiser.learning_rate": float("nan")}, r"optimiser\.learning_rate"),
        ({"network": 5}, "network must be an object"),
        ({"network.variant": "nope"}, r"network\.variant must be one of .*live"),
        ({"data": 5, "data.pairs": "x"}, r"data\.pairs cannot be set"),
        ({"data.making.noise": 1}, r"data\.making\.noise must be an object"),
        ({"name": ""}, "needs a name"),
    ],
    ids=str,
)
def test_values_that_would_fail_in_the_middle_are_refused_by_name(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_config(ROOT / "core/training/configs/live_128.json", change)


def test_a_lost_shard_that_a_worker_process_reads_is_one_sentence(pairs: Path, tmp_path: Path) -> None:
    lost = tmp_path / "pairs"
    shutil.copytree(pairs, lost)
    for shard in lost.glob("*.safetensors"):
        shard.unlink()
    values = config_values(lost, tmp_path / "out")
    values["data"]["workers"] = 1
    with pytest.raises(InputError) as caught:
        run(values)
    assert str(caught.value).startswith(str(lost)) and "\n" not in str(caught.value)


def test_a_start_that_is_not_there_is_said_to_be_missing(pairs: Path, tmp_path: Path) -> None:
    """The second stage before the first: the checkpoint was called damaged, and an older one recommended."""
    with pytest.raises(InputError, match="no 'nowhere' to start from; train it first"):
        run(config_values(pairs, tmp_path, start_from="nowhere"))


@pytest.mark.parametrize("path", sorted((ROOT / "core/training/configs").glob("*.json")), ids=lambda p: p.stem)
def test_shipped_configurations_build_their_networks(path: Path) -> None:
    config = read_config(path, {"steps": 7, "optimiser.clip": 0.5})
    assert config.name == path.stem and config.steps == 7 and config.optimiser.clip == 0.5
    assert config.data.making.resolution == config.network.resolution
    small = replace(config.network, latent=8, graph_widths=(4, 4, 4, 4), flow_widths=(8,), width=4)
    small = replace(small, live_widths=(8, 8, 8), discriminator_widths=(4,))
    state = TrainState(replace(config, network=small), face_model(), CPU)
    assert state.trained and (state.critic is not None) == (config.task == "reenact" and config.uses_critic)


def test_the_papers_configuration_is_the_papers() -> None:
    config: TrainConfig = read_config(ROOT / "core/training/configs/ours_paper.json")
    losses = config.losses
    assert (losses.perceptual, losses.feature_matching, losses.coefficients, losses.adversarial) == (10, 10, 1, 1)
    assert config.optimiser.learning_rate == 2e-4 and config.levels == (256, 128, 64, 32) and config.uses_coefficients
    assert not read_config(ROOT / "core/training/configs/baseline_o.json").uses_coefficients


def test_the_command_says_in_one_line_what_is_missing(tmp_path: Path) -> None:
    path = ROOT / "core/training/configs/live_128.json"
    features = str(features_file(tmp_path / "lite0.pth"))
    arguments = [str(path), "--pairs", str(tmp_path), "--dev-pairs", "", "-o", str(tmp_path / "out")]
    small = ["--set", "network.live_widths=[8,8,8]", "--set", f"features_path={features}"]
    done = CliRunner().invoke(main, [*arguments, *small])
    assert done.exit_code == 1 and "core.training.pair_cache" in done.output and "Traceback" not in done.output
    done = CliRunner().invoke(main, [*arguments, "--set", "steps"])
    assert done.exit_code == 1 and "NAME=VALUE" in done.output


def test_levels_that_no_picture_has_are_told(pairs: Path, tmp_path: Path) -> None:
    values = config_values(pairs, tmp_path, features_path=str(features_file(tmp_path / "lite0.pth")), levels=[4096])
    with pytest.raises(InputError, match="levels must name a side"):
        run({**values, "losses": EVERYTHING})
