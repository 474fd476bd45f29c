"""Animations written whole, at the right speed and in the right colours, or not at all."""

from __future__ import annotations

import logging
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as PillowImage

from core.errors import Cancelled, OutputError
from core.media.read_video import VideoReader
from core.media.write_animation import SUPPORTED_ANIMATIONS, check_animation_path, open_animation
from tests.media_samples import Pixels, colourful, moving, psnr, smooth

WORST_PSNR = {".gif": 27.0, ".mp4": 38.0, ".webp": 36.0}


def write(path: Path, frames: list[Pixels], fps: float, loop: bool = True) -> Path:
    height, width = frames[0].shape[:2]
    with open_animation(path, fps, (width, height), loop) as writer:
        for frame in frames:
            writer.add(frame)
    assert [entry.name for entry in path.parent.iterdir() if entry.name.startswith(".")] == []
    return path


def duration(path: Path) -> float:
    """Seconds until the last frame begins, plus one average frame."""
    with VideoReader(path) as reader:
        return [frame.seconds for frame in reader][-1] + 1.0 / reader.fps


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
@pytest.mark.parametrize("fps", [8, 12.5, 24, 25, 29.97, 30])
def test_round_trip(tmp_path: Path, suffix: str, fps: float) -> None:
    frames = moving(24)
    path = write(tmp_path / f"výsledek 1{suffix}", frames, fps)
    with VideoReader(path) as reader:
        found = list(reader)
        assert reader.size == (64, 48) and reader.fps == pytest.approx(fps, rel=0.011) and reader.notes == ()
    assert len(found) == 24
    assert min(psnr(frame.pixels, wanted) for frame, wanted in zip(found, frames)) > WORST_PSNR[suffix]
    tick = {".gif": 0.0051, ".webp": 0.0011, ".mp4": 0.001}[suffix]
    assert [frame.seconds for frame in found] == pytest.approx([i / fps for i in range(24)], abs=tick)


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize("fps", [60, 90, 120])
def test_faster_than_browsers_leaves_frames_out_but_keeps_time(tmp_path: Path, suffix: str, fps: float) -> None:
    path = write(tmp_path / f"a{suffix}", moving(60), fps)
    with VideoReader(path) as reader:
        found = list(reader)
        assert reader.fps <= 50.5
    assert 20 <= len(found) < 60
    assert duration(path) == pytest.approx(60 / fps, abs=0.03)


def test_mp4_keeps_high_frame_rates(tmp_path: Path) -> None:
    with VideoReader(write(tmp_path / "a.mp4", moving(30), 120)) as reader:
        assert reader.fps == pytest.approx(120) and len(list(reader)) == 30


def test_equal_frames_keep_their_time(tmp_path: Path) -> None:
    """A GIF may merge them, but must show them as long."""
    path = write(tmp_path / "a.gif", [smooth()] * 10 + [colourful(64, 48)] * 5, 10)
    with PillowImage.open(path) as gif:
        total = 0
        for index in range(gif.n_frames):
            gif.seek(index)
            total += gif.info["duration"]
    assert total == 1500


@pytest.mark.parametrize("loop", [True, False])
def test_loop(tmp_path: Path, loop: bool) -> None:
    with PillowImage.open(write(tmp_path / "a.gif", moving(3), 10, loop)) as gif:
        assert gif.info.get("loop") == (0 if loop else None)
    with PillowImage.open(write(tmp_path / "a.webp", moving(3), 10, loop)) as webp:
        assert webp.info["loop"] == (0 if loop else 1)


def test_gif_colours_do_not_flicker(tmp_path: Path) -> None:
    """One palette for all frames, also when they have little in common."""
    frames = [smooth(seed=1), smooth(seed=2), np.full((48, 64, 3), (250, 5, 5), np.uint8)]
    path = write(tmp_path / "a.gif", frames, 10)
    with VideoReader(path) as reader:
        for frame, wanted in zip(reader, frames):
            assert psnr(frame.pixels, wanted) > 27.0
            assert np.abs(frame.pixels.astype(float).mean((0, 1)) - wanted.mean((0, 1))).max() < 2.5


def test_gif_gradients_do_not_band(tmp_path: Path) -> None:
    """Dithered, the mean of every 8×8 block is right although single pixels are not."""
    frames = [smooth(128, 96, seed) for seed in range(6)]

    def blocks(pixels: Pixels) -> np.ndarray:
        return pixels.astype(float).reshape(12, 8, 16, 8, 3).mean((1, 3))

    with VideoReader(write(tmp_path / "a.gif", frames, 10)) as reader:
        errors = [np.abs(blocks(frame.pixels) - blocks(wanted)).mean() for frame, wanted in zip(reader, frames)]
    assert max(errors) < 3.0  # 4.9 without dithering


@pytest.mark.parametrize("suffix", [".mp4", ".webp"])
def test_no_colour_drift(tmp_path: Path, suffix: str) -> None:
    """RGB to YUV and back must not darken the picture."""
    frames = [smooth(128, 96, seed) for seed in range(6)]
    with VideoReader(write(tmp_path / f"a{suffix}", frames, 10)) as reader:
        drift = np.mean([frame.pixels.astype(float) - wanted for frame, wanted in zip(reader, frames)], axis=(0, 1, 2))
    assert np.abs(drift).max() < 0.4


def test_mp4_is_what_players_want(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", moving(5), 25)
    data = path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")  # plays while it loads
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        tags = (context.color_range, context.colorspace, context.color_primaries, context.color_trc)
        assert tags == (1, 1, 1, 1)  # video range, BT.709


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
def test_colours_are_exact_on_flat_patches(tmp_path: Path, suffix: str) -> None:
    patches = np.zeros((64, 64, 3), np.uint8)
    for index, colour in enumerate([(220, 30, 30), (30, 220, 30), (30, 30, 220), (128, 128, 128)]):
        patches[:, index * 16 : (index + 1) * 16] = colour
    with VideoReader(write(tmp_path / f"a{suffix}", [patches, patches[::-1] // 2], 5)) as reader:
        shown = next(iter(reader)).pixels.astype(int)
    for column in (8, 24, 40, 56):
        assert np.abs(shown[8:56, column].mean(0) - patches[0, column]).max() <= 3.0


@pytest.mark.parametrize("size", [(65, 49), (17, 17), (19, 16)])
@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
def test_odd_sizes(tmp_path: Path, suffix: str, size: tuple[int, int]) -> None:
    frames = [smooth(*size), smooth(*size, seed=5)]
    with VideoReader(write(tmp_path / f"a{suffix}", frames, 10)) as reader:
        even = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        assert reader.size == (even if suffix == ".mp4" else size)
        shown = next(iter(reader)).pixels
    if suffix == ".mp4" and size == (65, 49):
        assert np.abs(shown[:, 65].astype(int) - shown[:, 64]).max() <= 12  # the last column again, not black


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
def test_one_frame(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a{suffix}", [smooth()], 10)
    assert path.stat().st_size > 100


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
@pytest.mark.parametrize("error", [RuntimeError, Cancelled, KeyboardInterrupt])
@pytest.mark.parametrize("count", [0, 1, 8])
def test_exception_leaves_nothing(tmp_path: Path, suffix: str, error: type[BaseException], count: int) -> None:
    with pytest.raises(error), open_animation(tmp_path / f"a{suffix}", 10, (64, 48)) as writer:
        for frame in moving(count):
            writer.add(frame)
        raise error("stop")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
def test_exception_leaves_the_old_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(Cancelled), open_animation(path, 10, (64, 48)) as writer:
        writer.add(smooth())
        raise Cancelled("stop")
    assert path.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("asked", [1, 6, 9])
def test_a_gif_can_be_stopped_while_it_is_encoded(tmp_path: Path, asked: int) -> None:
    """Frames are quantised when the block ends: while the palette is chosen, or while they are written."""
    calls: list[bool] = []
    path = tmp_path / "a.gif"
    path.write_bytes(b"old")

    def stop() -> bool:
        calls.append(len(calls) + 1 >= asked)
        return calls[-1]

    with pytest.raises(Cancelled), open_animation(path, 10, (64, 48), should_stop=stop) as writer:
        for _ in range(5):
            writer.add(smooth())
        assert not calls, "adding a frame is quick and need not ask"
    assert len(calls) == asked, "it went on after it was told to stop"
    assert path.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
def test_no_frames(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(OutputError, match="no frame"), open_animation(tmp_path / f"a{suffix}", 10, (64, 48)):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
def test_wrong_frames_are_a_mistake_of_the_caller(tmp_path: Path, suffix: str) -> None:
    for frame in (smooth(48, 64), smooth()[..., 0], smooth().astype(np.float32)):
        with (
            pytest.raises(ValueError, match="frames must be"),
            open_animation(tmp_path / f"a{suffix}", 10, (64, 48)) as writer,
        ):
            writer.add(frame)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
def test_frames_are_not_kept_by_reference(tmp_path: Path, suffix: str) -> None:
    """The caller may draw every frame into the same array, or give a view."""
    canvas = np.zeros((48, 128, 3), np.uint8)
    with open_animation(tmp_path / f"a{suffix}", 10, (64, 48)) as writer:
        for value in (0, 120, 240):
            canvas[:] = value
            writer.add(canvas[:, ::2])
    with VideoReader(tmp_path / f"a{suffix}") as reader:
        assert [round(float(frame.pixels.mean())) for frame in reader] == pytest.approx([0, 120, 240], abs=2)


def test_bad_requests(tmp_path: Path) -> None:
    for name in ("a.avi", "a.png", "a", ".gif"):
        with pytest.raises(OutputError, match=r"use \.gif, \.mp4, \.webp"):
            check_animation_path(tmp_path / name)
    for fps in (0.0, -1.0, float("nan"), float("inf"), 1000.0):
        with pytest.raises(OutputError, match="frames a second"), open_animation(tmp_path / "a.gif", fps, (64, 48)):
            pytest.fail("must not be entered")
    for size in ((0, 48), (64, 9000)):
        with pytest.raises(OutputError, match="pixels"), open_animation(tmp_path / "a.gif", 10, size):
            pytest.fail("must not be entered")
    with pytest.raises(OutputError, match="does not exist"):
        check_animation_path(tmp_path / "no" / "a.gif")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUPPORTED_ANIMATIONS)
def test_disk_full(tmp_path: Path, suffix: str) -> None:
    with (
        pytest.raises(OutputError, match="disk is full"),
        open_animation(tmp_path / f"a{suffix}", 10, (64, 48)) as writer,
    ):
        writer.add(smooth())
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Python prints warnings of loggers nobody configured: stderr belongs to the one-line error."""
    with caplog.at_level(logging.WARNING):
        for suffix in SUPPORTED_ANIMATIONS:
            with VideoReader(write(tmp_path / f"a{suffix}", moving(3), 10)) as reader:
                list(reader)
    assert caplog.records == []


def test_gif_buffer_is_compressed(tmp_path: Path) -> None:
    frames, picture = 30, smooth(256, 256)
    tracemalloc.start()
    with open_animation(tmp_path / "a.gif", 10, (256, 256)) as writer:
        for index in range(frames):
            writer.add(np.roll(picture, index, 1))
        held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < frames * 256 * 256 * 3 * 0.75
