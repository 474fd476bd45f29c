"""Messages between the window and the mesh process: a JSON header and raw arrays, so nothing has to be unpickled."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_LENGTH = struct.Struct("<I")


def send(stream: BinaryIO, header: dict[str, Any], arrays: list[NDArray[Any]] | None = None) -> None:
    """Write one message and flush it."""
    arrays = [np.ascontiguousarray(array) for array in arrays or []]
    kinds = [[array.dtype.str, array.shape] for array in arrays]
    head = json.dumps({**header, "arrays": kinds}).encode()
    stream.write(_LENGTH.pack(len(head)))
    stream.write(head)
    for array in arrays:
        stream.write(array.tobytes())
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """Read one message.  EOFError when the other side is gone."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    header: dict[str, Any] = json.loads(_exactly(stream, length))
    arrays = []
    for kind, shape in header.pop("arrays"):
        dtype = np.dtype(kind)
        count = int(np.prod(shape, dtype=np.int64))
        arrays.append(np.frombuffer(_exactly(stream, count * dtype.itemsize), dtype).reshape(shape))
    return header, arrays


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError("the other process has ended")
    return data
