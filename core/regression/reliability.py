"""How far one photo can be trusted about whom it shows.

Single fits of one person scatter by Σ_w (:mod:`core.regression.calibration`), measured on large faces from the front.
Small and turned ones scatter more; measured on training people, the variance of c_i is that of such a photo times

    v = 1 + (66 px / height of the face)² + (turn of the head / 10°)²

The net looks at 192 pixels, so that faces much taller than 66 pixels gain nothing; what a turned head shows of its
far side is a guess of the net.  Photos that are fitted together count with w = v_best / v.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..types import Coefficients
from .pose import decompose

SMALL = 66.0
"""Height of a face in pixels at which the resolution alone doubles the variance."""

TURNED = 10.0
"""Degrees of yaw and pitch together that double it."""

STRANGER = 1.25
"""Distance of two people's c_i, as :func:`unlikeness` counts, above which they are taken for different ones."""


def variance(height: float, turn: float) -> float:
    """v of a face ``height`` pixels high in its photo, turned by ``turn`` degrees away from the camera."""
    return 1.0 + (SMALL / max(height, 1.0)) ** 2 + (turn / TURNED) ** 2


def weights(variances: Sequence[float]) -> NDArray[np.float64]:
    """(k,) in (0, 1], the best photo 1."""
    v = np.asarray(variances, np.float64)
    return np.asarray(v.min() / v)


def turn_of(rotation: NDArray[np.float64]) -> float:
    """Degrees between the camera and where the face of R looks; roll does not count."""
    return float(np.degrees(np.arccos(np.clip(rotation[2, 2], -1.0, 1.0))))


def unlikeness(a: Coefficients, a_height: float, b: Coefficients, b_height: float) -> float:
    """‖c_i − c_i'‖ / √((v + v')/2) of two photos fitted each alone; heights of the faces in pixels of the photos.

    About 0.5 for one person (95 % below 0.8), 1.5 for two.  Above :data:`STRANGER` they are two: of 45 training people
    with two photos none came there, of two different ones 76 % did.
    """
    scatter = sum(variance(h, turn_of(decompose(c.pose)[1])) for c, h in ((a, a_height), (b, b_height))) / 2
    return float(np.linalg.norm(a.identity - b.identity) / np.sqrt(scatter))


def strangers(distances: NDArray[np.float64], meant: int) -> list[bool]:
    """Which of k ≥ 2 photos are someone else's: on average farther than :data:`STRANGER` from the others.

    ``distances`` (k, k) of :func:`unlikeness`, 0 on the diagonal.  Of two photos it is the one that is not ``meant``.
    """
    found = distances.sum(axis=1) / (len(distances) - 1) > STRANGER
    if len(distances) == 2:
        found[meant] = False
    return [bool(each) for each in found]
