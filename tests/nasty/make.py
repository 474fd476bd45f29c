"""``python -m tests.nasty.make``: writes ``files/`` and ``expected.json`` anew.

Committed are the bytes, not only this script, because the libraries that write them change.
"""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import av
import numpy as np
from PIL import Image as PillowImage

from tests.media_samples import animated, encode, film, moving, png_chunks, smooth, swapped_profile

HERE = Path(__file__).parent
FILES, EXPECTED = HERE / "files", HERE / "expected.json"


class Nasty(NamedTuple):
    """``door``: see ``tests.fuzz.doors``.  ``words``: of the sentence that refuses it; "" = it has to be read."""

    name: str
    door: str
    words: str
    data: bytes


def everything() -> Iterator[Nasty]:
    yield from bombs()
    yield from disguised()
    yield from cut()
    yield from without_frames()
    yield from odd_metadata()
    yield from documents()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """``png`` with one more chunk right after its header."""
    return png[:33] + chunk(kind, data) + png[33:]


def bombs() -> Iterator[Nasty]:
    """Little to store, much to read."""
    yield Nasty("bomb-65535.png", "media", "65535×65535", png_chunks(65_535, 65_535, 8, 2, b"\0" * 99))
    large = PillowImage.new("1", (10_900, 10_900))
    yield Nasty("bomb-just-allowed.png", "media", "", encode(large, "PNG", optimize=True))
    gif = bytearray(encode(PillowImage.new("P", (32, 32)), "GIF"))
    gif[6:10] = struct.pack("<HH", 60_000, 60_000)
    yield Nasty("bomb-screen.gif", "media", "60000×60000", bytes(gif))
    text = zlib.compress(b"a" * 30_000_000, 9)
    yield Nasty(
        "bomb-text.png", "media", "damaged", with_chunk(encode(smooth(20, 20), "PNG"), b"zTXt", b"a\0\0" + text)
    )
    yield Nasty(
        "bomb-profile.png", "media", "damaged", with_chunk(encode(smooth(20, 20), "PNG"), b"iCCP", b"a\0\0" + text)
    )
    jpeg = encode(smooth(24, 24), "JPEG", progressive=True)
    last = jpeg[jpeg.rfind(b"\xff\xda") : -2]
    yield Nasty("bomb-scans.jpg", "media", "scans", jpeg[:-2] + last * 200 + jpeg[-2:])
    yield Nasty("bomb-frames.gif", "media", "", _many_frames(1000, 3000))
    lines = (f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
    laughs = '<!DOCTYPE s [<!ENTITY l0 "ha">' + "".join(lines) + ']><svg xmlns="http://www.w3.org/2000/svg">&l9;</svg>'
    yield Nasty("bomb-laughs.svg", "media", "SVG drawing", laughs.encode())
    directory = encode(smooth(20, 20), "TIFF")
    start = struct.unpack_from("<I", directory, 4)[0]
    after = start + 2 + 12 * struct.unpack_from("<H", directory, start)[0]
    circle = directory[:after] + struct.pack("<I", start) + directory[after + 4 :]
    yield Nasty("bomb-pages-in-a-circle.tif", "media", "", circle)


def _many_frames(count: int, side: int) -> bytes:
    """A GIF of ``count`` single pixels on a huge screen: each of them makes a reader copy all of it."""
    head = b"GIF89a" + struct.pack("<HH", side, side) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\x08\x0a\0\0\0" + b"\x2c" + struct.pack("<HHHH", 0, 0, 1, 1) + b"\0" + b"\x02\x02\x44\x01\0"
    return head + frame * count + b"\x3b"


def disguised() -> Iterator[Nasty]:
    """Names that lie, and files that are two things at once."""
    with TemporaryDirectory() as folder:
        mp4 = film(Path(folder) / "a.mp4", moving(4)).read_bytes()
    png, jpeg = encode(smooth(20, 20), "PNG"), encode(smooth(20, 20), "JPEG")
    yield Nasty("film-called.png", "media", "", mp4)
    yield Nasty("picture-called.mp4", "media", "", png)
    yield Nasty("text-called.mp4", "media", "not a video", b"hello\n" * 99)
    yield Nasty("program-called.jpg", "media", "is a program", b"\x7fELF\2\1\1" + bytes(200))
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    yield Nasty("playlist-called.mp4", "media", "not a video", playlist)
    yield Nasty("list-called.mkv", "media", "not a video", b"ffconcat version 1.0\nfile /etc/passwd\n")
    session = b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n"
    yield Nasty("stream-called.mp4", "media", "not a video", session)
    yield Nasty("picture-and-archive.jpg", "media", "", jpeg + b"PK\x03\x04" + bytes(99) + b"PK\x05\x06" + bytes(18))
    yield Nasty("picture-and-film.png", "media", "", png + mp4)
    yield Nasty("film-and-page.mp4", "media", "web page", b"<html><script>alert(1)</script></html>" + mp4)
    yield Nasty("archive-called.webp", "media", "ZIP archive", b"PK\x03\x04" + bytes(99))
    yield Nasty("film-with-a-picture's-brand.avif", "media", "damaged", mp4.replace(b"isom", b"avif", 1))
    yield Nasty("nothing-but-zeros.png", "media", "not a picture", bytes(4096))


def cut() -> Iterator[Nasty]:
    """Half of a file of each format."""
    for form in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"):
        data = encode(smooth(48, 48), form)
        yield Nasty(f"half.{form.lower()}", "media", "damaged", data[: len(data) // 2])
    with TemporaryDirectory() as folder:
        for suffix, codec in {".mp4": "libx264", ".mkv": "libx264", ".webm": "libvpx", ".avi": "mpeg4"}.items():
            data = film(Path(folder) / f"a{suffix}", moving(8), codec).read_bytes()
            yield Nasty(f"half{suffix}", "media", "again", data[: len(data) // 2])


def without_frames() -> Iterator[Nasty]:
    """All of a film but its pictures."""
    for suffix in (".mp4", ".mkv", ".avi"):
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"a{suffix}"
            with av.open(str(path), "w") as output:
                stream = output.add_stream("mpeg4", rate=25)
                stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
                output.start_encoding()
            yield Nasty(f"no-frames{suffix}", "media", "again", path.read_bytes())
    yield Nasty("no-frames.gif", "media", "damaged", b"GIF89a\x20\0\x20\0\x80\0\0\0\0\0\xff\xff\xff\x3b")
    webp = animated("WEBP", 2)
    first = webp.index(b"ANMF")
    bare = webp[:first]
    yield Nasty("no-frames.webp", "media", "damaged", bare[:4] + struct.pack("<I", len(bare) - 8) + bare[8:])
    png = encode(smooth(20, 20), "PNG")
    yield Nasty("no-frames.png", "media", "", with_chunk(png, b"acTL", struct.pack(">II", 0, 0)))
    yield Nasty("4-billion-frames.png", "media", "", with_chunk(png, b"acTL", struct.pack(">II", 0xFFFFFFFF, 0)))


def odd_metadata() -> Iterator[Nasty]:
    """Numbers that are none."""
    png, nan = encode(smooth(20, 20), "PNG"), struct.pack("<f", float("nan"))
    yield Nasty("density-0.png", "media", "", with_chunk(png, b"pHYs", struct.pack(">IIB", 0, 0xFFFFFFFF, 1)))
    yield Nasty("gamma-0.png", "media", "", with_chunk(png, b"gAMA", struct.pack(">I", 0)))
    pixels = np.full((20, 20), np.nan, np.float32)
    yield Nasty("nan-pixels.tif", "media", "floating-point", encode(PillowImage.fromarray(pixels), "TIFF"))
    exif = PillowImage.Exif()
    exif[0x0112], exif[0x010F] = 65_535, "\0" * 9
    yield Nasty("turn-65535.jpg", "media", "", encode(smooth(20, 20), "JPEG", exif=exif))
    profile = bytearray(swapped_profile())
    for at in range(160, len(profile) - 4, 4):
        profile[at : at + 4] = b"\x7f\xff\xff\xff"
    yield Nasty("endless-profile.png", "media", "", encode(smooth(20, 20), "PNG", icc_profile=bytes(profile)))
    with TemporaryDirectory() as folder:
        mkv = film(Path(folder) / "a.mkv", moving(4)).read_bytes()
        mp4 = film(Path(folder) / "a.mp4", moving(4), matrix=(1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)).read_bytes()
    duration = mkv.index(b"\x44\x89\x88") + 3  # an 8-byte float
    for name, value in (("nan", float("nan")), ("1e308", 1e308), ("minus", -1.0)):
        data = mkv[:duration] + struct.pack(">d", value) + mkv[duration + 8 :]
        yield Nasty(f"lasts-{name}.mkv", "media", "", data)
    at = mp4.index(b"mdhd") + 4 + 12
    yield Nasty("clock-0.mp4", "media", "no frame", mp4[:at] + struct.pack(">I", 0) + mp4[at + 4 :])
    at = mp4.index(b"tkhd") + 4 + 40
    yield Nasty("matrix.mp4", "media", "", mp4[:at] + b"\x7f\xff\xff\xff" * 9 + mp4[at + 36 :])
    frame = b"FRAME\n" + bytes(16 * 16 * 3 // 2)
    yield Nasty("rate-0.y4m", "media", "", b"YUV4MPEG2 W16 H16 F0:0 Ip A0:0 C420\n" + frame * 2)
    yield Nasty("nan.flo", "flow", "finite numbers", b"PIEH" + struct.pack("<ii", 2, 2) + nan * 8)


def documents() -> Iterator[Nasty]:
    """Projects, presets and tables."""
    head = '{"format": "mimesh project", "version": 1, "source": null, "driving": null, '
    dial = '"dial": {"pose": %s, "expression": 1.0, "mode": "both", "placement": "source"}, "edits": %s}'
    for name, pose, edits in (
        ("nan", "NaN", "{}"), ("1e308", "1e308", "{}"), ("400-digits", "9" * 400, "{}"), ("text", '"1"', "{}"),
        ("turn-nan", "1", '{"yaw": NaN}'), ("nested", "1", '{"yaw": ' + "[" * 900 + "]" * 900 + "}"),
        ("half-a-character", "1", '{"locked": ["\\ud800"]}'), ("long", "1", '{"yaw": "' + "x" * 9999 + '"}'),
    ):  # fmt: skip
        yield Nasty(f"{name}.mimesh", "project", "damaged", (head + dial % (pose, edits)).encode())
    yield Nasty("deep.mimesh", "project", "damaged", b"[" * 20_000)
    photo = '{"path": "%s", "sha256": "", "label": "a", "face": %s}'
    for name, path, face in (
        ("long-path", "a/" * 3000, "null"),
        ("zero-path", "\\u0000", "null"),
        ("face", "a", "1e308"),
    ):
        text = head.replace('"source": null', '"source": ' + photo % (path, face)) + dial % ("1", "{}")
        yield Nasty(f"{name}.mimesh", "project", "damaged", text.encode())
    presets = '{"format": "mimesh presets", "version": 1, "presets": %s}'
    for name, text in (
        ("list", "[]"),
        ("infinite", '{"a": {"units": {"jawOpen": Infinity}}}'),
        ("null", '{"a": null}'),
    ):
        yield Nasty(f"{name}.json", "presets", "could not be read", (presets % text).encode())
    yield Nasty("zeros.csv", "pairs", "", b"source,driving\n\0\0\0\n")
    yield Nasty("length.safetensors", "weights", "not a safetensors file", b"\xff" * 8 + b"{}")
    yield Nasty("shape.safetensors", "weights", "not a safetensors file", _tensor([1 << 40, 1 << 40]))


def _tensor(shape: list[int]) -> bytes:
    head = json.dumps({"a": {"dtype": "F32", "shape": shape, "data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(head)) + head + bytes(4)


def main() -> None:
    shutil.rmtree(FILES, ignore_errors=True)
    FILES.mkdir()
    expected: dict[str, list[str]] = {}
    for each in everything():
        assert each.name not in expected
        (FILES / each.name).write_bytes(each.data)
        expected[each.name] = [each.door, each.words]
    EXPECTED.write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
