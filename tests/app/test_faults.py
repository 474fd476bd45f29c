"""Whatever dies, the window lives, says so in a sentence, and offers a way on that works."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QSize, QTimer, qWarning
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Desk, run_window
from app.qt_log import qt_messages
from app.workers.mesh_worker import MeshWorker
from core import Controls, Reenactor
from core.errors import DeviceError, WeightsError
from core.log import file as log_file
from core.log.file import log_path
from core.log.watch import watching
from core.pipeline.device import device_errors
from core.pipeline.encoded import EncodedFace
from tests.app.acts import LEFT
from tests.app.conftest import PATIENCE
from tests.app.fake_engine import FakeEngine

Opener = Callable[..., Desk]


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, photos: dict[str, Path], tmp_path: Path) -> Iterator[Opener]:
    """Opens a window with both photos, whose core is loaded as the test says."""
    desks: list[Desk] = []

    def show(load: Callable[[], FakeEngine], on_cpu: Callable[[], FakeEngine] = FakeEngine) -> Desk:
        desk = Desk(qapp, load, tmp_path / "no samples", load_on_cpu=on_cpu)
        desks.append(desk)
        desk.photos["source"].open_path(photos["one"])
        desk.photos["driving"].open_path(photos["two"])
        desk.show()
        return desk

    yield show
    for desk in desks:
        desk.window.may_close = lambda: True
        desk.window.close()


def offered(desk: Desk, qtbot: QtBot) -> str:
    """What the line at the top says, once there is one."""
    bar = desk.window.trouble
    qtbot.waitUntil(bar.isVisible, timeout=PATIENCE)
    return bar.text.text()


def drawn(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)


class Broken(FakeEngine):
    """Fails while ``error`` is set; ``where``: in the first method that is called, or only later."""

    def __init__(self, error: BaseException | None, where: str = "render") -> None:
        super().__init__()
        self.error, self.where = error, where

    def render(self, *arguments: object) -> object:  # type: ignore[override]
        if self.error is not None and self.where == "render":
            raise self.error
        return super().render(*arguments)  # type: ignore[arg-type]

    def encode(self, *arguments: object) -> object:  # type: ignore[override]
        if self.error is not None and self.where == "encode":
            raise self.error
        return super().encode(*arguments)  # type: ignore[arg-type]


def test_an_exception_in_the_core_is_told_and_can_be_tried_again(opened: Opener, qtbot: QtBot) -> None:
    engine = Broken(ValueError("odd"))
    loads: list[int] = []
    desk = opened(lambda: loads.append(1) or engine)  # type: ignore[func-returns-value]
    assert "ValueError: odd" in offered(desk, qtbot)
    assert desk.window.trouble.yes.text() == "Try again" and desk.session.result is None
    engine.error = None
    QTest.mouseClick(desk.window.trouble.yes, LEFT)
    drawn(desk, qtbot)
    assert not desk.window.trouble.isVisible() and len(loads) == 2
    assert not desk.window.result.overlay.banner.isVisible()


def test_once_things_go_well_again_the_offer_goes(opened: Opener, qtbot: QtBot) -> None:
    engine = Broken(ValueError("odd"))
    desk = opened(lambda: engine)
    offered(desk, qtbot)
    engine.error = None
    desk.session.set_dial(pose=0.3)
    drawn(desk, qtbot)
    qtbot.waitUntil(lambda: not desk.window.trouble.isVisible())


@pytest.mark.parametrize("where", ["render", "encode"])
def test_where_the_graphics_card_is_full_the_cpu_goes_on(opened: Opener, qtbot: QtBot, where: str) -> None:
    said = "The graphics card has not enough memory for this: close what else uses it, or compute on the CPU."
    desk = opened(lambda: Broken(DeviceError(said), where))
    assert offered(desk, qtbot) == said
    assert desk.window.trouble.yes.text() == "Continue on the CPU"
    QTest.mouseClick(desk.window.trouble.yes, LEFT)
    if where == "encode":  # the photos were refused: they are dropped again
        qtbot.waitUntil(lambda: desk.session.engine.engine is not None, timeout=PATIENCE)
        assert "graphics card" in desk.window.photos["source"].overlay.banner.text()
        return
    drawn(desk, qtbot)
    assert not desk.window.trouble.isVisible() and type(desk.session.engine.engine) is FakeEngine


def test_a_card_that_fails_while_loading(opened: Opener, qtbot: QtBot) -> None:
    def load() -> FakeEngine:
        raise DeviceError("The graphics card failed: compute on the CPU, or start the computer again.")

    desk = opened(load)
    assert "card failed" in offered(desk, qtbot)
    QTest.mouseClick(desk.window.trouble.yes, LEFT)
    drawn(desk, qtbot)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ImportError("libtorch.so: cannot open", name="torch"), "A library cannot be loaded (torch)"),
        (WeightsError("The weights file person.safetensors is missing or cannot be read; restore it."), "is missing"),
        (MemoryError(), "not enough memory"),
    ],
    ids=["torch", "weights", "memory"],
)
def test_a_core_that_does_not_load_is_tried_again(opened: Opener, qtbot: QtBot, error: Exception, words: str) -> None:
    errors = [error, error]

    def load() -> FakeEngine:
        if errors:
            raise errors.pop()
        return FakeEngine()

    desk = opened(load)
    assert words in offered(desk, qtbot)
    QTest.mouseClick(desk.window.trouble.yes, LEFT)
    qtbot.waitUntil(lambda: not errors and desk.window.trouble.isVisible(), timeout=PATIENCE)
    assert words in desk.window.trouble.text.text()
    QTest.mouseClick(desk.window.trouble.yes, LEFT)
    drawn(desk, qtbot)
    assert not desk.window.trouble.isVisible() and not desk.window.result.overlay.banner.isVisible()


def test_a_worker_that_ends_is_started_again(opened: Opener, qtbot: QtBot) -> None:
    engine = Broken(SystemExit(3))
    desk = opened(lambda: engine)
    assert "SystemExit" in offered(desk, qtbot)
    qtbot.waitUntil(desk.core.isFinished, timeout=PATIENCE)
    engine.error = None
    QTest.mouseClick(desk.window.trouble.yes, LEFT)
    drawn(desk, qtbot)
    assert desk.core.isRunning()


def test_the_offer_can_be_declined(opened: Opener, qtbot: QtBot) -> None:
    desk = opened(lambda: Broken(ValueError("odd")))
    offered(desk, qtbot)
    QTest.mouseClick(desk.window.trouble.no, LEFT)
    assert not desk.window.trouble.isVisible() and desk.window.isVisible()


def child(meshes: MeshWorker) -> int:
    return 0 if meshes._child is None else meshes._child.pid


@pytest.mark.real_meshes
def test_the_real_mesh_process_is_killed_and_comes_back(loaded: Desk, qtbot: QtBot) -> None:
    """Twice within a minute: then the meshes are drawn in software, and pyrender can be tried again."""
    window, meshes = loaded.window, loaded.meshes
    qtbot.waitUntil(lambda: window.mesh.has_picture, timeout=PATIENCE)
    seen = []
    for _ in range(2):
        pid = child(meshes)
        assert pid
        seen.append(pid)
        os.kill(pid, signal.SIGKILL)
        with qtbot.waitSignal(meshes.drawn, timeout=PATIENCE):
            loaded.session.set_turn(yaw=loaded.session.turn.yaw + 5)
    assert len(set(seen)) == 2 and child(meshes) == 0
    assert "ended twice" in offered(loaded, qtbot)
    QTest.mouseClick(window.trouble.yes, LEFT)
    qtbot.waitUntil(lambda: window.status.meshes.text() == "Meshes: pyrender", timeout=PATIENCE)
    with qtbot.waitSignal(meshes.drawn, timeout=PATIENCE):
        loaded.session.set_turn(yaw=loaded.session.turn.yaw + 5)
    assert child(meshes) not in (0, *seen) and not window.trouble.isVisible()


def test_without_any_renderer_the_window_goes_on_without_meshes(
    qtbot: QtBot, qapp: QApplication, photos: dict[str, Path], monkeypatch: pytest.MonkeyPatch, opened: Opener
) -> None:
    def broken(request: object) -> np.ndarray:
        raise RuntimeError("no software either")

    monkeypatch.setattr("app.workers.mesh_worker.MeshWorker._start", lambda self, note="": None)
    monkeypatch.setattr("app.application.draw", broken)
    desk = opened(FakeEngine)
    drawn(desk, qtbot)
    said = "The meshes cannot be drawn: this should not have happened (RuntimeError: no software either)"
    assert said in offered(desk, qtbot)
    assert desk.window.trouble.no.text() == "Continue without the meshes"
    QTest.mouseClick(desk.window.trouble.no, LEFT)
    assert desk.window.docks["meshes"].isHidden() and not desk.window.trouble.isVisible()
    before = desk.session.result
    desk.session.set_dial(pose=0.4)
    qtbot.waitUntil(lambda: desk.session.result is not before, timeout=PATIENCE)


def test_an_offer_is_no_column_of_words(loaded: Desk, qtbot: QtBot) -> None:
    """Its buttons stand beside it where there is room, else below it."""
    window, bar = loaded.window, loaded.window.trouble
    said = "The meshes cannot be drawn: this should not have happened (RuntimeError: no room); please report it."

    def is_below() -> bool:
        return bar.no.mapTo(bar, QPoint(0, 0)).y() > bar.text.geometry().bottom()

    for size, below in ((window.minimumSize(), True), (QSize(1900, 1000), False), (window.minimumSize(), True)):
        window.resize(size)
        bar.offer(said, "Try again", "Continue without the meshes")
        qtbot.waitUntil(lambda below=below: is_below() is below, timeout=10_000)
        qtbot.waitUntil(lambda: bar.text.height() >= bar.text.heightForWidth(bar.text.width()), timeout=PATIENCE)
        assert bar.text.height() < 4 * bar.text.fontMetrics().lineSpacing()


@pytest.mark.parametrize("garbage", ["print('hello')", "import os; os.write(1, b'\\x02\\0\\0\\0{}')"])
def test_a_mesh_process_that_talks_nonsense_is_left_alone(qtbot: QtBot, garbage: str) -> None:
    worker = MeshWorker(lambda request: np.zeros((2, 2, 3), np.uint8), (sys.executable, "-c", garbage))
    with qtbot.waitSignal(worker.noted, timeout=PATIENCE) as caught:
        worker.start()
    worker.stop()
    assert caught.args is not None and "software renderer" in caught.args[0]


class _Gone:
    """A backend whose graphics card ran out of memory."""

    name, computes_in = "gone", "float32"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def reenact(self, *_: object) -> object:
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), DeviceError, "not enough memory"),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), DeviceError, "card failed"),
        (RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), DeviceError, "card failed"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp] can't allocate memory: 12 bytes"), MemoryError, ""),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), RuntimeError, "mat1"),
    ],
    ids=["oom", "lost", "cudnn", "cpu", "other"],
)
def test_what_a_graphics_card_says_becomes_a_sentence(
    reenactor: Reenactor,
    source: EncodedFace,
    driving: EncodedFace,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    kind: type[Exception],
    words: str,
) -> None:
    monkeypatch.setattr(reenactor, "_backend", _Gone(error))
    with pytest.raises(kind) as caught:
        reenactor.render(source, driving, Controls())
    assert type(caught.value) is kind and words in str(caught.value)
    with pytest.raises(kind), device_errors():
        raise error


def test_an_exception_nobody_caught_is_a_sentence_and_in_the_log(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a slot and in a thread, of the window as it is run."""
    monkeypatch.setattr(Desk.__init__, "__defaults__", (FakeEngine, tmp_path, None, FakeEngine))
    log_file._seen.clear()
    seen: list[str] = []
    photo = tmp_path / "Jane Doe.png"

    def explode() -> None:
        raise KeyError(str(photo))

    def look() -> None:
        (window,) = (w for w in QApplication.topLevelWidgets() if w.isVisible())
        if not window.trouble.isVisible():  # type: ignore[attr-defined]
            return
        seen.append(window.trouble.text.text())  # type: ignore[attr-defined]
        assert not window.trouble.yes.isVisible()  # type: ignore[attr-defined]
        if len(seen) == 1:
            window.trouble.no.click()  # type: ignore[attr-defined]
            threading.Thread(target=lambda: 1 / 0).start()
            return
        timer.stop()
        qWarning("a warning of Qt")
        window.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(50)
    QTimer.singleShot(300, explode)
    assert run_window(None, None, False) == 0
    assert "(KeyError)" in seen[0] and "(ZeroDivisionError)" in seen[-1]
    text = log_path().read_text()
    assert "KeyError: '<path>'" in text and "ZeroDivisionError" in text and "qt: a warning of Qt" in text
    assert "Jane" not in text and str(tmp_path) not in text


def test_qt_warnings_go_to_the_log_and_back() -> None:
    with watching(), qt_messages():
        qWarning("Jane.png has no colours")
    assert "qt: <file>.png has no colours" in log_path().read_text()
