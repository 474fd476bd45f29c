"""Reading FlatBuffers: tables with optional fields, vectors, strings.  Just what a TFLite model needs."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Table:
    """A table at byte ``position`` of ``data``.  Fields are named by their number in the schema."""

    data: bytes
    position: int

    @staticmethod
    def root(data: bytes) -> Table:
        """The table that the file's first word points to."""
        return Table(data, _read(data, 0, "<I"))

    def scalar(self, field: int, kind: str, default: int = 0) -> int:
        """A number; ``kind`` is its ``struct`` letter."""
        at = self._at(field)
        return default if at is None else _read(self.data, at, "<" + kind)

    def table(self, field: int) -> Table | None:
        at = self._at(field)
        return None if at is None else Table(self.data, self._follow(at))

    def tables(self, field: int) -> Iterator[Table]:
        """The tables of a vector of tables; none if the field is absent."""
        start, count = self._vector(field)
        for at in range(start, start + 4 * count, 4):
            yield Table(self.data, self._follow(at))

    def array(self, field: int, dtype: str) -> NDArray[Any]:
        """A vector of numbers, empty if the field is absent."""
        start, count = self._vector(field)
        return np.frombuffer(self.data, np.dtype(dtype), count, start)

    def text(self, field: int) -> str:
        return self.array(field, "u1").tobytes().decode("utf-8")

    def _at(self, field: int) -> int | None:
        vtable = self.position - _read(self.data, self.position, "<i")
        entry = 4 + 2 * field
        if entry >= _read(self.data, vtable, "<H"):
            return None
        offset = _read(self.data, vtable + entry, "<H")
        return self.position + offset if offset else None

    def _follow(self, at: int) -> int:
        return at + _read(self.data, at, "<I")

    def _vector(self, field: int) -> tuple[int, int]:
        at = self._at(field)
        if at is None:
            return 0, 0
        start = self._follow(at)
        return start + 4, _read(self.data, start, "<I")


def _read(data: bytes, at: int, form: str) -> int:
    value: int = struct.unpack_from(form, data, at)[0]
    return value
