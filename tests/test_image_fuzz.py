"""Damaged pictures of every format are pixels or an InputError: nothing else, and no warning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as PillowImage
from PIL import ImageCms, features

from core.errors import InputError
from core.media.read_image import LoadedImage, decode_image
from core.media.sniff import HEAD, name_format
from tests.media_samples import animated, colourful, encode, smooth


def samples() -> dict[str, bytes]:
    exif = PillowImage.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "camera"
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    rgba = PillowImage.fromarray(np.dstack([colourful(20, 17), colourful(20, 17)[..., 0]]))
    palette = PillowImage.fromarray(colourful(20, 17)).quantize(16)
    found = {
        "jpeg": encode(smooth(24, 24), "JPEG", exif=exif, icc_profile=icc),
        "jpeg progressive": encode(smooth(24, 24), "JPEG", progressive=True),
        "jpeg cmyk": encode(PillowImage.fromarray(smooth(24, 24)).convert("CMYK"), "JPEG"),
        "png": encode(rgba, "PNG", exif=exif, icc_profile=icc),
        "png palette": encode(palette, "PNG", transparency=b"\x80\xff"),
        "png 16 bit": encode(PillowImage.fromarray(np.arange(400, dtype=np.uint16).reshape(20, 20)), "PNG"),
        "png animated": animated("PNG", 2),
        "gif": encode(palette, "GIF", transparency=1),
        "gif animated": animated("GIF", 3),
        "webp": encode(rgba, "WEBP", exif=exif),
        "webp lossless": encode(rgba, "WEBP", lossless=True),
        "webp animated": animated("WEBP", 2),
        "bmp": encode(colourful(20, 17), "BMP"),
        "bmp palette": encode(palette, "BMP"),
        "tiff": encode(rgba, "TIFF", exif=exif),
        "tiff lzw": encode(colourful(20, 17), "TIFF", compression="tiff_lzw"),
        "tiff jpeg": encode(smooth(32, 32), "TIFF", compression="jpeg"),
        "tiff float": encode(PillowImage.fromarray(np.zeros((20, 20), np.float32)), "TIFF"),
    }
    if features.check("avif"):
        found["avif"] = encode(smooth(32, 32), "AVIF")
    return found


SAMPLES = samples()

# Most damage goes where headers are; the rest anywhere.
position = st.one_of(st.integers(0, 160), st.integers(0, 100_000))
edit = st.tuples(position, st.one_of(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]), st.integers(0, 255)))


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(edit, max_size=6), kept=st.one_of(st.just(1.0), st.floats(0, 1)), extra=st.binary(max_size=8))
def test_damaged(name: str, edits: list[tuple[int, int]], kept: float, extra: bytes) -> None:
    data = bytearray(SAMPLES[name])
    for where, value in edits:
        data[where % len(data)] = value
    data = data[: int(len(data) * kept)] + extra
    try:
        loaded = decode_image(bytes(data), "fuzz.bin")
    except InputError as error:
        text = str(error)
        assert text.startswith("'fuzz.bin'") and text.endswith(".") and "\n" not in text
        return
    assert isinstance(loaded, LoadedImage)
    height, width, channels = loaded.pixels.shape
    assert channels == 3 and loaded.pixels.dtype == np.uint8 and min(width, height) >= 16
    assert loaded.alpha is None or loaded.alpha.shape == (height, width)


@settings(max_examples=300, deadline=None, database=None)
@given(st.binary(max_size=HEAD))
def test_sniffing_never_fails(head: bytes) -> None:
    assert name_format(head) is None or name_format(head)


@settings(max_examples=100, deadline=None, database=None)
@given(st.sampled_from(sorted(SAMPLES)), st.sampled_from(sorted(SAMPLES)), st.floats(0, 1))
def test_two_files_glued(first: str, second: str, cut: float) -> None:
    head = SAMPLES[first][: int(len(SAMPLES[first]) * cut)]
    try:
        decode_image(head + SAMPLES[second], "glued")
    except InputError as error:
        assert str(error).startswith("'glued'")
