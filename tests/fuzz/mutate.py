"""Damage to files: what disks, networks and malice do."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence

import numpy as np

Random = np.random.Generator
Damage = Callable[[bytearray, Random], bytearray]

INTERESTING = (
    0,
    1,
    2,
    7,
    16,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x10000,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFE,
    0xFFFFFFFF,
)
TOKENS = (
    b"NaN", b"Infinity", b"1e999", b"-1", b"0", b"null", b"true", b'""', b'"x"', b"[]", b"{}", b"99999999999999999999",
    b"1e-320", b'"\\u0000"', b'"\\ud800"', b'"../../../etc/passwd"', b"-0.0", b"1" * 5000, b"[" * 3000, b'{"a":' * 2000,
)  # fmt: skip


def mutate(data: bytes, others: Sequence[bytes], text: bool, random: Random) -> bytes:
    """``data`` with one to four damages; ``others`` are what it can be spliced with, ``text``: it has tokens."""
    kinds: list[Callable[[bytearray, Random], bytearray]] = [
        flip,
        put,
        truncate,
        lengths,
        lengths,
        insert,
        drop,
        repeat,
    ]
    if text:
        kinds = [token, token, token, flip, truncate, insert, drop, repeat]
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 5))):
        if random.random() < 0.08:
            changed = splice(changed, others[int(random.integers(len(others)))], random)
        else:
            changed = kinds[int(random.integers(len(kinds)))](changed, random)
        if not changed:
            break
    if bytes(changed[:8]) == b"\x89PNG\r\n\x1a\n" and random.random() < 0.7:
        changed = with_right_sums(changed)
    return bytes(changed)


def place(size: int, random: Random) -> int:
    """Somewhere in a file; half of the time near its beginning, where headers are."""
    reach = min(size, 200) if random.random() < 0.5 else size
    return int(random.integers(max(1, reach)))


def flip(data: bytearray, random: Random) -> bytearray:
    for _ in range(int(random.integers(1, 9))):
        data[place(len(data), random)] ^= 1 << int(random.integers(8))
    return data


def put(data: bytearray, random: Random) -> bytearray:
    data[place(len(data), random)] = int(random.choice([0, 1, 0x7F, 0x80, 0xFF, int(random.integers(256))]))
    return data


def truncate(data: bytearray, random: Random) -> bytearray:
    return data[: int(random.integers(len(data)))]


def insert(data: bytearray, random: Random) -> bytearray:
    at, size = place(len(data), random), int(random.choice([1, 2, 8, 100, 5000]))
    fill = bytes(size) if random.random() < 0.3 else random.bytes(size)
    return data[:at] + fill + data[at:]


def drop(data: bytearray, random: Random) -> bytearray:
    at = place(len(data), random)
    return data[:at] + data[at + int(random.integers(1, 64)) :]


def repeat(data: bytearray, random: Random) -> bytearray:
    """A piece of the file many times over."""
    at = place(len(data), random)
    piece = data[at : at + int(random.integers(1, 400))]
    return data[:at] + piece * int(random.choice([2, 3, 20, 500])) + data[at:]


def splice(data: bytearray, other: bytes, random: Random) -> bytearray:
    return data[: place(len(data) + 1, random)] + other[place(len(other), random) :]


def lengths(data: bytearray, random: Random) -> bytearray:
    """A number of 1, 2, 4 or 8 bytes, most often one that could be a length, becomes another."""
    size = int(random.choice([1, 2, 4, 4, 4, 8]))
    if len(data) < size:
        return data
    order = ">" if random.random() < 0.5 else "<"
    code = order + {1: "B", 2: "H", 4: "I", 8: "Q"}[size]
    at = min(place(len(data), random), len(data) - size)
    for _ in range(20):  # look for one that is plausible as a length
        if 0 < struct.unpack_from(code, data, at)[0] <= 2 * len(data):
            break
        at = min(place(len(data), random), len(data) - size)
    old = struct.unpack_from(code, data, at)[0]
    new = int(random.choice([old + 1, old - 1, 2 * min(old, 2**60), len(data), *INTERESTING]))
    struct.pack_into(code, data, at, new % (1 << (8 * size)))
    return data


def token(data: bytearray, random: Random) -> bytearray:
    """A value or a name of a text file becomes another."""
    marks = [i for i, byte in enumerate(data) if byte in b":,[{"]
    if not marks:
        return put(data, random)
    start = marks[int(random.integers(len(marks)))] + 1
    end = min((i for i in range(start, len(data)) if data[i] in b",]}\n"), default=len(data))
    return data[:start] + TOKENS[int(random.integers(len(TOKENS)))] + data[end:]


def with_right_sums(data: bytearray) -> bytearray:
    """A PNG with the check sums its chunks should have: else readers look no further."""
    fixed, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if at + 12 + size > len(data):
            break
        body = data[at + 4 : at + 8 + size]
        fixed += data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + size
    return fixed + data[at:]
