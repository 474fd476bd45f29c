"""Finding the watermark in a picture that may have been compressed, resized, cropped or mirrored; without the original.

The picture's own structure is levelled out (:func:`whiten`), the picture cut into tiles that are laid on each other
(:func:`fold`), and the sum correlated with the pattern at every shift.  At a wrong scale nothing adds up, so scales are
tried one after another: first 1, then a fine ladder.  The height of the highest peak is the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.special import log_ndtr

from ..types import Float, Image
from .pattern import BITS, TILE, pattern

Pixels = TypeVar("Pixels", Image, Float)

CHANCE = 1e-6
"""A mark counts as found when a picture without one would look like this less often."""

SCALES = (0.25, 2.2)
STEP = 1.006
"""The ladder of scales: over 4 tiles the pattern's finest waves slip by less than a quarter at half a step."""

_LARGEST = 3072
_WINDOW = 4 * TILE
_SOFT = 2.0
_EVEN = 0.5
_LIMIT = 2.0
_LOW = 0.14


@dataclass(frozen=True)
class Reading:
    """What was seen.

    ``found``    whether ``chance`` is below :data:`CHANCE`.
    ``peak``     height of the correlation peak in standard deviations of the correlation at all other shifts.
    ``log10_chance``  log10 of the probability that a picture without a mark shows such a peak (at most 0).
    ``bits``     32 bools as read at the peak; random where there is no mark.
    ``right``    how many of them are those of the word.
    ``scale``    size of the picture over that of the marked one.
    ``mirrored`` whether left and right were swapped.
    """

    found: bool
    peak: float
    log10_chance: float
    bits: tuple[bool, ...]
    right: int
    scale: float
    mirrored: bool


@dataclass(frozen=True)
class _Peak:
    height: float
    tried: int
    bits: NDArray[np.bool_]
    scale: float
    mirrored: bool


def detect(frames: Sequence[Image], thorough: bool = True) -> Reading:
    """Look for the mark in one picture (H×W×3 uint8), or in several frames of one film, all of one size.

    ``thorough`` False tries the scale 1 only, and no mirror: some milliseconds instead of some seconds.
    """
    residual = np.asarray(np.mean([whiten(_centre(frame, _LARGEST)) for frame in frames], axis=0), np.float32)
    best, tried = None, 0
    for peak in _search(residual, thorough):
        tried += peak.tried
        if best is None or peak.height > best.height:
            best = peak
        if _log10_chance(best.height, tried) < 2 * np.log10(CHANCE):
            break
    assert best is not None
    if best.scale != 1.0:
        best, more = _refined(residual, best)
        tried += more
    right = int((best.bits == (pattern().signs > 0)).sum())
    chance = _log10_chance(best.height, tried)
    bits = tuple(bool(bit) for bit in best.bits)
    found = bool(chance < np.log10(CHANCE))
    return Reading(found, best.height, chance, bits, right, float(best.scale), best.mirrored)


def whiten(image: Image) -> Float:
    """H×W float32: grey levels without what is smooth, evened out to the same deviation everywhere."""
    luma = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail = luma - cv2.GaussianBlur(luma, (0, 0), _SOFT)
    deviation = np.sqrt(cv2.GaussianBlur(detail * detail, (0, 0), _SOFT))
    return np.asarray(np.clip(detail / (deviation + np.float32(_EVEN)), -_LIMIT, _LIMIT), np.float32)


def _search(residual: Float, thorough: bool) -> Iterator[_Peak]:
    """Peaks: the whole picture at the likeliest scale, then as much of it as the ladder is fine for at all others."""
    yield _correlate(fold(residual, 1.0), 1.0, mirrors=thorough)
    if not thorough:
        return
    count = int(np.log(SCALES[1] / SCALES[0]) / np.log(STEP)) + 1
    ladder = sorted(SCALES[0] * STEP ** np.arange(count), key=lambda scale: abs(np.log(scale)))
    for scale in ladder:
        yield _correlate(fold(_centre(residual, round(_WINDOW * scale)), scale), scale, mirrors=True)


def _centre(pixels: Pixels, side: int) -> Pixels:
    """At most ``side`` rows and columns from the middle, so that time and memory have a bound."""
    top, left = (max((length - side) // 2, 0) for length in pixels.shape[:2])
    return pixels[top : top + side, left : left + side]


def _refined(residual: Float, peak: _Peak) -> tuple[_Peak, int]:
    """The same peak over more of the picture: the ladder round it, then between its steps; and how much was tried."""
    tried = 0
    for span, count in ((6.0, 25), (0.5, 11)):
        part = _centre(residual, round(3 * _WINDOW * peak.scale))
        scales = [peak.scale * STEP**k for k in np.linspace(-span, span, count)]
        finer = [_correlate(fold(part, scale), scale, mirrors=True) for scale in scales]
        peak = max([peak, *finer], key=lambda each: each.height)
        tried += sum(each.tried for each in finer)
    return peak, tried


def fold(residual: Float, scale: float) -> Float:
    """n×n float32: the tiles of a picture that is ``scale`` times the marked one, laid on each other.

    n is TILE, or half of it where the picture holds no more detail.
    """
    n = TILE if scale > 0.6 else TILE // 2
    zoom = n / (TILE * scale)  # samples a pixel
    height, width = residual.shape
    rows, columns = max(int(height * zoom), 1), max(int(width * zoom), 1)
    if zoom != 1.0:
        soft = cv2.GaussianBlur(residual, (0, 0), 0.5 / zoom) if zoom < 0.7 else residual
        shift = 0.5 / zoom - 0.5
        matrix = np.array([[1 / zoom, 0, shift], [0, 1 / zoom, shift]])
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        residual = np.asarray(cv2.warpAffine(soft, matrix, (columns, rows), flags=how), np.float32)
    padded = np.zeros((-(-rows // n) * n, -(-columns // n) * n), np.float32)
    padded[:rows, :columns] = residual
    return np.asarray(padded.reshape(len(padded) // n, n, -1, n).sum(axis=(0, 2)), np.float32)


def _correlate(folded: Float, scale: float, mirrors: bool) -> _Peak:
    """The highest peak over all shifts, both mirrors, and two weightings (all of the band; mostly its lower part)."""
    p, n = pattern(), len(folded)
    peaks = []
    for mirrored in (False, True) if mirrors else (False,):
        seen = fft.rfft2(folded[:, ::-1] if mirrored else folded)[p.fy, p.fx]
        level = _levelled(seen) * p.waves.conj()
        for weights in _weightings():
            spectrum = np.zeros((n, n // 2 + 1), np.complex64)
            spectrum[p.fy, p.fx] = weighted = level * weights * p.signs[p.bit]
            surface = fft.irfft2(spectrum, (n, n))
            deviation = max(float(np.sqrt(2.0 * (np.abs(weighted) ** 2).sum())) / n**2, 1e-12)  # Parseval
            place = int(surface.argmax())
            peaks.append((float(surface.flat[place]) / deviation, place, mirrored, level * weights))
    height, place, mirrored, spelled = max(peaks, key=lambda peak: peak[0])
    dy, dx = divmod(place, n)
    turned = (spelled * np.exp(2j * np.pi * (p.fy * dy + p.fx * dx) / n)).real
    return _Peak(height, n * n * len(peaks), np.bincount(p.bit, turned, BITS) > 0, scale, mirrored)


@cache
def _weightings() -> tuple[NDArray[np.float64], ...]:
    frequency = pattern().frequency
    return np.ones(len(frequency)), np.exp(-((frequency / _LOW) ** 2))


def _levelled(seen: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """Each ring of frequencies divided by its mean power: what is strong in the picture itself says least."""
    p = pattern()
    ring = np.hypot(p.fx, p.fy).astype(np.int64)
    power = np.bincount(ring, np.abs(seen) ** 2) / np.maximum(np.bincount(ring), 1)
    return np.asarray(seen / np.maximum(power[ring], 1e-9), np.complex64)


def _log10_chance(height: float, tried: int) -> float:
    """log10 of min(1, tried · Q(height)), Q the normal tail: at most one in so many, whatever the picture shows.

    Without a mark the phases of a picture have nothing to do with the pattern's; the correlation at one shift is then a
    sum of a thousand independent turns, as good as normal.
    """
    return float(min(0.0, np.log10(tried) + log_ndtr(-height) / np.log(10)))
