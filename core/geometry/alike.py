"""How far the two halves of a head may stand in for each other.

Where a photo shows a point and its counterpart on the other half, it tells whether both are of the same stuff: hair
that is parted on one side hangs over one cheek and not over the other.  With k where both are shown, d the distance of
their colours, in one light, and G a Gaussian,

    r = G(k d) / G(k own),

on means over squares of a 32nd of the side; halves are alike where r is small.  A head that is turned far is made whole
whatever it shows: half a face is worse than a partly wrong one.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float, Image
from .drawn_mesh import DrawnMesh
from .fragments import Indices
from .visibility import visibility
from .warp import warp

_ALIKE, _UNLIKE = 0.14, 0.24
"""r up to which halves are alike, and from which they are not.  Of six films of training people who turn, two of men
with short hair have 0.07 to 0.10, four of women 0.12 to 0.20 on one side and 0.14 to 0.22 on the other."""

_FRONTAL, _TURNED = np.sin(np.radians(8)), np.sin(np.radians(18))
"""Sines of yaw up to which likeness counts, and from which it does not."""

SQUARES, SPREAD = 32, 2.5
"""Squares along a side, and G's standard deviation in squares."""

LEAST, MOST = 0.5, 2.0
"""Bounds of the ratio of the lights on both halves."""


def alike(image: Image, source: DrawnMesh, swapped: DrawnMesh, counterparts: Indices) -> Float:
    """(n,) float32 in [0, 1] of a source's vertices: how far each may be drawn as its counterpart looks.

    ``image`` H×W×3 uint8;  ``swapped`` is :func:`core.geometry.other_side.swapped` of ``source``.
    """
    turned = np.clip((abs(_sine_of_yaw(source.vertices, counterparts)) - _FRONTAL) / (_TURNED - _FRONTAL), 0, 1)
    if turned == 1:
        return np.ones(len(source.vertices), np.float32)
    flow = source.spread(source.carried((swapped.vertices - source.vertices)[:, :2]))
    known = visibility(source, swapped, flow)
    own, other = (_squares(each.astype(np.float32) * known[..., None]) for each in (image, warp(image, flow)))
    mine, its, weight = (_spread(each) for each in (own.mean(2), other.mean(2), _squares(known)))
    ratio = np.clip(mine / np.maximum(its, 1e-3), LEAST, MOST)
    unlike = _spread(np.abs(own - ratio[..., None] * other).mean(2)) / np.maximum(mine, 1e-3)
    found = np.where(weight > 1e-3, np.clip((_UNLIKE - unlike) / (_UNLIKE - _ALIKE), 0, 1), 1)
    x, y = ((source.vertices[None, :, :2] + 0.5) * (SQUARES / image.shape[1]) - 0.5).transpose(2, 0, 1)
    here = cv2.remap(found.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.maximum(here[0], turned), np.float32)


def _sine_of_yaw(mesh: Float, counterparts: Indices) -> float:
    """How far the axis through the ears leaves the picture's plane."""
    across = mesh - mesh[counterparts]
    axis = (across * np.sign(across[:, :1])).sum(axis=0)
    return float(axis[2] / max(np.linalg.norm(axis), 1e-6))


def _squares(values: Float) -> Float:
    return np.asarray(cv2.resize(values, (SQUARES, SQUARES), interpolation=cv2.INTER_AREA), np.float32)


def _spread(values: Float) -> Float:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), SPREAD, borderType=cv2.BORDER_CONSTANT), np.float32)
