"""In how many scans a JPEG is built up: each of them makes a reader go over the whole picture once more."""

from __future__ import annotations

import re

SCAN, END = 0xDA, 0xD9

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
"""What ends a scan's data: there, 0 follows 255, or a number of a restart."""

_MOST_SEGMENTS = 100_000


def count_scans(data: bytes, enough: int) -> int:
    """Scans of the first picture in ``data``, counted up to ``enough``.

    Only markers count: the film that a phone appends to its photo holds the same bytes by chance.
    """
    scans, at = 0, 2
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None or found[1][0] == END:
            return scans
        scans += found[1][0] == SCAN
        if scans >= enough:
            return scans
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    return enough
