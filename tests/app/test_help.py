"""Help: the notice that is seen once, every key in one list, what runs here; and the language of the window."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from app import tr
from app.application import Desk
from app.store import json_file
from app.store.folders import Folders
from app.store.settings import Settings, read_settings
from app.views.about_dialog import AboutDialog
from app.views.notice_dialog import NoticeDialog, notice_texts
from app.views.shortcuts_dialog import ShortcutsDialog, keys_of, plain
from tests.app.acts import LEFT, wait
from tests.app.conftest import delete_deferred, opened, speaking
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    tr.use("en", [])


def dialogs(kind: type[QDialog]) -> list[QDialog]:
    """The open dialogs of a kind."""
    delete_deferred()
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible()]


def texts(dialog: QDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_the_notice_comes_until_it_is_accepted_and_then_never(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_folders: Folders
) -> None:
    own_folders.settings.unlink()
    with opened(qtbot, qapp, FakeEngine, tmp_path):
        (notice,) = dialogs(NoticeDialog)
        assert all(text in texts(notice) for part in notice_texts() for text in part)
        QTest.keyClick(notice, Qt.Key.Key_Escape)
    with opened(qtbot, qapp, FakeEngine, tmp_path):
        (notice,) = dialogs(NoticeDialog)
        assert isinstance(notice, NoticeDialog)
        QTest.mouseClick(notice.agreed, LEFT)
    assert read_settings(own_folders.settings).noticed
    with opened(qtbot, qapp, FakeEngine, tmp_path) as desk:
        assert not dialogs(NoticeDialog)
        choose(desk.window.menus.consent)
        (about,) = dialogs(AboutDialog)
        assert isinstance(about, AboutDialog) and about.tabs.currentIndex() == 1
        assert all(text in texts(about) for part in notice_texts() for text in part)
        QTest.keyClick(about, Qt.Key.Key_Escape)


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_every_key_of_the_window_is_in_the_list(desk: Desk, key: Qt.Key) -> None:
    QTest.keyClick(desk.window, key, Qt.KeyboardModifier.NoModifier)
    (dialog,) = dialogs(ShortcutsDialog)
    assert isinstance(dialog, ShortcutsDialog)
    listed = {row for _, rows in dialog.groups for row in rows}
    actions = [action for action in desk.window.findChildren(QAction) if action.shortcuts()]
    assert len(actions) > 30
    missing = [plain(action) for action in actions if (plain(action), keys_of(action)) not in listed]
    assert not missing, "not in a menu, so not in the list"
    assert not desk.window.findChildren(QShortcut), "a key without a menu entry is in no list"
    shown = texts(dialog)
    assert all(text in shown and keys in shown for text, keys in listed)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


@pytest.mark.parametrize("language", list(tr.LANGUAGES))
def test_all_keys_are_seen_at_once(qtbot: QtBot, qapp: QApplication, tmp_path: Path, language: str) -> None:
    with speaking(language, qtbot, qapp, tmp_path) as desk:
        desk.session.set_dial(pose=0.5)
        QTest.keyClick(desk.window, Qt.Key.Key_F1)
        (dialog,) = dialogs(ShortcutsDialog)
        assert isinstance(dialog, ShortcutsDialog) and dialog.height() <= 740 and dialog.width() <= 1260
        (area,) = dialog.findChildren(QScrollArea)
        qtbot.waitUntil(area.isVisible)
        assert not area.verticalScrollBar().isVisible() and not area.horizontalScrollBar().isVisible()
        assert plain(desk.window.menus.undo) in texts(dialog).split("\n"), "the command, not what it would undo now"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_no_key_means_two_things(desk: Desk) -> None:
    keys = [key.toString() for action in desk.window.findChildren(QAction) for key in action.shortcuts()]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)


def test_about_says_what_runs_here(desk: Desk) -> None:
    choose(desk.window.menus.about)
    (about,) = dialogs(AboutDialog)
    assert isinstance(about, AboutDialog)
    facts = dict(about.facts)
    assert facts["Model"] == "geometric flow" and facts["Device"] == "CPU" and "PySide6" in facts["Libraries"]
    assert facts["Mimesh"].count(".") == 2
    QTest.mouseClick(about.copy, LEFT)
    assert "Model: geometric flow" in QGuiApplication.clipboard().text()
    QTest.keyClick(about, Qt.Key.Key_Escape)


def test_about_says_why_the_learned_model_is_not_used(desk: Desk) -> None:
    engine = desk.session.engine.engine
    assert isinstance(engine, FakeEngine)
    engine.notice = "The weights are damaged."
    choose(desk.window.menus.about)
    (about,) = dialogs(AboutDialog)
    assert isinstance(about, AboutDialog)
    assert dict(about.facts)["Model"] == "geometric flow. The weights are damaged."
    QTest.keyClick(about, Qt.Key.Key_Escape)


def test_the_language_is_remembered_and_spoken_from_the_next_start(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_folders: Folders
) -> None:
    with opened(qtbot, qapp, FakeEngine, tmp_path) as desk:
        choose(desk.window.menus.languages["de"])
        assert "started again" in desk.window.status.message.full_text
    assert read_settings(own_folders.settings).language == "de"
    with opened(qtbot, qapp, FakeEngine, tmp_path) as desk:
        menus = desk.window.menus
        assert desk.window.menuBar().actions()[0].text() == "&Datei" and menus.undo.text() == "&Rückgängig"
        assert QApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen", "Qt's own texts too"
        desk.session.set_dial(pose=0.5)
        assert menus.undo.text() == "&Rückgängig: Pose"
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


@pytest.mark.parametrize(
    ("wanted", "system", "spoken"),
    [
        ("system", ["de-AT", "en-US"], "de"),
        ("system", ["C"], "en"),
        ("system", ["fr-FR", "de-DE"], "de"),
        ("system", [], "en"),
        ("en", ["de-DE"], "en"),
        ("de", ["en-US"], "de"),
        ("tlh", ["de-DE"], "de"),
    ],
)
def test_the_language_is_that_of_the_system_or_the_chosen_one(wanted: str, system: list[str], spoken: str) -> None:
    tr.use(wanted, system)
    assert tr.language() == spoken


def test_settings_that_cannot_be_written_are_told_once(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_folders: Folders
) -> None:
    own_folders.settings.unlink()
    own_folders.config.rmdir()
    own_folders.config.write_text("a file where the folder should be", encoding="utf-8")
    with opened(qtbot, qapp, FakeEngine, tmp_path) as desk:
        (notice,) = dialogs(NoticeDialog)
        assert isinstance(notice, NoticeDialog)
        QTest.mouseClick(notice.agreed, LEFT)
        message = desk.window.status.message
        qtbot.waitUntil(lambda: message.full_text.startswith("What you set here will not be remembered: "))
        desk.session.set_message("something else")
        choose(desk.window.menus.themes["light"])
        wait(200)
        assert message.full_text == "something else"
        choose(desk.window.menus.languages["de"])  # which takes effect at the next start, or here never
        qtbot.waitUntil(lambda: message.full_text.startswith("What you set here will not be remembered: "))


def test_settings_of_nonsense_start_as_at_first(own_folders: Folders) -> None:
    json_file.write(own_folders.settings, Settings(language="de").to_text().replace('"de"', "7"), private=True)
    assert read_settings(own_folders.settings).language == "system"
    assert stat.S_IMODE(own_folders.settings.stat().st_mode) == 0o600
