"""Putting the reenacted crop back into the full-size source, with the source's own detail and a soft seam."""

from __future__ import annotations

import numpy as np

from ..types import Crop, Float, Image
from .compose import compose
from .crop import cut, edges

FEATHER = 0.04
"""Width of the soft seam, as a share of the crop's side."""


def paste_back(source: Image, crop: Crop, flow: Float, painted: Float) -> Image:
    """``source`` (H×W×3) with its ``crop`` reenacted.

    The source's crop at its own size is warped by the resized ``flow`` (256×256×2), which keeps its detail, and
    ``painted`` (256×256×3, the reenacted picture minus the warped source, in levels) is added on top.  Nothing moved
    and nothing painted is exactly ``source``.
    """
    left, top, side = edges(crop)
    patch = compose(cut(source, crop, None), flow, painted)
    height, width = source.shape[:2]
    y0, y1, x0, x1 = max(top, 0), min(top + side, height), max(left, 0), min(left + side, width)
    if y0 >= y1 or x0 >= x1:
        return source.copy()
    inside = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
    weight = seam(side, open_edges=(left < 0, top < 0, left + side > width, top + side > height))[inside][..., None]
    pasted = source.copy()
    under = pasted[y0:y1, x0:x1].astype(np.float32)
    pasted[y0:y1, x0:x1] = np.rint(under + weight * (patch[inside] - under)).astype(np.uint8)
    return pasted


def seam(side: int, open_edges: tuple[bool, bool, bool, bool]) -> Float:
    """Weight of the patch, side×side in [0, 1]: 0 at its border, 1 from the feather on.

    An edge (left, top, right, bottom) that lies outside the picture needs no seam.
    """
    ramp = np.clip((np.arange(side) + 0.5) / max(FEATHER * side, 1.0), 0.0, 1.0).astype(np.float32)
    ramp = ramp * ramp * (3 - 2 * ramp)
    one = np.ones_like(ramp)
    left, top, right, bottom = (one if is_open else ramp for is_open in open_edges)
    weight = np.minimum(left, right[::-1])[None, :] * np.minimum(top, bottom[::-1])[:, None]
    return np.asarray(weight, np.float32)
