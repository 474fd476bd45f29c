"""PSNR over the whole crop."""

from __future__ import annotations

import numpy as np

from ...types import Image

CAP_DB = 100.0


def psnr(a: Image, b: Image) -> float:
    """Of two H×W×3 uint8 pictures, in dB, at most 100 (equal pictures)."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return CAP_DB if error == 0 else min(CAP_DB, 10 * float(np.log10(255**2 / error)))
