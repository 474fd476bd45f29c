"""The one door for pictures.  Whatever is behind the path, the answer is RGB pixels or one clear sentence."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import ExifTags, UnidentifiedImageError
from PIL import Image as PillowImage

from ..errors import InputError
from ..types import Image
from .colour import Alpha, UnsupportedColour, to_srgb
from .guarded_bytes import GuardedBytes, TakesTooLong
from .hdr import HLG, PQ, SAID, coded_in, in_srgb
from .jpeg_scans import count_scans
from .open_input import MAX_BYTES, check_readable, quoted, read_bytes
from .pillow import FORMAT_NAMES, FORMATS, quiet_pillow
from .sniff import HEAD, has_frames, name_format
from .tiff_tables import longest_table

MAX_PIXELS = {"WEBP": 60_000_000, "AVIF": 60_000_000}
"""Of formats whose readers hold the picture several times over."""

DEFAULT_MAX_PIXELS = 120_000_000
MIN_SIDE = 16

MAX_TABLE = 1_000_000
"""Entries of a list in a TIFF, such as where its strips are."""

MAX_EXIF = 4 * 2**20
"""Bytes; in a larger block nobody looks for the camera's turn."""

MAX_SCANS = 100
MAX_SCANNED = 1_500_000_000
"""Pixels times scans of a JPEG: a file of some kilobytes can ask for hours of work.  Cameras write 10 scans at most."""


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
    return decode_image(read_bytes(file, MAX_BYTES + 1), file)


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
        except TakesTooLong as error:
            raise InputError(f"{label} is made so that it takes very long to read: save it again as PNG.") from error
        except UnsupportedColour as error:
            raise InputError(f"{label} stores {error}, which is not supported: save it as 8-bit RGB.") from error
        except MemoryError as error:
            raise InputError(f"{label} does not fit into memory: make it smaller first.") from error
        except UnidentifiedImageError as error:
            if name_format(data[:HEAD]) == "TIFF":  # of which there are more kinds than Pillow knows
                raise InputError(
                    f"{label} is damaged or cut off, or its colours are of a kind that is not supported: "
                    "save it again as 8-bit RGB."
                ) from error
            raise _damaged(label) from error
        except Exception as error:  # Pillow's readers raise nearly everything on damaged files
            raise _damaged(label) from error


def _damaged(label: str) -> InputError:
    return InputError(f"{label} is damaged or cut off: copy or download it again.")


def _decode(data: bytes, path: Path, label: str) -> LoadedImage:
    loaded, turn = _load(data, path, label)
    # turned only here, where Pillow's own copy is gone
    alpha = None if loaded.alpha is None else apply_orientation(loaded.alpha, turn)
    return replace(loaded, pixels=apply_orientation(loaded.pixels, turn), alpha=alpha)


def _load(data: bytes, path: Path, label: str) -> tuple[LoadedImage, int]:
    """The picture as it is stored, and its EXIF turn."""
    source = GuardedBytes(data)
    if name_format(data[:HEAD]) == "TIFF" and longest_table(data) > MAX_TABLE:
        raise TakesTooLong
    with _open(source, data, label) as picture:
        size = picture.size
        form = "JPEG" if picture.format == "MPO" else str(picture.format)
        check_size(size, label, MAX_PIXELS.get(form, DEFAULT_MAX_PIXELS))
        if form == "JPEG":
            _check_scans(size, data, label)
        source.begin_pixels()
        picture.load()
        check_size(picture.size, label, MAX_PIXELS.get(form, DEFAULT_MAX_PIXELS))
        pixels, alpha, notes = to_srgb(picture)
        coding = None if picture.info.get("icc_profile") else coded_in(data)
        turn = _orientation(picture)
    if coding is not None and form in ("PNG", "AVIF"):
        pixels = in_srgb(pixels, *coding)
        notes = (SAID, *notes) if coding[0] in (PQ, HLG) else notes
    if has_frames(data):
        notes = (f"Only the first {'page' if form == 'TIFF' else 'frame'} was used.", *notes)
    return LoadedImage(pixels, alpha, path, form, size, notes), turn


def _open(source: GuardedBytes, data: bytes, label: str) -> PillowImage.Image:
    """Parse the header; nothing is decoded yet."""
    try:
        return PillowImage.open(source, formats=FORMATS)
    except PillowImage.DecompressionBombError:
        # Pillow refuses before it tells the size, so ask the format's own reader for the message.
        factory, _ = PillowImage.OPEN[name_format(data[:HEAD]) or "PNG"]
        with factory(GuardedBytes(data), "") as picture:
            check_size(picture.size, label, MAX_PIXELS.get(str(picture.format), DEFAULT_MAX_PIXELS))
        raise


def _check_scans(size: tuple[int, int], data: bytes, label: str) -> None:
    """Every scan of a progressive JPEG goes over the whole picture, however few bytes it has."""
    most = min(MAX_SCANS, MAX_SCANNED // (size[0] * size[1]))
    if count_scans(data, most + 1) > most:
        raise InputError(f"{label} has more than {most} scans, which takes too long to read: save it again as PNG.")


def check_size(size: tuple[int, int], label: str, most: int = DEFAULT_MAX_PIXELS) -> None:
    """InputError that begins with ``label``, where (width, height) are more than ``most`` pixels or hardly any."""
    width, height = size
    if width * height > most:
        limit = most // 1_000_000
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
    if len(picture.info.get("exif", b"")) > MAX_EXIF:
        return 1
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
