"""Adding the watermark to a picture."""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float, Image
from .pattern import TILE, tile

PSNR = 42.5
"""Of the marked picture to the unmarked one, in dB: 1.9 levels of 255, root mean square.  Clipping makes it higher."""

_WINDOW = (5, 5)
_FLAT = 1.0
_BUSY = 8.0
_ROWS = 2 * TILE


def embed(image: Image) -> Image:
    """``image`` (H×W×3 uint8) with the mark: the same amount added to red, green and blue, grey levels only.

    y' = y + k·g·t with the tile t, the gain g = 1 + min(σ, 8) of the local deviation σ in levels (busy parts hide
    more), and k such that the PSNR is :data:`PSNR`.
    """
    height, width = image.shape[:2]
    gain = _gain(image)
    gain *= np.float32(255.0 / 10 ** (PSNR / 20) / (float(cv2.norm(gain)) / gain.size**0.5))
    row = np.tile(tile(), (_ROWS // TILE, -(-width // TILE)))[:, :width]
    marked = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _ROWS):  # in strips: a large picture need not be in memory five times
        strip = image[top : top + _ROWS]
        rows = len(strip)
        fine = cv2.resize(gain[top // 2 : (top + rows + 1) // 2], (width, rows), interpolation=cv2.INTER_LINEAR)
        change = np.rint(row[:rows] * fine).astype(np.int16)
        marked[top : top + rows] = cv2.add(np.ascontiguousarray(strip), cv2.merge([change] * 3), dtype=cv2.CV_8U)
    return marked


def _gain(image: Image) -> Float:
    """How much each pixel can hide, half the size, float32; smooth, so that it hardly touches the pattern's band."""
    luma = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    half = -(-luma.shape[1] // 2), -(-luma.shape[0] // 2)
    small = cv2.resize(luma, half, interpolation=cv2.INTER_AREA).astype(np.float32)
    mean = cv2.blur(small, _WINDOW)
    variance = cv2.blur(small * small, _WINDOW) - mean * mean
    deviation = np.sqrt(np.clip(variance, 0.0, _BUSY**2))
    # the least deviation near by: what is flat beside a strong edge hides nothing
    deviation = cv2.blur(cv2.erode(deviation, np.ones(_WINDOW, np.uint8)), _WINDOW)
    return np.asarray(deviation + np.float32(_FLAT), np.float32)
