"""Times of every stage on this machine, medians of repeated runs after a warm-up; and how much a render computes."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from ..types import Controls, Image
from .animate import OnProgress, nothing
from .reenactor import Reenactor

TABLE_5 = {
    "motion": "motion net",
    "occlusion": "occlusion net",
    "warp": "warp",
    "encode": "encoder",
    "decode": "decoder",
}
"""Stage of a render → row of the paper's Table 5 (the warp is in none of its rows)."""


def measure(
    reenactor: Reenactor, source: Image, driving: Image, runs: int = 15, on_progress: OnProgress = nothing
) -> dict[str, Any]:
    """Median and interquartile range in ms of each part of the way, of each row of the paper's Table 5, and GFLOP.

    "new pair" looks at both photos, "re-render" is a slider's move: the source is known.
    """
    src, drv = reenactor.encode_source(source), reenactor.encode_driving(driving)
    points = reenactor.landmarker.find(source)[0].landmarks
    alphas = np.linspace(0.5, 1.0, runs)
    stages: dict[str, list[float]] = {}

    def render(k: int) -> None:
        note(reenactor.render(src, drv, Controls(float(alphas[k]), float(alphas[k]))).timings_ms)

    def new_pair(k: int) -> None:
        result = reenactor.render(reenactor.encode_source(source), reenactor.encode_driving(driving), Controls())
        note({name: value for name, value in result.timings_ms.items() if name == "encode"})

    def note(times_ms: dict[str, float]) -> None:
        for stage, value in times_ms.items():
            stages.setdefault(stage, []).append(value)

    jobs: dict[str, Callable[[int], object]] = {
        "mesh regression": lambda k: reenactor.encode_driving(driving),
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
    taken = {stage: _summary(values[-runs:]) for stage, values in stages.items()}
    rows = {row: taken[stage] for stage, row in TABLE_5.items() if stage in taken}
    again, first = (_gflop(partial(reenactor.render, face, drv, Controls())) for face in (src, replace(src)))
    return {
        "times_ms": times,
        "stages_ms": taken,
        "table_5_ms": {"mesh regression": times["mesh regression"], **rows},
        "gflop": {"re-render": again, "encoder": round(first - again, 3)},
        "runs": runs,
        "machine": facts(reenactor),
    }


def facts(reenactor: Reenactor) -> dict[str, Any]:
    """What the times depend on."""
    return {
        "device": reenactor.device,
        "backend": reenactor.backend,
        "computes in": reenactor.computes_in,
        "notice": reenactor.notice,
        "threads": torch.get_num_threads(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
    }


def _gflop(job: Callable[[], object]) -> float:
    """Billions of multiplications and additions in the networks' convolutions and matrix products."""
    counter = FlopCounterMode(display=False)
    with counter:
        job()
    return round(counter.get_total_flops() / 1e9, 3)


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
