"""The watermark's pattern: one tile, repeated over the whole picture, that spells a word of 32 bits.

A spread-spectrum mark in the middle frequencies: low enough to survive JPEG and halving, high enough to lie beside most
of what faces consist of.  Every frequency of the band belongs to one bit, with a phase of its own; a bit that is 0
turns its frequencies round.  Because the tile repeats, any part of the picture holds all of it, wherever it was cut.
The word is the same in every picture and names nobody.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..types import Float

TILE = 128
"""Side of the tile in pixels of the marked picture."""

BAND = (0.04, 0.20)
"""Cycles a pixel.  Halved, the upper end is 0.4: still below what half as many pixels can hold."""

BITS = 32
VERSION = 1


@dataclass(frozen=True)
class Pattern:
    """The frequencies of the band, n of them: one half-plane, without the axes, where pictures have most of their own.

    ``fx``, ``fy``  n int64, cycles a tile; fx > 0, fy of either sign.
    ``waves``       n complex128 of modulus 1, the pattern with every bit 1.
    ``bit``         n int64 in [0, 32): which bit each frequency belongs to.
    ``signs``       32 float64, +1 or −1: the word.
    """

    fx: NDArray[np.int64]
    fy: NDArray[np.int64]
    waves: NDArray[np.complex128]
    bit: NDArray[np.int64]
    signs: NDArray[np.float64]

    @property
    def spectrum(self) -> NDArray[np.complex128]:
        """The pattern that spells the word."""
        return np.asarray(self.waves * self.signs[self.bit])

    @property
    def frequency(self) -> NDArray[np.float64]:
        """Cycles a pixel of the marked picture."""
        return np.asarray(np.hypot(self.fx, self.fy) / TILE)


def word() -> bytes:
    """MM, the version, and a checksum of both."""
    text = b"MM" + bytes([VERSION])
    return text + bytes([zlib.crc32(text) & 0xFF])


@cache
def pattern() -> Pattern:
    """The one pattern.  It comes from a hash, so that no library's generator can ever change it."""
    steps = np.arange(-(TILE // 2), TILE // 2)
    fy, fx = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    radius = np.hypot(fx, fy) / TILE
    inside = (radius >= BAND[0]) & (radius <= BAND[1]) & (fx > 0) & (fy != 0)
    fx, fy = fx[inside], fy[inside]
    chance = np.frombuffer(hashlib.shake_256(b"Mimesh watermark 1").digest(8 * len(fx)), "<u4").reshape(2, -1)
    order = np.argsort(chance[1], kind="stable")
    bit = np.empty(len(fx), np.int64)
    bit[order] = np.arange(len(fx)) % BITS
    signs = np.unpackbits(np.frombuffer(word(), np.uint8)).astype(np.float64) * 2 - 1
    return Pattern(fx, fy, np.exp(2j * np.pi * chance[0] / 2**32), bit, signs)


@cache
def tile() -> Float:
    """TILE×TILE float32 of mean 0 and root mean square 1."""
    p = pattern()
    spectrum = np.zeros((TILE, TILE // 2 + 1), np.complex128)
    spectrum[p.fy, p.fx] = p.spectrum
    drawn = np.fft.irfft2(spectrum, (TILE, TILE))
    return np.asarray(drawn / np.sqrt((drawn**2).mean()), np.float32)
