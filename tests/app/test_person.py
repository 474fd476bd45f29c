"""Several photos of one person: dropped, added, drawn, removed, undone; what cannot be used does not lose the rest."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.choice import MOST_PHOTOS, PhotoChoice, of_person
from app.document import Document
from app.roles import ROLES
from app.slot import Photo
from app.store.project import project_text, read_project
from app.views.person_strip import PersonStrip
from app.views.shortcuts_dialog import on_controls, shortcuts_of
from core.errors import InputError
from tests.app.acts import LEFT, NONE, drag_over, drop, files
from tests.app.conftest import photo
from tests.app.driver_films import folder
from tests.app.fake_engine import FACELESS, STRANGE, FakeEngine
from tests.app.hands import choose, file_dialog, question

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def album(tmp_path: Path) -> dict[str, Path]:
    """Photos of one person and of another, one without a face, and one that is no photo."""
    sizes = {"a": (160, 120), "b": (170, 130), "c": (180, 140), "d": (190, 150)}
    found = {name: photo(tmp_path / f"{name}.png", size=size) for name, size in sizes.items()}
    found["stranger"] = photo(tmp_path / "stranger.png", STRANGE, (150, 150))
    found["faceless"] = photo(tmp_path / "faceless.png", FACELESS)
    found["broken"] = tmp_path / "broken.png"
    found["broken"].write_bytes(b"this is text")
    return found


def source(desk: Desk) -> Photo:
    shown = desk.session.slot("source").shown
    assert shown is not None
    return shown


def strip(desk: Desk) -> PersonStrip:
    return desk.window.photos["source"].strip


def settled(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not any(desk.session.slot(role).busy for role in ROLES))


def names(desk: Desk) -> list[str]:
    """The photos of the person, the one that is drawn in brackets."""
    choice = desk.session.document.source
    assert choice is not None
    return [f"[{p.label[0]}]" if n == choice.place else p.label[0] for n, p in enumerate(choice.photos)]


def click(desk: Desk, number: int) -> None:
    shown = strip(desk).list
    place = shown.visualItemRect(shown.item(number)).center()
    QTest.mouseClick(shown.viewport(), LEFT, NONE, place)


def test_photos_dropped_together_are_fitted_together_and_one_is_drawn(
    loaded: Desk, qtbot: QtBot, album: dict[str, Path], tmp_path: Path
) -> None:
    desk, panel = loaded, loaded.window.photos["source"]
    before = desk.session.document
    assert not strip(desk).isVisible()
    drop(panel, files(album["a"], album["b"], album["c"]))
    qtbot.waitUntil(lambda: strip(desk).isVisible())
    assert names(desk) == ["[a]", "b", "c"] and source(desk).encoded.fitted_to == 3
    assert panel.image.picture is not None and panel.image.picture.shape == (120, 160, 3)
    assert panel.note.full_text == "3 photos · a.png"
    driver = desk.session.document.driving
    assert driver == before.driving, "the second photo of a person is not a driver"

    click(desk, 2)
    settled(desk, qtbot)
    assert names(desk) == ["a", "b", "[c]"] and panel.image.picture.shape == (140, 180, 3)
    assert source(desk).encoded.fitted_to == 3

    shown = strip(desk).list
    shown.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_Left)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    settled(desk, qtbot)
    assert names(desk) == ["a", "[b]", "c"]
    QTest.keyClick(shown, Qt.Key.Key_Delete)
    settled(desk, qtbot)
    assert names(desk) == ["a", "[c]"] and desk.window.menus.undo.text() == "&Undo remove b.png"

    item = shown.visualItemRect(shown.item(0)).center()
    QApplication.sendEvent(
        shown.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, item, shown.viewport().mapToGlobal(item))
    )
    assert shown.menu.isVisible() and shown.draw_action.isEnabled()
    QTest.mouseClick(shown.menu, LEFT, NONE, shown.menu.actionGeometry(shown.remove_action).center())
    settled(desk, qtbot)
    assert names(desk) == ["[c]"] and not strip(desk).isVisible()
    assert desk.window.focusWidget() is panel, "where the keys were is gone"

    desk.window.activateWindow()  # no window manager gives it back what the menu had
    qtbot.waitUntil(desk.window.isActiveWindow)
    for wanted in (["a", "[c]"], ["a", "[b]", "c"], ["a", "b", "[c]"], ["[a]", "b", "c"]):
        QTest.keySequence(desk.window, "Ctrl+Z")
        settled(desk, qtbot)
        assert names(desk) == wanted
    QTest.keySequence(desk.window, "Ctrl+Z")
    settled(desk, qtbot)
    assert desk.session.document == before
    QTest.keySequence(desk.window, "Ctrl+Shift+Z")
    settled(desk, qtbot)
    assert names(desk) == ["[a]", "b", "c"]
    qtbot.waitUntil(lambda: (r := desk.session.result) is not None and r.request.source is source(desk).order)


def test_further_photos_are_added_by_key_by_button_and_by_dropping(
    loaded: Desk, qtbot: QtBot, album: dict[str, Path], tmp_path: Path
) -> None:
    desk, panel = loaded, loaded.window.photos["source"]
    with file_dialog(album["a"]):
        QTest.keySequence(desk.window, "Ctrl+Shift+A")
    settled(desk, qtbot)
    assert names(desk) == ["[o]", "a"] and desk.window.menus.undo.text() == "&Undo add a.png"
    for answer in ([album["b"]], []):
        with file_dialog(*answer):
            QTest.mouseClick(strip(desk).add_button, LEFT)
        settled(desk, qtbot)
    assert names(desk) == ["[o]", "a", "b"], "no answer adds nothing"
    with file_dialog(album["b"]):
        QTest.mouseClick(strip(desk).add_button, LEFT)
    assert "there already" in panel.overlay.banner.text() and names(desk) == ["[o]", "a", "b"]

    data = files(album["c"])
    assert drag_over(panel, data) and "Shift" in panel.overlay.drop.text()
    done = drop(panel, data, SHIFT)
    assert done == Qt.DropAction.CopyAction, "a file manager would remove what it thinks was moved"
    settled(desk, qtbot)
    assert names(desk) == ["[o]", "a", "b", "c"] and not panel.overlay.banner.isVisible()
    drop(panel, files(album["d"]), place=strip(desk).geometry().center())
    settled(desk, qtbot)
    assert names(desk) == ["[o]", "a", "b", "c", "d"]

    pictures = folder(tmp_path / "pictures")
    drop(panel, files(album["a"], pictures, album["b"]))
    settled(desk, qtbot)
    assert names(desk) == ["[a]", "b"]
    driver = desk.session.document.driving
    assert driver is not None and driver.origin == pictures, "a folder can only drive"
    keys = dict(row for _, rows in shortcuts_of(desk.window) for row in rows)
    assert keys["Add photos of this person"] == "Ctrl+Shift+A"
    assert any("Photos of one person" in name for name, _ in on_controls())


def test_what_cannot_be_used_is_left_out_and_said(loaded: Desk, qtbot: QtBot, album: dict[str, Path]) -> None:
    desk, panel = loaded, loaded.window.photos["source"]
    drop(panel, files(album["faceless"], album["a"], album["b"]))
    qtbot.waitUntil(panel.overlay.banner.isVisible)
    settled(desk, qtbot)
    assert names(desk) == ["[a]", "b"]
    said = panel.overlay.banner.text()
    assert said.startswith("faceless.png was left out. No face was found") and said in desk.session.message
    QTest.mouseClick(panel.overlay.banner, LEFT)
    assert not panel.overlay.banner.isVisible()

    qtbot.waitUntil(lambda: (r := desk.session.result) is not None and r.request.source is source(desk).order)
    order = source(desk).order
    desk.session.add_photos([PhotoChoice(album[name], album[name].name) for name in ("broken", "faceless")])
    qtbot.waitUntil(panel.overlay.banner.isVisible)
    assert names(desk) == ["[a]", "b"] and (r := desk.session.result) is not None and r.request.source is order, (
        "nothing changed"
    )
    assert "broken.png was left out." in panel.overlay.banner.text()
    assert desk.window.menus.undo.text() == "&Undo open 3 photos of one person"

    desk.session.add_photos([PhotoChoice(album["stranger"], "stranger.png")])
    settled(desk, qtbot)
    assert names(desk) == ["[a]", "b", "s"] and not panel.overlay.banner.isVisible()
    assert panel.note.full_text == "Stranger? stranger.png"
    assert "stranger.png is unlike the other photos" in desk.session.message
    tips = [strip(desk).list.item(n).toolTip() for n in range(3)]
    assert ["unlike the others" in tip for tip in tips] == [False, False, True]

    album["b"].unlink()
    click(desk, 1)
    qtbot.waitUntil(panel.overlay.banner.isVisible)
    settled(desk, qtbot)
    assert names(desk) == ["[a]", "s"], "what is drawn stays where the wanted one is gone"
    drop(panel, files(album["faceless"], album["broken"]))
    qtbot.waitUntil(lambda: not desk.session.slot("source").busy and panel.overlay.banner.isVisible())
    assert names(desk) == ["[a]", "s"]
    document = desk.session.document.source
    assert document is not None and all(each.sha256 for each in document.photos), "what was known of the files is lost"


def test_a_project_keeps_all_photos_and_asks_for_those_that_are_gone(
    loaded: Desk, qtbot: QtBot, album: dict[str, Path], tmp_path: Path
) -> None:
    desk = loaded
    drop(desk.window.photos["source"], files(album["a"], album["b"], album["c"]))
    settled(desk, qtbot)
    click(desk, 1)
    settled(desk, qtbot)
    made, path = desk.session.document, tmp_path / "person.mimesh"
    assert made.source is not None and all(len(each.sha256) == 64 for each in made.source.photos)
    with file_dialog(path):
        choose(desk.window.menus.save_project_as)
    qtbot.waitUntil(path.exists)
    found = json.loads(path.read_text("utf-8"))
    assert [each["path"] for each in found["source"]["others"]] == ["a.png", "c.png"] and found["source"]["place"] == 1
    read = read_project(path)[0]
    assert read == made and read.source is not None
    assert [each.sha256 for each in read.source.photos] == [each.sha256 for each in made.source.photos]

    choose(desk.window.menus.new)
    album["b"].unlink()
    photo(album["c"], size=(60, 60))
    with question("Continue without it", "“b.png” of this project is not where it was"), file_dialog(path):
        choose(desk.window.menus.open_project)
    settled(desk, qtbot)
    assert names(desk) == ["[a]", "c"] and source(desk).encoded.fitted_to == 2

    assert any("not the same" in note for note in source(desk).notes)


def test_a_newer_order_does_not_wait_for_many_photos(
    desk: Desk, qtbot: QtBot, engine: FakeEngine, album: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun = threading.Event(), threading.Event()
    encode = engine.encode

    def slow(*given: object) -> object:
        begun.set()
        gate.wait(60)
        return encode(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "encode", slow)
    panel = desk.window.photos["source"]
    drop(panel, files(album["a"], album["b"], album["c"], album["d"]))
    qtbot.waitUntil(begun.is_set)
    assert panel.overlay.busy.text() == "Looking at photo 1 of 4…"
    desk.photos["source"].open_path(album["stranger"])
    gate.set()
    settled(desk, qtbot)
    assert names(desk) == ["[s]"] and engine.encoded == ["source", "source"], "the other three were looked at"
    many = [photo(album["a"].with_name(f"many {number}.png"), size=(100 + number, 99)) for number in range(14)]
    drop(panel, files(*many))
    settled(desk, qtbot)
    assert len(names(desk)) == MOST_PHOTOS and "At most 12" in panel.overlay.banner.text()


def test_choices_of_a_person() -> None:
    photos = [PhotoChoice(Path(name), name) for name in "abc"]
    for main in range(3):
        choice = of_person(photos, main)
        assert choice.label == "abc"[main] and list(choice.photos) == photos and choice.alone == photos[main]
    assert of_person(photos, 0) != of_person(photos, 1) != photos[1]
    assert of_person(photos, 0) != of_person([photos[0], photos[2], photos[1]], 0)


@pytest.mark.parametrize(
    "spoil",
    [
        {"others": "b.png"},
        {"others": [7]},
        {"others": [None]},
        {"place": 2},
        {"place": -1},
        {"place": True},
        {"others": [{"path": "b", "label": "b", "sha256": ""}] * MOST_PHOTOS},
    ],
)
def test_a_project_with_an_impossible_person_is_refused(tmp_path: Path, spoil: dict[str, object]) -> None:
    path = tmp_path / "a.mimesh"
    text, _ = project_text(Document(of_person([PhotoChoice(Path(name), name) for name in "ab"], 0)), path)
    found = json.loads(text)
    path.write_text(text)
    assert read_project(path)[0].source is not None
    path.write_text(json.dumps({**found, "source": {**found["source"], **spoil}}))
    with pytest.raises(InputError):
        read_project(path)
