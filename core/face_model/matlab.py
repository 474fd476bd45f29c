"""Fields of MATLAB files, checked."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..media.open_input import check_readable, read_bytes
from .mat_arrays import DamagedMat, list_fields

Doubles: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]


MAX_NUMBERS = 150_000_000
"""In all fields together; the Basel Face Model has 64 million."""

MAX_BYTES = 1200 * 2**20


class MatFile:
    """A MATLAB file of version 5 to 7; every complaint is an :class:`InputError` that names file and field."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        if check_readable(path).stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name} has more than {MAX_BYTES >> 20} MB; give the owner's .mat file.")
        data = read_bytes(path)
        if b"MATLAB 7.3" in data[:128]:
            raise InputError(f"{path.name} is a MATLAB 7.3 file; save it again with the option -v7.")
        try:
            self._fields = list_fields(data)
        except DamagedMat as error:
            raise self._damaged() from error
        if sum(math.prod(field.shape) for field in self._fields.values() if field.shape) > MAX_NUMBERS:
            limit = MAX_NUMBERS // 1_000_000
            raise InputError(
                f"{self.name} claims to hold more than {limit} million numbers; give the owner's .mat file."
            )

    def _damaged(self) -> InputError:
        return InputError(f"{self.name} is no MATLAB file or is damaged; give the owner's .mat file.")

    def has(self, field: str) -> bool:
        """Is there such a field?"""
        return field in self._fields

    def _numbers(self, field: str) -> Doubles:
        if field not in self._fields:
            raise InputError(f"The field {field} is missing in {self.name}; give the file as it was distributed.")
        if not math.prod(self._fields[field].shape or (0,)):
            raise InputError(f"The field {field} of {self.name} is not an array of numbers.")
        try:
            numbers = self._fields[field].read().astype(np.float64)
        except DamagedMat as error:
            raise self._damaged() from error
        if not np.isfinite(numbers).all():
            raise InputError(f"The field {field} of {self.name} holds values that are not finite.")
        return numbers

    def vector(self, field: str) -> Doubles:
        """A row or a column, flat."""
        numbers = self._numbers(field)
        if numbers.size != max(numbers.shape):
            shape = "×".join(str(n) for n in numbers.shape)
            raise InputError(f"The field {field} of {self.name} is {shape}, not a row or a column.")
        return numbers.ravel()

    def matrix(self, field: str, rows: int | None = None) -> Doubles:
        """A matrix, with ``rows`` rows if that is given."""
        numbers = self._numbers(field)
        if numbers.ndim != 2 or (rows is not None and numbers.shape[0] != rows):
            shape = "×".join(str(n) for n in numbers.shape)
            wanted = f"{rows} rows" if rows is not None else "two dimensions"
            raise InputError(f"The field {field} of {self.name} is {shape}; it should have {wanted}.")
        return numbers

    def indices(self, field: str, count: int) -> Integers:
        """Indices from one (MATLAB) of ``count`` things, as indices from zero, flat."""
        return self.as_indices(field, self.vector(field), count)

    def as_indices(self, field: str, numbers: Doubles, count: int) -> Integers:
        """The same, of numbers already taken out of ``field``."""
        indices = numbers.astype(np.int64) - 1
        if (indices + 1 != numbers).any() or indices.min() < 0 or indices.max() >= count:
            raise InputError(f"The field {field} of {self.name} should hold whole numbers from 1 to {count}.")
        return indices
