"""High dynamic range: paper stays as bright as paper, lights are held in, hues stay; pictures and films say so."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import features

from core.media.hdr import HLG, PQ, WHITE, coded_in, to_sdr
from core.media.read_image import decode_image
from core.media.read_video import VideoReader
from tests.media_samples import Pixels, encode, film, png_chunks

BT2020 = 9
SAID = "is HDR; its light was brought into the range of an ordinary picture."


def pq(nits: np.ndarray) -> np.ndarray:
    """SMPTE ST 2084, written down anew: light in nits to a signal from 0 to 1."""
    y = (np.asarray(nits) / 10000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375


def srgb(light: float) -> float:
    return 255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def shown(signal: np.ndarray, transfer: int, primaries: int = 1) -> Pixels:
    coded = np.rint(np.asarray(signal, np.float64) * 65535).astype(np.uint16)
    return to_sdr(coded.reshape(1, -1, 3), transfer, primaries).reshape(-1, 3)


def test_what_paper_reflects_stays_and_lights_are_held_in() -> None:
    light = np.array([0.0, 0.01, 0.18, 0.5, 0.7, 1.0, 4.0, 49.0])
    seen = shown(np.repeat(pq(light * WHITE), 3), PQ)
    assert (seen == seen[:, :1]).all(), "grey"
    assert np.abs(seen[:5, 0] - [srgb(value) for value in light[:5]]).max() <= 1
    assert seen[4, 0] < seen[5, 0] < seen[6, 0] <= seen[7, 0] and 235 <= seen[5, 0] <= 245


def test_both_codings_show_the_same() -> None:
    """Three quarters of HLG's signal is paper white, on a display of 1000 nits."""
    assert np.abs(shown(np.full(3, 0.75), HLG).astype(int) - shown(pq(np.full(3, WHITE)), PQ)).max() <= 1


def test_colours_are_those_of_the_primaries_they_are_given_in() -> None:
    red_709_in_2020 = np.array([0.6274, 0.0691, 0.0164]) * 0.5 * WHITE
    assert np.abs(shown(pq(red_709_in_2020), PQ, BT2020)[0] - [srgb(0.5), 0, 0]).max() <= 6
    bright = shown(pq(np.array([8.0, 4.0, 2.0]) * WHITE), PQ)[0]
    assert bright[0] == 255 and abs(float(bright[1]) - srgb(0.5)) <= 2, "a bright light keeps its hue"


def test_a_large_one_is_done_in_parts() -> None:
    coded = np.random.default_rng(0).integers(0, 65536, (1100, 1000, 3), np.uint16)
    assert np.array_equal(to_sdr(coded, PQ, BT2020)[-1:], to_sdr(coded[-1:], PQ, BT2020))


def tagged(form: str, colour: tuple[int, int, int], primaries: int, transfer: int) -> bytes:
    """A small PNG or AVIF of one colour that names its primaries and its transfer."""
    if form == "AVIF":
        avif = bytearray(encode(np.full((32, 32, 3), colour, np.uint8), "AVIF", quality=100))
        at = avif.index(b"nclx") + 4
        avif[at : at + 4] = bytes([0, primaries, 0, transfer])
        return bytes(avif)
    data = png_chunks(16, 16, 8, 2, (b"\0" + bytes(colour) * 16) * 16)
    chunk = b"\0\0\0\x04cICP" + bytes([primaries, transfer, 0, 1])
    at = data.index(b"IDAT") - 4
    return data[:at] + chunk + _crc(chunk[4:]) + data[at:]


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")


@pytest.mark.parametrize("form", ["PNG", *(["AVIF"] if features.check("avif") else [])])
def test_pictures(form: str) -> None:
    data = tagged(form, (148, 148, 148), BT2020, PQ)  # 203 nits
    assert coded_in(data) == (PQ, BT2020)
    loaded = decode_image(data, "a")
    assert any(SAID in note for note in loaded.notes) and abs(float(loaded.pixels.mean()) - 242) < 4
    plain = decode_image(encode(np.full((32, 32, 3), 148, np.uint8), form), "a")
    assert not plain.notes and abs(float(plain.pixels.mean()) - 148) < 2


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67", "bt709"])
def test_films(tmp_path: Path, transfer: str) -> None:
    bright = transfer != "bt709"
    signal = 148 if transfer == "smpte2084" else 191
    tags = f"transfer={transfer}:colorprim=bt2020:colormatrix=bt2020nc"
    path = film(
        tmp_path / "a.mp4", [np.full((64, 64, 3), signal, np.uint8)] * 3, options={"crf": "6", "x264-params": tags},
        colorspace=9,
    )  # fmt: skip
    with VideoReader(path) as reader:
        pixels = next(iter(reader)).pixels
        assert any(SAID in note for note in reader.notes) is bright
    assert abs(float(pixels.mean()) - (242 if bright else signal)) < 5
