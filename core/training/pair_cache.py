"""``python -m core.training.pair_cache CACHE -o PAIRS``: pairs made beforehand, so that training is not bound by them.

``--motion`` needs no CACHE: it stores random mesh pairs for the motion net.

Shards of 64 pairs; each field of :class:`core.training.pair.Pair` (or :class:`MotionPair`) is one tensor.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import as_completed
from copy import copy
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from tqdm import tqdm

from ..cli.run import run_command
from ..errors import InputError, MimeshError
from ..face_model.model import FaceModel
from ..media.atomic import atomic_write, make_folder
from ..media.read_json import read_json
from ..processes import worker_processes
from .cache import INDEX, FaceCache, open_shard
from .make_pair import VERSION, PairConfig, PairMaker
from .motion_pair import MotionPair
from .noise import FitNoise
from .pair import Pair, names, reduced
from .random_motion import MotionConfig, RandomMotion

SHARD = 64

Recipe = PairConfig | MotionConfig


def store_pairs(faces: Path | None, output: Path, count: int, config: Recipe, workers: int = 2) -> None:
    """Write pairs 0 … ``count`` − 1 (rounded up to whole shards) of prepared faces, or random motion without them.

    Resumable; the result does not depend on ``workers``.  Raises InputError.
    """
    if isinstance(config, PairConfig):
        if faces is None:
            raise InputError("Pairs of faces need a folder of prepared faces; name it, or use --motion.")
        FaceCache(faces)  # fail before any process is started
    make_folder(output)
    key = _key(faces, config)
    shards = [(output / f"pairs_{k:05d}.safetensors", k) for k in range(-(-count // SHARD))]
    missing = [(path, k) for path, k in shards if _stored_key(path) != key]
    with worker_processes(max(1, workers)) as pool:
        running = [pool.submit(_write, faces, config, key, path, k) for path, k in missing]
        for done in tqdm(as_completed(running), "pairs", len(running), disable=None):
            done.result()
    listed = [path.name for path, _ in shards]
    index = {"shards": listed, "per_shard": SHARD, "key": key, "version": VERSION, "config": asdict(config)}
    with atomic_write(output / INDEX) as temporary:
        temporary.write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


class StoredPairs:
    """Pairs on disk, memory-mapped, in the order they were numbered."""

    def __init__(self, folder: Path) -> None:
        """Raises InputError where the folder holds no finished pairs, or those of another version."""
        try:
            index = read_json(folder / INDEX)
            self._shards, self._per_shard = list(index["shards"]), int(index["per_shard"])
            config = dict(index["config"])
            self.resolution = int(config["resolution"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{folder} holds no pairs; run python -m core.training.pair_cache first.") from error
        if "clip_share" in config and index.get("version") != VERSION:
            raise InputError(f"The pairs in {folder} were made by another version of Mimesh; make them again.")
        self._folder = folder
        self._open: dict[str, Any] = {}

    def at(self, side: int) -> StoredPairs:
        """The same pairs, reduced to ``side`` when they are read.  Raises InputError where they are smaller."""
        if side > self.resolution:
            raise InputError(
                f"The pairs in {self._folder} are of {self.resolution} pixels and the network is of {side}; "
                f"make them again with --resolution {side}."
            )
        pairs = copy(self)
        pairs.resolution, pairs._open = side, {}
        return pairs

    def __len__(self) -> int:
        return len(self._shards) * self._per_shard

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_open": {}}

    def make(self, k: int) -> Pair | MotionPair:
        """Pair ``k`` < len."""
        name = self._shards[k // self._per_shard]
        if name not in self._open:
            self._open[name] = open_shard(self._folder / name, "core.training.pair_cache")
        shard, row = self._open[name], k % self._per_shard
        values = {field: np.asarray(shard.get_slice(field)[row]) for field in shard.keys()}  # noqa: SIM118
        pair = Pair(**values) if "source" in values else MotionPair(**values)
        return pair if pair.resolution == self.resolution else reduced(pair, self.resolution)


def _write(faces: Path | None, config: Recipe, key: str, path: Path, number: int) -> None:
    maker = _maker(faces, config)
    pairs = [maker.make(number * SHARD + k) for k in range(SHARD)]
    tensors: dict[str, Any] = {name: np.stack([getattr(pair, name) for pair in pairs]) for name in names(pairs[0])}
    with atomic_write(path) as temporary:
        temporary.write_bytes(save(tensors, {"key": key}))


@cache
def _maker(faces: Path | None, config: Recipe) -> PairMaker | RandomMotion:
    cv2.setNumThreads(1)
    if isinstance(config, MotionConfig):
        return RandomMotion(FaceModel.load(), config)
    assert faces is not None
    return PairMaker(FaceCache(faces), FaceModel.load(), config)


def _key(faces: Path | None, config: Recipe) -> str:
    parts = (
        b"" if faces is None else (faces / INDEX).read_bytes(),
        json.dumps(asdict(config), sort_keys=True).encode("utf-8"),
        b"" if isinstance(config, MotionConfig) else str(VERSION).encode("ascii"),
    )
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _stored_key(path: Path) -> str:
    try:
        with safe_open(path, "np") as shard:
            return str((shard.metadata() or {}).get("key", ""))
    except (OSError, SafetensorError):
        return ""


@click.command()
@click.argument(
    "faces", metavar="[CACHE]", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder of the pairs.")
@click.option("--motion", is_flag=True, help="Random mesh pairs for the motion net.")
@click.option("--exact", is_flag=True, help="Without fit noise, to score on.")
@click.option("--normals", is_flag=True, help="Normals with --motion, for gcn_to_cnn.")
@click.option("--sources", default=4, show_default=True, type=click.IntRange(1), help="Of --motion, for each driver.")
@click.option("--count", default=6000, show_default=True, type=click.IntRange(1))
@click.option("--resolution", default=256, show_default=True, type=click.IntRange(64, 256))
@click.option("--clip-share", default=0.4, show_default=True, type=click.FloatRange(0, 1))
@click.option(
    "--turned", default=0.0, show_default=True, type=click.FloatRange(0, 1), help="Share of turned heads among stills."
)
@click.option("--seed", default=0, show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
def main(
    faces: Path | None,
    output: Path,
    count: int,
    workers: int,
    motion: bool,
    exact: bool,
    sources: int,
    normals: bool,
    **given: Any,
) -> None:
    """Make training pairs from the prepared faces in CACHE, or of random meshes."""
    config: Recipe
    if motion:
        config = MotionConfig(resolution=given["resolution"], seed=given["seed"], sources=sources, normals=normals)
    else:
        config = PairConfig(**given, noise=FitNoise(0, 0, 0, 0, 0) if exact else FitNoise())
    try:
        store_pairs(None if motion else faces, output, count, config, workers)
    except MimeshError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    run_command(main)
