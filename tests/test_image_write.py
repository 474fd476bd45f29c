"""Pictures written are the pictures given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as PillowImage

from core.errors import OutputError
from core.media.colour import unflatten
from core.media.read_image import read_image
from core.media.write_image import SUPPORTED_IMAGES, write_image
from tests.media_samples import colourful, psnr, smooth


@pytest.mark.parametrize("suffix", [".png", ".PNG"])
def test_png_is_exact(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"obrázek č. 1{suffix}"
    write_image(path, colourful())
    assert np.array_equal(read_image(path).pixels, colourful())


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".webp"])
def test_lossy_is_close(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_image(path, smooth())
    loaded = read_image(path)
    assert loaded.format == ("WEBP" if suffix == ".webp" else "JPEG")
    assert psnr(loaded.pixels, smooth()) > 40.0


@pytest.mark.parametrize("suffix", SUPPORTED_IMAGES)
def test_noise_and_views_are_no_problem(tmp_path: Path, suffix: str) -> None:
    """Noise overruns an encoder's buffer if anything does; a mirrored view is not contiguous."""
    write_image(tmp_path / f"a{suffix}", colourful(900, 700)[:, ::-1])
    assert read_image(tmp_path / f"a{suffix}").pixels.shape == (700, 900, 3)


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_quality_matters(tmp_path: Path, suffix: str) -> None:
    sizes = []
    for quality in (20, 95):
        write_image(tmp_path / f"{quality}{suffix}", colourful(), quality=quality)
        sizes.append((tmp_path / f"{quality}{suffix}").stat().st_size)
    assert sizes[0] < sizes[1] * 0.8


def test_alpha_round_trip(tmp_path: Path) -> None:
    alpha = colourful(seed=2)[..., 0]
    for suffix in (".png", ".webp"):
        write_image(tmp_path / f"a{suffix}", colourful(), alpha, quality=100)
        loaded = read_image(tmp_path / f"a{suffix}")
        assert loaded.alpha is not None and np.array_equal(loaded.alpha, alpha)
    with PillowImage.open(tmp_path / "a.png") as stored:
        assert np.array_equal(np.asarray(stored)[..., :3], colourful())


def test_read_unflatten_write_looks_the_same(tmp_path: Path) -> None:
    alpha = colourful(seed=2)[..., 0]
    write_image(tmp_path / "a.png", colourful(), alpha)
    first = read_image(tmp_path / "a.png")
    assert first.alpha is not None
    write_image(tmp_path / "b.png", unflatten(first.pixels, first.alpha), first.alpha)
    assert np.abs(read_image(tmp_path / "b.png").pixels.astype(int) - first.pixels).max() <= 1


def test_jpeg_shows_alpha_on_white(tmp_path: Path) -> None:
    write_image(tmp_path / "a.jpg", np.zeros((32, 32, 3), np.uint8), np.zeros((32, 32), np.uint8))
    assert read_image(tmp_path / "a.jpg").pixels.min() >= 254


@settings(max_examples=40, deadline=None, database=None)
@given(st.integers(0, 255), st.integers(1, 255))
def test_unflatten_inverts_flattening(colour: int, alpha: int) -> None:
    weight = alpha / 255.0
    shown = np.full((1, 1, 3), round(colour * weight + 255 * (1 - weight)), np.uint8)
    straight = unflatten(shown, np.full((1, 1), alpha, np.uint8))
    assert abs(float(straight[0, 0, 0]) - colour) <= 0.5 / weight + 0.5


@pytest.mark.parametrize("name", ["a.bmp", "a", "a.gif", ".png", "a.png.txt", "a.tiff"])
def test_unknown_suffix_lists_formats(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"\.png, \.jpg, \.jpeg, \.webp"):
        write_image(tmp_path / name, colourful())
    assert list(tmp_path.iterdir()) == []


def test_bad_places(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").touch()
    for path, message in {
        tmp_path / "no" / "a.png": "does not exist",
        tmp_path / "folder.png": "is a folder",
        tmp_path / "file" / "a.png": "is a file, not a folder",
    }.items():
        with pytest.raises(OutputError, match=message):
            write_image(path, colourful())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder.png"]


def test_too_wide_for_the_format(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"write a \.png instead"):
        write_image(tmp_path / "a.webp", np.zeros((1, 20_000, 3), np.uint8))


def test_failure_while_encoding_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(b"old")

    def fail(self: PillowImage.Image, path: Path, **options: object) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PillowImage.Image, "save", fail)
    with pytest.raises(OutputError, match="disk is full"):
        write_image(tmp_path / "a.png", colourful())
    assert (tmp_path / "a.png").read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]
