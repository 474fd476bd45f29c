"""Fields of MATLAB files, checked."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat, whosmat

from ..errors import InputError
from ..media.open_input import check_readable

Doubles: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]


MAX_NUMBERS = 150_000_000
"""In all fields together; the Basel Face Model has 64 million."""

_NUMBERS = frozenset({"double", "single", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))})


class MatFile:
    """A MATLAB file of version 5 to 7; every complaint is an :class:`InputError` that names file and field."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._names, numbers = _contents(path)
            # nothing but arrays of numbers is looked into: no objects, no functions
            self._fields: dict[str, Any] = loadmat(path, appendmat=False, variable_names=numbers)
        except InputError:
            raise
        except OSError as error:
            raise InputError(f"{path} cannot be read; check the path.") from error
        except NotImplementedError as error:
            raise InputError(f"{path.name} is a MATLAB 7.3 file; save it again with the option -v7.") from error
        except Exception as error:  # SciPy's reader raises nearly everything on damaged files
            raise InputError(f"{path.name} is no MATLAB file or is damaged; give the owner's .mat file.") from error

    def has(self, field: str) -> bool:
        """Is there such a field?"""
        return field in self._names

    def _numbers(self, field: str) -> Doubles:
        if field not in self._names:
            raise InputError(f"The field {field} is missing in {self.name}; give the file as it was distributed.")
        value = np.asarray(self._fields.get(field))
        if value.dtype.kind not in "iuf" or not value.size:
            raise InputError(f"The field {field} of {self.name} is not an array of numbers.")
        numbers = value.astype(np.float64)
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


def _contents(path: Path) -> tuple[set[str], list[str]]:
    """Names of all fields, and of those that are arrays of numbers; what they claim is checked before it is read."""
    check_readable(path)
    listed = whosmat(path, appendmat=False)
    numbers = {name: math.prod(shape) for name, shape, kind in listed if kind in _NUMBERS}
    if sum(numbers.values()) > MAX_NUMBERS:
        limit = MAX_NUMBERS // 1_000_000
        raise InputError(f"{path.name} claims to hold more than {limit} million numbers; give the owner's .mat file.")
    return {name for name, _, _ in listed}, list(numbers)
