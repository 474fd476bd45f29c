"""A person's mask, of one person, made exact by the picture's own colours.

Segmentation nets look at shapes; their outlines are off by some pixels, and a bright wall then stands round a head as a
rim that moves with it.  Near the outline the mask is therefore looked up in the colours: in a small window person and
background are each about one colour, and between them the mask is linear in the colour I (Levin, Lischinski and Weiss,
"A closed-form solution to natural image matting", 2008),

    a = A · I + b,    A, b of least Σ w (A · I + b − a)² + ε |A|²,

with the weights w on pixels that are far enough from the outline to be sure.  A pixel takes the mean over the windows
that hold it, each weighed by the share of the mask's variance R² which its colours explain (He, Sun and Tang, "Guided
image filtering", 2013, without these weights).  Where they explain little, as before a flag, the net's mask stays.

What the net takes for people elsewhere, the stars of a flag or somebody behind, is no part of who moves.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float, Image

_ISLAND, _SHORE = 0.3, 1 / 64
"""Parts of a mask hang together where it is above this; around others it is taken away within so much of the side."""

_UNSURE = 1 / 64
"""Of the side: so far from the outline a mask may be wrong."""

_WINDOW = 1 / 40
"""Of the side: how far a window reaches from its middle; farther than masks err, or nothing in it would be sure."""

_DOUBT = 0.02
"""Weight of pixels that are not sure."""

_FLAT = 0.003
"""ε, in squares of colours in [0, 1]: variances below it are noise."""

_LEAST = 0.001
"""Variance of the mask in a window that shows an outline at all."""

_EXPLAINED = 0.5, 0.85
"""R² from which colours are believed, and from which they are fully."""

_STRETCH = 0.1
"""Values nearer to 0 and 1 than this become 0 and 1: noise in colours is not a veil of the person."""


def matte(image: Image, mask: Float) -> Float:
    """``image`` H×W×3 uint8 RGB, ``mask`` H×W float32 in [0, 1], 1 = person → the same of who is in the middle, near
    the outline by colours."""
    mask = _of_one(mask)
    inside = (mask > 0.5).astype(np.uint8)
    if not 0 < inside.mean() < 1:
        return mask
    side = image.shape[1]
    apart = sum(np.asarray(cv2.distanceTransform(each, cv2.DIST_L2, 5)) for each in (inside, 1 - inside))
    unsure = _UNSURE * side
    sure = apart > unsure
    by_colour, believed = _by_colour(
        np.asarray(image, np.float32) / np.float32(255),
        np.where(sure, inside, mask).astype(np.float32),
        np.where(sure, 1, _DOUBT).astype(np.float32),
        round(_WINDOW * side),
    )
    share = believed * np.clip((unsure + 2 - apart) / 2, 0, 1)
    return np.asarray(mask + share * (by_colour - mask), np.float32)


def _of_one(mask: Float) -> Float:
    """Without what does not hang together with the part that covers most of the picture's middle."""
    count, labels = cv2.connectedComponents((mask > _ISLAND).astype(np.uint8))
    if count <= 2:
        return mask
    height, width = mask.shape
    middle = labels[height // 4 : height - height // 4, width // 4 : width - width // 4]
    sizes = np.bincount(middle.ravel(), minlength=count)[1:]
    if not sizes.any():
        return mask
    person = labels == 1 + int(np.argmax(sizes))
    size = 2 * round(_SHORE * width) + 1
    islands = cv2.dilate(((labels > 0) & ~person).astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    return np.where(islands & ~person, np.float32(0), mask)


def _by_colour(image: Float, mask: Float, weight: Float, reach: int) -> tuple[Float, Float]:
    """H×W each: the mask that the colours tell, and in [0, 1] how far they are to be believed."""

    def mean(values: Float) -> Float:
        return np.asarray(cv2.boxFilter(values, -1, (2 * reach + 1,) * 2, borderType=cv2.BORDER_REFLECT))

    total = mean(weight)[..., None]
    values = np.dstack([image, mask])
    means = mean(weight[..., None] * values) / total
    rows, columns = np.triu_indices(4)  # the last of these is the mask with itself
    products = mean(weight[..., None] * values[..., rows] * values[..., columns]) / total
    shown = products[..., -1] - means[..., 3] ** 2 > _LEAST
    spread = np.empty((int(shown.sum()), 4, 4), np.float32)
    around = means[shown]
    spread[:, rows, columns] = spread[:, columns, rows] = products[shown] - around[:, rows] * around[:, columns]
    colours, shared, variance = spread[:, :3, :3], spread[:, :3, 3], spread[:, 3, 3]
    slope = np.linalg.solve(colours + _FLAT * np.eye(3, dtype=np.float32), shared[..., None])[..., 0]
    explained = (slope * (2 * shared - np.einsum("nij,nj->ni", colours, slope))).sum(1)
    fit = np.clip(explained / variance, 0, 1)[:, None]
    models = np.zeros((*mask.shape, 6), np.float32)
    start = around[:, 3:] - (slope * around[:, :3]).sum(1, keepdims=True)
    models[shown] = np.hstack([fit * slope, fit * start, fit, fit * fit])
    gathered = mean(models)
    weights = np.maximum(gathered[..., 4], 1e-6)
    found = ((gathered[..., :3] * image).sum(-1) + gathered[..., 3]) / weights
    low, high = _EXPLAINED
    believed = np.clip((gathered[..., 5] / weights - low) / (high - low), 0, 1)
    stretched = np.clip((found - _STRETCH) / (1 - 2 * _STRETCH), 0, 1)
    return np.asarray(stretched, np.float32), np.asarray(believed, np.float32)
