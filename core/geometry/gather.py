"""Rows of tables, gathered and scattered in one pass: what interpolation over a mesh is.

NumPy's indexing writes every gathered table out before it is summed, and takes several times as long.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ..types import Float


def weighted_rows(table: Float, rows: NDArray[np.int32], weights: Float) -> Float:
    """``Σ_j weights[i, j] · table[rows[i, j]]``: k×C float32 of a table n×C, rows k×j and weights k×j; k > 0."""
    index, values, factors = (torch.from_numpy(np.ascontiguousarray(each)) for each in (rows, table, weights))
    return np.asarray(functional.embedding_bag(index, values, mode="sum", per_sample_weights=factors).numpy())


def scatter_rows(values: Float, rows: NDArray[np.int64], count: int) -> Float:
    """count×C float32, ``values`` (k×C) in the given rows, each at most once, and 0 in the others."""
    table = torch.zeros(count, values.shape[1])
    return np.asarray(
        table.index_copy_(0, torch.from_numpy(rows), torch.from_numpy(np.ascontiguousarray(values))).numpy()
    )
