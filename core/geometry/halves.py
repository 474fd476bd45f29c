"""Pictures with their half pixels, so that moving them hardly blurs them.

Bilinear sampling half-way between two pixels takes their mean, which removes the finest detail: a face that moves by
fractions of a pixel loses its pores and lashes.  Here the values half-way are worked out once, from sixteen pixels on a
line instead of two, and what lies between whole and half pixels is bilinear.  Whole pixels are the picture's own, to
the bit.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import torch
from torch.nn import functional

from ..types import Float
from .one_by_one import one_by_one
from .warp import Pixels, warp, warp_tensor

_COUNT, _BETA = 16, 5.0


def _taps() -> Float:
    """Of the value half-way between the eighth and the ninth pixel: a sinc in Kaiser's window, which leaves all waves
    longer than two and a half pixels as they are."""
    distance = np.arange(_COUNT) - (_COUNT - 1) / 2
    taps = np.sinc(distance) * np.kaiser(_COUNT, _BETA)
    return np.asarray(taps / taps.sum(), np.float32)


TAPS = _taps()
_BEFORE = _COUNT // 2 - 1


def with_halves(picture: Pixels) -> Pixels:
    """h×w×C, uint8 or float32, up to four channels → 2h×2w×C: row 2i and column 2j are the picture's i and j, those
    after them lie half a pixel on.  The border is repeated; bytes are rounded and kept in their range."""
    taps = TAPS[None]
    wide = _interleaved(picture, _between(picture, taps), 1)
    return _interleaved(wide, _between(wide, taps.T), 0)


def _interleaved(picture: Pixels, between: Pixels, axis: int) -> Pixels:
    """Lines of the picture and what lies between them in turn; beyond the last there is the last again."""
    sides = list(picture.shape)
    sides[axis] *= 2
    fine = np.empty(sides, picture.dtype)
    lines, into = np.moveaxis(picture, axis, 0), np.moveaxis(fine, axis, 0)
    into[::2], into[1::2] = lines, np.moveaxis(between.reshape(picture.shape), axis, 0)
    into[-1] = lines[-1]
    return fine


def _between(picture: Pixels, taps: Float) -> Pixels:
    anchor = tuple(_BEFORE if side > 1 else 0 for side in reversed(taps.shape))
    between: Pixels = cv2.filter2D(picture, -1, taps, anchor=anchor, borderType=cv2.BORDER_REPLICATE)  # type: ignore[assignment]
    return between


def warp_halves(fine: Pixels, flow: Float) -> Pixels:
    """:func:`core.geometry.warp.warp` of the picture whose :func:`with_halves` is ``fine``; ``flow`` H×W×2 in pixels of
    that picture.  Whole-pixel flows are exact to the bit."""
    return warp(fine, 2 * flow + _places(*flow.shape[:2]))


@lru_cache(maxsize=4)
def _places(height: int, width: int) -> Float:
    """H×W×2: x and y of each pixel, which :func:`warp` adds once and pictures with halves need twice."""
    places = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    places.flags.writeable = False
    return places


def tensor_with_halves(pictures: torch.Tensor) -> torch.Tensor:
    """:func:`with_halves` of N×C×h×w: N×C×2h×2w, differentiable."""
    for axis in (3, 2):
        pictures = _doubled(pictures, axis)
    return pictures


def _doubled(x: torch.Tensor, axis: int) -> torch.Tensor:
    count, channels, height, width = x.shape
    taps = _tensor_taps(x.dtype, x.device).view((1, 1, 1, -1) if axis == 3 else (1, 1, -1, 1))
    before, after = _BEFORE, _COUNT - 1 - _BEFORE
    padding = (before, after, 0, 0) if axis == 3 else (0, 0, before, after)
    lines = functional.pad(x.reshape(-1, 1, height, width), padding, mode="replicate")
    with torch.autocast(x.device.type, enabled=False):  # sixteen bits would be too coarse for a picture
        between = functional.conv2d(lines, taps).view(x.shape)
    last = x.shape[axis] - 1
    between = torch.cat([between.narrow(axis, 0, last), x.narrow(axis, last, 1)], dim=axis)
    shape = (count, channels, height, 2 * width) if axis == 3 else (count, channels, 2 * height, width)
    return torch.stack([x, between], dim=axis + 1).view(shape)


def warp_tensor_halves(fine: torch.Tensor, flow: torch.Tensor) -> torch.Tensor:
    """:func:`warp_halves` of N×C×2h×2w and N×2×H×W: N×C×H×W, differentiable in both."""
    return warp_tensor(fine, 2 * flow + _tensor_places(*flow.shape[-2:], flow.dtype, flow.device))


@lru_cache(maxsize=8)  # kept on the device: copied anew, they would make every render wait for it
@torch.inference_mode(False)
def _tensor_places(height: int, width: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """2×H×W: :func:`_places`."""
    return torch.from_numpy(_places(height, width).copy()).permute(2, 0, 1).to(device, dtype)


@lru_cache(maxsize=8)
@torch.inference_mode(False)
def _tensor_taps(dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    return torch.from_numpy(TAPS).to(device, dtype)


def warp_last_halves(fine: torch.Tensor, flow: torch.Tensor) -> torch.Tensor:
    """The same with the channels last, up to four, and no gradient: N×2h×2w×C and N×H×W×2 → N×H×W×C float32."""
    if fine.device.type != "cpu":
        return warp_tensor_halves(fine.permute(0, 3, 1, 2), flow.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    return one_by_one(warp_halves, fine, flow)
