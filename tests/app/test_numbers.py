"""Numbers are read and typed as in the language of the window; files keep the point."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import numbers, tr
from app.application import Desk
from app.jobs import Job
from app.numbers import in_locale, shortest, shown, typed
from app.presenters.contestants import contestants
from app.presenters.drive_presenter import in_words
from app.presenters.look_presenter import signed
from app.sentences import tr_sentence
from app.store.habits import habits_json
from app.store.project import project_text
from app.views.job_progress import how_far_in_words
from app.views.stage_times import table
from app.views.study_dialog import StudyDialog
from core.edits import Edits
from core.errors import InputError
from core.media.read_image import read_image
from core.types import Controls
from tests.app.acts import wait
from tests.app.conftest import PATIENCE, photo, speaking
from tests.app.driver_films import animation
from tests.app.fake_engine import FakeEngine
from tests.app.texts import catalogue

POINT = re.compile(r"\d\.\d")


@pytest.fixture
def german() -> Iterator[None]:
    tr.use("de", [])
    yield
    tr.use("en", [])


@pytest.fixture
def deutsch(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    """A window that speaks German, with a source, a film and a result."""
    with speaking("de", qtbot, qapp, tmp_path / "none") as desk:
        desk.photos["source"].open_path(photo(tmp_path / "a.png"))
        desk.photos["driving"].open_path(animation(tmp_path / "film.webp"))
        qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)
        yield desk


def test_german_has_a_comma_and_english_a_point(german: None) -> None:
    assert (shown(1234.5, 1), shown(-0.25, 2), shown(3.0, 1, sign=True)) == ("1.234,5", "-0,25", "+3,0")
    assert (shortest(29.97), shortest(25.0), in_locale("0:01.25")) == ("29,97", "25", "0:01,25")
    assert (signed(-1.25), signed(0.04), signed(2.0), in_words(7.04)) == ("−1,2", "0,0", "+2,0", "7,0")
    assert "12,3" in table((("Netz", 12.34),), draft=False) and not POINT.search(table((("Netz", 12.34),), draft=False))
    assert table((("Netz", 1234.0),), draft=False).count("1.234,0") == 2
    assert how_far_in_words(Job(1, "", Path(), None, done=1200, total=20000)) == "1.200 von 20.000"
    tr.use("en", [])
    assert (shown(1234.5, 1), shortest(29.97), signed(-1.25)) == ("1,234.5", "29.97", "−1.2")


@pytest.mark.parametrize("language", list(tr.LANGUAGES))
def test_comma_and_point_are_both_understood(language: str, german: None) -> None:
    tr.use(language, [])
    assert [typed(text) for text in ("1,5", "1.5", " −0,25 ", "-7")] == [1.5, 1.5, -0.25, -7.0]
    assert all(typed(text) != typed(text) for text in ("", "abc", "1,2,3", "1.2,3.4", "1.234,567,8", "12.34,5", "1,,5"))


@pytest.mark.parametrize("language", list(tr.LANGUAGES))
def test_what_the_window_shows_can_be_typed(language: str, german: None) -> None:
    tr.use(language, [])
    for value in (0.0, 1234.5, -1234567.25, 999.75, 1234567.0):
        assert typed(shown(value, 2)) == value and typed(shown(value, 2).replace("-", "−")) == value
    assert typed("1.234,5") == typed("1,234.5") == 1234.5, "whoever comes from elsewhere"
    assert typed(shown(1234567.0)) == 1234567.0
    assert typed("1.234") == typed("1,234") == 1.234, "one mark stands before decimals"


def test_thousands_are_apart_in_swiss_too(monkeypatch: pytest.MonkeyPatch, german: None) -> None:
    numbers._locale.cache_clear()
    monkeypatch.setattr(numbers.QLocale, "system", lambda: QLocale("de_CH"))
    there = shown(1234.5, 1)
    assert typed(there) == 1234.5 and there != "1234.5"
    numbers._locale.cache_clear()


def refused(sentence: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        sentence()
    return tr_sentence(str(caught.value))


def test_what_the_core_says_in_german_has_german_numbers(german: None, tmp_path: Path) -> None:
    assert refused(lambda: Edits(scale=7.25)).endswith("sein, nicht 7,25.")
    assert refused(lambda: Edits(scale=7.25)) != refused(lambda: Edits(scale=7.5))
    assert refused(lambda: Controls(pose=2.75)) == "pose muss eine Zahl von 0 bis 1,5 sein, nicht 2,75."
    named = refused(lambda: read_image(tmp_path / "1.5"))
    assert "1.5'" in named, "a name is not a number"
    tr.use("en", [])
    assert refused(lambda: Controls(pose=2.75)) == "pose must be a number from 0 to 1.5, not 2.75."


def test_no_sentence_of_the_core_brings_an_english_number_into_german() -> None:
    assert not [text for text in catalogue("de")["core"].values() if POINT.search(text)]


def test_a_window_leaves_the_numbers_of_the_process_as_they_were(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    before = QLocale()
    try:
        QLocale.setDefault(QLocale("fr"))
        with speaking("de", qtbot, qapp, tmp_path):
            assert QLocale().decimalPoint() == ","
        assert QLocale() == QLocale("fr")
    finally:
        QLocale.setDefault(before)


def test_the_system_decides_where_it_speaks_the_language(monkeypatch: pytest.MonkeyPatch, german: None) -> None:
    numbers._locale.cache_clear()
    monkeypatch.setattr(numbers.QLocale, "system", lambda: QLocale("de_CH"))
    assert shown(0.5, 1) == "0.5", "Switzerland has the point"
    numbers._locale.cache_clear()
    monkeypatch.setattr(numbers.QLocale, "system", lambda: QLocale("fr_FR"))
    assert shown(0.5, 1) == "0,5"
    numbers._locale.cache_clear()


def words(window: QWidget) -> Iterator[str]:
    """Everything that can be read in a window, and every tip."""
    for widget in window.findChildren(QWidget):
        yield widget.toolTip()
        if isinstance(widget, QLabel | QLineEdit | QAbstractButton | QProgressBar):
            yield widget.text()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(index) for index in range(widget.count()))


def test_nothing_in_a_german_window_has_an_english_number(deutsch: Desk, qtbot: QtBot) -> None:
    window, session = deutsch.window, deutsch.session
    for name in ("edit", "coefficients", "meshes"):
        window.docks[name].bring_up()
        wait(50)
    session.set_dial(pose=0.75)
    session.set_edit("yaw", 12.5)
    session.set_smoothing(0.25)
    qtbot.waitUntil(lambda: session.result is not None and session.result.request.controls.edits.yaw == 12.5)
    window.result.image.pointed.emit((100, 120))
    wait(50)
    read = [text for text in words(window) if "film.webp" not in text and "a.png" not in text]
    assert not [text for text in read if POINT.search(text)]
    assert window.controls.sliders["pose"].number.text() == "0,75" and window.edit.rows["yaw"].box.text() == "12,5°"
    assert "0,75" in window.result.subtitle and window.drive.smoothing_number.text() == "0,25"
    assert re.search(r"\d,\d px", window.result.overlay.reading.text()) and "0:00,00" in window.drive.time.text()
    assert window.coefficients._cells["Driver", "Yaw"].text() == "+9,0°"
    assert window.coefficients.plot is not None
    assert window.coefficients.plot.getAxis("left").tickStrings([0.5], 1, 0.5) == ["0,5"]
    assert not [box for box in window.findChildren(QAbstractSpinBox) if box.locale().decimalPoint() != ","]


def test_a_german_types_a_comma_or_a_point(deutsch: Desk) -> None:
    deutsch.window.docks["edit"].bring_up()
    wait(50)
    box = deutsch.window.edit.rows["pitch"].box
    for text, value in (("4,5", 4.5), ("-7.5", -7.5), ("−3,5°", -3.5), ("viel", -3.5)):
        box.setFocus()
        box.selectAll()
        if text.isascii():
            QTest.keyClicks(box, text)
        else:
            box.insert(text)  # as a paste does
        QTest.keyClick(box, Qt.Key.Key_Return)
        assert deutsch.session.edits.pitch == value, text
        assert box.text() == f"{value}°".replace(".", ",")


def test_files_keep_the_point(deutsch: Desk, tmp_path: Path) -> None:
    session = deutsch.session
    session.set_edit("yaw", 12.5)
    text = project_text(session.document, tmp_path / "a.mimesh")[0]
    assert json.loads(text) and "12.5" in text
    session.set_habits(session.habits.keeping(Controls(0.25)))
    assert json.loads(json.dumps(habits_json(session.habits)))["kept"][0]["pose"] == 0.25
    choices = contestants(FakeEngine(), Controls(0.75), session.habits.kept)
    assert "0.75" in choices[0].name and "0,75" in choices[0].words
    dialog = StudyDialog(session.habits.study, choices, tmp_path)
    shown_names = [dialog.first.itemText(index) for index in range(dialog.first.count())]
    dialog.deleteLater()
    assert shown_names == [each.words for each in choices] and not any(map(POINT.search, shown_names))
