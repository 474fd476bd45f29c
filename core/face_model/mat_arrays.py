"""The arrays of numbers in a MATLAB file of version 5 to 7, without trusting a byte of it.

SciPy's reader is compiled code that ends the whole process on some damaged files.  Layout: "MAT-File Format", Level 5.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_FIELDS = 1000
MAX_BYTES = 600 * 2**20
"""Of one field; the largest of the Basel Face Model has 256 MB."""

_MATRIX, _COMPRESSED = 14, 15
_STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_NUMBERS = frozenset(range(6, 16))
"""Classes double, single and the whole numbers; the others are text, cells, structures, objects and functions."""

_COMPLEX, _OPAQUE = 0x800, 17
_HEAD = 4096
"""Bytes of a field in which its name and shape are."""


class DamagedMat(Exception):
    """The file is not what it says, or of another version."""


@dataclass(frozen=True)
class Field:
    """``shape`` () for what is no array of numbers; ``body``: the field as the file holds it."""

    name: str
    shape: tuple[int, ...]
    body: memoryview
    packed: bool
    order: str

    def read(self) -> NDArray[Any]:
        """The numbers, in the type that they are stored in.  Raises :class:`DamagedMat`."""
        body = _unpack(self.body, self.order) if self.packed else self.body
        *_, (kind, stored) = _parts(body, self.order, 4)
        if kind not in _STORED:
            raise DamagedMat("numbers of an unknown kind")
        number = np.dtype(self.order + _STORED[kind])
        if len(stored) != math.prod(self.shape) * number.itemsize:
            raise DamagedMat("a field of another size than it says")
        return np.frombuffer(stored, number).reshape(self.shape, order="F")


def list_fields(data: bytes) -> dict[str, Field]:
    """All fields by name.  Raises :class:`DamagedMat`."""
    if len(data) < 128 or data[126:128] not in (b"IM", b"MI"):
        raise DamagedMat("no header")
    order = "<" if data[126:128] == b"IM" else ">"
    found: dict[str, Field] = {}
    view, at = memoryview(data), 128
    for _ in range(MAX_FIELDS):
        if at >= len(data):
            return found
        kind, body, at = _element(view, at, order, padded=False)
        if kind == _COMPRESSED:
            field = _field(_unpack(body, order, _HEAD), body, True, order)
        elif kind == _MATRIX:
            field = _field(body, body, False, order)
        else:
            raise DamagedMat("something that is no field")
        found[field.name] = field
    raise DamagedMat("too many fields")


def _field(head: memoryview, body: memoryview, packed: bool, order: str) -> Field:
    parts = _parts(head, order, 3)
    flags = _whole(next(parts)[1], order + "u4")
    if not flags:
        raise DamagedMat("a field without a kind")
    kind = flags[0] & 0xFF
    shape = () if kind == _OPAQUE else _whole(next(parts)[1], order + "i4")
    name = bytes(next(parts)[1]).decode("ascii", "replace")
    numeric = kind in _NUMBERS and not flags[0] & _COMPLEX and len(shape) >= 2 and min(shape) >= 0
    return Field(name, shape if numeric else (), body, packed, order)


def _whole(stored: memoryview, kind: str) -> tuple[int, ...]:
    if len(stored) % 4 or len(stored) > 64:
        raise DamagedMat("a list of another size than it says")
    return tuple(int(n) for n in np.frombuffer(stored, kind))


def _parts(body: memoryview, order: str, count: int) -> Iterator[tuple[int, memoryview]]:
    """(kind, bytes) of the first ``count`` elements inside of a field."""
    at = 0
    for _ in range(count):
        kind, stored, at = _element(body, at, order, padded=True)
        yield kind, stored


def _element(data: memoryview, at: int, order: str, padded: bool) -> tuple[int, memoryview, int]:
    """(kind, bytes, where the next one begins)."""
    if at + 8 > len(data):
        raise DamagedMat("cut off")
    kind, size = struct.unpack_from(order + "II", data, at)
    if kind >> 16:  # four bytes or fewer stand in the head itself
        kind, size, start = kind & 0xFFFF, kind >> 16, at + 4
        end = following = at + 8
        if size > 4:
            raise DamagedMat("a small element that is large")
        end = start + size
    else:
        start = at + 8
        end = following = start + size
        if padded or kind == _MATRIX:
            following += -size % 8
    if end > len(data):
        raise DamagedMat("cut off")
    return kind, data[start:end], following


def _unpack(packed: memoryview, order: str, most: int = MAX_BYTES) -> memoryview:
    """The body of the compressed field, of its first ``most`` bytes."""
    stream = zlib.decompressobj()
    try:
        head = stream.decompress(packed, 8)
        if len(head) < 8:
            raise DamagedMat("cut off")
        kind, size = struct.unpack(order + "II", head)
        if kind != _MATRIX or size > MAX_BYTES:
            raise DamagedMat("something that is no field")
        body = stream.decompress(stream.unconsumed_tail, max(1, min(size, most)))
    except zlib.error as error:
        raise DamagedMat("compressed data that do not fit") from error
    return memoryview(body)
