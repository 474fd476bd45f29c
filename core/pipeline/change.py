"""How much of a picture was painted rather than moved."""

from __future__ import annotations

import numpy as np

from ..types import Float, RenderResult


def change_of(result: RenderResult) -> Float:
    """H×W float32 in [0, 1]: max over the colours of |image − warped| / 255.

    0 where the source, moved by the flow, is what is shown; whatever backend drew it.
    """
    difference = np.abs(result.image.astype(np.int16) - result.warped)
    return np.asarray(difference.max(axis=2), np.float32) / np.float32(255)
