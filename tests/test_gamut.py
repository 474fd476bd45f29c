"""Wide gamuts: films and pictures of BT.2020 and Display P3 show the colours they mean, grey stays what it was."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageCms, features

from core.media.gamut import to_709
from core.media.hdr import coded_in
from core.media.read_image import decode_image
from core.media.read_video import VideoReader
from tests.media_samples import Pixels, encode, film
from tests.test_hdr import tagged

PRIMARIES = {9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)), 12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))}
BT709 = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
NAMES = {9: "bt2020", 12: "smpte432"}
COLOURS = np.array(
    [[255, 255, 255], [128, 128, 128], [3, 3, 3], [200, 120, 90], [90, 140, 60], [60, 70, 160]], np.uint8
)


def to_xyz(corners: tuple[tuple[float, float], ...]) -> np.ndarray:
    """The matrix from linear RGB of these primaries with the white of D65, derived anew."""
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in corners]).T
    white = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
    return np.asarray(columns * np.linalg.solve(columns, white))


def linear(coded: np.ndarray) -> np.ndarray:
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def coded(light: np.ndarray) -> np.ndarray:
    light = light.clip(0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def in_wide(pixels: Pixels, primaries: int) -> Pixels:
    """The sRGB colours of ``pixels`` in the wide gamut, by colorimetry alone."""
    matrix = np.linalg.inv(to_xyz(PRIMARIES[primaries])) @ to_xyz(BT709)
    return np.asarray(np.rint(coded(linear(pixels / 255.0) @ matrix.T) * 65535), np.uint16)


@pytest.mark.parametrize("primaries", PRIMARIES)
def test_colours_come_back_and_grey_stays(primaries: int) -> None:
    wide = in_wide(COLOURS, primaries)[None]
    assert np.abs(to_709(wide, primaries)[0].astype(int) - COLOURS).max() <= 1
    grey = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(1, -1, 3)
    assert np.array_equal(to_709(grey, primaries), grey)
    assert np.abs(wide[0, 3:].astype(int) // 257 - COLOURS[3:]).max() > 8, "the case shows nothing"


def test_what_srgb_cannot_show_is_cut_off() -> None:
    green = np.array([[[0, 65535, 0]]], np.uint16)
    assert to_709(green, 9).tolist() == [[[0, 255, 0]]]


def test_a_large_one_is_done_in_parts() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1100, 1000, 3), np.uint8)
    assert np.array_equal(to_709(pixels, 12)[-1:], to_709(pixels[-1:], 12))


@pytest.mark.parametrize("primaries", PRIMARIES)
@pytest.mark.parametrize("transfer", ["bt709", "bt2020-10", "undef"])
def test_films(tmp_path: Path, primaries: int, transfer: str) -> None:
    """Of one colour, coded with the matrix of BT.709, whose numbers are exact to two levels."""
    wide = (in_wide(COLOURS[3:4], primaries) // 257).astype(np.uint8)
    frames = [np.broadcast_to(wide[0], (64, 64, 3)).copy()] * 3
    tags = f"transfer={transfer}:colorprim={NAMES[primaries]}:colormatrix=bt709"
    path = film(tmp_path / "a.mp4", frames, options={"crf": "4", "x264-params": tags}, colorspace=1)
    with VideoReader(path) as reader:
        seen = next(iter(reader)).pixels.reshape(-1, 3).mean(0)
        assert not any("HDR" in note for note in reader.notes)
    assert np.abs(seen - COLOURS[3]).max() <= 4, seen


@pytest.mark.parametrize("primaries", PRIMARIES)
@pytest.mark.parametrize("form", ["PNG", *(["AVIF"] if features.check("avif") else [])])
def test_pictures(form: str, primaries: int) -> None:
    wide = (in_wide(COLOURS[3:4], primaries) // 257).astype(np.uint8)
    data = tagged(form, tuple(int(value) for value in wide[0]), primaries, 13)
    assert coded_in(data) == (13, primaries)
    loaded = decode_image(data, "a")
    assert not loaded.notes and np.abs(loaded.pixels.reshape(-1, 3).mean(0) - COLOURS[3]).max() <= 4


@pytest.mark.parametrize(("primaries", "transfer"), [(12, 13), (9, 16)])
def test_animations(tmp_path: Path, primaries: int, transfer: int) -> None:
    """An APNG shows what a PNG of the same colours shows."""
    colour = (200, 120, 90)
    tag = tagged("PNG", colour, primaries, transfer)
    chunk = tag[tag.index(b"cICP") - 4 : tag.index(b"cICP") + 12]
    pictures = [PillowImage.new("RGB", (32, 32), colour), PillowImage.new("RGB", (32, 32), "black")]
    data = BytesIO()
    pictures[0].save(data, "PNG", save_all=True, append_images=pictures[1:], duration=100)
    at = data.getvalue().index(b"IDAT") - 4
    path = tmp_path / "a.png"
    path.write_bytes(data.getvalue()[:at] + chunk + data.getvalue()[at:])
    still = decode_image(tag, "a")
    with VideoReader(path) as reader:
        assert np.array_equal(next(iter(reader)).pixels[0, 0], still.pixels[0, 0])
        assert tuple(reader.notes) == still.notes
    assert not np.array_equal(still.pixels[0, 0], colour)


def test_a_profile_in_the_file_goes_first() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    grey = np.full((32, 32, 3), (200, 120, 90), np.uint8)
    data = encode(grey, "PNG", icc_profile=profile)
    at = data.index(b"IDAT") - 4
    tag = tagged("PNG", (0, 0, 0), 9, 13)
    chunk = tag[tag.index(b"cICP") - 4 : tag.index(b"cICP") + 12]
    assert np.array_equal(decode_image(data[:at] + chunk + data[at:], "a").pixels, grey)
