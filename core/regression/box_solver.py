"""Small dense quadratic programs with bounds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solve_in_box(hessian: Array, gradient: Array, lower: Array, upper: Array, rounds: int = 12) -> Array:
    """argmin ½xᵀHx − gᵀx in lower ≤ x ≤ upper, H positive definite: fix what leaves the box, free what wants back."""
    fixed_low = np.zeros(len(gradient), bool)
    fixed_high = np.zeros(len(gradient), bool)
    x = np.zeros_like(gradient)
    for _ in range(rounds):
        free = ~(fixed_low | fixed_high)
        x = np.where(fixed_low, lower, np.where(fixed_high, upper, 0.0))
        rest = gradient[free] - hessian[np.ix_(free, ~free)] @ x[~free]
        x[free] = np.linalg.solve(hessian[np.ix_(free, free)], rest)
        slope = hessian @ x - gradient
        low = (free & (x < lower)) | (fixed_low & (slope > 0))
        high = (free & (x > upper)) | (fixed_high & (slope < 0))
        if np.array_equal(low, fixed_low) and np.array_equal(high, fixed_high):
            break
        fixed_low, fixed_high = low, high
    return np.clip(x, lower, upper)
