"""ICC profiles of grey and of CMYK, written by hand: nothing that is installed can make them."""

from __future__ import annotations

import struct


def grey_profile() -> bytes:
    """Grey in linear light."""
    return _profile(b"GRAY", b"XYZ ", {b"kTRC": b"curv" + struct.pack(">II", 0, 0)}, b"mntr")


def cmyk_profile() -> bytes:
    """A table of 16 corners: cyan alone gives red; black and no ink give what they give elsewhere."""
    identity, corners = struct.pack(">256B", *range(256)), bytearray()
    for corner in range(16):  # C is the slowest
        cyan, magenta, yellow, black = (corner >> bit & 1 for bit in (3, 2, 1, 0))
        light = 0 if black else 255 if not (cyan or magenta or yellow) else 130
        corners += bytes((light, 200 if cyan and not black else 128, 190 if cyan and not black else 128))
    head = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + struct.pack(">9i", *(65_536 * (k % 4 == 0) for k in range(9)))
    return _profile(b"CMYK", b"Lab ", {b"A2B0": head + identity * 4 + bytes(corners) + identity * 3}, b"prtr")


def _profile(space: bytes, connection: bytes, tags: dict[bytes, bytes], kind: bytes) -> bytes:
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63_190, 65_536, 54_061)
    text = b"desc" + bytes(4) + struct.pack(">I", 5) + b"hand\0" + bytes(79)
    every = {b"desc": text, b"cprt": b"text" + bytes(4) + b"none\0", b"wtpt": white, **tags}
    table, body, at = b"", b"", 128 + 4 + 12 * len(every)
    for name, data in every.items():
        padded = data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += padded
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02400000, kind, space, connection) + bytes(12)
    head += b"acsp" + bytes(28) + struct.pack(">3i", 63_190, 65_536, 54_061) + bytes(48)
    return head + struct.pack(">I", len(every)) + table + body
