"""The marks of saved files: on at first, switched off only on purpose, remembered, and said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.presenters.origins import pixels
from core.provenance.choice import REASON, choice_path, read_choice
from core.provenance.marks import Input, Marks
from tests.app.acts import LEFT, drop, files
from tests.app.conftest import photo
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose, file_dialog, question
from tests.soak.answering import answering


@pytest.fixture(autouse=True)
def own_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("core.provenance.choice.config_folder", lambda: tmp_path / "kept")
    yield


def switch(desk: Desk, word: str) -> QAction:
    return next(action for action in desk.window.menus.marks.actions() if word in action.text().replace("&", ""))


def save(desk: Desk, qtbot: QtBot, path: Path) -> str:
    with file_dialog(path):
        choose(desk.window.menus.save)
    qtbot.waitUntil(lambda: not desk.session.jobs.unfinished)
    return desk.session.message


def test_saved_files_are_marked_and_name_what_they_came_from(
    loaded: Desk,
    engine: FakeEngine,
    qtbot: QtBot,
    tmp_path: Path,
    photos: dict[str, Path],
) -> None:
    assert save(loaded, qtbot, tmp_path / "a.png") == "Saved a.png."
    (marks,) = engine.saved_with
    assert (marks.manifest, marks.watermark, marks.label) == (True, True, False)
    assert [(each.role, each.path) for each in marks.inputs] == [("source", photos["one"]), ("driver", photos["two"])]


def test_all_photos_of_a_person_are_named(
    loaded: Desk,
    engine: FakeEngine,
    qtbot: QtBot,
    tmp_path: Path,
    photos: dict[str, Path],
) -> None:
    more = [photo(tmp_path / f"{side}.png", size=(side, 150)) for side in (170, 180)]
    drop(loaded.window.photos["source"], files(more[0], photos["one"], more[1]))
    qtbot.waitUntil(loaded.window.photos["source"].strip.isVisible)
    loaded.session.draw_photo(1)
    qtbot.waitUntil(lambda: not loaded.session.slot("source").busy)
    wanted = loaded.session.slot("source").wanted
    qtbot.waitUntil(lambda: (r := loaded.session.result) is not None and r.request.source is wanted)
    save(loaded, qtbot, tmp_path / "a.png")
    (marks,) = engine.saved_with
    assert [(each.role, each.path) for each in marks.inputs] == [
        ("source", photos["one"]),
        ("driver", photos["two"]),
        ("further source", more[0]),
        ("further source", more[1]),
    ]
    assert all(len(each.sha256) == 64 for each in marks.inputs)


@pytest.mark.parametrize("how", ["by the button", "by Escape", "by Enter"])
def test_a_mark_stays_where_the_question_is_not_answered_by_its_one_button(loaded: Desk, how: str) -> None:
    action = switch(loaded, "watermark")

    def answer(box: QMessageBox) -> None:
        keep = next(each for each in box.buttons() if each.text() == "Keep it")
        if how == "by the button":
            QTest.mouseClick(keep, LEFT)
        else:
            QTest.keyClick(box, Qt.Key.Key_Escape if how == "by Escape" else Qt.Key.Key_Return)

    with answering(QMessageBox, answer):
        choose(action)
    assert action.isChecked() and read_choice().watermark


def test_a_mark_is_switched_off_only_on_purpose(loaded: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path) -> None:
    action = switch(loaded, "watermark")
    with question("Switch off", "Save without the invisible watermark from now on?", REASON):
        choose(action)
    assert not action.isChecked()
    assert save(loaded, qtbot, tmp_path / "a.png") == "Saved a.png, without the invisible watermark."
    assert not engine.saved_with[0].watermark and engine.saved_with[0].manifest
    choose(loaded.window.menus.copy)
    assert loaded.session.result is not None
    assert np.array_equal(pixels(QGuiApplication.clipboard().image()), loaded.session.result.output.image)


def test_the_choice_is_remembered(loaded: Desk, qapp: QApplication, tmp_path: Path, engine: FakeEngine) -> None:
    with question("Switch off", "signed manifest"):
        choose(switch(loaded, "manifest"))
    choose(switch(loaded, "label"))
    assert read_choice() == Marks(watermark=True, manifest=False, label=True)
    assert choice_path().stat().st_mode & 0o077 == 0
    again = Desk(qapp, lambda: engine, tmp_path / "no samples")
    assert [switch(again, word).isChecked() for word in ("manifest", "watermark", "label")] == [False, True, True]
    again.window.deleteLater()
    again.deleteLater()


def test_the_label_needs_no_question(loaded: Desk) -> None:
    """A question would hold the test here."""
    for on in (True, False):
        choose(switch(loaded, "label"))
        assert read_choice().label is on


@pytest.mark.parametrize("text", ["", "[]", '{"watermark": 0}', "not json", '{"other": false}'])
def test_a_damaged_choice_is_everything_on(text: str) -> None:
    choice_path().parent.mkdir(parents=True)
    choice_path().write_text(text, encoding="utf-8")
    assert read_choice() == Marks()


def test_pasted_photos_have_no_path(loaded: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path) -> None:
    before = loaded.session.result
    QGuiApplication.clipboard().setImage(loaded.window.grab().toImage())
    loaded.window.photos["source"].setFocus()
    choose(loaded.window.menus.paste)
    qtbot.waitUntil(lambda: loaded.session.result is not None and loaded.session.result is not before)
    save(loaded, qtbot, tmp_path / "a.png")
    pasted = [each for each in engine.saved_with[0].inputs if each.path is None]
    assert len(pasted) == 1 and isinstance(pasted[0], Input)
