"""The blind comparison: two contestants, questions without names, answers in a CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import tr
from app.application import Desk
from app.presenters.contestants import name_of
from app.store import preferences
from app.study import Answer, Contestant, Study, Tally, shuffled, tally
from app.views.compare_dialog import CompareDialog
from app.views.study_dialog import StudyDialog
from core.errors import InputError
from core.types import Controls
from tests.app.acts import LEFT
from tests.app.conftest import PATIENCE, photo
from tests.app.fake_engine import FACELESS
from tests.app.hands import choose, file_dialog, named, pick, write
from tests.app.test_queue import in_dialog


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Four photos, one of them without a face: two sources × two drivers and what is left out."""
    folder = tmp_path / "people"
    folder.mkdir()
    for number in range(3):
        photo(folder / f"{number}.png", size=(160 + 8 * number, 120))
    photo(folder / "nobody.png", FACELESS)
    return folder


def begin(desk: Desk, qtbot: QtBot, sources: list[Path], drivers: list[Path], file: Path) -> CompareDialog:
    def fill(dialog: StudyDialog) -> None:
        for row, paths in ((0, sources), (1, drivers)):
            with file_dialog(*paths):
                QTest.mouseClick(named(dialog, "Photos…")[row], LEFT)
        with file_dialog(file):
            QTest.mouseClick(named(dialog, "File…")[0], LEFT)
        write(dialog.person, "Ann")
        QTest.mouseClick(dialog.go, LEFT)

    in_dialog(StudyDialog, fill)
    choose(desk.window.menus.compare_blind)
    (found,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, CompareDialog) and w.isVisible())
    return found


def asked(dialog: CompareDialog, number: int) -> Callable[[], bool]:
    return lambda: dialog.left.isVisible() and dialog.progress.value() == number - 1


def brighter(dialog: CompareDialog) -> str:
    """The side on which the picture of the brighter model is."""
    left, right = (p.pixmap().toImage().pixelColor(128, 128).lightness() for p in (dialog.left, dialog.right))
    assert left != right, "twice the same"
    return "left" if left > right else "right"


def test_answers_by_key_and_click_are_written_one_by_one_and_counted(
    desk: Desk, qtbot: QtBot, people: Path, tmp_path: Path
) -> None:
    file = tmp_path / "answers.csv"
    photos = [people / name for name in ("0.png", "1.png", "nobody.png")]
    dialog = begin(desk, qtbot, photos, [people / "2.png"], file)
    qtbot.waitUntil(asked(dialog, 1), timeout=PATIENCE)
    assert not any("bright" in w.text() for w in (dialog.note, *dialog.buttons.values())), "not blind"
    first = brighter(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Left if first == "left" else Qt.Key.Key_Right)
    qtbot.waitUntil(asked(dialog, 2), timeout=PATIENCE)
    qtbot.waitUntil(file.exists, timeout=PATIENCE)
    second = brighter(dialog)
    QTest.mouseClick(dialog.left if second == "left" else dialog.right, LEFT)
    qtbot.waitUntil(lambda: "answers.csv" in dialog.note.text(), timeout=PATIENCE)
    assert "bright · pose 1.00 · expression 1.00: preferred 2 times" in dialog.note.text()
    assert "Pairs left out: 1." in dialog.note.text()
    qtbot.waitUntil(lambda: len(file.read_text("utf-8").splitlines()) == 3, timeout=PATIENCE)
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert {row["preferred"] for row in rows} == {"bright · pose 1.00 · expression 1.00"}
    assert [row["choice"] for row in rows] == [first, second]
    assert [row[row["choice"]] for row in rows] == [row["preferred"] for row in rows]
    assert {row["source"] for row in rows} == {"0.png", "1.png"} and {row["person"] for row in rows} == {"Ann"}
    assert all(int(row["milliseconds"]) >= 0 and row["time"].endswith("+00:00") for row in rows)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_two_settings_are_compared_and_it_can_be_stopped(
    loaded: Desk, qtbot: QtBot, people: Path, tmp_path: Path
) -> None:
    loaded.session.set_dial(pose=0.25)
    QTest.keySequence(loaded.window, "Ctrl+D")
    loaded.session.set_dial(pose=1.0)

    def fill(dialog: StudyDialog) -> None:
        names = [dialog.second.itemText(index) for index in range(dialog.second.count())]
        kept = next(index for index, name in enumerate(names) if "pose 0.25" in name)
        pick(dialog.second, names[kept])
        assert not dialog.go.isEnabled() and "Choose the table" in dialog.hint.text()
        with file_dialog(tmp_path / "a.csv"):
            QTest.mouseClick(named(dialog, "File…")[0], LEFT)
        pick(dialog.first, names[kept])
        assert not dialog.go.isEnabled() and "the same" in dialog.hint.text()
        pick(dialog.first, names[0])
        with file_dialog(dialog.study.sources[0]):
            QTest.mouseClick(named(dialog, "Photos…")[1], LEFT)
        assert not dialog.go.isEnabled() and "one photo" in dialog.hint.text()
        with file_dialog(people):
            QTest.mouseClick(named(dialog, "Folder…")[1], LEFT)
        assert dialog.go.isEnabled(), "the source of the window is there already"
        assert "Drivers: " in dialog.hint.text()
        QTest.mouseClick(dialog.go, LEFT)

    in_dialog(StudyDialog, fill)
    QTest.keySequence(loaded.window, "Ctrl+Shift+B")
    (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, CompareDialog) and w.isVisible())
    qtbot.waitUntil(asked(dialog, 1), timeout=PATIENCE)
    QTest.keyClick(dialog, Qt.Key.Key_Down)
    qtbot.waitUntil(asked(dialog, 2), timeout=PATIENCE)
    QTest.mouseClick(dialog.stop, LEFT)
    assert dialog.isVisible() and "No preference" in dialog.note.text()
    QTest.mouseClick(dialog.stop, LEFT)
    assert not dialog.isVisible()


def test_photos_without_faces_and_a_foreign_file_are_told(
    desk: Desk, qtbot: QtBot, people: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "table.csv"
    foreign.write_text("name,age\nAnn,30\n", encoding="utf-8")
    for drivers, file, said in (("nobody.png", tmp_path / "a.csv", "No face"), ("1.png", foreign, "something else")):
        dialog = begin(desk, qtbot, [people / "0.png"], [people / drivers], file)
        qtbot.waitUntil(dialog.problem.isVisible, timeout=PATIENCE)
        assert said in dialog.problem.text()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert foreign.read_text("utf-8") == "name,age\nAnn,30\n" and not (tmp_path / "a.csv").exists()


def test_an_answer_that_cannot_be_written_is_kept_for_the_next(
    desk: Desk, qtbot: QtBot, people: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "not yet"
    dialog = begin(desk, qtbot, [people / "0.png", people / "1.png"], [people / "2.png"], folder / "a.csv")
    qtbot.waitUntil(asked(dialog, 1), timeout=PATIENCE)
    QTest.keyClick(dialog, Qt.Key.Key_Left)
    qtbot.waitUntil(dialog.problem.isVisible, timeout=PATIENCE)
    folder.mkdir()
    qtbot.waitUntil(asked(dialog, 2), timeout=PATIENCE)
    QTest.keyClick(dialog, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: (folder / "a.csv").exists(), timeout=PATIENCE)
    assert len((folder / "a.csv").read_text("utf-8").splitlines()) == 3, "an answer was lost"
    qtbot.waitUntil(lambda: not dialog.problem.isVisible(), timeout=PATIENCE)
    dialog.close()


def answer(preferred: str, choice: str = "left") -> Answer:
    left, right = ("a", "b") if (preferred == "a") == (choice == "left") else ("b", "a")
    return Answer("2026-11-25T00:00:00+00:00", "=1+1.png", "d.png", left, right, choice, 900)  # type: ignore[arg-type]


def test_the_count_and_its_interval() -> None:
    answers = [*[answer("a")] * 6, *[answer("a", "right")] * 2, *[answer("b")] * 2, answer("a", "none")]
    counted = tally(answers, "a")
    assert counted == Tally(8, 2, 1) and counted.share == 0.8
    low, high = counted.interval  # Wilson, 8 of 10
    assert low == pytest.approx(0.4902, abs=1e-3) and high == pytest.approx(0.9433, abs=1e-3)
    assert Tally(0, 0, 3).share is None and Tally(0, 0, 3).interval == (0.0, 1.0)
    assert Tally(5, 0, 0).interval[1] == 1.0


def test_models_are_named_in_the_language_of_the_window() -> None:
    tr.use("de", [])
    names = [name_of(model, Controls(pose=0.5)) for model in ("learned model live", "geometric", "geometric flow")]
    tr.use("en", [])
    flow = "geometrischer Fluss · Pose 0,50 · Ausdruck 1,00"
    assert names == ["gelerntes Modell live · Pose 0,50 · Ausdruck 1,00", flow, flow]
    assert name_of("live_128", Controls()).startswith("live_128 · ")


def test_sides_are_random_and_even_and_no_photo_drives_itself() -> None:
    one, two = (Contestant(name, None, Controls()) for name in "ab")
    people = tuple(Path(f"{number}.png") for number in range(8))
    study = Study(one, two, people, people, 20, Path("a.csv"))
    orders = [shuffled(study, seed) for seed in range(5)]
    for pairs, sides in orders:
        assert sum(sides[:20]) == 10 and sum(sides[:4]) == 2
        assert len(set(pairs)) == 56 and all(source != driver for source, driver in pairs)
    assert len({tuple(sides) for _, sides in orders}) == 5 == len({tuple(pairs) for pairs, _ in orders})
    assert shuffled(study, 3) == orders[3]


def test_rows_go_after_what_is_there_and_are_no_formulas(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    lines = preferences.rows([answer("a")], "=cmd()", "a", "b")
    file.write_text(preferences.appended(file, lines), encoding="utf-8")
    file.write_text(preferences.appended(file, lines), encoding="utf-8")
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert len(rows) == 2 and rows[0] == rows[1]
    assert rows[0]["person"] == "'=cmd()" and rows[0]["source"] == "'=1+1.png"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="something else"):
        preferences.appended(file, lines)
