"""The camera drives: on, mirrored, chosen, kept, off; absent, busy and unplugged cameras are one sentence."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.store.settings import read_settings
from app.workers.camera_worker import CameraOrder, Cameras, CameraWorker
from core.errors import InputError
from core.media.camera import Camera, CameraDevice
from core.types import Image
from tests.app.acts import LEFT, drag_slider, drop, files
from tests.app.conftest import PATIENCE
from tests.app.fake_engine import FACELESS
from tests.app.hands import choose, pick

DEVICES = [CameraDevice("/dev/a", "Built in"), CameraDevice("/dev/b", "On the desk")]


class FakeCamera:
    """Its pictures are dark on the left, and darker for each device; ``on`` is its light."""

    on: ClassVar[list[str]] = []
    last: ClassVar[FakeCamera]

    def __init__(self, device: CameraDevice) -> None:
        self.device = device
        self.faceless = self.unplugged = False
        FakeCamera.on.append(device.address)
        FakeCamera.last = self

    def read(self) -> Image | None:
        time.sleep(0.005)
        if self.unplugged:
            raise InputError("The camera 'Built in' sends no more pictures: connect it again, then start it anew.")
        pixels = np.full((48, 64, 3), 200, np.uint8)
        pixels[:, :32] = 40
        pixels[0, 0] = pixels[0, -1] = FACELESS if self.faceless else (9, 9, 9)
        return pixels

    def close(self) -> None:
        FakeCamera.on.remove(self.device.address)


@pytest.fixture
def cameras(desk: Desk) -> Iterator[Callable[..., None]]:
    """Which cameras the window finds, and how they open."""

    def set_up(found: list[CameraDevice] = DEVICES, opens: Callable[[CameraDevice], object] = FakeCamera) -> None:
        desk.camera.cameras = Cameras(lambda: found, opens)

    set_up()
    FakeCamera.on.clear()
    yield set_up
    desk.session.set_camera(on=False)
    wait_dark()


def wait_dark() -> None:
    until = time.monotonic() + 20
    while FakeCamera.on and time.monotonic() < until:
        time.sleep(0.01)
    assert not FakeCamera.on, "a camera was left on"


def live(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    drop(desk.window.photos["source"], files(photos["one"]))
    QTest.keySequence(desk.window, "Ctrl+K")
    qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)


def left_side(desk: Desk) -> int:
    picture = desk.window.photos["driving"].image.picture
    return -1 if picture is None else int(picture[20, 5, 0])


def test_the_camera_drives_until_it_is_switched_off(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], cameras: Callable[..., None]
) -> None:
    live(desk, qtbot, photos)
    row = desk.window.drive.camera
    assert row.isVisible() and row.devices.currentText() == "Built in" and FakeCamera.on == ["/dev/a"]
    assert left_side(desk) == 200, "as in a mirror"
    QTest.mouseClick(row.mirror, LEFT)
    qtbot.waitUntil(lambda: left_side(desk) == 40, timeout=PATIENCE)
    assert desk.session.document.driving is None, "it is no part of the document"
    QTest.mouseClick(row.stop, LEFT)
    qtbot.waitUntil(lambda: not FakeCamera.on)
    assert not desk.window.drive.isVisible() and not desk.window.menus.drive.camera.isChecked()


def test_another_camera_and_back_to_the_photo(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], cameras: Callable[..., None]
) -> None:
    drop(desk.window.photos["driving"], files(photos["two"]))
    live(desk, qtbot, photos)
    qtbot.waitUntil(lambda: desk.session.camera.live, timeout=PATIENCE)
    pick(desk.window.drive.camera.devices, "On the desk")
    qtbot.waitUntil(lambda: FakeCamera.on == ["/dev/b"] and desk.session.camera.live, timeout=PATIENCE)
    QTest.mouseClick(desk.window.drive.camera.stop, LEFT)
    qtbot.waitUntil(lambda: desk.session.result is not None and desk.session.result.request.live is None)
    assert desk.window.photos["driving"].note.full_text == "two.png"


def test_neutral_and_frames_without_a_face(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], cameras: Callable[..., None]
) -> None:
    live(desk, qtbot, photos)
    QTest.keySequence(desk.window, "N")
    session = desk.session
    assert session.clip.relative and session.camera.neutral is not None
    qtbot.waitUntil(lambda: session.result is not None and session.result.driving.level == 0.0, timeout=PATIENCE)
    FakeCamera.last.faceless = True
    qtbot.waitUntil(lambda: "No face" in desk.window.drive.note.full_text, timeout=PATIENCE)
    assert session.result is not None and not desk.window.result.overlay.banner.isVisible()


def test_a_kept_picture_is_the_driver_and_the_camera_goes_off(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], cameras: Callable[..., None]
) -> None:
    live(desk, qtbot, photos)
    qtbot.waitUntil(lambda: desk.session.driver is not None, timeout=PATIENCE)
    QTest.mouseClick(desk.window.drive.camera.keep, LEFT)
    qtbot.waitUntil(lambda: desk.session.document.driving is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not FakeCamera.on)
    assert left_side(desk) == 200 and desk.window.photos["driving"].note.full_text == "Camera"
    QTest.keySequence(desk.window, "Ctrl+Z")
    assert desk.session.document.driving is None


@pytest.mark.parametrize("trouble", ["none", "busy", "refused", "unplugged"])
def test_trouble_is_one_sentence_where_the_driver_is_and_the_rest_goes_on(
    desk: Desk,
    qtbot: QtBot,
    photos: dict[str, Path],
    cameras: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    """What the system says is put into words by the real camera; only its driver is a stand-in."""
    errors = {"busy": OSError(errno.EBUSY, "Device or resource busy"), "refused": PermissionError(errno.EACCES, "no")}

    def fail(*_: object, **__: object) -> object:
        raise errors[trouble]

    drop(desk.window.photos["source"], files(photos["one"]))
    drop(desk.window.photos["driving"], files(photos["two"]))
    qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)
    if trouble == "none":
        cameras(found=[])
    elif trouble in errors:
        monkeypatch.setattr("core.media.camera.av.open", fail)
        cameras(opens=Camera)
    if trouble == "unplugged":
        QTest.keySequence(desk.window, "Ctrl+K")
        qtbot.waitUntil(lambda: desk.session.camera.live, timeout=PATIENCE)
        FakeCamera.last.unplugged = True
    else:
        choose(desk.window.menus.drive.camera)
    banner = desk.window.photos["driving"].overlay.banner
    qtbot.waitUntil(banner.isVisible, timeout=PATIENCE)
    expected = {
        "none": "No camera was found",
        "busy": "used by another program",
        "refused": "may not use the camera",
        "unplugged": "no more pictures",
    }
    assert expected[trouble] in banner.text() and not desk.session.camera.on
    assert "\n" not in banner.text() and banner.text().endswith(".") and "Errno" not in banner.text()
    assert not desk.window.menus.drive.camera.isChecked() and not FakeCamera.on
    assert desk.window.photos["driving"].note.full_text == "two.png" and not desk.window.drive.isVisible()
    drag_slider(desk.window.controls.sliders["pose"].slider, 40)
    pose = desk.session.dial.pose
    qtbot.waitUntil(lambda: (r := desk.session.result) is not None and r.request.controls.pose == pose < 0.7)
    cameras()
    QTest.keySequence(desk.window, "Ctrl+K")
    qtbot.waitUntil(lambda: desk.session.camera.live, timeout=PATIENCE)
    assert not banner.isVisible(), "it works again"


def test_opening_something_else_switches_the_camera_off(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], cameras: Callable[..., None]
) -> None:
    live(desk, qtbot, photos)
    drop(desk.window.photos["driving"], files(photos["two"]))
    qtbot.waitUntil(lambda: not FakeCamera.on)
    qtbot.waitUntil(lambda: desk.session.document.driving is not None)


def test_closing_the_window_switches_the_camera_off(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], cameras: Callable[..., None]
) -> None:
    live(desk, qtbot, photos)
    QTest.mouseClick(desk.window.drive.camera.mirror, LEFT)
    qtbot.waitUntil(lambda: desk.session.camera.live and bool(FakeCamera.on), timeout=PATIENCE)
    desk.window.close()
    assert not FakeCamera.on, "when the window is gone the light is off"
    kept = read_settings(desk.folders.settings)
    assert (kept.camera, kept.mirror) == ("/dev/a", False)


def test_the_thread_reads_a_real_device_and_lets_go_of_it(qtbot: QtBot) -> None:
    """FFmpeg's test picture is opened, decoded and closed as a camera is."""
    opened: list[Camera] = []

    def open_it(device: CameraDevice) -> Camera:
        opened.append(Camera(device))
        return opened[-1]

    device = CameraDevice("testsrc=size=96x64:rate=50,realtime", "Test picture", "lavfi")
    worker = CameraWorker(Cameras(lambda: [device], open_it))
    frames = []
    enough = threading.Event()

    def take() -> None:
        frame = worker.take()
        if frame is not None:
            frames.append(frame)
            if len(frames) == 3:
                enough.set()

    worker.framed.connect(take)
    worker.start()
    worker.mailbox.put(CameraOrder(7, True, mirror=False))
    qtbot.waitUntil(enough.is_set, timeout=PATIENCE)
    with qtbot.waitSignal(worker.released, timeout=PATIENCE):
        worker.mailbox.put(CameraOrder(8, False))
    assert [frame.number for frame in frames] == sorted({frame.number for frame in frames})
    assert frames[0].run == 7 and frames[0].pixels.shape == (64, 96, 3) and frames[0].pixels.std() > 30
    assert opened[0].read() is None, "closed"
    worker.end()
    assert worker.wait(20_000)
