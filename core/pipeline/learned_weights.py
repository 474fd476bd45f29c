"""Which backend draws: the default weights, others by name or folder, or geometry alone, and in words why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..errors import InputError, WeightsError
from ..face_model.model import FaceModel
from ..networks import Generator, NetworkConfig, build_generator
from ..networks.live import LiveGenerator
from ..weights import WEIGHTS, default_model, draft_model, load_weights, read_manifest
from .backend import Backend
from .draft import Draft
from .geometric import GeometricBackend
from .learned import LearnedBackend

GEOMETRIC = "geometric"
"""The name that asks for geometry alone."""

ARCHITECTURE = "core.networks.build.build_generator"
"""What the manifest calls a generator."""


RANGES = "ranges"
"""The tensor of a weights file that is none of the network: see :mod:`core.networks.ranges`."""


def choose_backend(
    model: str | None, face_model: FaceModel, device: torch.device, folder: Path = WEIGHTS
) -> tuple[Backend, str]:
    """The backend and a notice for people, "" = there is nothing to say.

    ``model``  None = the default of the manifest in ``folder``, and geometry, with a notice, where that cannot be
    used; "geometric"; a name in that manifest; or another folder with a manifest.

    Raises InputError where weights that were asked for cannot be used.
    """
    if model == GEOMETRIC:
        return GeometricBackend(face_model), ""
    if model is not None:
        return _asked_for(model, face_model, device, folder), ""
    try:
        name = default_model(folder)
        if name is None:
            return GeometricBackend(face_model), ""
        return LearnedBackend(load_generator(name, face_model, folder), face_model, name, device), ""
    except WeightsError as error:
        why = str(error)
        notice = f"Learned model not used: {why[0].lower()}{why[1:]} Pictures come from geometry alone."
        return GeometricBackend(face_model), notice


def draft_of(model: str | None, face_model: FaceModel, device: torch.device, folder: Path = WEIGHTS) -> Draft | None:
    """What may draw for ``model`` while pictures move: the manifest's draft for its default, on a CPU; else None."""
    if device.type != "cpu":
        return None
    try:
        name = draft_model(folder)
        if name is None or (model is not None and model != default_model(folder)):
            return None
    except WeightsError:
        return None
    return Draft(lambda: LearnedBackend(load_generator(name, face_model, folder), face_model, name, device))


def load_generator(name: str, face_model: FaceModel, folder: Path = WEIGHTS) -> Generator:
    """The generator that the manifest in ``folder`` calls ``name``, its file verified, on the CPU, in eval mode.

    Raises WeightsError naming what is missing, damaged, or not what the manifest says.
    """
    return assemble(read_manifest(folder).get(name, {}), load_weights(name, folder), face_model)


def assemble(entry: dict[str, Any], tensors: dict[str, Tensor], face_model: FaceModel) -> Generator:
    """The generator of a manifest's ``entry`` with these weights, in eval mode; ranges are taken out of ``tensors``.

    WeightsError where they do not fit.
    """
    if entry.get("architecture") != ARCHITECTURE or not isinstance(entry.get("network"), dict):
        raise WeightsError("These weights are not those of a generator; name another model.")
    net = build_generator(NetworkConfig.from_json(json.dumps(entry["network"])), face_model)
    if isinstance(net, LiveGenerator):
        net.ranges = tensors.pop(RANGES, None)
    try:
        net.load_state_dict(tensors)
    except RuntimeError as error:
        raise WeightsError(
            "The weights file is not of the network that the manifest names; restore both from the repository."
        ) from error
    return net.eval()


def generators(folder: Path = WEIGHTS) -> list[str]:
    """Names of the generators in a manifest.  Raises WeightsError."""
    return [name for name, entry in read_manifest(folder).items() if entry.get("architecture") == ARCHITECTURE]


def _asked_for(model: str, face_model: FaceModel, device: torch.device, folder: Path) -> Backend:
    try:
        name = model
        if name not in read_manifest(folder) and _is_folder(model):
            folder = Path(model)
            name = _only(folder)
        elif name not in generators(folder):
            known = ", ".join((GEOMETRIC, *generators(folder)))
            raise InputError(f"There is no model {model!r}; choose {known}, or a folder of exported weights.")
        return LearnedBackend(load_generator(name, face_model, folder), face_model, name, device)
    except WeightsError as error:
        raise InputError(f"The model {model!r} cannot be used: {error}") from error


def _is_folder(name: str) -> bool:
    try:
        return bool(name) and Path(name).is_dir()
    except (OSError, ValueError):  # no usable path
        return False


def _only(folder: Path) -> str:
    """The generator of a folder: its default, or the only one."""
    if not (folder / "manifest.json").exists():  # mostly the folder of a training, whose checkpoints are no weights yet
        raise InputError(
            f"The folder {str(folder)!r} holds no manifest.json of weights; export some with core.training.export."
        )
    names = generators(folder)
    chosen = default_model(folder) or (names[0] if len(names) == 1 else None)
    if chosen is None:
        what = f"several models ({', '.join(names)}) and no default" if names else "no model"
        raise InputError(f"The folder {str(folder)!r} holds {what}; export one with core.training.export.")
    return chosen
