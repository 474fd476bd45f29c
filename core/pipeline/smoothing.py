"""Temporal smoothing of a driver's coefficients: less jitter, no lag (the whole clip is known)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from ..regression.pose import compose, decompose
from ..types import Coefficients

MAX_SIGMA_S = 0.12
"""Standard deviation of the Gaussian in seconds at strength 1."""

LIDS = ("eyeBlink", "eyeSquint", "eyeWide")
"""Units that are quick by nature: a blink lasts about 0.15 s, so they get a third of the smoothing."""


def smooth(
    track: Sequence[Coefficients], fps: float, strength: float, expression_names: Sequence[str]
) -> list[Coefficients]:
    """Gaussian smoothing over time of c_e, rotation, log scale and translation; ``strength`` in [0, 1], 0 = none."""
    sigma = strength * MAX_SIGMA_S * fps
    if sigma <= 0 or len(track) < 2:
        return list(track)
    expression = np.stack([c.expression for c in track])
    quick = np.array([name.startswith(LIDS) for name in expression_names])
    smoothed = gaussian_filter1d(expression, sigma, axis=0, mode="nearest")
    smoothed[:, quick] = gaussian_filter1d(expression[:, quick], sigma / 3, axis=0, mode="nearest")
    parts = [decompose(c.pose) for c in track]
    centre = Rotation.from_matrix(np.stack([p[1] for p in parts])).mean()
    turns = (centre.inv() * Rotation.from_matrix(np.stack([p[1] for p in parts]))).as_rotvec()
    turns = gaussian_filter1d(turns, sigma, axis=0, mode="nearest")
    rotations = (centre * Rotation.from_rotvec(turns)).as_matrix()
    scales = np.exp(gaussian_filter1d(np.log([p[0] for p in parts]), sigma, mode="nearest"))
    shifts = gaussian_filter1d(np.stack([p[2] for p in parts]), sigma, axis=0, mode="nearest")
    return [
        Coefficients(c.identity, np.asarray(e, np.float32), compose(float(s), r, t))
        for c, e, s, r, t in zip(track, smoothed, scales, rotations, shifts)
    ]
