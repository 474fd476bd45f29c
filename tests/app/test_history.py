"""Undo and redo of everything, by key, as a person would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import history
from app.application import Desk
from app.choice import PhotoChoice
from app.document import Dial, Document
from app.history import History
from app.roles import ROLES
from core.edits import Edits
from tests.app.acts import LEFT, drag_slider, drop, files
from tests.app.fake_engine import FakeEngine

UNDO, REDO = "Ctrl+Z", "Ctrl+Shift+Z"


def idle(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not any(desk.session.slot(role).busy for role in ROLES))


def names(desk: Desk) -> list[str]:
    return [desk.window.photos[role].note.full_text for role in ROLES]


def test_a_drag_is_one_step(loaded: Desk, qtbot: QtBot) -> None:
    before = loaded.session.document
    drag_slider(loaded.window.controls.sliders["pose"].slider, 20, steps=9)
    after = loaded.session.document
    assert after.dial.pose < 0.3
    drag_slider(loaded.window.controls.sliders["pose"].slider, 120, steps=9)
    assert loaded.window.menus.undo.text() == "&Undo pose"
    QTest.keySequence(loaded.window, UNDO)
    assert loaded.session.document == after
    QTest.keySequence(loaded.window, UNDO)
    assert loaded.session.document == before
    assert loaded.window.controls.sliders["pose"].slider.value() == 100
    qtbot.waitUntil(lambda: loaded.session.result is not None and loaded.session.result.request.controls.pose == 1.0)
    QTest.keySequence(loaded.window, REDO)
    assert loaded.session.document == after
    QTest.keySequence(loaded.window, "Ctrl+Y")
    assert loaded.session.dial.pose > 1.1
    assert not loaded.window.menus.redo.isEnabled()


def test_modes_placement_and_flip_are_steps(loaded: Desk) -> None:
    start = loaded.session.document
    QTest.keySequence(loaded.window, "P")
    loaded.session.set_dial(placement="driving")
    QTest.keySequence(loaded.window, "Space")
    for name in ("pose and expression", "place as in", "pose only"):
        assert loaded.window.menus.undo.text() == f"&Undo {name}"
        QTest.keySequence(loaded.window, UNDO)
    assert loaded.session.document == start
    assert not loaded.window.controls.only["pose"].isChecked()


def test_a_new_change_ends_what_could_be_redone(loaded: Desk) -> None:
    loaded.session.set_dial(pose=0.5)
    QTest.keySequence(loaded.window, UNDO)
    loaded.session.set_dial(expression=0.5)
    QTest.keySequence(loaded.window, REDO)
    assert (loaded.session.dial.pose, loaded.session.dial.expression) == (1.0, 0.5)


def test_photos_come_back(loaded: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    drop(loaded.window.photos["source"], files(photos["crowd"]))
    idle(loaded, qtbot)
    loaded.session.choose_face("source", 1)
    idle(loaded, qtbot)
    assert loaded.window.menus.undo.text() == "&Undo choose a face"
    QTest.keySequence(loaded.window, UNDO)
    idle(loaded, qtbot)
    shown = loaded.session.slot("source").shown
    assert shown is not None and shown.chosen == 0
    assert loaded.window.menus.undo.text() == "&Undo open crowd.png"
    QTest.keySequence(loaded.window, UNDO)
    qtbot.waitUntil(lambda: names(loaded) == ["one ünï.png", "two.png"])
    QTest.keySequence(loaded.window, REDO)
    qtbot.waitUntil(lambda: "crowd.png" in names(loaded)[0])


@pytest.mark.parametrize("way", ["swap", "drop"])
def test_two_photos_that_came_together_are_one_step(
    loaded: Desk, qtbot: QtBot, photos: dict[str, Path], way: str
) -> None:
    if way == "swap":
        QTest.mouseClick(loaded.window.swap_button, LEFT)
    else:
        drop(loaded.window.photos["driving"], files(photos["one"], photos["two"]))
    qtbot.waitUntil(lambda: names(loaded) == ["two.png", "one ünï.png"])
    QTest.keySequence(loaded.window, UNDO)
    qtbot.waitUntil(lambda: names(loaded) == ["one ünï.png", "two.png"])
    QTest.keySequence(loaded.window, REDO)
    qtbot.waitUntil(lambda: names(loaded) == ["two.png", "one ünï.png"])


def test_back_to_the_empty_window_and_forth(loaded: Desk, qtbot: QtBot) -> None:
    window = loaded.window
    QTest.keySequence(window, UNDO)
    QTest.keySequence(window, UNDO)
    assert loaded.session.document == Document() and not window.menus.undo.isEnabled()
    assert loaded.session.result is None
    empties = [panel.overlay.empty for panel in window.photos.values()]
    for empty in (*empties, window.result.overlay.empty, window.flow.overlay.empty, window.mesh_overlay.empty):
        assert empty.isVisible()
    assert not window.result.save_button.isEnabled()
    QTest.keySequence(window, REDO)
    QTest.keySequence(window, REDO)
    qtbot.waitUntil(lambda: loaded.session.result is not None)
    assert window.result.image.isVisible()


def test_pasted_pictures_come_back(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 100, 50))
    QGuiApplication.clipboard().setImage(image)
    desk.window.photos["source"].setFocus()
    QTest.keySequence(desk.window, "Ctrl+V")
    idle(desk, qtbot)
    drop(desk.window.photos["source"], files(photos["one"]))
    idle(desk, qtbot)
    QTest.keySequence(desk.window, UNDO)
    qtbot.waitUntil(lambda: names(desk)[0] == "pasted picture")
    picture = desk.window.photos["source"].image.picture
    assert picture is not None and tuple(picture[0, 0]) == (200, 100, 50)


def test_a_photo_that_was_refused_is_no_step(loaded: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    before = loaded.session.document
    drop(loaded.window.photos["source"], files(photos["faceless"]))
    idle(loaded, qtbot)
    assert loaded.session.document == before
    assert loaded.window.menus.undo.text() == "&Undo open two.png"


def test_undo_while_a_photo_is_on_its_way_keeps_the_old_one(
    loaded: Desk, qtbot: QtBot, photos: dict[str, Path], engine: FakeEngine
) -> None:
    before = loaded.session.document
    engine.gate.clear()
    loaded.session.set_dial(pose=0.3)
    drop(loaded.window.photos["source"], files(photos["crowd"]))
    assert loaded.window.menus.undo.text() == "&Undo opening crowd.png"
    QTest.keySequence(loaded.window, UNDO)
    engine.gate.set()
    idle(loaded, qtbot)
    assert names(loaded)[0] == "one ünï.png" and loaded.session.dial.pose == 0.3
    QTest.keySequence(loaded.window, UNDO)
    assert loaded.session.document == before


def test_a_photo_that_is_gone_is_told_and_the_shown_one_stays(
    loaded: Desk, qtbot: QtBot, photos: dict[str, Path]
) -> None:
    for name in ("crowd", "two", "faceless", "broken"):  # more than the worker keeps in memory
        drop(loaded.window.photos["source"], files(photos[name]))
        idle(loaded, qtbot)
    for index in range(4):
        loaded.session.order_photo("driving", photos["two"].with_name("two.png"), f"{index}")
        idle(loaded, qtbot)
    photos["one"].unlink()
    for _ in range(2):
        QTest.keySequence(loaded.window, UNDO)
        idle(loaded, qtbot)
    assert loaded.window.photos["source"].overlay.banner.isVisible()
    shown = loaded.session.slot("source").shown
    assert shown is not None and loaded.session.document.source == shown.order.choice


def test_the_first_photos_of_the_window_are_no_steps(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    desk.session.order_both({"source": PhotoChoice(photos["one"], "one")}, "")
    idle(desk, qtbot)
    assert desk.session.document.source is not None and not desk.window.menus.undo.isEnabled()


def steps(count: int, clock: list[float], gesture: object = None, pause: float = 0.1) -> History:
    found = History(lambda: clock[0])
    for index in range(count):
        found.record("turn", Document(edits=Edits(yaw=index / 100)), gesture, 1.0)
        clock[0] += pause
    return found


def depth(found: History) -> int:
    count, document = 0, Document()
    while (previous := found.undo(document)) is not None:
        document, count = previous, count + 1
    return count


@pytest.mark.parametrize(("gesture", "pause", "expected"), [("a", 0.5, 1), ("a", 1.5, 9), (None, 0.1, 9)])
def test_steps_of_one_gesture_are_one(gesture: object, pause: float, expected: int) -> None:
    assert depth(steps(9, [0.0], gesture, pause)) == expected


def test_history_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert depth(steps(900, [0.0])) == history.MAX_STEPS
    monkeypatch.setattr(history, "MAX_PASTED", 25_000)
    found = History()
    for index in range(9):
        pasted = PhotoChoice(np.zeros((100, 33, 3), np.uint8), f"pasted {index}")
        for pose in (0.1, 0.2):
            found.record("paste", Document(pasted, pasted, Dial(pose)), None)
    assert depth(found) == 4, "two pictures of 9.9 kB fit, each in two steps"
