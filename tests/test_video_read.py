"""Films and flipbooks behind one reader."""

from __future__ import annotations

import functools
import struct
import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as PillowImage
from PIL import features

from core.errors import InputError
from core.media.read_video import VideoReader, read_frame
from core.media.sniff import probe
from tests.media_samples import animated, colourful, encode, film, moving, psnr, smooth

CODECS = {
    ".mp4": "libx264",
    ".mov": "libx264",
    ".mkv": "libx264",
    ".avi": "mpeg4",
    ".mpg": "mpeg2video",
    ".webm": "libvpx",
}


@pytest.mark.parametrize("suffix", CODECS)
def test_every_container(tmp_path: Path, suffix: str) -> None:
    frames = moving(20)
    options = {} if CODECS[suffix] == "libx264" else {"options": {"b": "2M", "crf": "4"}}
    path = film(tmp_path / f"film s mezerou ü{suffix}", frames, CODECS[suffix], **options)
    assert probe(path) == "video"
    with VideoReader(path) as reader:
        found = list(reader)
        assert reader.size == (64, 48) and reader.fps == pytest.approx(25.0) and reader.notes == ()
        assert reader.frame_count is not None and (suffix == ".mpg" or abs(reader.frame_count - 20) <= 2)
    assert [frame.index for frame in found] == list(range(20))
    assert [frame.seconds for frame in found] == pytest.approx([0.04 * i for i in range(20)], abs=2e-3)
    assert found[7].pixels.dtype == np.uint8 and found[7].pixels.shape == (48, 64, 3)
    assert min(psnr(frame.pixels, wanted) for frame, wanted in zip(found, frames)) > 24.0


@pytest.mark.parametrize("colorspace", [1, 5])
@pytest.mark.parametrize("colour_range", [1, 2])
@pytest.mark.parametrize("codec", ["libx264", "libvpx-vp9"])
def test_colours_follow_the_tags(tmp_path: Path, codec: str, colorspace: int, colour_range: int) -> None:
    """BT.709 and BT.601, video and full range: read by the wrong matrix or range, the patches are ≥ 8 levels off."""
    patches = np.zeros((48, 64, 3), np.uint8)
    for index, colour in enumerate([(220, 30, 30), (30, 220, 30), (30, 30, 220), (235, 235, 235)]):
        patches[:, index * 16 : (index + 1) * 16] = colour
    settings = {"colorspace": colorspace, "range": colour_range, "options": {"crf": "1", "b": "0"}}
    path = film(tmp_path / "a.mkv", [patches] * 2, codec, **settings)
    shown = read_frame(path, 0).astype(int)
    for column in (8, 24, 40, 56):
        assert np.abs(shown[16:32, column].mean(0) - patches[20, column]).max() <= 3.0


ONE = 1 << 16
MATRICES = {
    # As phones write them (ISO 14496-12): how the stored picture has to be moved to be seen upright.
    "none": ((ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30), lambda p: p),
    "90 clockwise": ((0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30), lambda p: np.rot90(p, -1)),
    "180": ((-ONE, 0, 0, 0, -ONE, 0, 0, 0, 1 << 30), lambda p: p[::-1, ::-1]),
    "90 counter-clockwise": ((0, -ONE, 0, ONE, 0, 0, 0, 0, 1 << 30), lambda p: np.rot90(p)),
    "mirrored": ((-ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30), lambda p: p[:, ::-1]),
    "transposed": ((0, ONE, 0, ONE, 0, 0, 0, 0, 1 << 30), lambda p: p.swapaxes(0, 1)),
}


@pytest.mark.parametrize("name", MATRICES)
def test_rotation_metadata(tmp_path: Path, name: str) -> None:
    matrix, expected = MATRICES[name]
    stored = smooth()
    path = film(tmp_path / "a.mp4", [stored] * 2, matrix=matrix)
    upright = expected(stored)
    with VideoReader(path) as reader:
        assert reader.size == upright.shape[1::-1]
        assert psnr(next(iter(reader)).pixels, upright) > 30.0


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_frames_that_come_seldom_are_no_damage(tmp_path: Path, suffix: str) -> None:
    stamps = (0, 40, 300, 310, 900, 1500)
    path = tmp_path / f"a{suffix}"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for stamp, pixels in zip(stamps, moving(6)):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = stamp, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    with VideoReader(path) as reader:
        assert [round(1000 * frame.seconds) for frame in reader] == list(stamps)
        assert reader.notes == () and np.round(1000 * reader.times).tolist() == list(stamps)


def test_a_film_of_few_pixels_is_refused(tmp_path: Path) -> None:
    film(tmp_path / "a.mp4", [frame[:14, :14] for frame in moving(2)])
    red, blue = (PillowImage.new("RGB", (8, 8), name) for name in ("red", "blue"))
    red.save(tmp_path / "a.gif", save_all=True, append_images=[blue])
    for name in ("a.mp4", "a.gif"):
        with pytest.raises(InputError, match=r"is too small \(\d+×\d+ pixels\): give one"):
            VideoReader(tmp_path / name)


def test_an_animation_that_takes_long_to_go_through_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.gif").write_bytes(animated("GIF", 4))
    monkeypatch.setattr("core.media.flipbook.OPEN_SECONDS", -1.0)
    with pytest.raises(InputError, match="takes too long to open: convert it to MP4 first"):
        VideoReader(tmp_path / "a.gif")


def test_pixels_are_made_square(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [smooth()] * 2, aspect=Fraction(3, 2))
    with VideoReader(path) as reader:
        assert reader.size == (96, 48)
        assert next(iter(reader)).pixels.shape == (48, 96, 3)


def test_lazy_repeatable_and_closed_early(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(30))
    with VideoReader(path) as reader:
        begun = iter(reader)
        first = next(begun)
        again = list(reader)
        assert list(begun) == []  # a new iteration ends the one before
        assert len(again) == 30 and np.array_equal(first.pixels, again[0].pixels)
        tail = list(reader.frames(25))
        assert [frame.index for frame in tail] == [25, 26, 27, 28, 29]
        assert np.array_equal(tail[0].pixels, again[25].pixels) and tail[0].seconds == again[25].seconds
        left = reader.frames()
        next(left)
    assert list(left) == []  # leaving the block ended it


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [colourful(256, 256)] * 30, options={"crf": "30", "preset": "ultrafast"})
    with VideoReader(path) as reader:
        tracemalloc.start()
        for _ in reader:
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * 256 * 256 * 3  # of 30 frames


def test_read_frame(tmp_path: Path) -> None:
    frames = moving(12)
    path = film(tmp_path / "a.mp4", frames)
    assert psnr(read_frame(path, 0), frames[0]) > 30
    assert psnr(read_frame(path, 11), frames[11]) > 30 > psnr(read_frame(path, 11), frames[4])
    for index in (-1, 12):
        with pytest.raises(InputError, match=f"no frame {index}"):
            read_frame(path, index)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_flipbooks(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form.lower()}"
    path.write_bytes(animated(form, 4, 80))
    assert probe(path) == "animation"
    with VideoReader(path) as reader:
        assert (reader.fps, reader.frame_count, reader.size) == (12.5, 4, (32, 24))
        found = list(reader)
        assert [frame.seconds for frame in found] == pytest.approx([0, 0.08, 0.16, 0.24])
        for index, frame in enumerate(found):
            assert np.array_equal(frame.pixels, np.full((24, 32, 3), (60 * index, 255 - 60 * index, 90)))
        assert [frame.index for frame in reader.frames(2)] == [2, 3]
        assert reader.notes == ()
    assert read_frame(path, 3)[0, 0].tolist() == [180, 75, 90]


@pytest.mark.skipif(not features.check("avif"), reason="Pillow was built without AVIF")
def test_animated_avif(tmp_path: Path) -> None:
    (tmp_path / "a.avif").write_bytes(animated("AVIF", 3, 100))
    with VideoReader(tmp_path / "a.avif") as reader:
        assert len(list(reader)) == 3 and reader.fps == pytest.approx(10.0)


def test_uneven_and_too_short_durations(tmp_path: Path) -> None:
    pictures = [PillowImage.new("RGB", (16, 16), (index * 40, 0, 0)) for index in range(3)]
    path = tmp_path / "a.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=[200, 0, 100], loop=0)
    with VideoReader(path) as reader:
        assert [frame.seconds for frame in reader] == pytest.approx([0.0, 0.2, 0.3])  # 0 plays as 100 ms
        assert reader.fps == pytest.approx(7.5)


def test_a_gif_that_grows_keeps_the_size_of_its_first_frame(tmp_path: Path) -> None:
    small, large = (encode(PillowImage.new("P", size, 1), "GIF") for size in ((32, 24), (40, 30)))
    frame = large[large.index(b"\x2c") : -1]
    (tmp_path / "a.gif").write_bytes(small[:-1] + frame + frame + b";")
    with VideoReader(tmp_path / "a.gif") as reader:
        assert [found.pixels.shape for found in reader] == [(24, 32, 3)] * 3 and reader.size == (32, 24)


def test_an_animation_is_not_read_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.gif").write_bytes(animated("GIF"))
    monkeypatch.setattr("core.media.flipbook.MAX_BYTES", 100)
    with pytest.raises(InputError, match="has more than 0 MB: make it smaller first"):
        VideoReader(tmp_path / "a.gif")


def test_a_film_whose_frames_do_not_come_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damaged films: one thread of the decoder may give a frame that it does not give the next time."""
    with VideoReader(film(tmp_path / "a.mp4", moving(3))) as reader:
        monkeypatch.setattr("core.media.film.Film._decode", lambda *_: iter(()))
        with pytest.raises(InputError, match="no frame that can be decoded"):
            next(reader.frames())


def test_transparent_gif_is_shown_on_white(tmp_path: Path) -> None:
    pictures = [PillowImage.new("RGBA", (16, 16), (255 - index, 0, 0, 0)) for index in range(2)]
    for picture in pictures:
        picture.paste((0, 0, 255, 255), (0, 0, 8, 16))
    pictures[1].paste((0, 255, 0, 255), (0, 0, 8, 8))
    path = tmp_path / "a.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100, disposal=2)
    with VideoReader(path) as reader:
        first, second = list(reader)
    assert first.pixels[0, 0].tolist() == [0, 0, 255] and first.pixels[0, 12].tolist() == [255, 255, 255]
    assert second.pixels[0, 0].tolist() == [0, 255, 0] and second.pixels[12, 0].tolist() == [0, 0, 255]


def bad(path: Path, match: str) -> None:
    with pytest.raises(InputError, match=match) as caught, VideoReader(path) as reader:
        list(reader)
    text = str(caught.value)
    assert path.name in text and text.endswith(".") and "\n" not in text


def test_stills_and_other_files(tmp_path: Path) -> None:
    (tmp_path / "still.png").write_bytes(encode(colourful(), "PNG"))
    (tmp_path / "still.mp4").write_bytes(encode(colourful(), "JPEG"))
    (tmp_path / "text.txt").write_text("hello")
    (tmp_path / "text.mp4").write_text("hello")
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "list.mkv").write_text("ffconcat version 1.0\nfile still.png\n")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    bad(tmp_path / "still.png", "still picture")
    bad(tmp_path / "still.mp4", "still picture")
    bad(tmp_path / "text.txt", "not a video")
    bad(tmp_path / "text.mp4", "damaged or not a video")
    bad(tmp_path / "empty.mp4", "is empty")
    bad(tmp_path / "list.mkv", "damaged or not a video")
    bad(tmp_path / "a.pdf", "PDF document")
    bad(tmp_path / "missing.mp4", "does not exist")
    bad(tmp_path, "is a folder")


def test_sound_without_pictures(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    bad(path, "no picture track")


def test_too_long(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(30), fps=10)
    with pytest.raises(InputError, match="lasts 3 seconds; the limit is 2"):
        VideoReader(path, max_seconds=2)
    (tmp_path / "a.gif").write_bytes(animated("GIF", 4, 1000))
    with pytest.raises(InputError, match="limit of 2 seconds"):
        VideoReader(tmp_path / "a.gif", max_seconds=2)


def test_too_long_without_saying_so(tmp_path: Path) -> None:
    """A stream that does not state its length is used up to the limit."""
    path = film(tmp_path / "a.mpg", moving(60), "mpeg2video")
    with VideoReader(path) as reader:
        reader._max_seconds = 1.0
        assert len(list(reader)) in (25, 26, 27)
        assert reader.notes == ("Only the first 1 seconds were used.",)


def test_too_large(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [np.zeros((32, 8256, 3), np.uint8)], options={"preset": "ultrafast"})
    bad(path, "8256×32 pixels; the limit is 8192")
    data = bytearray(animated("GIF"))
    data[6:10] = struct.pack("<HH", 7000, 6000)
    (tmp_path / "a.gif").write_bytes(data)
    bad(tmp_path / "a.gif", "7000×6000 pixels")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_damaged_in_the_middle(tmp_path: Path, suffix: str) -> None:
    noise = [colourful(64, 48, seed) for seed in range(40)]
    path = film(tmp_path / f"a{suffix}", noise, CODECS[suffix], faststart=suffix == ".mp4")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 10] = np.random.default_rng(0).bytes(len(data) // 10)
    path.write_bytes(data)
    with VideoReader(path) as reader:
        assert 3 < len(list(reader)) < 40
        assert len(reader.notes) == 1 and ("damaged after frame" in reader.notes[0] or "cut off" in reader.notes[0])


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_cut_off(tmp_path: Path, suffix: str) -> None:
    path = film(tmp_path / f"a{suffix}", moving(60), CODECS[suffix], faststart=suffix == ".mp4")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 7 // 10])
    with VideoReader(path) as reader:
        assert 5 < len(list(reader)) < 60
        assert len(reader.notes) == 1
    for cut in range(100, 360, 20):  # in the middle of the index, whose length varies with the encoder's threads
        path.write_bytes(data[:cut])
        bad(path, "damaged|no frame")


def test_index_at_the_end_cut_off(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mov", moving(20))
    path.write_bytes(path.read_bytes()[:-40])
    bad(path, "damaged|no frame")


def test_flipbook_damaged_in_the_middle(tmp_path: Path) -> None:
    pictures = [PillowImage.fromarray(colourful(64, 48, seed)) for seed in range(6)]
    path = tmp_path / "a.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    with VideoReader(path) as reader:
        assert 2 <= len(list(reader)) < 6
        assert reader.notes == (
            f"The animation is damaged after frame {reader.frame_count}; what comes before was used.",
        )


@functools.cache
def moving_sample(folder: Path, suffix: str) -> bytes:
    if suffix in CODECS:
        return film(
            folder / f"sample{suffix}", moving(4, 32, 32), CODECS[suffix], faststart=suffix == ".mp4"
        ).read_bytes()
    return animated(suffix[1:].upper(), 3)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".gif", ".webp", ".png"])
@settings(max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=5), kept=st.floats(0.2, 1.0))
def test_fuzz(tmp_path_factory: pytest.TempPathFactory, suffix: str, edits: list[tuple[int, int]], kept: float) -> None:
    data = bytearray(moving_sample(tmp_path_factory.getbasetemp(), suffix))
    for where, value in edits:
        data[where % len(data)] = value
    path = tmp_path_factory.getbasetemp() / f"fuzz{suffix}"
    path.write_bytes(data[: max(1, int(len(data) * kept))])
    try:
        with VideoReader(path) as reader:
            for frame in reader:
                assert frame.pixels.shape == (reader.size[1], reader.size[0], 3)
    except InputError as error:
        assert "fuzz" in str(error) and "\n" not in str(error)
