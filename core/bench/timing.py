"""Medians of repeated runs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

Summary = dict[str, float]
"""``median`` and ``iqr``, the range between the quartiles, in ms."""

WARM_UP = 2


def timed(job: Callable[[int], object], runs: int, warm_up: int = WARM_UP) -> Summary:
    """Of ``job(k)`` for k = 0 … ``runs`` − 1, ``runs`` ≥ 2, after ``warm_up`` calls that do not count."""
    for _ in range(warm_up):
        job(0)
    values = []
    for k in range(runs):
        start = time.perf_counter()
        job(k)
        values.append((time.perf_counter() - start) * 1000)
    return summary(values)


def summary(values_ms: Sequence[float]) -> Summary:
    """Of at least two values."""
    low, _, high = statistics.quantiles(values_ms, n=4)
    return {"median": round(statistics.median(values_ms), 2), "iqr": round(high - low, 2)}
