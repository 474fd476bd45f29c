"""From a wide gamut (BT.2020, Display P3) to the primaries of sRGB, which are those of BT.709.

Numbers of primaries and transfers are those of ITU-T H.273.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..types import Float, Image

TO_709: dict[int, tuple[tuple[float, ...], ...]] = {
    9: ((1.66049, -0.58764, -0.07285), (-0.12455, 1.13290, -0.00835), (-0.01815, -0.10058, 1.11873)),
    12: ((1.22494, -0.22494, 0.0), (-0.04206, 1.04206, 0.0), (-0.01964, -0.07864, 1.09828)),
}
"""Linear RGB of BT.2020 and of Display P3 to that of BT.709; rows sum to 1, so that grey stays grey."""

ORDINARY = frozenset({1, 2, 6, 13, 14, 15})
"""Transfers of ordinary pictures, "not said" among them; they are all taken for sRGB's, as most players do."""

Coded = NDArray[np.uint8] | NDArray[np.uint16]

_LEVELS = 16384
_BAND = 1_000_000


def to_709(coded: Coded, primaries: int) -> Image:
    """H×W×3 uint8 sRGB of H×W×3 RGB (uint8 or uint16, all of its range) with other ``primaries``.

    c' = e(clip(M·d(c))) with sRGB's curve e, its inverse d, and M of :data:`TO_709`.  What sRGB cannot show is cut off.
    """
    matrix = np.array(TO_709[primaries], np.float32).T
    pixels = np.empty(coded.shape, np.uint8)
    for rows in bands(coded):
        pixels[rows] = srgb(np.clip(_light()[in_16_bits(coded[rows])] @ matrix, 0.0, 1.0))
    return pixels


def bands(coded: Coded) -> list[slice]:
    """Rows of about a million pixels each, so that no large picture is held several times over."""
    step = max(1, _BAND // max(1, coded.shape[1]))
    return [slice(top, top + step) for top in range(0, len(coded), step)]


def in_16_bits(coded: Coded) -> NDArray[np.uint16]:
    """The same from 0 to 65535."""
    wide = coded.astype(np.uint16, copy=False)
    return wide * np.uint16(257) if coded.dtype == np.uint8 else wide


def srgb(light: Float) -> Image:
    """uint8 sRGB of light from 0 to 1."""
    return _levels()[(light * (_LEVELS - 1) + 0.5).astype(np.uint16)]


@cache
def _levels() -> Image:
    light = np.arange(_LEVELS) / (_LEVELS - 1)
    coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(coded * 255), np.uint8)


@cache
def _light() -> Float:
    """(65536,) float32: light from 0 to 1."""
    value = np.arange(65536) / 65535
    return np.asarray(np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4), np.float32)
