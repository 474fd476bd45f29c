"""Small pictures and films for the media tests, built on the spot."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageCms

Pixels = NDArray[np.uint8]


def colourful(width: int = 48, height: int = 32, seed: int = 0) -> Pixels:
    """Noise: every pixel differs from its neighbours, so that turns and shifts show."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def smooth(width: int = 64, height: int = 48, seed: int = 0) -> Pixels:
    """A soft gradient in all channels: what lossy formats keep well.  No two corners are alike."""
    coarse = PillowImage.fromarray(np.random.default_rng(seed).integers(30, 226, (3, 4, 3), dtype=np.uint8))
    return np.asarray(coarse.resize((width, height), PillowImage.Resampling.BICUBIC))


def moving(count: int, width: int = 64, height: int = 48) -> list[Pixels]:
    """A window that slides over a gradient: every frame differs."""
    strip = smooth(width + 3 * count, height)
    return [np.ascontiguousarray(strip[:, 3 * index : 3 * index + width]) for index in range(count)]


def encode(picture: Pixels | PillowImage.Image, form: str, **options: Any) -> bytes:
    """The bytes of a picture file."""
    image = picture if isinstance(picture, PillowImage.Image) else PillowImage.fromarray(picture)
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def png_chunks(width: int, height: int, depth: int, colour: int, rows: bytes) -> bytes:
    """A PNG written by hand: header, one IDAT of the given rows, end."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def animated(form: str, frames: int = 4, milliseconds: int = 80) -> bytes:
    """An animation of solid colours that a palette holds exactly."""
    pictures = [PillowImage.new("RGB", (32, 24), (60 * i, 255 - 60 * i, 90)) for i in range(frames)]
    options: dict[str, Any] = {"lossless": True} if form == "WEBP" else {}
    return encode(
        pictures[0], form, save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, **options
    )


def swapped_profile() -> bytes:
    """An ICC profile in which red and blue are exchanged: nobody can overlook whether it was applied."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    tags = {bytes(profile[o : o + 4]): o for o in range(132, 132 + 12 * count, 12)}
    red, blue = tags[b"rXYZ"] + 4, tags[b"bXYZ"] + 4
    profile[red : red + 8], profile[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    return bytes(profile).replace("sRGB built-in".encode("utf-16-be"), "swap built-in".encode("utf-16-be"))


def film(path: Path, frames: list[Pixels], codec: str = "libx264", fps: int = 25, **settings: Any) -> Path:
    """Write a video with plain PyAV; settings: options, faststart, (display) matrix, aspect, colorspace, range."""
    colorspace, colour_range = settings.get("colorspace", 5), settings.get("range", 1)
    container = {"movflags": "+faststart"} if settings.get("faststart") else {}
    with av.open(str(path), "w", options=container) as output:
        stream = output.add_stream(codec, rate=fps)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = settings.get("options", {"crf": "6"} if codec == "libx264" else {})
        stream.codec_context.colorspace, stream.codec_context.color_range = colorspace, colour_range
        if "aspect" in settings:
            stream.codec_context.sample_aspect_ratio = settings["aspect"]
        if "matrix" in settings:
            stream.set_display_matrix(settings["matrix"])
        for index, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=colorspace, dst_color_range=colour_range)
            frame.pts, frame.time_base = index, Fraction(1, fps)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def psnr(first: Pixels, second: Pixels) -> float:
    """Peak signal-to-noise ratio in dB."""
    error = np.mean((first.astype(np.float64) - second.astype(np.float64)) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255.0**2 / error))
