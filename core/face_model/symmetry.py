"""Mirror symmetry of a face model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..types import Float

Indices: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True)
class Symmetry:
    """What mirroring a face (x → −x) does.

    ``vertices`` (n,), ``landmarks`` (l,), ``expression`` (e,): index of the counterpart.
    ``identity`` (k,) float32, +1 or −1: mirroring multiplies the identity coefficients by it.
    """

    vertices: Indices
    landmarks: Indices
    expression: Indices
    identity: Float
