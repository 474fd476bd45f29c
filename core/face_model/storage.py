"""Face models on disk: ``<name>.safetensors`` (arrays) beside ``<name>.json`` (names, facts, SHA-256 of the arrays)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as safetensors_load
from safetensors.numpy import save as safetensors_save

from ..errors import WeightsError
from ..media.atomic import atomic_write
from ..media.read_json import read_json
from ..weights import RESOURCES

Arrays: TypeAlias = dict[str, NDArray[Any]]
Facts: TypeAlias = dict[str, Any]

DEFAULT = RESOURCES / "face_model.safetensors"
FORMAT = 1
HINT = "restore it from the repository (git checkout resources) or import it again."


def write_model(path: Path, arrays: Arrays, facts: Facts) -> None:
    """Write both files; the bytes depend only on the content."""
    data = safetensors_save({name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)})
    facts = {"format": FORMAT, **facts, "sha256": hashlib.sha256(data).hexdigest()}
    with atomic_write(path.with_suffix(".safetensors")) as temporary:
        temporary.write_bytes(data)
    with atomic_write(path.with_suffix(".json")) as temporary:
        temporary.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_model(path: Path) -> tuple[Arrays, Facts]:
    """Arrays and facts, checked against each other.  Raises :class:`WeightsError`."""
    try:
        facts = read_json(path.with_suffix(".json"))
        data = path.with_suffix(".safetensors").read_bytes()
    except (OSError, ValueError) as error:
        raise WeightsError(f"The face model {path.stem} is missing or cannot be read; {HINT}") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise WeightsError(f"The face model {path.stem} has an unknown format; {HINT}")
    if hashlib.sha256(data).hexdigest() != facts.get("sha256"):
        raise WeightsError(f"The face model {path.stem} is damaged or was replaced (SHA-256 differs); {HINT}")
    try:
        return safetensors_load(data), facts
    except SafetensorError as error:
        raise WeightsError(f"The face model {path.stem} is no safetensors file; {HINT}") from error
