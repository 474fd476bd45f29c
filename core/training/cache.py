"""Prepared faces on disk: safetensors shards with a JSON index.

Each shard holds, for its n faces, ``images`` n×256×256×3 uint8 RGB, ``coefficients`` n×113 float32 (c_i, c_e, p with p
in pixels of the crop) and ``landmarks`` n×478×3 float32 in pixels of the crop; what they are stands in its metadata.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from ..errors import InputError
from ..media.atomic import atomic_write
from ..media.read_json import parse_json, read_json
from ..types import Coefficients, Float, Image

INDEX = "index.json"
VERSION = 2


@dataclass(frozen=True)
class Entry:
    """One face of a cache.  ``clip`` is the clip it is a frame of (faces of one clip share a crop), "" for a still."""

    person: str
    clip: str
    file: str
    frame: int
    shard: str
    row: int


@dataclass(frozen=True)
class Face:
    """``image`` 256×256×3 uint8; ``landmarks`` (478, 3) float32 and ``coefficients`` in pixels of it."""

    image: Image
    coefficients: Coefficients
    landmarks: Float


def write_shard(
    path: Path, key: str, faces: Sequence[Face], facts: Sequence[dict[str, Any]], unreadable: Sequence[str] = ()
) -> None:
    """Write faces and, for each, its ``person``, ``clip``, ``file`` and ``frame``.  ``key`` names what made them,
    ``unreadable`` the files that would have been here, and why they are not.
    """
    tensors: dict[str, Any] = {
        "images": np.array([f.image for f in faces], np.uint8),
        "coefficients": np.array([f.coefficients.vector for f in faces], np.float32),
        "landmarks": np.array([f.landmarks for f in faces], np.float32),
    }
    content = {"key": key, "faces": list(facts), "unreadable": list(unreadable)}
    # One entry of metadata: several are written in random order, and equal shards are to be equal files.
    with atomic_write(path) as temporary:
        temporary.write_bytes(save(tensors, {"shard": json.dumps(content)}))


def read_facts(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """Key and facts of a shard; an empty key for a file that is missing or damaged."""
    try:
        content = _content(path)
        return str(content["key"]), list(content["faces"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return "", []


def read_unreadable(path: Path) -> list[str]:
    """Files that are not in a finished shard because they cannot be read, with the reason."""
    return list(_content(path).get("unreadable", ()))


def _content(path: Path) -> Any:
    with safe_open(path, "np") as shard:
        return parse_json(shard.metadata()["shard"])


def write_index(folder: Path, entries: Sequence[Entry], facts: dict[str, Any]) -> None:
    """Write ``index.json``: ``facts`` say how the cache was made."""
    content = {"version": VERSION, **facts, "faces": [asdict(entry) for entry in entries]}
    with atomic_write(folder / INDEX) as temporary:
        temporary.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")


def open_shard(path: Path, made_by: str) -> Any:
    """A shard that an index names.  Raises InputError where it was deleted or damaged since."""
    try:
        return safe_open(path, "np")
    except (OSError, SafetensorError) as error:
        text = f"{path} is missing or damaged; run python -m {made_by} again, which makes what is missing."
        raise InputError(text) from error


class FaceCache:
    """Faces of a prepared folder, read when asked for.  Cheap to pass to other processes."""

    def __init__(self, folder: Path) -> None:
        """Raises InputError where the folder holds no finished cache."""
        try:
            content = read_json(folder / INDEX)
            self.entries = [Entry(**entry) for entry in content.pop("faces")]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{folder} holds no prepared faces; run python -m core.training.prepare first.") from error
        self.folder, self.facts = folder, content
        self._open: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.entries)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_open": {}}

    def __getitem__(self, k: int) -> Face:
        entry = self.entries[k]
        parts = (np.asarray(self._slice(entry.shard, name)[entry.row]) for name in ("images", "landmarks"))
        image, landmarks = parts
        return Face(image, self.coefficients(k), landmarks)

    def coefficients(self, k: int) -> Coefficients:
        """Coefficients alone, without reading the picture."""
        entry = self.entries[k]
        return Coefficients.from_vector(np.asarray(self._slice(entry.shard, "coefficients")[entry.row]))

    def _slice(self, shard: str, name: str) -> Any:
        if shard not in self._open:
            self._open[shard] = open_shard(self.folder / shard, "core.training.prepare")
        return self._open[shard].get_slice(name)
