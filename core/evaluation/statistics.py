"""Intervals.  Pairs that share a source person are not independent, so people are resampled, not pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROUNDS = 4000


def paired_interval(
    differences: Sequence[float], clusters: Sequence[str], seed: int = 0, rounds: int = ROUNDS
) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean difference; ``clusters`` names the unit of each.

    NaN where there are fewer than two clusters.
    """
    names, owner = np.unique(np.array(clusters), return_inverse=True)
    if len(names) < 2:
        return float("nan"), float("nan")
    sums = np.bincount(owner, np.asarray(differences, np.float64))
    counts = np.bincount(owner).astype(np.float64)
    draws = np.random.default_rng(seed).integers(len(names), size=(rounds, len(names)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
