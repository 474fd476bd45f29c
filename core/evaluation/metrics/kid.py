"""KID (Bińkowski et al. 2018): unbiased squared MMD with k(x, y) = (x·y/d + 1)³, of z-scored features.

    KID = mean k(x_i, x_j) + mean k(y_i, y_j) − 2 mean k(x_i, y_j)

Each mean is over the pairs of different units (pictures of one person, outputs made from one picture): pictures of one
unit are not independent, and their likeness would count as a likeness of the distributions.  With as many units as
pictures this is the usual estimator.  0 for equal distributions; it may fall below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LEAST_SPREAD = 0.1
"""Of the median deviation: features that hardly vary would otherwise decide everything."""


@dataclass(frozen=True)
class Kid:
    """``value``, and ``without`` (u,): the value with the outputs of each unit left out in turn."""

    value: float
    without: Array

    @property
    def standard_error(self) -> float:
        """By the jackknife over units of outputs; the real set is taken as it is."""
        return jackknife_error(self.without)


@dataclass(frozen=True)
class ZScore:
    """z = (f − ``mean``) / ``spread``, both (d,)."""

    mean: Array
    spread: Array

    @staticmethod
    def of(real: Array) -> ZScore:
        """Mean and deviation of real features n×d."""
        spread = np.asarray(real.std(axis=0))
        varying = spread[spread > 0]
        least = _LEAST_SPREAD * float(np.median(varying)) if len(varying) else 1.0
        return ZScore(np.asarray(real.mean(axis=0)), np.asarray(np.maximum(spread, least)))

    def __call__(self, features: Array) -> Array:
        return np.asarray((features - self.mean) / self.spread)


def kid(real: Array, outputs: Array, real_units: Sequence[str], output_units: Sequence[str]) -> Kid:
    """Of z-scored features m×d and n×d; the units name what belongs together, over both sets.

    NaN where there are no pairs of different units.
    """
    ours, theirs = np.array(output_units), np.array(real_units)
    within, between = _kernel(outputs, outputs), _kernel(real, outputs)
    apart, across = ours[:, None] != ours, theirs[:, None] != ours
    first = _mean(_kernel(real, real), theirs[:, None] != theirs)

    def value(keep: NDArray[np.bool_]) -> float:
        both = np.ix_(keep, keep)
        return first + _mean(within[both], apart[both]) - 2 * _mean(between[:, keep], across[:, keep])

    every = np.ones(len(ours), bool)
    return Kid(value(every), np.array([value(ours != unit) for unit in np.unique(ours)]))


def jackknife_error(without: Array) -> float:
    """Standard error from the values with one unit left out; NaN where there are fewer than three units."""
    units = len(without)
    if units < 3:
        return float("nan")
    return float(np.sqrt((units - 1) / units * np.sum((without - without.mean()) ** 2)))


def _kernel(a: Array, b: Array) -> Array:
    return np.asarray((a @ b.T / a.shape[1] + 1) ** 3)


def _mean(values: Array, chosen: NDArray[np.bool_]) -> float:
    return float(values[chosen].mean()) if chosen.any() else float("nan")
