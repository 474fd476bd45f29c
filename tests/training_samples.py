"""A small prepared cache, stored pairs and a tiny configuration for the tests of training."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core import Controls, Reenactor, processes
from core.pipeline.encoded import EncodedFace
from core.training import pair_cache
from core.training.cache import Entry, Face, read_facts, write_index, write_shard
from core.training.losses.efficientnet import EfficientNetFeatures
from core.training.make_pair import PairConfig

from .networks_tiny import tiny

SIDE = 64
PAIRS = 8


class InProcess:
    """Stands in for a pool of processes: jobs run at once, here."""

    def __init__(self, *arguments: Any) -> None: ...

    def shutdown(self, **how: Any) -> None: ...

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *error: object) -> None: ...

    def submit(self, job: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(job(*arguments))
        return future


def make_cache(folder: Path, reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> Path:
    """Two stills of two people, and a clip of three frames of the first, rendered by the geometric flow."""
    folder.mkdir(parents=True)
    stills = [Face(f.image, f.coefficients, f.landmarks) for f in (source, driving)]
    frames = []
    for alpha in (0.0, 0.5, 1.0):
        shown = reenactor.render(source, driving, Controls(pose=alpha, expression=alpha))
        landmarks = reenactor.fitter.landmarks(shown.coefficients)
        frames.append(Face(shown.image, shown.coefficients, landmarks))
    who = [{"person": name, "clip": "", "file": f"{name}.jpg", "frame": 0} for name in ("collins", "hopper")]
    film = [{"person": "collins", "clip": "film", "file": "film.mp4", "frame": k} for k in range(3)]
    write_shard(folder / "stills.safetensors", "a", stills, who)
    write_shard(folder / "clip.safetensors", "b", frames, film)
    entries = [
        Entry(shard=name, row=row, **facts)
        for name in ("stills.safetensors", "clip.safetensors")
        for row, facts in enumerate(read_facts(folder / name)[1])
    ]
    write_index(folder, entries, {"split": "train"})
    return folder


def make_pairs(faces: Path, folder: Path, monkeypatch: Any, count: int = PAIRS) -> Path:
    """Stored pairs at 64² in shards of four."""
    monkeypatch.setattr(pair_cache, "SHARD", 4)
    monkeypatch.setattr(processes, "ProcessPoolExecutor", InProcess)
    pair_cache.store_pairs(faces, folder, count, PairConfig(resolution=SIDE))
    return folder


def features_file(path: Path) -> Path:
    """Random weights of the perceptual network: the real ones are not part of the project."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        torch.save(EfficientNetFeatures().state_dict(), path)
    return path


def config_values(pairs: Path, output: Path, variant: str = "live", **changes: Any) -> dict[str, Any]:
    """A tiny training as a dictionary, pixels only."""
    network = replace(tiny(variant, SIDE), norm="group")
    losses = {"squared": 1.0, "perceptual": 0, "coefficients": 0, "feature_matching": 0, "adversarial": 0}
    values = {
        "name": "tiny",
        "network": asdict(network),
        "data": {"pairs": str(pairs), "workers": 0},
        "losses": losses,
        "batch": 2,
        "steps": 4,
        "log_every": 1,
        "threads": 1,
        "output": str(output),
    }
    return json.loads(json.dumps({**values, **changes}))


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    """Equal to the last bit."""
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def psnr_of(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(float) - b.astype(float)) ** 2)))
