"""Flow as colours, on the wheel of Baker et al., "A Database and Evaluation Methodology for Optical Flow" (IJCV 2011).

Hue is the direction, saturation the length: white is rest, on a light theme and on a dark one.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float, Image

_SEGMENTS = ((15, 0, 1), (6, 1, 0), (4, 1, 2), (11, 2, 1), (13, 2, 0), (6, 0, 2))
"""Steps of hue from red round to red; the channel that is full, and the one that changes, in each."""


def _wheel() -> Float:
    """(55, 3) float32 in [0, 1]: red, yellow, green, cyan, blue, magenta and between."""
    rows = []
    rising = (True, False, True, False, True, False)
    for (steps, full, changing), up in zip(_SEGMENTS, rising, strict=True):
        ramp = np.arange(steps) / steps
        part = np.zeros((steps, 3))
        part[:, full] = 1
        part[:, changing] = ramp if up else 1 - ramp
        rows.append(part)
    return np.concatenate(rows).astype(np.float32)


WHEEL = _wheel()

_HUES = 8192
"""Directions that are told apart: neighbours differ by less than half a level of a colour."""


def _hues() -> Float:
    """(_HUES, 3) float32 in [0, 255]: what the hue of a direction lacks to white, by its angle from +x towards +y."""
    position = (np.arange(_HUES) / _HUES * len(WHEEL))[:, None]
    first = np.floor(position).astype(np.int32)[:, 0]
    blend = position - first[:, None]
    hue = (1 - blend) * WHEEL[first % len(WHEEL)] + blend * WHEEL[(first + 1) % len(WHEEL)]
    return np.asarray(255 * (1 - hue), np.float32)


_MISSING = _hues()


def flow_colours(flow: Float, max_px: float | None = None) -> Image:
    """H×W×3 uint8 RGB of an H×W×2 flow in pixels.

    ``max_px`` is the length shown in full colour; longer ones are darkened.  None takes the longest in the flow, at
    least 1, so that the noise of a head at rest stays white.
    """
    if flow.size == 0:
        return np.zeros((*flow.shape[:2], 3), np.uint8)
    limit = max_px if max_px is not None else scale_of(flow)
    x, y = _planes(flow)
    # Divided, not multiplied by the inverse: the longest vector must not come out a hair longer than itself.
    radius = (_lengths(x, y) / np.float32(max(limit, 1e-6)))[..., None]
    step = (cv2.phase(x, y) * np.float32(_HUES / (2 * np.pi)) + np.float32(0.5)).astype(np.int32) % _HUES
    missing = _MISSING.take(step.ravel(), axis=0).reshape(*step.shape, 3)
    colour = np.float32(255.5) - missing * np.minimum(radius, 1)  # half a level more, for whole numbers cut it off
    if radius.max() > 1:
        colour = np.where(radius > 1, np.float32(0.75) * (255 - missing) + np.float32(0.5), colour)
    return np.asarray(colour.astype(np.uint8))


def scale_of(flow: Float) -> float:
    """The longest vector of a flow in pixels, at least 1: what ``max_px=None`` takes, and the legend's label."""
    if flow.size == 0:
        return 1.0
    return max(1.0, float(_lengths(*_planes(flow)).max()))


def _lengths(x: Float, y: Float) -> Float:
    """OpenCV's magnitude rounds otherwise from call to call, as the memory happens to lie."""
    return np.asarray(np.sqrt(x * x + y * y))


def _planes(flow: Float) -> tuple[Float, Float]:
    x, y = (np.ascontiguousarray(flow[..., axis], np.float32) for axis in range(2))
    return x, y


def legend(size: int) -> tuple[Image, Float]:
    """The colour wheel as a picture: size×size×3 uint8, and its coverage, size×size float32 in [0, 1].

    A point of the disc has the colour of the flow that leads from the centre to it; its rim is ``max_px``.  The
    coverage is 0 off the disc, for drawing it on any background.
    """
    centre = (size - 1) / 2
    rim = max(size / 2 - 1, 0.5)
    y, x = (np.mgrid[0:size, 0:size].astype(np.float32) - centre) / rim
    radius = np.hypot(x, y)
    inside = np.stack([x, y], axis=-1) / np.maximum(radius, 1)[..., None]
    coverage = np.clip((1 - radius) * rim + 0.5, 0, 1)
    return flow_colours(inside.astype(np.float32) * np.float32(1 - 1e-6), 1.0), coverage.astype(np.float32)
