"""Times of every stage on this machine: medians of repeated runs after a warm-up."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..types import Controls, Image
from .animate import OnProgress, nothing
from .reenactor import Reenactor


def measure(
    reenactor: Reenactor, source: Image, driving: Image, runs: int = 15, on_progress: OnProgress = nothing
) -> dict[str, Any]:
    """Median and interquartile range in ms of each stage, of a new pair, and of a re-render with a cached source."""
    src, drv = reenactor.encode_source(source), reenactor.encode_driving(driving)
    points = reenactor.landmarker.find(source)[0].landmarks
    alphas = np.linspace(0.5, 1.0, runs)
    stages: dict[str, list[float]] = {}

    def render(k: int) -> None:
        result = reenactor.render(src, drv, Controls(float(alphas[k]), float(alphas[k])))
        for stage, value in result.timings_ms.items():
            stages.setdefault(stage, []).append(value)

    def new_pair(k: int) -> None:
        reenactor.render(reenactor.encode_source(source), reenactor.encode_driving(driving), Controls())

    jobs: dict[str, Callable[[int], object]] = {
        "find faces": lambda k: reenactor.landmarker.find(source),
        "track a face": lambda k: reenactor.landmarker.track(source, points),
        "fit": lambda k: reenactor.fitter.fit(points.points),
        "re-render": render,
        "new pair": new_pair,
    }
    times = {}
    for done, (name, job) in enumerate(jobs.items()):
        times[name] = _timed(job, runs)
        on_progress(done + 1, len(jobs))
    return {
        "times_ms": times,
        "stages_ms": {stage: _summary(values[-runs:]) for stage, values in stages.items()},
        "runs": runs,
        "machine": facts(reenactor),
    }


def facts(reenactor: Reenactor) -> dict[str, Any]:
    """What the times depend on."""
    return {
        "device": reenactor.device,
        "backend": reenactor.backend,
        "threads": torch.get_num_threads(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
    }


def _timed(job: Callable[[int], object], runs: int) -> dict[str, float]:
    for _ in range(2):
        job(0)
    values = []
    for k in range(runs):
        start = time.perf_counter()
        job(k)
        values.append((time.perf_counter() - start) * 1000)
    return _summary(values)


def _summary(values: list[float]) -> dict[str, float]:
    low, _, high = statistics.quantiles(values, n=4)
    return {"median": round(statistics.median(values), 2), "iqr": round(high - low, 2)}
