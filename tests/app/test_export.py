from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.presenters.origins import pixels
from core.media.atomic import atomic_write
from core.provenance.embed import embed
from tests.app.acts import LEFT, drag_slider, handle, press_slider, pull_slider
from tests.app.conftest import PATIENCE
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose, file_dialog, question


def finished(desk: Desk, qtbot: QtBot, state: str) -> None:
    def ended() -> bool:
        job = desk.session.jobs.newest
        return job is not None and job.state == state

    qtbot.waitUntil(ended, timeout=PATIENCE)


def size_of(path: Path) -> tuple[int, int]:
    with PillowImage.open(path) as picture:
        return picture.size


@pytest.mark.parametrize("name", ["a.png", "ünï code.jpg"])
def test_save_the_result(loaded: Desk, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with file_dialog(path, proposal="one ünï__two.png"):
        QTest.keySequence(loaded.window, "Ctrl+S")
    finished(loaded, qtbot, "done")
    assert size_of(path) == (256, 256)
    assert loaded.window.status.message.full_text == f"Saved {name}."
    assert f"Saved {name}" in loaded.window.result.progress_text.full_text


def test_what_is_saved_while_a_slider_is_held_is_no_draft(
    loaded: Desk, qtbot: QtBot, engine: FakeEngine, tmp_path: Path
) -> None:
    slider = loaded.window.controls.sliders["pose"].slider
    press_slider(slider)
    pull_slider(slider, 40, 2)
    session = loaded.session
    qtbot.waitUntil(lambda: session.result is not None and session.result.request.controls.pose == session.dial.pose)
    assert session.result is not None and session.result.request.passing and engine.drafts[-1]
    path = tmp_path / "held.png"
    with file_dialog(path):
        choose(loaded.window.result.save_action)
    finished(loaded, qtbot, "done")
    assert not engine.drafts[-1] and engine.rendered[-1] == engine.rendered[-2] and path.exists()
    QTest.mouseRelease(slider, LEFT, Qt.KeyboardModifier.NoModifier, handle(slider))


def test_save_the_full_photo(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "full.png"
    with file_dialog(path):
        choose(loaded.window.result.save_full_action)
    finished(loaded, qtbot, "done")
    assert size_of(path) == (512, 512)


def test_a_file_that_cannot_be_written_is_told(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    with file_dialog(tmp_path / "no folder" / "a.png"):
        choose(loaded.window.result.save_action)
    finished(loaded, qtbot, "failed")
    assert loaded.window.result.overlay.banner.text() == "The folder 'no folder' does not exist; choose another."
    assert loaded.window.result.save_button.isEnabled()
    with file_dialog(tmp_path / "a.png"):
        choose(loaded.window.result.save_action)
    assert not loaded.window.result.overlay.banner.isVisible(), "the error of the attempt before"
    finished(loaded, qtbot, "done")


def test_the_animation_shows_progress(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    with file_dialog(tmp_path / "a.gif"):
        choose(loaded.window.result.sweep_action)
    bar = loaded.window.result.progress
    assert bar.isVisible()
    qtbot.waitUntil(lambda: 0 < bar.value() < bar.maximum())
    drag_slider(loaded.window.controls.sliders["pose"].slider, 40)
    wanted = loaded.session.dial.pose
    assert wanted < 1.0
    qtbot.waitUntil(lambda: loaded.session.result is not None and loaded.session.result.request.controls.pose == wanted)
    assert loaded.session.jobs.unfinished, "the live picture waited for the export"
    finished(loaded, qtbot, "done")
    assert not bar.isVisible()


def test_the_animation_can_be_cancelled(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    with file_dialog(path):
        choose(loaded.window.result.sweep_action)
    qtbot.waitUntil(lambda: loaded.window.result.progress.value() > 0)
    QTest.mouseClick(loaded.window.result.cancel_button, LEFT)
    finished(loaded, qtbot, "cancelled")
    assert not path.exists()
    with file_dialog(path):
        choose(loaded.window.result.sweep_action)
    finished(loaded, qtbot, "done")


def test_closing_the_window_asks_and_cancels_an_export(
    loaded: Desk, qtbot: QtBot, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.frame_seconds = 0.2  # it is not done before both questions are answered
    path = tmp_path / "a.gif"
    with file_dialog(path):
        choose(loaded.window.result.sweep_action)
    with question("Cancel", "still being written: stop it and quit?"):
        choose(loaded.window.menus.quit)
    assert loaded.window.isVisible(), "closed over a film, though the answer was no"
    with question("Stop and quit"):
        choose(loaded.window.menus.quit)
    assert not loaded.window.isVisible() and loaded.exports.isFinished() and loaded.batches.isFinished()
    assert not path.exists()


def test_closing_hides_the_window_and_tells_every_worker_before_it_waits(
    loaded: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with file_dialog(tmp_path / "a.gif"):
        choose(loaded.window.result.sweep_action)
    qtbot.waitUntil(lambda: loaded.window.result.progress.value() > 0)
    seen: list[tuple[bool, ...]] = []
    wait = loaded.exports.wait

    def look() -> bool:
        seen.append((loaded.window.isVisible(), loaded.core.mailbox.closed, loaded.meshes.mailbox.closed))
        return wait()

    monkeypatch.setattr(loaded.exports, "wait", look)
    with question("Stop and quit"):
        loaded.window.close()
    assert seen == [(False, True, True)]
    assert list(tmp_path.glob("*.gif")) == []


def test_a_file_that_appears_meanwhile_is_left_and_told(
    loaded: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    def written(path: Path, *rest: object) -> None:
        with atomic_write(path) as temporary:
            FakeEngine.save_sweep(engine, temporary, *rest)  # type: ignore[arg-type]

    engine.save_sweep = written  # type: ignore[method-assign,assignment]
    path = tmp_path / "a.gif"
    with file_dialog(path):
        choose(loaded.window.result.sweep_action)
    qtbot.waitUntil(lambda: loaded.window.result.progress.value() > 0)
    path.write_bytes(b"of somebody")
    finished(loaded, qtbot, "failed")
    assert "has appeared" in loaded.window.result.overlay.banner.text() and path.read_bytes() == b"of somebody"
    assert [each.name for each in tmp_path.glob(".*") if each.is_file()] == []
    job = loaded.session.jobs.newest
    assert job is not None
    path.unlink()
    loaded.window.docks["queue"].bring_up()
    QTest.mouseClick(loaded.window.queue.rows[job.number].retry, LEFT)
    finished(loaded, qtbot, "done")
    with question("Yes", "a.gif already exists"), file_dialog(path):
        choose(loaded.window.result.sweep_action)
    finished(loaded, qtbot, "done")


def test_copy(loaded: Desk) -> None:
    QTest.keySequence(loaded.window, "Ctrl+C")
    assert loaded.session.result is not None
    shown = loaded.session.result.output.image
    copied = pixels(QGuiApplication.clipboard().image())
    assert np.array_equal(copied, embed(shown)) and not np.array_equal(copied, shown)


def test_nothing_can_be_saved_before_there_is_a_result(desk: Desk) -> None:
    assert not desk.window.result.save_button.isEnabled() and not desk.window.result.copy_button.isEnabled()
    QTest.keySequence(desk.window, "Ctrl+S")
    QTest.keySequence(desk.window, "Ctrl+C")
    assert QApplication.activeModalWidget() is None and desk.session.jobs.newest is None


def test_not_choosing_a_file_starts_nothing(loaded: Desk) -> None:
    with file_dialog(proposal="one ünï__two.png"):
        choose(loaded.window.result.save_action)
    assert loaded.session.jobs.newest is None


def test_the_full_photo_keeps_its_transparency(loaded: Desk, qtbot: QtBot, tmp_path: Path, engine: FakeEngine) -> None:
    rng = np.random.default_rng(5)
    cut_out = rng.integers(0, 255, (120, 160, 4), np.uint8)
    PillowImage.fromarray(cut_out).save(tmp_path / "cut out.png")
    before = loaded.session.result
    loaded.photos["source"].open_path(tmp_path / "cut out.png")
    qtbot.waitUntil(lambda: loaded.session.result is not before, timeout=PATIENCE)
    with file_dialog(tmp_path / "full.png"):
        choose(loaded.window.result.save_full_action)
    finished(loaded, qtbot, "done")
    assert engine.alphas[-1] is not None and np.array_equal(engine.alphas[-1], cut_out[..., 3])
    assert loaded.window.result.size_note.text() == "Patch 256 × 256 in 160 × 120"
