"""What dialogs were left with is there again at the next start, and nonsense in its place is as at a first start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.batches import Batch
from app.exports import KINDS, Sweep, Wishes
from app.habits import MOST_KEPT, Habits
from app.store.folders import Folders
from app.store.habits import habits_json, read_habits
from app.store.settings import Settings, read_settings
from app.study import Contestant, Study
from app.views.batch_dialog import BatchDialog
from app.views.export_dialog import ExportDialog
from app.views.study_dialog import StudyDialog
from core.edits import Edits
from core.types import Controls
from tests.app.acts import LEFT
from tests.app.conftest import PATIENCE, opened, photo
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose, file_dialog, named, pick, press, question, write
from tests.app.test_queue import ended, in_dialog

SMILE = Controls(0.25, 1.5, "driving", Edits(yaw=5.0, units=(("jawOpen", 0.5),), locked=frozenset({"eyes"})))
SUFFIXES = tuple((kind.name, kind.suffixes[-1]) for kind in KINDS)
ONE, OTHER = Contestant("", "other", Controls()), Contestant("", None, SMILE)
FULL = Habits(
    Wishes(("full", "flow"), SUFFIXES, 71, Sweep(33, 12, False), Path("/a")),
    Batch((Path("/a/ü.png"),), (Path("/b/1.png"), Path("/b/2.png")), Path("/c"), False, Path("/e.png")),
    Study(ONE, OTHER, (Path("/a/ü.png"),), (), 7, Path("/d.csv"), "Ann"),
    (SMILE, Controls(0.0)),
)


def load(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    for role, name in (("source", "one.png"), ("driving", "two.png")):
        desk.photos[role].open_path(photo(tmp_path / name))  # type: ignore[index]
    qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)


def test_dialogs_are_as_they_were_left(qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_folders: Folders) -> None:
    out = tmp_path / "out"
    out.mkdir()

    def export(dialog: ExportDialog) -> None:
        pick(dialog.formats["image"], "JPEG")  # what has a quality
        dialog.quality.setFocus()
        QTest.keyClick(dialog.quality, Qt.Key.Key_Home)
        for _ in range(55 - dialog.quality.minimum()):
            QTest.keyClick(dialog.quality, Qt.Key.Key_Right)
        pick(dialog.formats["image"], "PNG")
        for name in ("image", "flow", "sweep"):  # the picture is chosen at first
            press(dialog.boxes[name])
        pick(dialog.formats["sweep"], "WebP")
        write(dialog.frames, "4")
        write(dialog.fps, "9")
        press(dialog.back)
        with file_dialog(out):
            QTest.mouseClick(dialog.choose, LEFT)
        QTest.mouseClick(dialog.go, LEFT)

    def batch(dialog: BatchDialog) -> None:
        for row, name in enumerate(("one.png", "two.png")):
            with file_dialog(tmp_path / name):
                QTest.mouseClick(named(dialog, "Photos…")[row], LEFT)
        with file_dialog(out):
            QTest.mouseClick(named(dialog, "Folder…")[2], LEFT)
        QTest.mouseClick(dialog.go, LEFT)

    def study(dialog: StudyDialog) -> None:
        pick(dialog.first, "pose 0.25")
        pick(dialog.second, dialog.second.itemText(0))
        write(dialog.questions, "3")
        write(dialog.person, "Ann")
        with file_dialog(out / "answers.csv", proposal="preferences.csv"):
            QTest.mouseClick(named(dialog, "File…")[0], LEFT)
        QTest.mouseClick(dialog.go, LEFT)

    with opened(qtbot, qapp, FakeEngine, tmp_path / "no samples") as desk:
        load(desk, qtbot, tmp_path)
        in_dialog(ExportDialog, export)
        choose(desk.window.menus.export)
        in_dialog(BatchDialog, batch)
        choose(desk.window.menus.batch)
        assert set(ended(desk, qtbot)) == {"done"}
        desk.session.set_dial(pose=0.25)
        choose(desk.window.menus.keep_setting)
        desk.session.set_dial(pose=1.0)
        in_dialog(StudyDialog, study)
        choose(desk.window.menus.compare_blind)
        with file_dialog(out / "a.webp", proposal="one__two.png"):
            choose(desk.window.menus.save)
        assert set(ended(desk, qtbot)) == {"done"}

    def same_export(dialog: ExportDialog) -> None:
        assert [name for name, box in dialog.boxes.items() if box.isChecked()] == ["sweep", "flow"]
        assert dialog.formats["sweep"].currentData() == ".webp" and dialog.folder.full_text == str(out)
        assert (dialog.frames.value(), dialog.fps.value(), dialog.back.isChecked()) == (4, 9, False)
        assert dialog.quality.value() == 55 and dialog.stem.text() == "one__two"

    def same_batch(dialog: BatchDialog) -> None:
        assert dialog.batch == Batch((tmp_path / "one.png",), (tmp_path / "two.png",), out)

    def same_study(dialog: StudyDialog) -> None:
        found = dialog.study
        assert (found.questions, found.person, found.file) == (3, "Ann", out / "answers.csv")
        assert "pose 0.25" in dialog.first.currentText() and "pose 1.00" in dialog.second.currentText()
        (tmp_path / "one.png").unlink()

    def without_what_is_gone(dialog: StudyDialog) -> None:
        assert tmp_path / "one.png" not in dialog.study.sources and dialog.study.drivers == (tmp_path / "two.png",)

    with opened(qtbot, qapp, FakeEngine, tmp_path / "no samples") as desk:
        load(desk, qtbot, tmp_path)
        menus = desk.window.menus
        in_dialog(ExportDialog, same_export)
        choose(menus.export)
        in_dialog(BatchDialog, same_batch)
        choose(menus.batch)
        in_dialog(StudyDialog, same_study)
        choose(menus.compare_blind)
        with file_dialog(out / "b.webp", proposal="one__two.webp"):  # the format of last time
            choose(desk.window.menus.save)
        assert set(ended(desk, qtbot)) == {"done"}
        in_dialog(StudyDialog, without_what_is_gone)
        choose(desk.window.menus.compare_blind)
        with question("Clear"):
            choose(desk.window.menus.clear_kept)
    text = own_folders.settings.read_text("utf-8")
    assert "Ann" not in text and str(tmp_path) not in text, "names are left after they were to be cleared"
    assert read_settings(own_folders.settings).habits.export.quality == 55


def test_habits_come_back_as_they_went(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(Settings(habits=FULL).to_text(), encoding="utf-8")
    assert read_settings(path).habits == FULL
    odd = Habits(Wishes(folder=Path("/\udcff")), Batch((Path("/\udcff.png"), Path("/a.png"))))
    assert json.loads(json.dumps(habits_json(odd), ensure_ascii=False).encode())["batch"]["sources"] == ["/a.png"]


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("export", {"chosen": 3, "suffixes": [], "quality": 0, "frames": 10**9, "fps": True, "folder": "a\0"}),
        ("export", {"chosen": ["hologram"], "suffixes": {"image": ".exe"}, "quality": 9.5, "frames": "4"}),
        ("batch", {"sources": {"a": 1}, "drivers": [7, None, ""], "folder": []}),
        ("study", {"first": 7, "second": {"model": 1, "controls": {"pose": float("nan")}}, "questions": -1, "file": 0}),
        ("study", {"second": {"controls": {"pose": 1.0, "turbo": 1, "edits": {}}}, "person": None, "sources": "abc"}),
        ("kept", [1, None, {"pose": 1.0}, {"pose": 9.0, "edits": {}}, {"edits": {"yaw": 1e9}}]),
    ],
)
def test_nonsense_is_as_at_a_first_start(part: str, changed: Any) -> None:
    for whole in ({part: changed}, {part: "x"}, [], None, 7):
        assert read_habits(whole) == Habits()


def test_only_so_many_settings_are_kept() -> None:
    habits = Habits()
    for step in range(MOST_KEPT + 3):
        habits = habits.keeping(Controls(step / 100)).keeping(Controls(step / 100))
    assert [each.pose for each in habits.kept] == [step / 100 for step in range(3, MOST_KEPT + 3)]
