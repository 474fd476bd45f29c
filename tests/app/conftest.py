"""A window with a fake core, driven as a person would.  Leaked windows and live threads fail a test."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["LC_ALL"] = "C.UTF-8"  # whoever runs the tests: the window speaks English

import numpy as np
import psutil
import pytest
from PIL import Image as PillowImage
from PySide6.QtCore import QEvent, QLocale, QThread
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app import tr
from app.application import Desk
from app.store import json_file
from app.store.folders import Folders
from app.store.settings import Settings
from app.workers import mesh_worker
from app.workers.engine import Loader
from tests.app.fake_engine import CROWDED, FACELESS, FakeEngine
from tests.app.goldens import own_font

QUICK_MESHES = (sys.executable, "-I", "-S", str(Path(__file__).with_name("quick_meshes.py")))
MESH_PROCESSES = ("mesh_process", "quick_meshes")
PATIENCE = 90_000
"""Milliseconds a window may take to begin on a machine that is busy with other things."""


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """pytest-qt's, which gives up after five seconds: a machine that is busy may need longer for a click."""
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=PATIENCE))
    return qtbot


@pytest.fixture(autouse=True)
def nothing_leaks(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No window, no widget that belongs to none, no Python thread or child process may outlive a test."""
    threads, before, desks = _python_threads(), set(_strays()), _noted_desks(monkeypatch)
    yield
    QApplication.processEvents()
    left: list[QWidget] = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert not left, f"still open: {left}"
    _take_apart(desks)
    if not before.issuperset(_strays()):
        gc.collect()  # Python lets go of what is in cycles only now
        delete_deferred()
    strays = [stray for stray in _strays() if stray not in before]
    assert not strays, f"never deleted: {strays}"
    assert _python_threads() <= threads, "a thread is still alive"
    children = [child for child in psutil.Process().children() if _draws_meshes(child)]
    assert not children, "the mesh process is still alive"


def _noted_desks(monkeypatch: pytest.MonkeyPatch) -> list[Desk]:
    """All that are made from now on."""
    desks: list[Desk] = []
    connect = Desk._connect

    def noted(self: Desk, settings: Settings) -> None:
        desks.append(self)
        connect(self, settings)

    monkeypatch.setattr(Desk, "_connect", noted)
    return desks


def _take_apart(desks: list[Desk]) -> None:
    """Delete closed windows that a test let be: with four hundred widgets each, every later test is slower."""
    for desk in filter(isValid, desks):
        assert not any(thread.isRunning() for thread in desk.findChildren(QThread)), "a worker survived the window"
        desk.window.deleteLater()
        desk.deleteLater()
    desks.clear()
    delete_deferred()


def _draws_meshes(child: psutil.Process) -> bool:
    return any(name in argument for name in MESH_PROCESSES for argument in child.cmdline())


def _strays() -> list[QWidget]:
    """Widgets outside of any window, which somebody forgot.

    pyqtgraph keeps a menu for every plot there ever was.
    """
    alone = [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]
    plots = [menu for menu in alone if isinstance(menu, QMenu) and menu.title() == "Plot Options"]
    return [widget for widget in alone if widget not in plots]


def _python_threads() -> set[threading.Thread]:
    """Python keeps a dummy for every QThread it has seen; whether those ended, the ``desk`` fixture asks Qt."""
    return {thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)}


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """Settings, presets and sessions of a test go to folders of its own, where the notice was seen already."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    folders = Folders.of_user()
    json_file.write(folders.settings, Settings(noticed=True).to_text(), private=True)
    return folders


@pytest.fixture(autouse=True)
def quick_meshes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows draw grey meshes, except where a test is about them (``real_meshes``)."""
    if request.node.get_closest_marker("real_meshes") is None:
        monkeypatch.setattr(mesh_worker, "COMMAND", QUICK_MESHES)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@contextmanager
def opened(
    qtbot: QtBot, qapp: QApplication, load: Loader, samples: Path, settings: Settings | None = None
) -> Iterator[Desk]:
    """An open window whose core is loaded; it ends and is taken apart, whatever happens.

    ``settings``: what it finds at its start.
    """
    if settings is not None:
        json_file.write(Folders.of_user().settings, settings.to_text(), private=True)
    desk = Desk(qapp, load, samples)
    desk.show()
    try:
        qtbot.waitUntil(lambda: desk.session.engine.engine is not None, timeout=PATIENCE)
        yield desk
    finally:  # or a test that could not even begin takes the next ones with it
        desk.window.may_close = lambda: True
        desk.window.close()
        running = [thread for thread in desk.findChildren(QThread) if thread.isRunning()]
        desk.window.deleteLater()
        desk.deleteLater()
        if not running:  # to delete one that runs would end the whole process
            delete_deferred()
    assert not running, "a worker survived the window"


@contextmanager
def speaking(language: str, qtbot: QtBot, qapp: QApplication, samples: Path) -> Iterator[Desk]:
    """An open window in a language, with letters that are as wide on every machine; what was before comes back."""
    numbers, settings = QLocale(), Settings(noticed=True, language=language)
    try:
        with own_font(qapp), opened(qtbot, qapp, FakeEngine, samples, settings) as desk:
            yield desk
    finally:
        tr.use("en", [])
        QLocale.setDefault(numbers)


def show_small(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    """Two photos and their result in the smallest window there is."""
    desk.window.resize(desk.window.minimumSize())
    desk.photos["source"].open_path(photos["one"])
    desk.photos["driving"].open_path(photos["two"])
    qtbot.waitUntil(lambda: desk.session.result is not None and desk.window.occlusion.mask_button.isVisible())


def delete_deferred() -> None:
    """Let Qt delete what was to be deleted later."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, engine: FakeEngine, tmp_path: Path) -> Iterator[Desk]:
    """An open window without photos."""
    with opened(qtbot, qapp, lambda: engine, tmp_path / "no samples") as desk:
        yield desk


def photo(path: Path, first: tuple[int, int, int] = (9, 9, 9), size: tuple[int, int] = (160, 120)) -> Path:
    """A noise photo; its first pixel tells the fake engine how many faces there are."""
    pixels = np.random.default_rng(size[0]).integers(0, 255, (size[1], size[0], 3), np.uint8)
    pixels[0, 0] = first
    PillowImage.fromarray(pixels).save(path)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, Path]:
    """Files by what is in them."""
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"this is text")
    return {
        "one": photo(tmp_path / "one ünï.png"),
        "two": photo(tmp_path / "two.png", size=(200, 150)),
        "faceless": photo(tmp_path / "faceless.png", FACELESS),
        "crowd": photo(tmp_path / "crowd.png", CROWDED, (400, 200)),
        "broken": broken,
        "folder": tmp_path,
        "missing": tmp_path / "missing.png",
    }


@pytest.fixture
def loaded(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> Desk:
    """An open window with both photos and a result."""
    desk.photos["source"].open_path(photos["one"])
    desk.photos["driving"].open_path(photos["two"])
    qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)
    return desk
