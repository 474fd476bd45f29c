"""Help, Clear what Mimesh keeps: it says what there is, asks, and then it is gone; what is open stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.choice import PhotoChoice
from app.document import Document
from app.store.autosave import Autosave
from app.store.json_file import write
from app.store.settings import read_settings
from core.log.file import append, log_files
from tests.app.conftest import PATIENCE
from tests.app.hands import choose, question


@pytest.fixture
def left(loaded: Desk) -> dict[str, Path]:
    """A session of before with a pasted picture, and a log."""
    folder = loaded.folders.state
    pasted = folder / "last-0123456789abcdef.png"
    photo = PhotoChoice(np.zeros((4, 4, 3), np.uint8), "pasted", None, "0123456789abcdef")
    text, _ = Autosave(folder).text(Document(photo, None), None)
    write(folder / "last.mimesh", text, private=True)
    pasted.write_bytes(bytes(3000))
    append("ERROR", "of a test")
    return {"last": folder / "last.mimesh", "pasted": pasted, "log": log_files()[0]}


def test_it_says_what_there_is_and_clears_it(loaded: Desk, qtbot: QtBot, left: dict[str, Path]) -> None:
    loaded.projects.autosave()
    qtbot.waitUntil(loaded.autosave.path.exists, timeout=PATIENCE)
    document = loaded.session.document
    with question("Clear", "earlier sessions with the pictures pasted into them: 4 kB", "recent files: 2"):
        choose(loaded.window.menus.clear_kept)
    assert not any(path.exists() for path in left.values()) and not log_files()
    assert loaded.autosave.path.exists() and loaded.session.document == document, "what is open stays"
    assert loaded.session.message == "Cleared what Mimesh kept."
    assert not loaded.window.menus.last_session.isEnabled()
    kept = loaded.folders.settings
    qtbot.waitUntil(lambda: not read_settings(kept).recent_photos, timeout=PATIENCE)
    assert read_settings(kept).noticed, "settings stay"
    choose(loaded.window.menus.clear_kept)  # without a question
    assert "nothing" in loaded.session.message


def test_no_means_no(loaded: Desk, left: dict[str, Path]) -> None:
    with question("Cancel"):
        choose(loaded.window.menus.clear_kept)
    assert all(path.exists() for path in left.values())
    assert loaded.settings.settings.recent_photos


def test_another_window_s_session_stays(loaded: Desk) -> None:
    other = Autosave(loaded.folders.state)
    photo = PhotoChoice(np.zeros((4, 4, 3), np.uint8), "pasted", None, "fedcba9876543210")
    text, pictures = other.text(Document(photo, None), None)
    write(other.path, text, private=True)
    pictures[0][0].write_bytes(b"png")
    with question("Clear"):
        choose(loaded.window.menus.clear_kept)
    assert other.path.exists() and pictures[0][0].exists()
