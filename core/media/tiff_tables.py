"""How long the lists in a TIFF are: Pillow makes a Python number of each entry, and a file can claim millions."""

from __future__ import annotations

import struct

MOST_ENTRIES = 65_535
_BYTES = (1, 2, 6, 7)
"""Types of one byte, which stay bytes however long they are: text, profiles, whole layers."""


def longest_table(data: bytes) -> int:
    """Numbers in the longest list of the first directory; 0 where there is no directory."""
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    head, entry = (f"{order}Q", f"{order}HHQ8x") if big else (f"{order}H", f"{order}HHL4x")
    try:
        start = struct.unpack_from(f"{order}Q" if big else f"{order}L", data, 8 if big else 4)[0]
        entries = struct.unpack_from(head, data, start)[0]
        if entries > MOST_ENTRIES:
            return int(entries)
        first, size = start + struct.calcsize(head), struct.calcsize(entry)
        rows = struct.iter_unpack(entry, data[first : first + size * min(entries, (len(data) - first) // size)])
        return max((count for _, kind, count in rows if kind not in _BYTES), default=0)
    except (struct.error, OverflowError):
        return 0
