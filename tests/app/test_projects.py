"""Projects, autosave and what is remembered: saved, opened elsewhere, killed and restored."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.choice import PhotoChoice
from app.document import Dial, Document
from app.roles import ROLES
from app.store.autosave import Autosave
from app.store.folders import Folders
from app.store.project import missing, project_text, read_project
from app.store.settings import Settings, read_settings
from app.theme import LIGHT
from core.edits import NO_EDITS, Edits
from core.errors import InputError
from tests.app.acts import LEFT, drop, files
from tests.app.conftest import PATIENCE
from tests.app.driver_films import animation
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose, file_dialog, question, unasked

ROOT = Path(__file__).parents[2]
MINE = Edits(yaw=7, units=(("jawOpen", 0.3),), locked=frozenset({"brows"}))


def save(desk: Desk, qtbot: QtBot, path: Path) -> None:
    with file_dialog(path):
        QTest.keySequence(desk.window, "Ctrl+Alt+Shift+S")
    qtbot.waitUntil(lambda: desk.window.status.message.full_text == f"Saved {path.name}.")


def open_project(desk: Desk, qtbot: QtBot, path: Path) -> None:
    with file_dialog(path):
        QTest.keySequence(desk.window, "Ctrl+Alt+O")
    idle(desk, qtbot)


def idle(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not any(desk.session.slot(role).busy for role in ROLES))


def labels(desk: Desk) -> list[str]:
    return [desk.window.photos[role].note.full_text for role in ROLES]


def test_save_new_open(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk = loaded
    desk.session.set_edits(MINE, "")
    desk.session.set_dial(pose=0.4, mode="pose")
    made = desk.session.document
    path = tmp_path / "mine ünï.mimesh"
    save(desk, qtbot, path)
    assert desk.window.windowTitle() == "mine ünï[*] – Mimesh" and not desk.window.isWindowModified()
    desk.session.set_edit("yaw", 9)
    assert desk.window.isWindowModified()
    QTest.keySequence(desk.window, "Ctrl+Alt+S")
    qtbot.waitUntil(lambda: not desk.window.isWindowModified())
    with unasked():
        QTest.keySequence(desk.window, "Ctrl+N")
    assert desk.session.document == Document() and labels(desk) == ["", ""]
    open_project(desk, qtbot, path)
    assert desk.session.document == Document(made.source, made.driving, made.dial, MINE.with_value("yaw", 9))
    assert labels(desk) == ["one ünï.png", "two.png"]
    qtbot.waitUntil(lambda: desk.session.result is not None)
    assert not desk.window.menus.undo.isEnabled() and not desk.window.isWindowModified()
    assert "not the same" not in desk.window.status.message.full_text
    recent = desk.window.menus.recent.actions()
    assert [action.text() for action in recent] == ["mine ünï.mimesh"]
    desk.session.clear_edits()
    with question("Do not save", "“mine ünï.mimesh” has changes"):
        choose(recent[0])
    assert desk.session.edits.yaw == 9


def test_projects_are_saved_and_opened_in_the_file_dialog(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    loaded.session.set_edits(MINE, "")
    path = tmp_path / "by hand.mimesh"
    with file_dialog(path.with_suffix("")):
        choose(loaded.window.menus.save_project)
    qtbot.waitUntil(lambda: loaded.window.status.message.full_text == "Saved by hand.mimesh.")
    loaded.session.clear_edits()
    with question("Cancel", "“by hand.mimesh” has changes"):
        choose(loaded.window.menus.new)
    assert labels(loaded) == ["one ünï.png", "two.png"]
    with question("Do not save"):
        choose(loaded.window.menus.new)
    assert labels(loaded) == ["", ""] and read_project(path)[0].edits == MINE
    with file_dialog(path):
        choose(loaded.window.menus.open_project)
    idle(loaded, qtbot)
    assert labels(loaded) == ["one ünï.png", "two.png"] and loaded.session.edits == MINE
    loaded.session.set_dial(pose=0.5)
    with question("Save"):
        choose(loaded.window.menus.new)
    qtbot.waitUntil(lambda: read_project(path)[0].dial.pose == 0.5)


@pytest.mark.parametrize("answer", ["Find it…", "Find it…, then nothing", "Continue without it", "Cancel"])
def test_a_missing_photo_is_asked_for(
    loaded: Desk, qtbot: QtBot, tmp_path: Path, photos: dict[str, Path], answer: str
) -> None:
    folder = tmp_path / "projects"
    folder.mkdir()
    save(loaded, qtbot, folder / "a.mimesh")
    QTest.keySequence(loaded.window, "Ctrl+N")
    before = loaded.session.document
    moved = photos["one"].rename(tmp_path / "renamed.png")
    button, _, nothing = answer.partition(", ")
    with ExitStack() as stack:
        if button == "Find it…":
            stack.enter_context(file_dialog(*([] if nothing else [moved])))
        stack.enter_context(question(button, "one ünï.png", "is not where it was"))
        drop(loaded.window.photos["source"], files(folder / "a.mimesh"))
    idle(loaded, qtbot)
    if answer == "Find it…":
        assert labels(loaded) == ["renamed.png", "two.png"]
    elif answer == "Continue without it":
        assert labels(loaded) == ["", "two.png"] and loaded.window.isWindowModified()
    else:
        assert loaded.session.document == before


def test_a_missing_photo_is_found_beside_its_project(
    loaded: Desk, qtbot: QtBot, tmp_path: Path, photos: dict[str, Path]
) -> None:
    folder = tmp_path / "projects"
    folder.mkdir()
    save(loaded, qtbot, folder / "a.mimesh")
    QTest.keySequence(loaded.window, "Ctrl+N")
    photos["one"].rename(folder / photos["one"].name)
    open_project(loaded, qtbot, folder / "a.mimesh")
    assert labels(loaded) == ["one ünï.png", "two.png"]


def test_undo_brings_back_what_was_there_before_an_empty_window(loaded: Desk, qtbot: QtBot) -> None:
    loaded.session.set_edits(MINE, "mine")
    made = loaded.session.document
    assert loaded.window.status.stages.text() and "Driver: " in loaded.window.status.message.full_text
    QTest.keySequence(loaded.window, "Ctrl+N")
    assert loaded.session.document == Document() and loaded.session.result is None
    status = loaded.window.status
    assert status.message.full_text == "Ready.", "nothing is said of photos that are gone"
    assert status.stages.text() == "" and status.rate.text() == ""
    assert loaded.window.menus.undo.text() == "&Undo new"
    QTest.keySequence(loaded.window, "Ctrl+Z")
    qtbot.waitUntil(lambda: loaded.session.document == made and loaded.session.result is not None)


def test_what_never_was_a_project_is_kept_when_one_is_opened(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    loaded.session.set_edits(MINE, "mine")
    made = loaded.session.document
    qtbot.waitUntil(lambda: "jawOpen" in _running(loaded.folders), timeout=20_000)
    path = tmp_path / "other.mimesh"
    path.write_text(project_text(Document(), path)[0])
    open_project(loaded, qtbot, path)
    assert loaded.session.document == Document()
    QTest.keySequence(loaded.window, "Ctrl+Shift+T")
    qtbot.waitUntil(lambda: loaded.session.document == made)


def test_the_file_is_json_with_relative_paths_and_hashes(
    loaded: Desk, qtbot: QtBot, tmp_path: Path, photos: dict[str, Path]
) -> None:
    save(loaded, qtbot, tmp_path / "a.mimesh")
    found = json.loads((tmp_path / "a.mimesh").read_text("utf-8"))
    assert (found["format"], found["version"]) == ("mimesh project", 3)
    assert found["source"]["path"] == "one ünï.png" and len(found["source"]["sha256"]) == 64
    elsewhere = tmp_path / "moved"
    elsewhere.mkdir()
    for path in (tmp_path / "a.mimesh", photos["one"], photos["two"]):
        path.rename(elsewhere / path.name)
    open_project(loaded, qtbot, elsewhere / "a.mimesh")
    source = loaded.session.document.source
    assert source is not None and source.origin == elsewhere / "one ünï.png"


def test_pasted_pictures_are_kept_beside_the_project(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 100, 50))
    QGuiApplication.clipboard().setImage(image)
    QTest.keySequence(desk.window, "Ctrl+V")
    idle(desk, qtbot)
    save(desk, qtbot, tmp_path / "p.mimesh")
    QTest.keySequence(desk.window, "Ctrl+N")
    open_project(desk, qtbot, tmp_path / "p.mimesh")
    assert labels(desk)[0] == "pasted picture"
    picture = desk.window.photos["source"].image.picture
    assert picture is not None and tuple(picture[5, 5]) == (200, 100, 50)


def test_a_photo_that_changed_is_told(loaded: Desk, qtbot: QtBot, tmp_path: Path, photos: dict[str, Path]) -> None:
    save(loaded, qtbot, tmp_path / "a.mimesh")
    QTest.keySequence(loaded.window, "Ctrl+N")
    photos["crowd"].replace(photos["two"])
    open_project(loaded, qtbot, tmp_path / "a.mimesh")
    qtbot.waitUntil(lambda: "not the same as it was" in loaded.window.status.message.full_text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: "no json", "damaged"),
        (lambda text: "[" * 100_000, "damaged"),
        (lambda text: text.replace("mimesh project", "other"), "no mimesh project"),
        (lambda text: text.replace('"version": 3', '"version": 99'), "newer Mimesh"),
        (lambda text: text.replace('"pose": 1.0', '"pose": NaN'), "damaged"),
        (lambda text: text.replace('"pose": 1.0', '"pose": "1"'), "damaged"),
        (lambda text: text.replace('"mode": "both"', '"mode": "all"'), "damaged"),
        (lambda text: text.replace('"edits": {}', '"edits": {"yaw": 900}'), "damaged"),
        (lambda text: text.replace('"path": "a.png"', '"path": 7'), "damaged"),
        (lambda text: text.replace('"path"', '"pat"'), "damaged"),
        (lambda text: text.replace('"path": "a.png"', '"path": "' + "a" * 5000 + '"'), "no usable path"),
        (lambda text: text.replace('"label": "a"', '"label": "' + "a" * 300 + '"'), "no usable path"),
        (lambda text: text.replace('"label": "a"', r'"label": "\ud800"'), "damaged"),
        (lambda text: text.replace('"face": null', '"face": 1e308'), "no number"),
        (lambda text: text.replace('"face": null', '"face": ' + "9" * 40), "no number"),
        (lambda text: text.replace('"pose": 1.0', '"pose": ' + "9" * 4000), "damaged .pose must be a number"),
        (lambda text: text.replace('"pose": 1.0', '"pose": 1e308'), "damaged .pose must be a number"),
        (lambda text: text.replace('"pose": 1.0', '"turn": 1.0'), "sliders are not described"),
        (lambda text: text.replace('"smoothing": 0.5', '"smoothing": ' + "9" * 400), "driver's settings"),
        (lambda text: text.replace('"smoothing": 0.5', '"smoothing": NaN'), "driver's settings"),
        (lambda text: text.replace('"frame": 0', '"frame": ' + "9" * 40), "driver's settings"),
        (lambda text: text.replace('"frame": 0', '"frame": []'), "driver's settings"),
        (lambda text: text.replace('"loop"', '"loops"'), "driver's settings"),
        (lambda text: text.replace('"source": {', '"source": 7, "x": {'), "a photo is not described"),
        (lambda text: text.replace('"edits": {}', '"edits": {"yaw": ' + "[" * 900 + "]" * 900 + "}"), "yaw must be"),
    ],
)
def test_what_is_no_project_is_refused_in_one_sentence(tmp_path: Path, change: object, words: str) -> None:
    path = tmp_path / "a.mimesh"
    text, pictures = project_text(Document(PhotoChoice(tmp_path / "a.png", "a")), path)
    assert not pictures
    path.write_text(text)
    assert read_project(path)[0] == Document(PhotoChoice(tmp_path / "a.png", "a"))
    changed = change(text)  # type: ignore[operator]
    assert changed != text
    path.write_text(changed)
    with pytest.raises(InputError, match=words) as caught:
        read_project(path)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300 and str(caught.value).isprintable()


@pytest.mark.parametrize("process", ["[Infinity, 1]", "[1e308, NaN]", "[" + "9" * 40 + ", 1]", "[-1, 0]", "{}", "7"])
def test_a_session_that_names_no_process_was_left_by_a_crash(tmp_path: Path, process: str) -> None:
    autosave = Autosave(tmp_path)
    text, _ = project_text(Document(), tmp_path / "running-7-a.mimesh", process=0)
    (tmp_path / "running-7-a.mimesh").write_text(text.replace('"process": 0', f'"process": {process}'))
    assert autosave.crashed() == tmp_path / "running-7-a.mimesh"


def test_a_session_that_is_no_text_does_not_stop_the_tidying(tmp_path: Path) -> None:
    autosave = Autosave(tmp_path)
    (tmp_path / "running-7-a.mimesh").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "old.png").write_bytes(b"")
    autosave.retire()
    assert not (tmp_path / "old.png").exists()


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "locked/a.png", "a.png/b.png"])
def test_a_photo_where_nobody_may_look_is_missing(tmp_path: Path, name: str) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    (tmp_path / "a.png").touch()
    assert missing(PhotoChoice(tmp_path / name, "a"))


def test_a_damaged_project_leaves_the_window_as_it_is(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    before = loaded.session.document
    (tmp_path / "bad.mimesh").write_text("{}")
    open_project(loaded, qtbot, tmp_path / "bad.mimesh")
    assert loaded.session.document == before
    banner = loaded.window.result.overlay.banner
    assert banner.isVisible() and "bad.mimesh" in banner.text() and str(tmp_path) not in banner.text()


def test_unsaved_changes_of_a_project_are_asked_about_on_closing(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    save(loaded, qtbot, tmp_path / "a.mimesh")
    loaded.session.set_edit("yaw", 3)
    with question("Cancel", "“a.mimesh” has changes"):
        QTest.keySequence(loaded.window, "Ctrl+Q")
    assert loaded.window.isVisible()
    with question("Save"):
        QTest.keySequence(loaded.window, "Ctrl+Q")
    assert not loaded.window.isVisible() and read_project(tmp_path / "a.mimesh")[0].edits.yaw == 3


def test_saving_on_the_way_to_an_empty_window_does_not_bring_the_project_back(
    loaded: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    save(loaded, qtbot, tmp_path / "a.mimesh")
    loaded.session.set_edit("yaw", 3)
    with question("Save"):
        QTest.keySequence(loaded.window, "Ctrl+N")
    qtbot.waitUntil(lambda: read_project(tmp_path / "a.mimesh")[0].edits.yaw == 3)
    qtbot.wait(20)
    assert loaded.window.windowTitle() == "Mimesh" and loaded.session.document == Document()


def test_a_project_dropped_beside_the_photos_is_opened(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    save(loaded, qtbot, tmp_path / "a.mimesh")
    QTest.keySequence(loaded.window, "Ctrl+N")
    data: QMimeData = files(tmp_path / "a.mimesh")
    drop(loaded.window, data)
    idle(loaded, qtbot)
    assert labels(loaded) == ["one ünï.png", "two.png"]


def test_a_project_that_cannot_be_written_is_told(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    with file_dialog(tmp_path / "no folder" / "a.mimesh"):
        QTest.keySequence(loaded.window, "Ctrl+Alt+S")
    qtbot.waitUntil(loaded.window.result.overlay.banner.isVisible)
    assert "no folder" in loaded.window.result.overlay.banner.text()


@pytest.fixture
def another(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    """Opens windows; whatever happens, they are closed in the end."""
    opened: list[Desk] = []

    def show() -> Desk:
        opened.append(Desk(qapp, FakeEngine, tmp_path / "no samples"))
        opened[-1].show()
        qtbot.waitUntil(opened[-1].window.isActiveWindow, timeout=PATIENCE)  # or it gets no keys
        return opened[-1]

    yield show
    for desk in opened:
        desk.window.may_close = lambda: True
        desk.window.close()


@pytest.fixture
def killed(tmp_path: Path, photos: dict[str, Path], own_folders: Folders) -> Iterator[Document]:
    """A window in another process had this document when it was killed."""
    code = f"""
from pathlib import Path
from PySide6.QtWidgets import QApplication, QMenu
from app.application import Desk
from app.choice import PhotoChoice
from core.edits import Edits
from tests.app.fake_engine import FakeEngine
app = QApplication([])
desk = Desk(app, FakeEngine, Path("nothing"))
desk.session.order_both({{"source": PhotoChoice(Path({str(photos["one"])!r}), "one ünï.png")}}, "")
desk.session.set_dial(pose=0.25)
desk.session.set_edits(Edits.from_json({MINE.to_json()!r}), "mine")
desk.show()
app.exec()
"""
    child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    end = time.monotonic() + 240
    while (time.monotonic() < end and '"jawOpen"' not in _running(own_folders)) or "one" not in _running(own_folders):
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    yield Document(PhotoChoice(photos["one"], "one ünï.png"), None, Dial(pose=0.25), MINE)


def _running(folders: Folders) -> str:
    return "".join(path.read_text("utf-8") for path in folders.state.glob("running-*.mimesh"))


def test_a_killed_session_is_offered_and_restored(
    qtbot: QtBot, another: Callable[[], Desk], killed: Document, own_folders: Folders
) -> None:
    for path in own_folders.state.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_folders.state.stat().st_mode) == 0o700
    desk = another()
    assert desk.window.offer.isVisible() and "did not end properly" in desk.window.offer.text.text()
    QTest.mouseClick(desk.window.offer.yes, LEFT)
    assert not desk.window.offer.isVisible()
    qtbot.waitUntil(lambda: desk.session.slot("source").shown is not None)
    assert desk.session.document == killed
    desk.window.close()
    again = another()
    assert not again.window.offer.isVisible(), "what was restored is offered again"
    QTest.keySequence(again.window, "Ctrl+Shift+T")
    qtbot.waitUntil(lambda: again.session.document == killed)
    again.window.close()


def test_a_session_that_ended_well_is_not_offered_but_can_be_opened(
    loaded: Desk, qtbot: QtBot, another: Callable[[], Desk]
) -> None:
    loaded.session.set_edits(MINE, "mine")
    made = loaded.session.document
    loaded.window.close()
    desk = another()
    assert not desk.window.offer.isVisible() and desk.session.document == Document()
    choose(desk.window.menus.last_session)
    qtbot.waitUntil(lambda: desk.session.document == made and desk.session.result is not None)
    desk.window.close()


def test_a_running_window_is_not_taken_for_a_crash(tmp_path: Path) -> None:
    first, other = Autosave(tmp_path), Autosave(tmp_path)
    first.path.write_text(first.text(Document(), None)[0])
    assert other.crashed() is None
    first.path.write_text(first.path.read_text().replace(str(os.getpid()), "99999999"))
    assert other.crashed() == first.path
    first.path.write_text("broken by the power cut")
    assert other.crashed() == first.path


def test_pasted_pictures_of_old_sessions_go(tmp_path: Path) -> None:
    autosave = Autosave(tmp_path)
    pasted = PhotoChoice(np.zeros((4, 4, 3), np.uint8), "pasted", sha256="ab" * 32)
    text, ((picture, _),) = autosave.text(Document(pasted), None)
    picture.write_bytes(b"png")
    (tmp_path / "old.png").write_bytes(b"png")
    autosave.path.write_text(text)
    autosave.retire()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["last.mimesh", picture.name])


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_the_window_remembers_theme_panels_and_photos(
    qtbot: QtBot, another: Callable[[], Desk], photos: dict[str, Path]
) -> None:
    desk = another()
    choose(desk.window.menus.themes["light"])
    QTest.keySequence(desk.window, "Ctrl+5")
    desk.window.docks["edit"].bring_up()
    desk.window.edit.linked.setChecked(False)
    film = animation(photos["one"].with_name("clip.webp"))
    drop(desk.window.photos["source"], files(photos["one"]))
    drop(desk.window.photos["driving"], files(film))
    idle(desk, qtbot)
    desk.window.close()
    again = another()
    assert again.theme.colours is LIGHT
    assert not again.window.docks["flow"].isVisible() and again.window.docks["visibility"].isVisible()
    assert again.window.docks["edit"].in_front and not again.window.edit.linked.isChecked()
    menu, of_source = (again.window.photos[role].samples_menu for role in ("driving", "source"))
    assert texts(menu)[-2:] == [film.name, "one ünï.png"]
    assert texts(of_source)[1:] == ["one ünï.png"], "a film cannot be a source"
    choose(menu.actions()[-1])
    qtbot.waitUntil(lambda: again.session.slot("driving").shown is not None)
    QTest.keySequence(again.window, "Ctrl+Shift+0")
    assert again.window.docks["flow"].isVisible() and not again.window.docks["edit"].in_front
    again.theme.choose("dark")
    again.window.close()


def test_settings_that_make_no_sense_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    assert read_settings(path) == Settings()
    good = Settings("dark", "de", True, "AAAA", "AAAA", False, recent_projects=("a",), recent_photos=("b", "c"))
    path.write_text(good.to_text())
    assert read_settings(path) == good
    for text in ("", "[]", good.to_text().replace('"version": 1', '"version": 2')):
        path.write_text(text)
        assert read_settings(path) == Settings()
    path.write_text(good.to_text().replace('"dark"', "7").replace('"a"', "null"))
    assert read_settings(path) == replace(good, theme="system", recent_projects=())
    many = Settings()
    for index in range(20):
        many = many.with_recent("recent_photos", Path(f"{index % 12}"))
    assert many.recent_photos == tuple(str(index) for index in (7, 6, 5, 4, 3, 2, 1, 0))


def test_edits_survive_a_project(tmp_path: Path) -> None:
    document = Document(None, None, Dial(0.5, 1.25, "expression", "driving"), MINE)
    path = tmp_path / "a.mimesh"
    path.write_text(project_text(document, path)[0])
    assert read_project(path)[0] == document and document.edits != NO_EDITS
