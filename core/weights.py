"""Weights on disk: safetensors only, each checked against the SHA-256 in ``weights/manifest.json`` before use."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load as safetensors_load
from safetensors.torch import save as safetensors_save

from .brief import brief
from .errors import WeightsError
from .media.atomic import atomic_write
from .media.read_json import read_json

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "weights"
RESOURCES = ROOT / "resources"

Use = Literal["", "default", "draft"]
"""What a generator is for, besides being asked for by its name."""

_HINT = "restore the file from the repository (git checkout weights)."


def read_manifest(folder: Path = WEIGHTS) -> dict[str, dict[str, Any]]:
    """Name → entry (``file``, ``sha256``, ``architecture``, ``licence``, ``source``, …) of every weight file.

    Raises :class:`WeightsError` if the manifest is missing or is not valid.
    """
    return dict(_read(folder)["weights"])


def default_model(folder: Path = WEIGHTS) -> str | None:
    """Name of the generator that is used where none is asked for; None = there is none.  Raises WeightsError."""
    return _used_as("default", folder)


def draft_model(folder: Path = WEIGHTS) -> str | None:
    """Name of the smaller generator that may draw instead of the default one while a picture moves; None = there is
    none.  Raises WeightsError."""
    return _used_as("draft", folder)


def _used_as(use: Use, folder: Path) -> str | None:
    name = _read(folder).get(use)
    return None if name is None else str(name)


def _read(folder: Path) -> dict[str, Any]:
    try:
        manifest = read_json(folder / "manifest.json")
        for entry in manifest["weights"].values():
            if not (isinstance(entry["file"], str) and isinstance(entry["sha256"], str)):
                raise TypeError("file and sha256 must be text")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"The weights manifest in {folder} cannot be read ({error}); {_HINT}") from error
    return dict(manifest)


def load_weights(name: str, folder: Path = WEIGHTS) -> dict[str, torch.Tensor]:
    """Tensors of the weight file that the manifest calls ``name``, verified, on the CPU, as stored (no cast).

    Raises :class:`WeightsError` naming the file if it is not listed, missing, damaged or not the one listed.
    """
    entry = read_manifest(folder).get(name)
    if entry is None:
        raise WeightsError(f"The weights manifest does not list {brief(name)}; {_HINT}")
    path = folder / Path(entry["file"]).name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"The weights file {path.name} is missing or cannot be read; {_HINT}") from error
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise WeightsError(f"The weights file {path.name} is damaged or was replaced (SHA-256 differs); {_HINT}")
    try:
        return safetensors_load(data)
    except SafetensorError as error:
        raise WeightsError(f"The weights file {path.name} is not a safetensors file ({error}); {_HINT}") from error


def fill(net: torch.nn.Module, name: str, folder: Path = WEIGHTS) -> None:
    """Give ``net`` the weights that the manifest calls ``name``.  Raises :class:`WeightsError`, for whole weights of
    another network too."""
    try:
        net.load_state_dict(load_weights(name, folder))
    except RuntimeError as error:
        raise of_another(name, folder) from error


def of_another(name: str, folder: Path = WEIGHTS) -> WeightsError:
    """The error where what the manifest calls ``name`` is whole, and something else."""
    path = Path(read_manifest(folder)[name]["file"])
    return WeightsError(f"The weights file {path.name} holds something else than {brief(name)}; {_HINT}")


def save_weights(
    name: str, tensors: dict[str, torch.Tensor], facts: dict[str, Any], folder: Path = WEIGHTS, use: Use = ""
) -> Path:
    """Write ``<name>.safetensors`` and enter it, with ``facts`` and its SHA-256, into the manifest.

    ``use``: it is a generator; "default" to be used from now on where none is asked for, "draft" instead of that
    while pictures move.  The bytes depend only on the
    tensors: equal tensors give an equal file.
    """
    data = safetensors_save({key: tensors[key].contiguous() for key in sorted(tensors)})
    path = folder / f"{name}.safetensors"
    manifest_path = folder / "manifest.json"
    manifest = _read(folder) if manifest_path.exists() else {"weights": {}}
    manifest["weights"][name] = {"file": path.name, "sha256": hashlib.sha256(data).hexdigest(), **facts}
    manifest["weights"] = dict(sorted(manifest["weights"].items()))
    if use:
        manifest[use] = name
    with atomic_write(path) as temporary:
        temporary.write_bytes(data)
    with atomic_write(manifest_path) as temporary:
        temporary.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
