"""Every picture file is upright sRGB pixels or one clear sentence."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageCms, ImageOps, features

from core.errors import InputError
from core.media.colour import to_srgb, unflatten
from core.media.deadline import Deadline
from core.media.read_image import MAX_EXIF, MAX_PIXELS, apply_orientation, decode_image, read_image
from core.media.sniff import probe
from tests.media_samples import animated, colourful, encode, png_chunks, smooth, swapped_profile
from tests.nasty.make import with_chunk
from tests.profiles import cmyk_profile, grey_profile

EXACT = [("PNG", {}), ("BMP", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("WEBP", {"lossless": True})]
LOSSY = [("JPEG", {"quality": 95}), ("JPEG", {"progressive": True}), ("WEBP", {"quality": 90}), ("GIF", {})]
if features.check("avif"):
    LOSSY.append(("AVIF", {"quality": 90}))


def refused(data: bytes, match: str, name: str = "picture.png") -> None:
    with pytest.raises(InputError, match=match) as caught:
        decode_image(data, name)
    text = str(caught.value)
    assert text.startswith(f"'{name}'") and text.endswith(".") and "\n" not in text


@pytest.mark.parametrize(("form", "options"), EXACT)
def test_lossless(form: str, options: dict[str, object]) -> None:
    pixels = colourful()
    loaded = decode_image(encode(pixels, form, **options), "a")
    assert np.array_equal(loaded.pixels, pixels)
    assert loaded.pixels.dtype == np.uint8 and loaded.pixels.flags.c_contiguous and loaded.pixels.flags.writeable
    assert (loaded.alpha, loaded.format, loaded.original_size, loaded.notes) == (None, form, (48, 32), ())


@pytest.mark.parametrize(("form", "options"), LOSSY)
def test_lossy(form: str, options: dict[str, object]) -> None:
    pixels = smooth()
    loaded = decode_image(encode(pixels, form, **options), "a")
    assert loaded.format == form
    assert np.abs(loaded.pixels.astype(int) - pixels).mean() < 4.0


def test_unicode_and_spaces_and_a_wrong_suffix(tmp_path: Path) -> None:
    path = tmp_path / "žluťoučký kůň 日本 ü.jpg"
    path.write_bytes(encode(colourful(), "PNG"))
    loaded = read_image(path)
    assert loaded.format == "PNG" and loaded.path == path
    assert read_image(str(path)).path == path


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP", "JPEG"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_orientation(form: str, turn: int) -> None:
    exif = PillowImage.Exif()
    exif[0x0112] = turn
    options = {"WEBP": {"lossless": True}}.get(form, {})
    data = encode(colourful(), form, exif=exif, **options)
    loaded = decode_image(data, "a")
    with PillowImage.open(BytesIO(data)) as stored:
        stored.load()
        expected = np.asarray(ImageOps.exif_transpose(stored))
    assert np.array_equal(loaded.pixels, expected)
    assert loaded.pixels.shape[:2] == ((48, 32) if turn >= 5 else (32, 48))


def test_orientation_by_hand() -> None:
    """The meaning of the eight values, from the EXIF standard: where stored row 0 and column 0 belong."""
    stored = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
    upright = {
        1: [[1, 2, 3], [4, 5, 6]],
        2: [[3, 2, 1], [6, 5, 4]],
        3: [[6, 5, 4], [3, 2, 1]],
        4: [[4, 5, 6], [1, 2, 3]],
        5: [[1, 4], [2, 5], [3, 6]],
        6: [[4, 1], [5, 2], [6, 3]],
        7: [[6, 3], [5, 2], [4, 1]],
        8: [[3, 6], [2, 5], [1, 4]],
    }
    for turn, expected in upright.items():
        assert apply_orientation(stored, turn).tolist() == expected, turn


def test_alpha_turns_with_the_picture() -> None:
    alpha = colourful()[..., 0]
    picture = PillowImage.fromarray(np.dstack([colourful(), alpha]))
    exif = PillowImage.Exif()
    exif[0x0112] = 6
    loaded = decode_image(encode(picture, "PNG", exif=exif), "a")
    assert loaded.alpha is not None and np.array_equal(loaded.alpha, np.rot90(alpha, -1))


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0"])
def test_damaged_exif_is_no_reason_to_refuse(exif: bytes) -> None:
    assert decode_image(encode(colourful(), "PNG", exif=exif), "a").pixels.shape == (32, 48, 3)


def test_grey_and_one_bit() -> None:
    grey = colourful()[..., 0]
    assert np.array_equal(decode_image(encode(grey, "PNG"), "a").pixels, np.dstack([grey] * 3))
    bits = PillowImage.fromarray(grey).convert("1", dither=PillowImage.Dither.NONE)
    assert set(np.unique(decode_image(encode(bits, "PNG"), "a").pixels)) == {0, 255}


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_not_clipped(form: str) -> None:
    grey = np.linspace(0, 65535, 48 * 32).round().astype(np.uint16).reshape(32, 48)
    loaded = decode_image(encode(PillowImage.fromarray(grey), form), "a")
    assert np.array_equal(loaded.pixels[..., 1], np.rint(grey / 257.0).astype(np.uint8))


def test_16_bit_grey_big_endian_tiff() -> None:
    grey = np.linspace(0, 65535, 48 * 32).astype(">u2").reshape(32, 48)
    picture = PillowImage.frombytes("I;16B", (48, 32), grey.tobytes())
    loaded = decode_image(encode(picture, "TIFF"), "a")
    assert np.array_equal(loaded.pixels[..., 0], np.rint(grey / 257.0).astype(np.uint8))


def test_16_bit_rgb_png_is_scaled() -> None:
    values = (colourful().astype(np.uint16) * 257).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    loaded = decode_image(png_chunks(48, 32, 16, 2, rows), "a")
    assert np.array_equal(loaded.pixels, colourful())


def test_16_bit_rgba_png_keeps_alpha() -> None:
    alpha = colourful(seed=3)[..., :1]
    values = (np.dstack([colourful(), alpha]).astype(np.uint16) * 257).astype(">u2")
    loaded = decode_image(png_chunks(48, 32, 16, 6, b"".join(b"\0" + row.tobytes() for row in values)), "a")
    assert loaded.alpha is not None and np.array_equal(loaded.alpha, alpha[..., 0])


def test_float_tiff() -> None:
    values = np.linspace(0, 1, 48 * 32, dtype=np.float32).reshape(32, 48)
    loaded = decode_image(encode(PillowImage.fromarray(values), "TIFF"), "a")
    assert np.array_equal(loaded.pixels[..., 0], np.rint(values * 255).astype(np.uint8))
    refused(encode(PillowImage.fromarray(values * 7), "TIFF"), "floating-point")
    refused(encode(PillowImage.fromarray(np.full((32, 48), 1 << 20, np.int32)), "TIFF"), "32-bit grey")


def test_cmyk() -> None:
    cmyk = PillowImage.new("CMYK", (32, 32), (0, 255, 255, 0))
    for form in ("JPEG", "TIFF"):
        loaded = decode_image(encode(cmyk, form), "a")
        assert np.abs(loaded.pixels.astype(int) - [255, 0, 0]).max() <= 4
        assert "CMYK" in loaded.notes[0]


def test_lab_is_refused_by_name() -> None:
    lab = PillowImage.new("LAB", (32, 32), (128, 128, 128))
    refused(encode(lab, "TIFF"), "LAB")


def test_alpha_is_kept_and_shown_on_white() -> None:
    pixels, alpha = colourful(), np.tile(np.arange(48, dtype=np.uint8) * 5, (32, 1))
    for form, options in (("PNG", {}), ("WEBP", {"lossless": True, "exact": True}), ("TIFF", {})):
        loaded = decode_image(encode(PillowImage.fromarray(np.dstack([pixels, alpha])), form, **options), "a")
        weight = alpha[..., None] / 255.0
        assert loaded.alpha is not None and np.array_equal(loaded.alpha, alpha)
        assert np.abs(loaded.pixels - (pixels * weight + 255 * (1 - weight))).max() <= 0.51
        again = unflatten(loaded.pixels, loaded.alpha) * weight + 255 * (1 - weight)
        assert np.abs(again - loaded.pixels).max() <= 0.51


def test_opaque_alpha_counts_as_none() -> None:
    loaded = decode_image(encode(PillowImage.fromarray(colourful()).convert("RGBA"), "PNG"), "a")
    assert loaded.alpha is None and np.array_equal(loaded.pixels, colourful())


def test_grey_alpha() -> None:
    grey, alpha = colourful()[..., 0], colourful(seed=1)[..., 0]
    picture = PillowImage.merge("LA", [PillowImage.fromarray(grey), PillowImage.fromarray(alpha)])
    loaded = decode_image(encode(picture, "PNG"), "a")
    weight = alpha / 255.0
    assert np.abs(loaded.pixels[..., 2] - (grey * weight + 255 * (1 - weight))).max() <= 0.51


def test_palette_with_transparency() -> None:
    picture = PillowImage.new("P", (32, 32), 0)
    picture.putpalette([10, 20, 30, 200, 100, 50, 1, 2, 3])
    picture.paste(1, (0, 0, 32, 16))
    for transparency, alpha in ((0, 0), (bytes([128, 255, 255]), 128)):
        loaded = decode_image(encode(picture, "PNG", transparency=transparency), "a")
        assert loaded.alpha is not None
        assert loaded.alpha[20, 0] == alpha and loaded.alpha[0, 0] == 255
        assert loaded.pixels[0, 0].tolist() == [200, 100, 50]
    assert decode_image(encode(picture, "GIF", transparency=0), "a").pixels[20, 0].tolist() == [255, 255, 255]
    assert decode_image(encode(picture, "PNG"), "a").pixels[20, 0].tolist() == [10, 20, 30]


def test_one_transparent_grey_of_16_bits() -> None:
    grey = np.arange(48 * 32, dtype=np.uint16).reshape(32, 48) * 40
    data = encode(PillowImage.fromarray(grey), "PNG")
    clear = with_chunk(data, b"tRNS", struct.pack(">H", int(grey[5, 7])))
    loaded = decode_image(clear, "a")
    assert loaded.alpha is not None and loaded.alpha[5, 7] == 0 and (loaded.alpha == 255).sum() == grey.size - 1
    assert loaded.pixels[5, 7].tolist() == [255, 255, 255] and loaded.pixels[20, 7, 0] == round(grey[20, 7] / 257)
    assert decode_image(with_chunk(data, b"tRNS", struct.pack(">H", 7)), "a").alpha is None


def test_a_tiff_of_unknown_colours_may_be_whole() -> None:
    data = bytearray(encode(PillowImage.fromarray(colourful()), "TIFF"))
    start = struct.unpack_from("<I", data, 4)[0]
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", data, start)[0], 12):
        if struct.unpack_from("<H", data, entry)[0] == 262:  # how colours are meant
            struct.pack_into("<H", data, entry + 8, 32_803)  # a camera's own pattern
    refused(bytes(data), "its colours are of a kind that is not supported: save it again as 8-bit RGB")


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_a_profile_of_cmyk_is_applied(form: str) -> None:
    """Cyan is red by this profile: without it, it would be cyan."""
    cyan = PillowImage.new("CMYK", (32, 32), (255, 0, 0, 0))
    loaded = decode_image(encode(cyan, form, icc_profile=cmyk_profile()), "a")
    assert loaded.notes == () and loaded.pixels[5, 5, 0] > 150 > 100 > loaded.pixels[5, 5, 1:].max()
    assert decode_image(encode(cyan, form), "a").pixels[5, 5].tolist()[0] < 20


def test_a_profile_of_grey_is_applied() -> None:
    """Linear light: half of it looks brighter than the middle grey."""
    grey = PillowImage.new("L", (32, 32), 128)
    loaded = decode_image(encode(grey, "PNG", icc_profile=grey_profile()), "a")
    assert loaded.notes == () and 180 <= loaded.pixels[5, 5, 0] <= 192
    assert np.ptp(loaded.pixels[5, 5].astype(int)) <= 1


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP"])
def test_embedded_profile_is_applied(form: str) -> None:
    options = {"lossless": True} if form == "WEBP" else {}
    loaded = decode_image(encode(colourful(), form, icc_profile=swapped_profile(), **options), "a")
    assert np.abs(loaded.pixels.astype(int) - colourful()[..., ::-1]).max() <= 3
    assert loaded.notes == ()


def test_srgb_profile_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(decode_image(encode(colourful(), "PNG", icc_profile=srgb), "a").pixels, colourful())


def test_profile_with_alpha() -> None:
    picture = PillowImage.fromarray(np.dstack([colourful(), np.full((32, 48), 255, np.uint8)]))
    picture.putpixel((0, 0), (0, 0, 0, 0))
    loaded = decode_image(encode(picture, "PNG", icc_profile=swapped_profile()), "a")
    assert loaded.alpha is not None and loaded.alpha[0, 0] == 0
    assert np.abs(loaded.pixels[1:].astype(int) - colourful()[1:, :, ::-1]).max() <= 3


@pytest.mark.parametrize("profile", [b"nonsense", swapped_profile()[:200]])
def test_damaged_profile_is_noted(profile: bytes) -> None:
    loaded = decode_image(encode(colourful(), "PNG", icc_profile=profile), "a")
    assert np.array_equal(loaded.pixels, colourful())
    assert "profile" in loaded.notes[0]


def test_profile_of_another_colour_space_is_noted() -> None:
    loaded = decode_image(encode(colourful()[..., 0], "PNG", icc_profile=swapped_profile()), "a")
    assert np.array_equal(loaded.pixels[..., 0], colourful()[..., 0])
    assert "profile" in loaded.notes[0]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_animation_gives_its_first_frame(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(animated(form))
    loaded = read_image(path)
    assert np.array_equal(loaded.pixels, np.full((24, 32, 3), (0, 255, 90), np.uint8))
    assert loaded.notes == ("Only the first frame was used.",)
    assert probe(path) == "animation"


def test_tiff_gives_its_first_page(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(animated("TIFF"))
    loaded = read_image(tmp_path / "a.tif")
    assert loaded.pixels[0, 0].tolist() == [0, 255, 90] and loaded.notes == ("Only the first page was used.",)
    assert probe(tmp_path / "a.tif") == "image"


@pytest.mark.parametrize("size", [(20_000, 20_000), (12_000, 10_001), (65_535, 65_535)])
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int]) -> None:
    refused(png_chunks(*size, 8, 2, b"\0" * 64), f"is {size[0]}×{size[1]} pixels; the limit is 120 megapixels")


def test_a_real_20000_by_20000(tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    PillowImage.new("1", (20_000, 20_000)).save(path)
    with pytest.raises(InputError, match="is 20000×20000 pixels; the limit is 120 megapixels: make it smaller first"):
        read_image(path)


def test_gif_screen_bomb() -> None:
    data = bytearray(encode(PillowImage.new("P", (32, 32)), "GIF"))
    data[6:10] = struct.pack("<HH", 60_000, 60_000)
    refused(bytes(data), "60000×60000 pixels")


@pytest.mark.parametrize("form", ["WEBP", "AVIF"])
def test_formats_whose_readers_need_more_memory_have_a_lower_limit(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not features.check(form.lower()):
        pytest.skip(f"Pillow without {form}")
    data = encode(smooth(100, 100), form)
    monkeypatch.setitem(MAX_PIXELS, form, 9_999)
    refused(data, "is 100×100 pixels; the limit is")
    decode_image(encode(smooth(100, 100), "PNG"), "a")


def with_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again, as in a file that is made to keep readers busy."""
    data = encode(smooth(24, 24), "JPEG", progressive=True)
    last = data[data.rfind(b"\xff\xda") : -2]
    own = data.count(b"\xff\xda")
    return data[:-2] + last * (count - own) + data[-2:]


def test_a_jpeg_of_too_many_scans_is_refused() -> None:
    assert decode_image(with_scans(100), "a").format == "JPEG"
    refused(with_scans(101), "has more than 100 scans, which takes too long to read: save it again as PNG")


def test_the_film_that_a_phone_appends_to_its_photo_has_no_scans() -> None:
    photo = encode(smooth(24, 24), "JPEG", exif=b"Exif\0\0" + b"\xff\xda" * 300)
    assert decode_image(photo + b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08" * 1000, "a").format == "JPEG"


def test_a_jpeg_of_endless_segments_is_refused() -> None:
    data = encode(smooth(24, 24), "JPEG", progressive=True)
    refused(data[:-2] + b"\xff\xfe\0\2" * 200_000 + data[-2:], "scans, which takes too long to read")


def test_a_reader_that_does_not_come_to_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header of a hundred thousand blocks, and no time at all for it."""
    data = encode(smooth(24, 24), "JPEG")
    monkeypatch.setattr(Deadline, "passed", property(lambda self: True))
    refused(data[:2] + b"\xff\xfe\0\3x" * 100_000 + data[2:], "is made so that it takes very long to read")


@pytest.mark.parametrize("big", [False, True])
def test_a_table_of_millions_of_strips_is_not_listed(big: bool) -> None:
    data = bytearray(encode(smooth(24, 24), "TIFF", big_tiff=big))
    step, code = (20, "<HQ") if big else (12, "<HI")
    directory, first = (struct.unpack_from("<Q", data, 8)[0], 8) if big else (struct.unpack_from("<I", data, 4)[0], 2)
    entries = [at for at in range(directory + first, len(data) - step, step) if data[at : at + 2] == b"\x11\1"]
    struct.pack_into(code, data, entries[0] + 2, 4, 1_000_001)  # StripOffsets
    refused(bytes(data) + bytes(4_000_100), "is made so that it takes very long to read")


@pytest.mark.parametrize(("extra", "shape"), [(0, (24, 20, 3)), (MAX_EXIF, (20, 24, 3))])
def test_the_turn_is_not_looked_for_in_megabytes(extra: int, shape: tuple[int, int, int]) -> None:
    exif = b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 0x0112, 3, 1, 6) + bytes(4 + extra)
    plain = encode(smooth(24, 20), "PNG")
    chunk = b"eXIf" + exif
    data = plain[:33] + struct.pack(">I", len(exif)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + plain[33:]
    assert decode_image(data, "a").pixels.shape == shape


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "CMYK"])
def test_bands_give_what_the_whole_gives(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = PillowImage.fromarray(np.dstack([colourful(50, 37), colourful(50, 37, 1)[..., 0]])).convert(mode)
    picture.info["icc_profile"] = swapped_profile()
    whole = to_srgb(picture)
    monkeypatch.setattr("core.media.colour._BAND", 7 * 50)
    pixels, alpha, notes = to_srgb(picture)
    assert np.array_equal(pixels, whole[0]) and notes == whole[2]
    assert (alpha is None) == (whole[1] is None) == (mode not in ("RGBA", "P"))
    assert alpha is None or np.array_equal(alpha, whole[1])


@pytest.mark.parametrize("size", [(1, 1), (15, 300), (300, 15)])
def test_too_small(size: tuple[int, int]) -> None:
    refused(encode(PillowImage.new("RGB", size), "PNG"), "too small")


def test_16_is_enough() -> None:
    assert decode_image(encode(PillowImage.new("RGB", (16, 16)), "PNG"), "a").pixels.shape == (16, 16, 3)


@pytest.mark.parametrize(("form", "options"), EXACT + LOSSY)
@pytest.mark.parametrize("kept", [0.97, 0.6, 0.1])
def test_truncated(form: str, options: dict[str, object], kept: float) -> None:
    data = encode(smooth(300, 200), form, **options)
    refused(data[: int(len(data) * kept)], "damaged or cut off")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"hello", "not a picture"),
        (b"\0" * 5000, "not a picture"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"GIF89a", "damaged"),
        (b"BM", "damaged"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "damaged"),
        (b"RIFF\x10\0\0\0WAVE", "sound file"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x"/>', "SVG drawing"),
        (b"\xef\xbb\xbf<svg/>", "SVG drawing"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"%PDF-1.7", "PDF document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC picture"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC picture"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "is a video"),
        (b"\x1a\x45\xdf\xa3rest", "is a video"),
        (b"8BPS\0\1", "Photoshop"),
        (b"P6\n2 2\n255\n", "PNM"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"PK\x03\x04", "ZIP"),
    ],
)
def test_not_a_picture(data: bytes, message: str) -> None:
    refused(data, message)


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(encode(colourful(), "PNG"))
    (tmp_path / "empty.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    cases = {
        tmp_path / "missing.png": "does not exist",
        file / "inside.png": "does not exist",
        tmp_path: "is a folder",
        tmp_path / "empty.png": "is empty",
        tmp_path / "pipe.png": "not an ordinary file",
        tmp_path / "a\0b": "not a usable file name",
        tmp_path / ("x" * 300): "not a usable file name",
    }
    for reader in (read_image, probe):
        for path, message in cases.items():
            with pytest.raises(InputError, match=message):
                reader(path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may read everything
    with pytest.raises(InputError, match="permissions"):
        read_image(file)


def test_permission_refused_on_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(encode(colourful(), "PNG"))

    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="permissions"):
        read_image(file)


def test_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(300 << 20)  # sparse: takes no room
    with pytest.raises(InputError, match="200 MB"):
        read_image(path)


def test_loaded_image_is_frozen() -> None:
    loaded = decode_image(encode(colourful(), "PNG"), "a")
    with pytest.raises(AttributeError):
        loaded.format = "JPEG"  # type: ignore[misc]
