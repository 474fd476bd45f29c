"""Temporal smoothing of a driver's coefficients: less jitter, and no lag wherever the frames after are known too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from ..regression.pose import compose, decompose
from ..types import Coefficients

MAX_SIGMA_S = 0.12
"""Standard deviation of the Gaussian in seconds at strength 1."""

REACH = 3.0
"""Frames beyond so many standard deviations count for nothing."""

LIDS = ("eyeBlink", "eyeSquint", "eyeWide")
"""Units that are quick by nature: a blink lasts about 0.15 s, so they get a third of the smoothing."""


def reach(strength: float) -> float:
    """Seconds before and after a frame within which others are mixed into it."""
    return REACH * strength * MAX_SIGMA_S


def smooth_at(
    middle: int,
    times: NDArray[np.float64],
    track: Sequence[Coefficients],
    strength: float,
    expression_names: Sequence[str],
) -> Coefficients:
    """Frame ``middle`` of ``track`` as the Gaussian mean over the frames that are there, by their ``times`` (n,).

    c_e, log scale and translation are averaged linearly, rotations by the chordal mean; ``strength`` in [0, 1],
    0 = none.  Where frames are missing (those after the newest of a camera), the weights of the others count alone.
    """
    here = track[middle]
    sigma = strength * MAX_SIGMA_S
    near = np.flatnonzero(np.abs(times - times[middle]) <= reach(strength)).tolist()
    if sigma <= 0 or len(near) < 2:
        return here
    away = (times[near] - times[middle]) / sigma
    slow, quick = (_shares(away * factor) for factor in (1.0, 3.0))
    expressions = np.stack([track[k].expression for k in near])
    lids = np.array([name.startswith(LIDS) for name in expression_names])
    expression = np.where(lids, quick @ expressions, slow @ expressions).astype(np.float32)
    scales, rotations, shifts = zip(*(decompose(track[k].pose) for k in near), strict=True)
    scale = float(np.exp(slow @ np.log(scales)))
    rotation = Rotation.from_matrix(np.stack(rotations)).mean(slow).as_matrix()
    return Coefficients(here.identity, expression, compose(scale, rotation, slow @ np.stack(shifts)))


def _shares(away: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.exp(-0.5 * away**2)
    return np.asarray(weights / weights.sum())


def smooth(
    track: Sequence[Coefficients], fps: float, strength: float, expression_names: Sequence[str]
) -> list[Coefficients]:
    """:func:`smooth_at` for every frame of a clip with ``fps`` frames a second."""
    if strength <= 0 or len(track) < 2:
        return list(track)
    times = np.arange(len(track)) / fps
    window = int(np.ceil(reach(strength) * fps)) + 1
    found = []
    for k in range(len(track)):
        first, last = max(k - window, 0), min(k + window + 1, len(track))
        found.append(smooth_at(k - first, times[first:last], track[first:last], strength, expression_names))
    return found
