"""Checkpoints: tensors as safetensors, the rest as JSON; a training resumed from one goes on bit for bit."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from ..errors import InputError
from ..media.atomic import atomic_write, make_folder
from ..media.read_json import read_json
from ..weights import ROOT, load_weights, read_manifest
from .config import TrainConfig, from_dict
from .state import TrainState

Facts = dict[str, Any]


def save_checkpoint(state: TrainState, folder: Path, facts: Facts | None = None) -> Path:
    """Write ``step_<n>.safetensors`` and, last, ``step_<n>.json``; older ones beyond ``config.keep`` go.  The JSON."""
    make_folder(folder)
    data = save({name: tensor.detach().cpu().contiguous() for name, tensor in _tensors(state).items()})
    path = folder / f"step_{state.step:08d}.json"
    with atomic_write(path.with_suffix(".safetensors")) as temporary:
        temporary.write_bytes(data)
    content = {
        "step": state.step,
        "config": state.config.to_dict(),
        "scaler": state.scaler.state_dict(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "commit": commit(),
        **(facts or {}),
    }
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for old in checkpoints(folder)[: -max(1, state.config.keep)]:
        old.unlink()
        old.with_suffix(".safetensors").unlink(missing_ok=True)
    return path


def checkpoints(folder: Path) -> list[Path]:
    """The JSON files of finished checkpoints, oldest first."""
    return sorted(folder.glob("step_????????.json"))


def restore(state: TrainState, path: Path) -> Facts:
    """Put ``state`` where it was; returns the checkpoint's facts.  Raises InputError."""
    facts, tensors = read_checkpoint(path)
    parts = _modules(state)
    try:
        for name, module in parts.items():
            module.load_state_dict(_under(tensors, name))
    except RuntimeError as error:
        raise InputError(f"The checkpoint {path} is of another network; give its own configuration.") from error
    for name, adam in _optimisers(state).items():
        _load_adam(adam, _under(tensors, name), state.device)
    if facts["scaler"]:
        state.scaler.load_state_dict(facts["scaler"])
    state.step = int(facts["step"])
    return facts


def start_from(state: TrainState, start: str) -> int:
    """Take weights where names and shapes agree: the averaged ones of another training (its folder, or the JSON of a
    checkpoint), or exported ones by their name in ``weights/``.  Returns how many tensors did.  Raises InputError.
    """
    listed = read_manifest()
    if start not in listed and not Path(start).exists():
        raise InputError(f"There is no {start!r} to start from; train it first, or name weights of the manifest.")
    found = load_weights(start) if start in listed else _under(read_checkpoint(Path(start))[1], "ema")
    mine = state.generator.state_dict()
    same = {k: v for k, v in found.items() if k in mine and mine[k].shape == v.shape}
    if not same:
        raise InputError(f"The checkpoint {start} has no weights in common with this network; name another one.")
    for network in (state.generator, state.ema.network):
        network.load_state_dict(same, strict=False)
    return len(same)


def read_checkpoint(path: Path) -> tuple[Facts, dict[str, Tensor]]:
    """Facts and tensors of a checkpoint (its JSON, or the folder: the newest).  Raises InputError."""
    if path.is_dir():
        found = checkpoints(path)
        if not found:
            raise InputError(f"{path} holds no checkpoint; name the folder of a training.")
        path = found[-1]
    try:
        facts = read_json(path.with_suffix(".json"))
        data = path.with_suffix(".safetensors").read_bytes()
        if hashlib.sha256(data).hexdigest() != facts["sha256"]:
            raise ValueError("its SHA-256 differs")
        return facts, load(data)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise InputError(
            f"The checkpoint {path} cannot be read ({error}); delete it to go on from an older one."
        ) from error


def config_of(facts: Facts) -> TrainConfig:
    """The configuration that a checkpoint was made with."""
    return from_dict(facts["config"])


def commit() -> str:
    """The commit of the code, or "unknown" outside a repository."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _modules(state: TrainState) -> dict[str, nn.Module]:
    modules: dict[str, nn.Module] = {"generator": state.generator, "ema": state.ema.network}
    return modules if state.critic is None else {**modules, "critic": state.critic}


def _optimisers(state: TrainState) -> dict[str, torch.optim.Adam]:
    adams = {"adam": state.adam}
    return adams if state.critic_adam is None else {**adams, "critic_adam": state.critic_adam}


def _tensors(state: TrainState) -> dict[str, Tensor]:
    tensors = {f"{part}/{k}": v for part, module in _modules(state).items() for k, v in module.state_dict().items()}
    for name, adam in _optimisers(state).items():
        for index, moments in adam.state_dict()["state"].items():
            tensors |= {f"{name}/{index}/{key}": value for key, value in moments.items()}
    return {name: tensor.clone() for name, tensor in tensors.items()}


def _under(tensors: dict[str, Tensor], part: str) -> dict[str, Tensor]:
    return {name[len(part) + 1 :]: tensor for name, tensor in tensors.items() if name.startswith(f"{part}/")}


def _load_adam(adam: torch.optim.Adam, tensors: dict[str, Tensor], device: torch.device) -> None:
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        index, key = name.split("/")
        moments.setdefault(int(index), {})[key] = tensor if key == "step" else tensor.to(device)
    adam.load_state_dict({"state": moments, "param_groups": adam.state_dict()["param_groups"]})
