"""SSIM (Wang et al. 2004): Gaussian window σ = 1.5, 11×11, per channel, averaged over the whole crop."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ...types import Image

C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(a: Image, b: Image) -> float:
    """Of two H×W×3 uint8 pictures; 1 is best.  The half window at the border is left out."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    mean_x, mean_y = _blur(x), _blur(y)
    var_x, var_y = _blur(x * x) - mean_x**2, _blur(y * y) - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    index = (2 * mean_x * mean_y + C1) * (2 * covariance + C2)
    index /= (mean_x**2 + mean_y**2 + C1) * (var_x + var_y + C2)
    return float(index[5:-5, 5:-5].mean())


def _blur(image: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.GaussianBlur(image, (11, 11), 1.5))
