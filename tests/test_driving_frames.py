"""Random access to the frames of a driver: exactly the frame that decoding from the beginning would give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import InputError
from core.media import frame_store
from core.media.frame_store import FrameStore
from core.media.moving import open_moving
from core.media.picture_folder import PictureFolder
from core.media.read_video import VideoReader, read_frame
from tests.media_samples import animated, colourful, encode, film, moving, smooth

CODECS: list[tuple[str, str, dict[str, str]]] = [
    ("a.mp4", "libx264", {"crf": "20", "g": "10", "bf": "3"}),
    ("open.mp4", "libx264", {"crf": "20", "x264-params": "open-gop=1:keyint=10:bframes=3"}),
    ("one.mp4", "libx264", {"crf": "20", "g": "500"}),
    ("a.mkv", "libx264", {"crf": "20", "g": "12", "bf": "2"}),
    ("a.ts", "libx264", {"crf": "20", "g": "12", "bf": "2"}),
    ("a.mpg", "mpeg1video", {"g": "9", "bf": "2"}),
    ("a.avi", "mpeg4", {"g": "9"}),
    ("a.webm", "libvpx-vp9", {"g": "10", "deadline": "realtime", "cpu-used": "8"}),
]


def in_order(path: Path) -> list[np.ndarray]:
    with VideoReader(path) as reader:
        return [frame.pixels for frame in reader]


@pytest.mark.parametrize(("name", "codec", "options"), CODECS, ids=[name for name, _, _ in CODECS])
def test_any_frame_is_the_one_that_decoding_in_order_gives(
    tmp_path: Path, name: str, codec: str, options: dict[str, str]
) -> None:
    path = film(tmp_path / name, moving(45), codec, options=options)
    expected = in_order(path)
    with VideoReader(path) as reader:
        assert len(reader.times) == len(expected) == 45
        np.testing.assert_allclose(reader.times, np.arange(45) / 25, atol=2e-3)
    store = FrameStore(VideoReader(path))
    for index in (44, 0, 23, 22, 21, 8, 30, 31, 9, 10, 11, 43, 1):
        frame = store.get(index)
        assert frame is not None and frame.index == index
        assert np.array_equal(frame.pixels, expected[index]), f"frame {index}"
    assert store.get(45) is None
    store.close()


def test_an_animated_picture_too(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(animated("GIF", frames=5, milliseconds=80))
    expected = in_order(path)
    store = FrameStore(VideoReader(path))
    for index in (4, 0, 2):
        frame = store.get(index)
        assert frame is not None and np.array_equal(frame.pixels, expected[index])
        assert frame.seconds == pytest.approx(0.08 * index)


def test_only_what_lies_between_the_key_frame_and_the_wanted_one_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "a.mp4", moving(100), options={"g": "10", "crf": "20"})
    from core.media.film import Film

    decoded: list[int] = []
    decode = Film._decode_packet

    def count(self: Film, *args: Any) -> Any:
        frames = decode(self, *args)
        decoded.extend(frame.pts for frame in frames)
        return frames

    monkeypatch.setattr(Film, "_decode_packet", count)
    reader = VideoReader(path)
    decoded.clear()
    frame = next(reader.frames(95))
    reader.close()
    assert frame.index == 95 and len(decoded) <= 30, "not from the beginning"


def test_steps_back_are_kept_and_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "a.mp4", moving(60), options={"g": "60", "crf": "20"})
    one = 64 * 48 * 3
    store = FrameStore(VideoReader(path), max_bytes=20 * one)
    runs: list[int] = []
    run = store._moving.run
    monkeypatch.setattr(store._moving, "run", lambda start=0: runs.append(start) or run(start), raising=False)
    for index in range(50, 30, -1):
        assert store.get(index) is not None
        assert store._bytes <= 20 * one
    assert len(runs) <= 3, "each step back decoded the film anew"
    assert len(store._kept) <= 20 and frame_store.BEHIND < 20


def test_read_frame_is_exact(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(40), options={"g": "8", "crf": "20"})
    assert np.array_equal(read_frame(path, 29), in_order(path)[29])


def test_a_folder_is_sorted_as_people_count(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        (tmp_path / f"face {number}.png").write_bytes(encode(colourful(seed=number), "PNG"))
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / ".hidden.png").write_bytes(encode(colourful(), "PNG"))
    folder = open_moving(tmp_path)
    assert isinstance(folder, PictureFolder)
    assert [path.name for path in folder.paths] == ["face 1.png", "face 2.png", "face 10.png"]
    store = FrameStore(folder)
    frame = store.get(2)
    assert frame is not None and np.array_equal(frame.pixels, colourful(seed=10))
    assert store.get(3) is None


def test_what_does_not_move_is_told_apart(tmp_path: Path) -> None:
    still = tmp_path / "a.png"
    still.write_bytes(encode(smooth(), "PNG"))
    assert open_moving(still) is None
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="holds no pictures"):
        open_moving(empty)
    with pytest.raises(InputError, match="does not exist"):
        open_moving(tmp_path / "none.mp4")
