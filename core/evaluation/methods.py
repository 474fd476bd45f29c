"""The methods that are compared: copy of the source, geometric flow, and learned models by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch

from ..errors import InputError
from ..face_model.model import FaceModel
from ..networks import Generator, NetworkConfig, build_generator
from ..pipeline.backend import Backend
from ..pipeline.learned import LearnedBackend
from ..pipeline.learned_weights import GEOMETRIC, generators, load_generator
from ..training.checkpoint import config_of, read_checkpoint
from ..weights import WEIGHTS, read_manifest

COPY = "copy"


@dataclass(frozen=True)
class LearnedModel:
    """A learned model that was asked for.

    ``name``      in tables.
    ``path``      folder of the manifest that lists it, or its checkpoint;  ``listed`` tells which.
    ``network``   its configuration, whose ``kind`` is "paper" for the variants of the paper's Table 3.
    ``steps``, ``batch``  of its training;  ``commit`` of the code that trained it.
    """

    name: str
    path: Path
    listed: bool
    network: NetworkConfig
    steps: int
    batch: int
    commit: str

    @property
    def pairs_seen(self) -> int:
        """The budget of its training, in pairs."""
        return self.steps * self.batch


def find_model(name: str, folder: Path = WEIGHTS) -> LearnedModel:
    """Weights that the manifest lists as ``name``, a folder of exported ones, or a training's newest checkpoint.

    Raises InputError where there is none of these.
    """
    path = Path(name)
    if name in read_manifest(folder):
        return _listed(name, folder)
    if (path / "manifest.json").exists() and len(generators(path)) == 1:
        return _listed(generators(path)[0], path)
    if not path.exists():
        raise InputError(f"There is no model {name!r}; name weights of the manifest, or the folder of a training.")
    facts, _ = read_checkpoint(path)
    config = config_of(facts)
    label = path.stem if path.is_file() else path.name
    return LearnedModel(label, path, False, config.network, int(facts["step"]), config.batch, str(facts["commit"]))


def load_backend(learned: LearnedModel, model: FaceModel) -> Backend:
    """The model, ready to render on the CPU; a checkpoint by its averaged weights.  Raises InputError, WeightsError."""
    if learned.listed:
        generator = load_generator(learned.name, model, learned.path)
    else:
        generator = _averaged(learned, model)
    return LearnedBackend(generator, model, learned.name, torch.device("cpu"))


def _averaged(learned: LearnedModel, model: FaceModel) -> Generator:
    stored = read_checkpoint(learned.path)[1]
    generator = build_generator(learned.network, model)
    try:
        generator.load_state_dict({k.removeprefix("ema/"): v for k, v in stored.items() if k.startswith("ema/")})
    except RuntimeError as error:
        raise InputError(f"The checkpoint {learned.path} is not of the network that it names; take another.") from error
    return generator.eval()


def _listed(name: str, folder: Path) -> LearnedModel:
    entry = read_manifest(folder)[name]
    try:
        network = NetworkConfig.from_json(json.dumps(entry["network"]))
        training = entry["training"]
        steps, batch, commit = int(training["steps"]), int(training["batch"]), str(training["commit"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"The weights {name!r} are no trained model; name another entry of the manifest.") from error
    return LearnedModel(name, folder, True, network, steps, batch, commit)


__all__ = ["COPY", "GEOMETRIC", "LearnedModel", "find_model", "load_backend"]
