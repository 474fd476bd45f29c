"""Smooth continuation of a field that is known in a part of the picture: a membrane held at the known values and at
zero outside the picture, solved from coarse to fine (push–pull pyramid with relaxation on every level)."""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float

_SWEEPS = 6
"""Relaxations on each level.  More change the field by less than 0.1 px for motions of 20 px."""

_COARSEST = 4


def extrapolate(values: Float, known: Float, stiffness: Float) -> Float:
    """Fill a field in: H×W×C float32, equal to ``values`` where ``known`` is 1.

    ``known``      H×W float32 in [0, 1], how much a value is to be trusted.
    ``stiffness``  H×W float32 > 0; the field changes least where it is high.

    Minimises ``Σ k·|∇f|²`` (k the product of two neighbours' stiffness) with f = 0 beyond the border.  The result
    obeys the maximum principle: no overshoot, and known zeros alone give zeros exactly.
    """
    height, width = known.shape
    if max(height, width) <= _COARSEST:
        return _relax(np.zeros_like(values), values, known, stiffness, 4 * _SWEEPS)
    half = ((width + 1) // 2, (height + 1) // 2)
    coarse_known = _resize(known, half)
    mean = _resize(values * known[..., None], half)
    coarse_values = np.asarray(mean / np.maximum(coarse_known, 1e-6)[..., None], np.float32)
    coarse = extrapolate(coarse_values, coarse_known, _resize(stiffness, half))
    return _relax(_resize(coarse, (width, height)), values, known, stiffness, _SWEEPS)


def _resize(field: Float, size: tuple[int, int]) -> Float:
    """The field on ``size`` = (width, height) pixels: means of areas downwards, bilinear upwards."""
    method = cv2.INTER_AREA if size[0] < field.shape[1] else cv2.INTER_LINEAR
    resized = cv2.resize(field, size, interpolation=method)
    return np.asarray(resized, np.float32).reshape(size[1], size[0], *field.shape[2:])


def _relax(field: Float, values: Float, known: Float, stiffness: Float, sweeps: int) -> Float:
    """Jacobi: every pixel takes the stiffness-weighted mean of its 3×3 neighbourhood, known ones their value."""
    held = values * known[..., None]
    # Beyond the border the field is zero and as stiff as at the border itself.
    total = cv2.blur(stiffness, (3, 3), borderType=cv2.BORDER_REPLICATE)
    gain = ((1 - known) / total)[..., None]
    weight = stiffness[..., None]
    for _ in range(sweeps):
        mean = cv2.blur(field * weight, (3, 3), borderType=cv2.BORDER_CONSTANT).reshape(field.shape)
        field = held + gain * mean
    return np.asarray(field, np.float32)
