"""Smooth continuation of a field that is known in a part of the picture: a membrane held at the known values and at
zero outside the picture, solved from coarse to fine (push–pull pyramid with relaxation on every level)."""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float
from .planes import repeated

_COARSEST = 4

_WORK = 200_000
_SWEEPS = (2, 24)
"""Relaxations of a level: about ``_WORK`` over its pixels, within these bounds.  Coarse levels are cheap."""


def extrapolate(values: Float, known: Float, stiffness: Float) -> Float:
    """Fill a field in: H×W×C float32, equal to ``values`` where ``known`` is 1.

    ``known``      H×W float32 in [0, 1], how much a value is to be trusted.
    ``stiffness``  H×W float32 > 0; the field changes least where it is high.

    Minimises ``Σ k·|∇f|²`` (k the product of two neighbours' stiffness) with f = 0 beyond the border.  The result
    obeys the maximum principle: no overshoot, and known zeros alone give zeros exactly.
    """
    unknown = 1 - known
    # What lies deeper inside the known region than its rim has no say; on coarse levels it would blur into the rim.
    rim = known * (cv2.blur(unknown, (3, 3), borderType=cv2.BORDER_REPLICATE) > 1e-6)
    return _solve(values, known, np.asarray(rim, np.float32), stiffness * np.maximum(unknown, rim))


def _solve(values: Float, known: Float, rim: Float, stiffness: Float) -> Float:
    height, width = known.shape
    if max(height, width) <= _COARSEST:
        return _relax(np.zeros_like(values), values, known, stiffness)
    half = ((width + 1) // 2, (height + 1) // 2)
    mass = _resize(rim, half)
    channels = values.shape[2]
    sums = _resize(values * repeated(rim, channels), half)
    mean = np.asarray(sums / repeated(np.maximum(mass, np.float32(1e-12)), channels), np.float32)
    # A line of known pixels still holds the membrane when it is half a coarse pixel wide.
    coarse_rim = np.minimum(1, 2 * mass)
    coarse = _solve(mean, coarse_rim, coarse_rim, _resize(stiffness, half))
    return _relax(_resize(coarse, (width, height)), values, known, stiffness)


def _resize(field: Float, size: tuple[int, int]) -> Float:
    """The field on ``size`` = (width, height) pixels: means of areas downwards, bilinear upwards."""
    method = cv2.INTER_AREA if size[0] < field.shape[1] or size[1] < field.shape[0] else cv2.INTER_LINEAR
    resized = cv2.resize(field, size, interpolation=method)
    return np.asarray(resized, np.float32).reshape(size[1], size[0], *field.shape[2:])


def _relax(field: Float, values: Float, known: Float, stiffness: Float) -> Float:
    """Jacobi: every pixel takes the stiffness-weighted mean of its 3×3 neighbourhood, known ones their value."""
    # Beyond the border the field is zero and as stiff as at the border itself.
    total = cv2.blur(stiffness, (3, 3), borderType=cv2.BORDER_REPLICATE)
    gain = np.asarray((1 - known) / np.maximum(total, np.float32(1e-12)), np.float32)
    # The sweeps run on field · stiffness, of which the means are taken: two passes over the field each.
    channels = values.shape[2]
    held, weight = values * repeated(known, channels), repeated(stiffness, channels)
    ahead, held_ahead = repeated(np.asarray(gain * stiffness), channels), held * weight
    field = np.multiply(field, weight)
    mean = np.empty_like(field)
    sweeps = int(np.clip(_WORK / known.size, *_SWEEPS))
    for _ in range(sweeps - 1):
        cv2.blur(field, (3, 3), dst=mean, borderType=cv2.BORDER_CONSTANT)
        np.multiply(mean, ahead, out=field)
        np.add(field, held_ahead, out=field)
    cv2.blur(field, (3, 3), dst=mean, borderType=cv2.BORDER_CONSTANT)
    np.multiply(mean, repeated(gain, channels), out=field)
    return np.asarray(np.add(field, held, out=field))
