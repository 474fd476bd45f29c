"""The watermark: invisible, found after what happens to pictures, not found where there is none."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from core import Controls, Reenactor
from core.media.read_image import read_image
from core.pipeline.encoded import EncodedFace
from core.pipeline.samples import all_samples
from core.provenance.attacks import ATTACKS, crop, jpeg, resize
from core.provenance.detect import detect
from core.provenance.embed import embed
from core.provenance.export import write_marked_image
from core.provenance.marks import Marks
from core.provenance.pattern import BITS, TILE, pattern, tile, word
from core.types import Image

HARD = ("50 % and JPEG 70", "all three")
GOLDEN = [-0.0728, -0.6269, -1.3761, -1.9255]


@pytest.fixture(scope="module")
def output(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> Image:
    return reenactor.render(source, driving, Controls()).image


@pytest.fixture(scope="module")
def hopper() -> Image:
    """Hopper, 256×256: mostly dark and smooth, the harder of the two samples."""
    path = next(path for path in all_samples() if path.stem == "hopper")
    pixels = read_image(path).pixels
    side = min(pixels.shape[:2])
    return resize(pixels[:side, :side], 256 / side)


def psnr(a: Image, b: Image) -> float:
    return float(10 * np.log10(255.0**2 / np.mean((a.astype(np.float64) - b) ** 2)))


def test_the_pattern_never_changes() -> None:
    """Pictures marked today must be recognised by every later version."""
    assert word() == b"MM\x01" + word()[3:] and len(word()) * 8 == BITS
    assert tile().shape == (TILE, TILE) and abs(float((tile() ** 2).mean()) - 1) < 1e-4
    assert [round(float(value), 4) for value in tile()[3, :4]] == GOLDEN
    assert np.bincount(pattern().bit, minlength=BITS).min() >= len(pattern().bit) // BITS


def test_it_cannot_be_seen(output: Image, hopper: Image) -> None:
    for image in (output, hopper):
        assert psnr(embed(image), image) >= 40


@pytest.mark.parametrize("name", ATTACKS)
def test_it_survives(output: Image, hopper: Image, name: str) -> None:
    """Halved and compressed, 128 pixels a side are left of these: the mark of the dark one is seen, hardly proved."""
    for image in (output, hopper):
        reading = detect([ATTACKS[name](embed(image))])
        hard = name in HARD
        assert reading.found or (hard and image is hopper and reading.log10_chance < -5)
        assert reading.right >= (BITS - 3 if hard else BITS)
        assert not reading.mirrored


def test_it_tells_scale_and_mirror(output: Image) -> None:
    marked = embed(output)
    small = detect([resize(marked, 0.62)])
    assert small.found and abs(small.scale - 0.62) < 0.01
    mirrored = detect([np.ascontiguousarray(marked[:, ::-1])])
    assert mirrored.found and mirrored.mirrored


def test_it_is_not_seen_where_it_is_not(output: Image, hopper: Image, collins: Image) -> None:
    for image in (output, hopper, collins, jpeg(hopper), np.full((200, 200, 3), 90, np.uint8)):
        reading = detect([image])
        assert not reading.found and reading.log10_chance > -4


def test_frames_of_a_film_add_up(output: Image) -> None:
    """Frames that are hardly readable alone, together are: the mark stands still while the picture moves."""
    frames = [crop(jpeg(embed(np.roll(output, shift, axis=1)), 12)) for shift in range(0, 60, 10)]
    alone = max(detect([frame], thorough=False).peak for frame in frames)
    assert detect(frames, thorough=False).peak > 1.2 * alone


@pytest.mark.parametrize("shape", [(16, 16), (17, 400), (1080, 64)])
def test_any_size(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    marked = embed(image)
    assert marked.shape == image.shape and psnr(marked, image) >= 40
    detect([marked], thorough=False)


def test_it_costs_little() -> None:
    """Half a second for 1080p, by the processor's clock: on a busy machine the usual 20 ms are far below."""
    image = np.random.default_rng(0).integers(0, 255, (1080, 1920, 3), np.uint8)
    embed(image)
    begin = time.process_time()
    embed(image)
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize("suffix", [".png", ".webp", ".jpg"])
def test_a_picture_with_transparency_is_marked_and_keeps_it(hopper: Image, tmp_path: Path, suffix: str) -> None:
    alpha = np.tile(np.linspace(0, 255, 256).round().astype(np.uint8), (256, 1))
    white = (255 + (hopper.astype(np.float32) - 255) * (alpha[..., None] / 255)).round().astype(np.uint8)
    write_marked_image(tmp_path / f"a{suffix}", white, Marks(manifest=False), 100, alpha)
    read = read_image(tmp_path / f"a{suffix}")
    if suffix == ".jpg":
        assert read.alpha is None
    else:
        assert read.alpha is not None and np.array_equal(read.alpha, alpha)
    assert psnr(read.pixels, white) > 34
    assert detect([read.pixels]).found
