"""Cameras are listed without being switched on; why one cannot be used is said in one sentence."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from core.errors import InputError
from core.media import camera
from core.media.camera import Camera, CameraDevice


def test_linux_lists_the_picture_node_of_each_device(tmp_path: Path) -> None:
    for number, (name, index) in enumerate([("Webcam: Webcam", 0), ("Webcam: Webcam", 1), ("Other", 0)]):
        node = tmp_path / f"video{number}"
        node.mkdir()
        (node / "name").write_text(name + "\n")
        (node / "index").write_text(f"{index}\n")
    (tmp_path / "video9").mkdir()  # gone while it was looked at
    found = camera._linux_cameras(tmp_path)
    assert [(device.address, device.name) for device in found] == [("/dev/video0", "Webcam"), ("/dev/video2", "Other")]
    assert camera._linux_cameras(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EBUSY, "used by another program"),
        (errno.EACCES, "may not use the camera 'Mine'"),
        (errno.ENODEV, "not there any more"),
        (errno.EIO, "close other programs"),
    ],
)
def test_a_refusal_is_one_sentence(monkeypatch: pytest.MonkeyPatch, number: int, words: str) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(camera, "_opened", refuse)
    with pytest.raises(InputError, match=words):
        Camera(CameraDevice("x", "Mine"))


def test_a_camera_that_refuses_the_wishes_is_opened_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def picky(device: CameraDevice, options: dict[str, str]) -> object:
        tried.append(options)
        if "video_size" in options:
            raise OSError(errno.EINVAL, "no such size")
        return really(CameraDevice("testsrc=size=32x24", "", "lavfi"), {})

    really = camera._opened
    monkeypatch.setattr(camera, "_opened", picky)
    with Camera(CameraDevice("x", "Mine", "v4l2")) as opened:
        pixels = opened.read()
        assert pixels is not None and pixels.shape == (24, 32, 3)
    assert tried[1] == {"fflags": "4"} and opened.read() is None


def test_a_camera_that_ends_says_so() -> None:
    with Camera(CameraDevice("testsrc=size=32x24:rate=10:duration=0.2", "Mine", "lavfi")) as opened:
        assert opened.read() is not None
        with pytest.raises(InputError, match="'Mine' sends no more pictures"):
            for _ in range(20):
                opened.read()
