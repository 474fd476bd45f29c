"""The inside of a mouth that opens: the source does not show it, and stretched teeth look worse than the dark."""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float, Image

_DARK = np.array([52, 22, 22], np.float32)
_SOFT = 1.2
"""Standard deviation of the transition, in pixels of 256."""


def darken_mouth(image: Image, hidden: Float) -> Image:
    """The picture (H×W×3 RGB) with the dark of a mouth where ``hidden`` (H×W in [0, 1]) says so, softly."""
    if not hidden.any():
        return image
    sigma = _SOFT * max(hidden.shape) / 256
    weight = cv2.GaussianBlur(hidden, (0, 0), sigma)[..., None]
    return np.asarray(np.rint(image + weight * (_DARK - image)), np.uint8)
