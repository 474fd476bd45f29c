"""What a run found, method by method: means with paired intervals, KID, times."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..types import Float
from .metrics.kid import Kid, ZScore, jackknife_error, kid
from .run_pair import Outcome
from .statistics import paired_interval


@dataclass(frozen=True)
class Value:
    """Mean over the ``count`` pairs that have the score.

    ``low``, ``high``  95 % interval of the mean difference to the reference method, over the pairs where both have
    it; NaN for the reference itself.
    """

    mean: float
    median: float
    count: int
    low: float
    high: float


@dataclass(frozen=True)
class RealPicture:
    """``features`` of a real picture, and the ``unit`` that it belongs to, named as :class:`Outcome` names them."""

    features: Float
    unit: str


@dataclass(frozen=True)
class KidValue:
    """KID, its standard error, and the 95 % interval of its difference to the reference method."""

    value: float
    error: float
    low: float
    high: float


def summarise(outcomes: Sequence[Outcome], method: str, reference: str) -> dict[str, Value]:
    """Every score that any pair has for ``method``."""
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.scores[method])
    found = {}
    for name in names:
        values = [v for o in outcomes if (v := o.scores[method].get(name)) is not None]
        if values:
            interval = _against(outcomes, name, method, reference)
            found[name] = Value(statistics.fmean(values), statistics.median(values), len(values), *interval)
    return found


def _against(outcomes: Sequence[Outcome], name: str, method: str, reference: str) -> tuple[float, float]:
    if method == reference:
        return float("nan"), float("nan")
    both = [(o.scores[method].get(name), o.scores[reference].get(name), o.unit) for o in outcomes]
    there = [(a - b, unit) for a, b, unit in both if a is not None and b is not None]
    return paired_interval([d for d, _ in there], [u for _, u in there]) if there else (float("nan"),) * 2


def kid_values(
    outcomes: Sequence[Outcome], real: Sequence[RealPicture], score: ZScore, methods: Sequence[str], reference: str
) -> dict[str, KidValue]:
    """KID of every method; empty without features, or with fewer than two real pictures or outputs."""
    if len(real) < 2 or len(outcomes) < 2 or any(f is None for o in outcomes for f in o.features.values()):
        return {}
    wanted, real_units = score(np.array([r.features for r in real], np.float64)), [r.unit for r in real]
    units = [o.unit for o in outcomes]
    found = {
        m: kid(wanted, score(np.array([o.features[m] for o in outcomes], np.float64)), real_units, units)
        for m in methods
    }
    return {m: _kid_value(found[m], None if m == reference else found[reference]) for m in methods}


def _kid_value(mine: Kid, reference: Kid | None) -> KidValue:
    if reference is None:
        return KidValue(mine.value, mine.standard_error, float("nan"), float("nan"))
    difference = mine.value - reference.value
    error = 1.96 * jackknife_error(mine.without - reference.without)
    return KidValue(mine.value, mine.standard_error, difference - error, difference + error)


def median_times(outcomes: Sequence[Outcome], method: str) -> dict[str, float]:
    """Median milliseconds of each stage of ``method``, over the pairs where it ran."""
    stages = dict.fromkeys(stage for o in outcomes for stage in o.times_ms.get(method, {}))
    times = {s: [t for o in outcomes if (t := o.times_ms[method].get(s)) is not None] for s in stages}
    return {stage: statistics.median(values) for stage, values in times.items()}
