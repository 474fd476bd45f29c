"""What kind of file is this?  Told from its first bytes; its name only where the bytes say nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from PIL import Image as PillowImage

from .guarded_bytes import GuardedBytes
from .open_input import MAX_BYTES, check_readable, read_bytes
from .pillow import FORMATS, quiet_pillow

MediaKind = Literal["image", "animation", "video"]

HEAD = 1024
"""Bytes of a file that :func:`name_format` looks at."""

PICTURE_SUFFIXES = frozenset(f".{name}" for name in ("png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif", "avif"))
VIDEO_SUFFIXES = frozenset(
    f".{name}"
    for names in ("mp4 m4v mov mkv webm avi", "mpg mpeg mpe m2v ts mts m2ts", "wmv asf flv ogv 3gp 3g2 y4m")
    for name in names.split()
)

_IMAGES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}
_OTHERS = {
    b"%PDF": "PDF document",
    b"%!PS": "PostScript file",
    b"\xc5\xd0\xd3\xc6": "PostScript file",
    b"8BPS": "Photoshop file",
    b"8BPB": "Photoshop file",
    b"\0\0\x01\0": "Windows icon",
    b"\0\0\x02\0": "Windows cursor",
    b"\0\0\0\x0cjP  ": "JPEG 2000 picture",
    b"\xff\x4f\xff\x51": "JPEG 2000 picture",
    b"\0\0\0\x0cJXL ": "JPEG XL picture",
    b"\xff\x0a": "JPEG XL picture",
    b"qoif": "QOI picture",
    b"DDS ": "DDS texture",
    b"\x76\x2f\x31\x01": "OpenEXR picture",
    b"#?RADIANCE": "Radiance HDR picture",
    b"gimp xcf": "GIMP file",
    b"PK\x03\x04": "ZIP archive or document",
    b"\x1f\x8b": "gzip archive",
    b"Rar!": "RAR archive",
    b"7z\xbc\xaf": "7z archive",
    b"\x7fELF": "program",
    b"MZ": "program",
    b"fLaC": "sound file",
    b"ID3": "sound file",
    **{b"P%d" % i + end: "PNM picture" for i in range(1, 8) for end in (b"\n", b" ", b"\r")},
}
_VIDEOS = (b"\x1a\x45\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV\x01", b"\x30\x26\xb2\x75", b"YUV4MPEG2")
_AVIF = {b"avif", b"avis"}
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"}
_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip"}


def name_format(head: bytes) -> str | None:
    """Name what the first bytes of a file announce, or None when they say nothing.

    A picture that can be read gives its Pillow format (``"JPEG"``), a video ``"video"``, anything else known a noun
    for the message that refuses it (``"PDF document"``).
    """
    for table in (_IMAGES, _OTHERS):
        for signature, name in table.items():
            if head.startswith(signature):
                return name
    if head.startswith(_VIDEOS) or head[4:8] in _QUICKTIME:
        return "video"
    if head[4:8] == b"ftyp":
        return _name_iso_media(head)
    if head[:4] == b"RIFF":
        return {b"WEBP": "WEBP", b"AVI ": "video", b"WAVE": "sound file"}.get(head[8:12])
    if head[:4] == b"OggS":
        return "video" if b"theora" in head else "sound file"
    return _name_text(head)


def _name_iso_media(head: bytes) -> str:
    """AVIF, HEIC and MP4 share one container; its brands tell them apart."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[i : i + 4] for i in range(16, end, 4))}
    if brands & _AVIF:
        return "AVIF"
    if brands & _HEIC:
        return "HEIC picture"
    return "sound file" if head[8:12] in (b"M4A ", b"M4B ") else "video"


def _name_text(head: bytes) -> str | None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text and text.startswith(b"<"):
        return "SVG drawing"
    return "web page" if text.startswith((b"<!doctype html", b"<html")) else None


def probe(path: str | os.PathLike[str]) -> MediaKind:
    """Tell a still from something that moves.

    ``"video"``: a film; ``"animation"``: GIF, WebP, APNG or AVIF with more than one frame; ``"image"``: all the rest,
    also what no reader will take (:func:`read_image` says why).  Raises :class:`InputError` when there is no file.
    """
    file = check_readable(path)
    name = name_format(read_bytes(file, HEAD))
    if name in FORMATS:
        moves = name in ("GIF", "WEBP", "PNG", "AVIF") and has_frames(read_bytes(file, MAX_BYTES))
        return "animation" if moves else "image"
    if name == "video" or (name is None and file.suffix.lower() in VIDEO_SUFFIXES):
        return "video"
    return "image"


def may_be_picture(path: Path) -> bool:
    """Whether a file of a folder looks like one of its pictures, by its name alone."""
    return path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".") and path.is_file()


def has_frames(data: bytes) -> bool:
    """Whether Pillow finds more than one frame or page in the bytes of a file; False for what it cannot open."""
    with quiet_pillow():
        try:
            with PillowImage.open(GuardedBytes(data), formats=FORMATS) as image:
                return image.format != "MPO" and bool(getattr(image, "is_animated", False))
        except Exception:  # damaged files raise nearly everything; the reader is who explains them
            return False
