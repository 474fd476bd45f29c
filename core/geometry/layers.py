"""A picture in two layers: the person, who moves, and the background, which stays.

With a mask a and a background plate B a picture is I = O + (1 − a) B, which defines the person's own light O.  Moved
by a flow W it is

    W(O) + (1 − W(a)) B,

and I itself where nothing moves.  Hair that the mask holds for half transparent stays as sharp as it is; W(a) W(I) +
(1 − W(a)) B would mix the plate into it.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float, Image
from .disc import disc
from .extrapolate import extrapolate

_MARGIN = 1 / 64
"""The mask is widened by this share of the side before it is filled: soft edges hold the person's colour."""

_SURE = 0.1
"""Pixels that are less of the person than this are background."""


def background_plate(image: Image, person: Float) -> Image:
    """The picture without the person: what the mask covers is continued smoothly from round it.

    ``image`` H×W×3 uint8, ``person`` H×W in [0, 1], 1 = person.  A picture that is all person gives its mean.
    """
    covered = cv2.dilate((person > _SURE).astype(np.uint8), disc(max(1, round(_MARGIN * image.shape[1]))))
    known = np.asarray(1 - covered, np.float32)
    values = image.astype(np.float32)
    mean = values[known > 0].mean(0) if known.any() else values.mean((0, 1))
    # Beyond the border the field is held at zero: at the mean, then.
    filled = extrapolate(np.asarray(values - mean, np.float32), known, np.ones_like(known)) + mean
    return np.where(covered[..., None] > 0, np.clip(np.rint(filled), 0, 255), image).astype(np.uint8)


def own_light(image: Image, person: Float, plate: Image) -> Float:
    """O = I − (1 − a) B: what the person alone adds to the picture, H×W×3 float32 in levels; it may be below 0."""
    return np.asarray(image - (1 - person)[..., None] * plate, np.float32)


def layers(image: Image, person: Float, side: int) -> tuple[Float, Image]:
    """Mask and background plate of a square picture, both reduced to ``side``: what a network sees of the layers."""
    return reduced_layers(person, background_plate(image, person), side)


def reduced_layers(person: Float, plate: Image, side: int) -> tuple[Float, Image]:
    """A square mask and its plate, means of areas of a ``side`` that is not larger."""
    if person.shape[0] == side:
        return person, plate
    smaller = cv2.resize(person, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.float32), np.asarray(
        cv2.resize(plate, (side, side), interpolation=cv2.INTER_AREA), np.uint8
    )
