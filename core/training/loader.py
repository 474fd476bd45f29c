"""Batches in an order that depends on the seed alone, made by worker processes, from any step on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from ..errors import InputError, MimeshError
from ..face_model.model import FaceModel
from .batch import Packed, pack
from .cache import FaceCache
from .colour import recoloured
from .config import TrainConfig
from .make_pair import PairMaker
from .motion_pair import MotionPair
from .pair import Pair, mirrored
from .pair_cache import StoredPairs
from .random_motion import RandomMotion

_ENDLESS = 2**40
_DATA, _ORDER = 1, 2
"""Streams of random numbers, so that they do not repeat one another."""


class PairSource(Protocol):
    """Pairs by number."""

    def make(self, k: int) -> Pair | MotionPair: ...


@dataclass(frozen=True)
class Shard:
    """Which share of every batch a process takes."""

    rank: int = 0
    world: int = 1


def pair_source(config: TrainConfig, model: FaceModel) -> tuple[PairSource, int]:
    """What the configuration asks for, and how many pairs there are (practically endless when made as needed)."""
    data = config.data
    if data.pairs:
        stored = StoredPairs(Path(data.pairs))
        return stored.at(config.network.resolution), len(stored)
    if config.task == "motion":
        return RandomMotion(model, data.motion), _ENDLESS
    if not data.faces:
        raise InputError("The configuration names no data; give data.pairs or data.faces, or --pairs or --faces.")
    return PairMaker(FaceCache(Path(data.faces)), model, data.making), _ENDLESS


class Examples(Dataset[Pair | MotionPair]):
    """Example i: a pair, by the epoch's order where pairs are stored, mirrored and recoloured by chance."""

    def __init__(self, config: TrainConfig, model: FaceModel) -> None:
        self.config, self.model = config, model
        self.source, self.count = pair_source(config, model)

    def __getitem__(self, i: int) -> Pair | MotionPair:
        pair = self.source.make(self._number(i))
        rng = np.random.default_rng([_DATA, self.config.seed, i])
        if self.config.data.mirror and self.model.symmetry is not None and rng.random() < 0.5:
            pair = mirrored(pair, self.model.symmetry)
        if isinstance(pair, MotionPair) or self.config.task == "motion":
            return pair
        change = self.config.data.colour.draw(rng)
        return replace(
            pair,
            source=recoloured(pair.source, change),
            target=recoloured(pair.target, change),
            background=recoloured(pair.background, change),
        )

    def _number(self, i: int) -> int:
        if self.count >= _ENDLESS:
            return i
        return int(_order(self.count, self.config.seed, i // self.count)[i % self.count])


@lru_cache(2)
def _order(count: int, seed: int, epoch: int) -> np.ndarray:
    return np.random.default_rng([_ORDER, seed, epoch]).permutation(count)


class Steps(Sampler[list[int]]):
    """Example numbers of each step from ``first`` on: together the processes take each example once."""

    def __init__(self, batch: int, first: int, last: int, shard: Shard) -> None:
        self.batch, self.first, self.last, self.shard = batch, first, last, shard

    def __iter__(self) -> Iterator[list[int]]:
        for step in range(self.first, self.last):
            start = (step * self.shard.world + self.shard.rank) * self.batch
            yield list(range(start, start + self.batch))

    def __len__(self) -> int:
        return self.last - self.first


class Collate:
    """Packs pairs, with meshes where the network reads them.  An object, because worker processes get a copy."""

    def __init__(self, model: FaceModel, meshes: bool) -> None:
        self.model, self.meshes = model, meshes

    def __call__(self, pairs: list[Pair | MotionPair]) -> Packed:
        return pack(pairs, self.model, self.meshes)


def batches(config: TrainConfig, model: FaceModel, first: int, shard: Shard | None = None) -> Iterator[Packed]:
    """Packed batches of steps ``first`` … ``config.steps`` − 1.  Raises InputError for data that cannot be read."""
    workers = config.data.workers
    meshes = "driving_mesh" in config.network.needs
    loader = DataLoader(
        Examples(config, model),
        batch_sampler=Steps(config.batch, first, config.steps, shard or Shard()),
        collate_fn=Collate(model, meshes),
        num_workers=workers,
        multiprocessing_context="spawn" if workers else None,
        worker_init_fn=_quiet_worker,
        prefetch_factor=3 if workers else None,
    )
    return _in_one_sentence(iter(loader))


def _in_one_sentence(packed: Iterator[Packed]) -> Iterator[Packed]:
    """Errors of worker processes without the traceback that the loader puts around what they say."""
    try:
        yield from packed
    except MimeshError as error:
        last = str(error).strip().rpartition("\n")[2]
        named = f"{type(error).__module__}.{type(error).__qualname__}: "
        if not last.startswith(named):
            raise
        raise type(error)(last.removeprefix(named)) from None


def _quiet_worker(worker: int) -> None:
    """One thread; Ctrl-C is for the training to answer, which still needs the batch in the making."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
