"""The marks of saved files: on at first, switched off only on purpose, remembered, and said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.presenters.origins import pixels
from core.provenance.choice import REASON, choice_path, read_choice
from core.provenance.marks import Input, Marks
from tests.app.acts import drop, files
from tests.app.conftest import photo
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose


@pytest.fixture(autouse=True)
def own_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("core.provenance.choice.config_folder", lambda: tmp_path / "kept")
    yield


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The question before a mark is switched off, and what is answered (at first: keep it)."""
    said: dict[str, object] = {"answer": False, "what": None, "reason": None}

    def ask(parent: object, what: str, reason: str) -> bool:
        said["what"], said["reason"] = what, reason
        return bool(said["answer"])

    monkeypatch.setattr("app.views.marks_dialog.ask_switch_off", ask)
    return said


def switch(desk: Desk, word: str) -> QAction:
    return next(action for action in desk.window.menus.marks.actions() if word in action.text().replace("&", ""))


def save(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: Path) -> str:
    monkeypatch.setattr("app.views.dialogs.ask_save", lambda *_: path)
    choose(desk.window.menus.save)
    qtbot.waitUntil(lambda: not desk.session.jobs.unfinished)
    return desk.session.message


def test_saved_files_are_marked_and_name_what_they_came_from(
    loaded: Desk,
    engine: FakeEngine,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    photos: dict[str, Path],
) -> None:
    assert save(loaded, qtbot, monkeypatch, tmp_path / "a.png") == "Saved a.png."
    (marks,) = engine.saved_with
    assert (marks.manifest, marks.watermark, marks.label) == (True, True, False)
    assert [(each.role, each.path) for each in marks.inputs] == [("source", photos["one"]), ("driver", photos["two"])]


def test_all_photos_of_a_person_are_named(
    loaded: Desk,
    engine: FakeEngine,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    photos: dict[str, Path],
) -> None:
    more = [photo(tmp_path / f"{side}.png", size=(side, 150)) for side in (170, 180)]
    drop(loaded.window.photos["source"], files(more[0], photos["one"], more[1]))
    qtbot.waitUntil(loaded.window.photos["source"].strip.isVisible)
    loaded.session.draw_photo(1)
    qtbot.waitUntil(lambda: not loaded.session.slot("source").busy)
    wanted = loaded.session.slot("source").wanted
    qtbot.waitUntil(lambda: (r := loaded.session.result) is not None and r.request.source is wanted)
    save(loaded, qtbot, monkeypatch, tmp_path / "a.png")
    (marks,) = engine.saved_with
    assert [(each.role, each.path) for each in marks.inputs] == [
        ("source", photos["one"]),
        ("driver", photos["two"]),
        ("further source", more[0]),
        ("further source", more[1]),
    ]
    assert all(len(each.sha256) == 64 for each in marks.inputs)


def test_a_mark_is_switched_off_only_on_purpose(
    loaded: Desk,
    engine: FakeEngine,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, object],
) -> None:
    action = switch(loaded, "watermark")
    choose(action)
    assert (asked["what"], asked["reason"]) == ("invisible watermark", REASON)
    assert action.isChecked() and read_choice().watermark, "the answer was to keep it"
    asked["answer"] = True
    choose(action)
    assert not action.isChecked()
    assert save(loaded, qtbot, monkeypatch, tmp_path / "a.png") == "Saved a.png, without the invisible watermark."
    assert not engine.saved_with[0].watermark and engine.saved_with[0].manifest
    choose(loaded.window.menus.copy)
    assert loaded.session.result is not None
    assert np.array_equal(pixels(QGuiApplication.clipboard().image()), loaded.session.result.output.image)


def test_the_choice_is_remembered(
    loaded: Desk, qapp: QApplication, asked: dict[str, object], tmp_path: Path, engine: FakeEngine
) -> None:
    asked["answer"] = True
    choose(switch(loaded, "manifest"))
    choose(switch(loaded, "label"))
    assert read_choice() == Marks(watermark=True, manifest=False, label=True)
    assert choice_path().stat().st_mode & 0o077 == 0
    again = Desk(qapp, lambda: engine, tmp_path / "no samples")
    assert [switch(again, word).isChecked() for word in ("manifest", "watermark", "label")] == [False, True, True]
    again.window.deleteLater()
    again.deleteLater()


def test_the_label_needs_no_question(loaded: Desk, asked: dict[str, object]) -> None:
    choose(switch(loaded, "label"))
    choose(switch(loaded, "label"))
    assert asked["what"] is None


@pytest.mark.parametrize("text", ["", "[]", '{"watermark": 0}', "not json", '{"other": false}'])
def test_a_damaged_choice_is_everything_on(text: str) -> None:
    choice_path().parent.mkdir(parents=True)
    choice_path().write_text(text, encoding="utf-8")
    assert read_choice() == Marks()


def test_pasted_photos_have_no_path(
    loaded: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = loaded.session.result
    QGuiApplication.clipboard().setImage(loaded.window.grab().toImage())
    loaded.window.photos["source"].setFocus()
    choose(loaded.window.menus.paste)
    qtbot.waitUntil(lambda: loaded.session.result is not None and loaded.session.result is not before)
    save(loaded, qtbot, monkeypatch, tmp_path / "a.png")
    pasted = [each for each in engine.saved_with[0].inputs if each.path is None]
    assert len(pasted) == 1 and isinstance(pasted[0], Input)
