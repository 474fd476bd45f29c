"""File, Marks in saved files, Signing certificate: one's own is checked before it is taken, remembered, and signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import tr
from app.application import Desk
from app.presenters.marks_presenter import signs
from app.views.panel import Button
from app.views.signer_dialog import SignerDialog
from core.provenance.choice import read_choice
from tests.app.acts import LEFT
from tests.app.conftest import opened
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose, file_dialog, named, press
from tests.app.test_marks import own_choice, save
from tests.certificates import BAD, OWNER, own_pair
from tests.soak.answering import answering

__all__ = ["own_choice"]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    tr.use("en", [])


def answer(desk: Desk, act: Callable[[SignerDialog], None]) -> None:
    """Open the dialog from the menu and do ``act`` in it."""
    with answering(SignerDialog, act):
        choose(next(a for a in desk.window.menus.marks.actions() if "certificate" in a.text()))


def test_ones_own_is_chosen_remembered_and_signs(
    loaded: Desk, engine: FakeEngine, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    certificate, key = own_pair(tmp_path)

    def own_one(dialog: SignerDialog) -> None:
        assert dialog.made.isChecked() and dialog.go.isEnabled() and not dialog.says.text()
        press(dialog.own)
        assert not dialog.go.isEnabled(), "nothing is chosen yet"
        buttons = [each for each in dialog.findChildren(Button) if each.text() == "File…"]
        for button, path in zip(buttons, (certificate, key), strict=True):
            with file_dialog(path):
                QTest.mouseClick(button, LEFT)
        assert OWNER in dialog.says.text() and dialog.go.isEnabled()
        QTest.mouseClick(dialog.go, LEFT)

    answer(loaded, own_one)
    assert OWNER in loaded.session.message
    assert (read_choice().certificate, read_choice().key) == (certificate, key)
    save(loaded, qtbot, tmp_path / "a.png")
    assert (engine.saved_with[0].certificate, engine.saved_with[0].key) == (certificate, key)

    def go_back(dialog: SignerDialog) -> None:
        assert dialog.own.isChecked() and dialog.pair == (certificate, key)
        press(dialog.made)
        QTest.mouseClick(dialog.go, LEFT)

    with opened(qtbot, qapp, lambda: engine, tmp_path / "no samples") as again:
        answer(again, go_back)
    assert read_choice().certificate is None


def test_a_file_that_holds_both_is_chosen_once(loaded: Desk, tmp_path: Path) -> None:
    certificate, key = own_pair(tmp_path)
    certificate.write_bytes(certificate.read_bytes() + key.read_bytes())

    def both(dialog: SignerDialog) -> None:
        press(dialog.own)
        with file_dialog(certificate):
            QTest.mouseClick(named(dialog, "File…")[0], LEFT)
        assert OWNER in dialog.says.text()
        QTest.mouseClick(dialog.go, LEFT)

    answer(loaded, both)
    assert read_choice().key == certificate


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("wrong", BAD)
def test_what_is_wrong_is_said_before_it_is_taken(qtbot: QtBot, tmp_path: Path, wrong: str, language: str) -> None:
    tr.use(language, [])
    dialog = SignerDialog(None, signs)
    qtbot.addWidget(dialog)
    dialog.show()
    press(dialog.own)
    for name, path in zip(("certificate", "key"), own_pair(tmp_path, wrong)):
        dialog.take(name, path)  # a file dialog would not let through what is missing
    said = dialog.says.text()
    assert dialog.says.height() >= dialog.says.heightForWidth(dialog.says.width()), "cut off"
    assert not dialog.go.isEnabled() and "--no-manifest" not in said
    assert (BAD[wrong] in said) is (language == "en"), said
    press(dialog.made)
    assert dialog.go.isEnabled() and not dialog.says.text()


def test_cancelling_changes_nothing(loaded: Desk, tmp_path: Path) -> None:
    def leave(dialog: SignerDialog) -> None:
        press(dialog.own)
        with file_dialog(own_pair(tmp_path)[0]):
            QTest.mouseClick(named(dialog, "File…")[0], LEFT)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    answer(loaded, leave)
    assert read_choice().certificate is None
