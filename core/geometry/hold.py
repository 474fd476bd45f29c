"""How firmly the picture follows each vertex of the head."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .fragments import Indices

_ROUNDS = 3


def neck_hold(faces: Indices, neck: NDArray[np.bool_]) -> Float:
    """(n,) float32 in [0, 1]: 1 on the head, 0 on the neck, smooth between.

    The model turns head and neck as one, but a real neck ends in shoulders at rest: there the picture had better
    follow its surroundings than the mesh.  ``faces`` m×3, ``neck`` (n,) bool.
    """
    ends = np.concatenate([faces, faces[:, [1, 2, 0]]]).reshape(-1)
    others = np.concatenate([faces[:, [1, 2, 0]], faces]).reshape(-1)
    count = np.maximum(np.bincount(ends, minlength=len(neck)), 1)
    loose = neck.astype(np.float64)
    for _ in range(_ROUNDS):
        loose = (loose + np.bincount(ends, loose[others], len(neck)) / count) / 2
    return (1 - np.clip(loose, 0, 1)).astype(np.float32)
