"""One example for the motion net: two faces of one person, and the exact flow between them; no pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..types import Float


@dataclass(frozen=True)
class MotionPair:
    """Maps are R×R, in small types as those of :class:`core.training.pair.Pair`.

    ``source_coefficients``, ``driving_coefficients``  (113,) float32, p in pixels of R.
    ``exact``     R×R×2 float16 pixels, the mesh's own motion inside the head, 0 outside.
    ``head``      R×R uint8, 0 or 1.
    ``normals``, ``source_normals``  R×R×3 int8, 127 = 1; 0×0×3 unless asked for.
    """

    source_coefficients: Float
    driving_coefficients: Float
    exact: np.ndarray
    head: np.ndarray
    normals: np.ndarray
    source_normals: np.ndarray

    @property
    def resolution(self) -> int:
        return int(self.head.shape[0])
