"""Several pictures of one person: fitted together, and whether they are of one person at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..regression import reliability
from ..regression.fit import Fitter, face_height
from ..types import RESOLUTION, Coefficients
from .encoded import EncodedFace


def fit_together(fitter: Fitter, faces: Sequence[EncodedFace]) -> list[Coefficients]:
    """One c_i for all, each with its own c_e and p; small and turned faces weigh less."""
    return fitter.fit_together([face.landmarks for face in faces], [_height(face) for face in faces])


def unlikeness(a: EncodedFace, b: EncodedFace) -> float:
    """See :func:`core.regression.reliability.unlikeness`; both encoded alone."""
    return reliability.unlikeness(a.coefficients, _height(a), b.coefficients, _height(b))


def strangers(faces: Sequence[EncodedFace], meant: int) -> list[bool]:
    """Which of ``faces``, each encoded alone, are someone else's: :func:`core.regression.reliability.strangers`."""
    distances = np.array([[0.0 if a is b else unlikeness(a, b) for b in faces] for a in faces])
    return reliability.strangers(distances, meant)


def _height(face: EncodedFace) -> float:
    """Pixels of the picture from the top of the forehead to the chin."""
    return face_height(face.landmarks) * face.crop.size / RESOLUTION
