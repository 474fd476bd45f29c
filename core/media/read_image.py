"""The one door for pictures.  Whatever is behind the path, the answer is RGB pixels or one clear sentence."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags
from PIL import Image as PillowImage

from ..errors import InputError
from ..types import Image
from .colour import Alpha, UnsupportedColour, to_srgb
from .open_input import check_readable, quoted, read_bytes
from .pillow import FORMAT_NAMES, FORMATS, quiet_pillow
from .sniff import HEAD, has_frames, name_format

MAX_BYTES = 200 * 1024 * 1024
MAX_PIXELS = 120_000_000
MIN_SIDE = 16


@dataclass(frozen=True)
class LoadedImage:
    """A picture that was read.

    ``pixels``         H×W×3 uint8 sRGB, upright (the camera's EXIF turn is applied).  Transparent parts are shown on
                       white; ``core.media.colour.unflatten`` gives the colours to store with the alpha again.
    ``alpha``          H×W uint8, 255 = opaque; None when the whole picture is.
    ``path``           where it came from; the given name for bytes.
    ``format``         JPEG, PNG, WEBP, BMP, TIFF, GIF or AVIF: by content, whatever the suffix says.
    ``original_size``  (width, height) in pixels as the file states it, before the EXIF turn.
    ``notes``          sentences about what was done that a person may want to know.
    """

    pixels: Image
    alpha: Alpha | None
    path: Path
    format: str
    original_size: tuple[int, int]
    notes: tuple[str, ...] = ()


def read_image(path: str | os.PathLike[str]) -> LoadedImage:
    """Read a picture file.  Raises :class:`InputError`, one sentence with the file's name, for whatever is wrong."""
    file = check_readable(path)
    if file.stat().st_size > MAX_BYTES:
        raise InputError(f"{quoted(path)} has more than {MAX_BYTES >> 20} MB: make it smaller first.")
    return decode_image(read_bytes(file), file)


def decode_image(data: bytes, name: str | os.PathLike[str]) -> LoadedImage:
    """Decode the bytes of a picture file; ``name`` is what messages call it.  Raises :class:`InputError`."""
    label = quoted(name)
    if len(data) > MAX_BYTES:
        raise InputError(f"{label} has more than {MAX_BYTES >> 20} MB: make it smaller first.")
    _refuse_other_formats(data, label)
    with quiet_pillow():
        try:
            return _decode(data, Path(name), label)
        except InputError:
            raise
        except UnsupportedColour as error:
            raise InputError(f"{label} stores {error}, which is not supported: save it as 8-bit RGB.") from error
        except MemoryError as error:
            raise InputError(f"{label} does not fit into memory: make it smaller first.") from error
        except Exception as error:  # Pillow's readers raise nearly everything on damaged files
            raise InputError(f"{label} is damaged or cut off: copy or download it again.") from error


def _decode(data: bytes, path: Path, label: str) -> LoadedImage:
    with _open(data, label) as picture:
        size = picture.size
        _check_size(size, label)
        picture.load()
        _check_size(picture.size, label)
        pixels, alpha, notes = to_srgb(picture)
        turn = _orientation(picture)
        form = "JPEG" if picture.format == "MPO" else str(picture.format)
    if has_frames(data):
        notes = (f"Only the first {'page' if form == 'TIFF' else 'frame'} was used.", *notes)
    upright = None if alpha is None else apply_orientation(alpha, turn)
    return LoadedImage(apply_orientation(pixels, turn), upright, path, form, size, notes)


def _open(data: bytes, label: str) -> PillowImage.Image:
    """Parse the header; nothing is decoded yet."""
    try:
        return PillowImage.open(BytesIO(data), formats=FORMATS)
    except PillowImage.DecompressionBombError:
        # Pillow refuses before it tells the size, so ask the format's own reader for the message.
        factory, _ = PillowImage.OPEN[name_format(data[:HEAD]) or "PNG"]
        with factory(BytesIO(data), "") as picture:
            _check_size(picture.size, label)
        raise


def _check_size(size: tuple[int, int], label: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 1_000_000
        raise InputError(f"{label} is {width}×{height} pixels; the limit is {limit} megapixels: make it smaller first.")
    if min(size) < MIN_SIDE:
        raise InputError(
            f"{label} is too small ({width}×{height} pixels): give a picture of at least {MIN_SIDE}×{MIN_SIDE}."
        )


def _refuse_other_formats(data: bytes, label: str) -> None:
    if not data:
        raise InputError(f"{label} is empty (0 bytes): copy or download it again.")
    name = name_format(data[:HEAD])
    if name in FORMATS:
        return
    if name is None:
        raise InputError(f"{label} is not a picture: give a {FORMAT_NAMES} file.")
    if name == "video":
        raise InputError(f"{label} is a video, but a picture is needed here: give a {FORMAT_NAMES} file.")
    raise InputError(f"{label} is a {name}, which is not supported: convert it to PNG or JPEG first.")


def _orientation(picture: PillowImage.Image) -> int:
    """The EXIF turn 1–8 still to be applied; 1 when there is none or it is unreadable.  (TIFF: Pillow turns it.)"""
    try:
        turn = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # damaged EXIF raises nearly everything, and is no reason to refuse the picture
        return 1
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


def apply_orientation(pixels: Image, turn: int) -> Image:
    """Turn stored pixels (H×W or H×W×3) upright by their EXIF orientation 1–8."""
    if turn in (3, 4, 7):  # 180° or upside down, before the rest
        pixels = pixels[::-1]
    if turn in (2, 3, 7):
        pixels = pixels[:, ::-1]
    if turn in (5, 7):
        pixels = pixels.swapaxes(0, 1)
    if turn in (6, 8):
        pixels = np.rot90(pixels, -1 if turn == 6 else 1)
    return np.ascontiguousarray(pixels)
