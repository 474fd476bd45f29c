"""AUC of "the same person" from distances: 1 = every within-person distance is below every between-person one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def separation_auc(people: Sequence[NDArray[np.float64]]) -> float:
    """``people``: (photos ≥ 2, k) codes each; Euclidean distance, all pairs.  Ties count half."""
    codes = np.concatenate(people)
    owner = np.repeat(np.arange(len(people)), [len(p) for p in people])
    first, second = np.triu_indices(len(codes), 1)
    distance = np.linalg.norm(codes[first] - codes[second], axis=1)
    same = owner[first] == owner[second]
    within, between = distance[same][:, None], distance[~same][None]
    return float(((within < between) + 0.5 * (within == between)).mean())
