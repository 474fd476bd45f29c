"""From whatever a picture file stores (palette, grey, 16 bit, CMYK, a wide gamut) to 8-bit sRGB, and its alpha."""

from __future__ import annotations

from io import BytesIO
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageCms

from ..types import Image

Alpha: TypeAlias = NDArray[np.uint8]  # H×W, 255 = opaque

_BAND = 4_000_000
"""Pixels that are converted at a time."""

_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}


class UnsupportedColour(Exception):
    """The way the picture stores its colours is not supported; the text names it."""


def to_srgb(picture: PillowImage.Image) -> tuple[Image, Alpha | None, tuple[str, ...]]:
    """(H×W×3 uint8 sRGB, H×W uint8 alpha or None when it is opaque, notes) of a loaded Pillow image.

    Transparent parts are shown on white in the pixels, as most viewers do; :func:`unflatten` undoes it.
    Raises :class:`UnsupportedColour`.  A large picture is converted band by band, so that it is not held in memory
    several times over.
    """
    width, height = picture.size
    step = max(1, _BAND // width)
    if height <= step:
        return _convert(picture)
    pixels, alpha = np.empty((height, width, 3), np.uint8), np.full((height, width), 255, np.uint8)
    notes: dict[str, None] = {}
    for top in range(0, height, step):
        rows = slice(top, min(height, top + step))
        colour, opacity, said = _convert(picture.crop((0, rows.start, width, rows.stop)))
        pixels[rows] = colour
        if opacity is not None:
            alpha[rows] = opacity
        notes |= dict.fromkeys(said)
    return pixels, None if alpha.min() == 255 else alpha, tuple(notes)


def _convert(picture: PillowImage.Image) -> tuple[Image, Alpha | None, tuple[str, ...]]:
    alpha = _opacity(picture)
    plain = _plain_colour(picture)
    colour, notes = _apply_profile(plain, picture.info.get("icc_profile"))
    if alpha is None or alpha.getextrema() == (255, 255):
        return np.array(colour), None, notes
    white = PillowImage.new("RGB", colour.size, "white")
    return np.array(PillowImage.composite(colour, white, alpha)), np.array(alpha), notes


def unflatten(pixels: Image, alpha: Alpha) -> Image:
    """The colour that, with ``alpha`` over white, shows ``pixels``: what to store in a file with transparency.

    ``pixels`` H×W×3 uint8, ``alpha`` H×W uint8.  Where alpha is 0 any colour would do; it gives white.
    """
    weight = np.maximum(alpha, 1).astype(np.float32)[..., None] / np.float32(255.0)
    straight = 255.0 - (255.0 - pixels.astype(np.float32)) / weight
    straight[alpha == 0] = 255.0
    return np.clip(np.rint(straight), 0, 255).astype(np.uint8)


def _opacity(picture: PillowImage.Image) -> PillowImage.Image | None:
    """Mode L, 255 = opaque; None where the file has no transparency."""
    if picture.mode.startswith(("I", "F")):  # which Pillow does not convert: one grey of 16 bits may be transparent
        clear = picture.info.get("transparency")
        if not (isinstance(clear, int) and picture.mode.startswith("I")):
            return None
        return PillowImage.fromarray(np.where(np.asarray(picture) == clear, 0, 255).astype(np.uint8))
    return picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None


def _plain_colour(picture: PillowImage.Image) -> PillowImage.Image:
    """The picture in mode L, RGB or CMYK: without alpha, palette or more than 8 bits."""
    mode = picture.mode
    if mode.startswith("I"):
        return PillowImage.fromarray(_to_8_bit(np.asarray(picture)))
    if mode == "F":
        values = np.asarray(picture)
        if not (np.isfinite(values).all() and values.min() >= 0.0 and values.max() <= 1.0):
            raise UnsupportedColour("floating-point values outside 0 to 1")
        return PillowImage.fromarray(np.rint(values * 255.0).astype(np.uint8))
    if mode in _SPACES:
        return picture
    if mode in ("1", "LA", "La"):
        return picture.convert("LA").getchannel("L") if mode != "1" else picture.convert("L")
    if mode in ("P", "PA", "RGBA", "RGBX", "YCbCr", "HSV"):
        return picture.convert("RGB")
    if mode == "RGBa":
        return picture.convert("RGBA").convert("RGB")
    raise UnsupportedColour(f"{mode} colours")


def _to_8_bit(values: NDArray[np.integer]) -> NDArray[np.uint8]:
    """16-bit grey to 8 bits, rounded: 0 → 0, 65535 → 255."""
    if values.min() < 0 or values.max() > 65535:
        raise UnsupportedColour("32-bit grey values")
    return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _apply_profile(colour: PillowImage.Image, icc: bytes | None) -> tuple[PillowImage.Image, tuple[str, ...]]:
    """Convert L, RGB or CMYK to sRGB, by the embedded colour profile where there is one that fits."""
    if icc:
        try:
            return _through_profile(colour, icc), ()
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return colour.convert("RGB"), ("The embedded colour profile does not fit or is damaged; it was ignored.",)
    if colour.mode == "CMYK":
        return colour.convert("RGB"), ("CMYK without a colour profile: the colours are approximate.",)
    return colour.convert("RGB"), ()


def _through_profile(colour: PillowImage.Image, icc: bytes) -> PillowImage.Image:
    profile = ImageCms.ImageCmsProfile(BytesIO(icc))
    if profile.profile.xcolor_space.strip() != _SPACES[colour.mode]:
        raise ValueError("a profile of another colour space")
    if ImageCms.getProfileDescription(profile).startswith("sRGB"):
        return colour.convert("RGB")  # what it is already: leave every value alone
    converted = ImageCms.profileToProfile(
        colour,
        profile,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None  # None only with inPlace
    return converted
