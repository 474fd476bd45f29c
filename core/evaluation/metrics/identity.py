"""Identity preservation from dlib's 128-d face embedding, which nothing here is driven by or trained on.

CSIM is the cosine of two such embeddings as they are.  They lie close together: on the held-out people 0.98 between
frames of one person, 0.83 (at most 0.92) between two people; other networks' cosines (the paper's ArcFace) are not
comparable.  dlib's own measure is the Euclidean distance, below 0.6 for one person.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAME_PERSON = 0.6


def cosine_similarity(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """CSIM of two embeddings (128,); 1 is best."""
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def identity_distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Euclidean distance of two embeddings (128,); 0 is best."""
    return float(np.linalg.norm(a - b))
