"""What is not skin gets its own colour, so that gaze and teeth can be seen on the meshes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

PAINT = {
    "lips": (0.72, 0.36, 0.34, 0.45),
    "mouth_interior": (0.45, 0.20, 0.20, 0.9),
    "tongue": (0.70, 0.36, 0.36, 1.0),
    "teeth_upper": (0.95, 0.93, 0.88, 1.0),
    "teeth_lower": (0.95, 0.93, 0.88, 1.0),
    "eyeball_left": (0.95, 0.95, 0.94, 1.0),
    "eyeball_right": (0.95, 0.95, 0.94, 1.0),
    "iris": (0.28, 0.36, 0.42, 1.0),
    "pupil": (0.05, 0.05, 0.06, 1.0),
}
"""Region → (red, green, blue, how much of it).  Later ones cover earlier ones."""


def paint(regions: Mapping[str, NDArray[np.bool_]], count: int) -> NDArray[np.float32]:
    """n×4 float32 for ``count`` vertices: a colour and how far it covers the skin (0 = skin)."""
    colours = np.zeros((count, 4), np.float32)
    for name, colour in PAINT.items():
        if name in regions:
            colours[regions[name]] = colour
    return colours


def coloured(paint: NDArray[np.float32], skin: tuple[float, float, float]) -> NDArray[np.float32]:
    """n×3 float32 colours of the vertices on a given skin."""
    share = paint[:, 3:]
    return np.asarray(paint[:, :3] * share + np.array(skin, np.float32) * (1 - share), np.float32)
