"""From high dynamic range (PQ, HLG) to an ordinary sRGB picture: what is as bright as paper stays, lights are held in.

Numbers of transfers and primaries are those of ITU-T H.273.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ..types import Float, Image
from .gamut import ORDINARY, TO_709, Coded, bands, in_16_bits, srgb, to_709

PQ, HLG = 16, 18

WHITE = 203.0
"""Candela per square metre of a sheet of paper in HDR (ITU-R BT.2408): white in an ordinary picture, nearly."""

KNEE = 0.7
"""Up to this share of paper white light is kept as it is; all above, up to the sun, is squeezed into the rest."""

_PEAK = 1000.0
_GAMMA = 1.2
_LUMA = np.array([0.2627, 0.6780, 0.0593], np.float32)


def to_sdr(coded: Coded, transfer: int, primaries: int) -> Image:
    """H×W×3 uint8 sRGB of H×W×3 RGB (uint8 or uint16, all of its range) in ``transfer`` :data:`PQ` or :data:`HLG`.

    The light L of each pixel, in paper whites, is scaled by f(m)/m with m its largest component, so that hues stay:
    f(m) = m up to the knee k, then k + (1 − k)·(1 − exp(−(m − k)/(1 − k))).
    """
    pixels = np.empty(coded.shape, np.uint8)
    for rows in bands(coded):
        light = _light(in_16_bits(coded[rows]), transfer)
        matrix = TO_709.get(primaries)
        if matrix is not None:
            light = np.maximum(light @ np.array(matrix, np.float32).T, 0.0)
        largest = light.max(axis=2, keepdims=True)
        over = np.maximum(largest - KNEE, 0.0)
        held = np.minimum(largest, KNEE) + (1 - KNEE) * -np.expm1(-over / (1 - KNEE))
        light *= held / np.maximum(largest, np.float32(1e-6))
        pixels[rows] = srgb(light)
    return pixels


def _light(coded: np.ndarray[tuple[int, ...], np.dtype[np.uint16]], transfer: int) -> Float:
    """Linear RGB in paper whites."""
    light = _decoded(transfer)[coded]
    if transfer == HLG:  # the display's part: the brighter the scene, the steeper
        luma = (light @ _LUMA)[..., None]
        light *= np.float32(_PEAK / WHITE) * np.maximum(luma, np.float32(1e-6)) ** np.float32(_GAMMA - 1)
    return np.asarray(light, np.float32)


@cache
def _decoded(transfer: int) -> Float:
    """(65536,) float32: light in paper whites of PQ, of the scene from 0 to 1 of HLG (ITU-R BT.2100)."""
    value = np.arange(65536) / 65535
    if transfer == PQ:
        root = value ** (32 / 2523)
        light = (np.maximum(root - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * root)) ** (8192 / 1305)
        return np.asarray(light * 10000 / WHITE, np.float32)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.asarray(np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12), np.float32)


SAID = "The picture is HDR; its light was brought into the range of an ordinary picture."


def coded_in(data: bytes) -> tuple[int, int] | None:
    """(transfer, primaries) of a PNG or AVIF file that says it is PQ, HLG or of a wide gamut; None for all others."""
    at, size = data.find(b"cICP", 8, max(data.find(b"IDAT"), 0)), 1
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        at, size = data.find(b"nclx", 0, 1 << 16), 2
    if at < 0:
        return None
    primaries, transfer = (int.from_bytes(data[at + 4 + k * size : at + 4 + (k + 1) * size], "big") for k in (0, 1))
    return (transfer, primaries) if is_other(transfer, primaries) else None


def is_other(transfer: int, primaries: int) -> bool:
    """Whether pixels that are coded so are HDR or of a wide gamut, and have to be brought :func:`in_srgb`."""
    return transfer in (PQ, HLG) or (transfer in ORDINARY and primaries in TO_709)


def in_srgb(pixels: Coded, transfer: int, primaries: int) -> Image:
    """H×W×3 uint8 sRGB of H×W×3 RGB for which :func:`is_other` holds."""
    return to_sdr(pixels, transfer, primaries) if transfer in (PQ, HLG) else to_709(pixels, primaries)
