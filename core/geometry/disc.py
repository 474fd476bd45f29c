"""A disc of pixels, by which masks are widened, narrowed and cleared of narrow parts."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def disc(radius: int) -> NDArray[np.uint8]:
    """(2r + 1)² uint8, 1 inside the disc."""
    size = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
