"""A decoded video frame to upright RGB pixels."""

from __future__ import annotations

import numpy as np
from av.buffer import Buffer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation

from ..types import Image
from .hdr import in_srgb, is_other

_MATRICES = frozenset({1, 4, 5, 6, 7, 9})
"""Colour matrices by their number in ITU-T H.273 that swscale knows; a damaged file may name any."""

_RANGES = frozenset({1, 2})  # video and full

_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
"""swscale's usual YUV → RGB conversion is a level too dark; with these flags its mean error is below 0.1 levels."""


def to_rgb(frame: VideoFrame, aspect: float = 1.0) -> Image:
    """H×W×3 uint8 sRGB of a decoded frame: upright, by the colour matrix, the transfer and the primaries it names.

    ``aspect`` is the width of a stored pixel over its height; the result has square pixels.
    """
    matrix = frame.colorspace
    if matrix not in _MATRICES:  # by convention: BT.709 for HD, BT.601 below
        matrix = Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
    other = is_other(frame.color_trc, frame.color_primaries)
    converted = frame.reformat(
        format="rgb48le" if other else "rgb24",
        width=max(1, round(frame.width * aspect)),
        src_colorspace=matrix,
        src_color_range=frame.color_range if frame.color_range in _RANGES else None,
        interpolation=_EXACT,
    )
    pixels = converted.to_ndarray()
    if other:
        pixels = in_srgb(np.asarray(pixels, np.uint16), frame.color_trc, frame.color_primaries)
    return _turn_upright(np.asarray(pixels, np.uint8), frame)


def _turn_upright(pixels: Image, frame: VideoFrame) -> Image:
    """Apply the display matrix (x', y') = (a·x + c·y, b·x + d·y), of which cameras use quarter turns and mirrors."""
    entry = frame.side_data.get("DISPLAYMATRIX")
    data = bytes(entry) if isinstance(entry, Buffer) else b""
    if len(data) != 36:
        return pixels
    a, b, _, c, d = np.frombuffer(data, np.int32)[:5].tolist()
    swapped = abs(b) + abs(c) > abs(a) + abs(d)
    if swapped:
        pixels = pixels.swapaxes(0, 1)
    across, down = (c, b) if swapped else (a, d)
    if across < 0:
        pixels = pixels[:, ::-1]
    if down < 0:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
