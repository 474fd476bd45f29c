"""The export dialog, the batch dialog, and the queue in which their jobs wait, run, fail and are tried again."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.batches import Batch, pictures
from app.jobs import REPEATABLE, Job, Jobs
from app.progress import MAKING, READING
from app.views.batch_dialog import BatchDialog
from app.views.export_dialog import ExportDialog
from app.views.panel import Button
from app.views.queue_panel import in_words
from app.views.study_dialog import StudyDialog
from app.workers.give_back import give_back
from core.edits import Edits
from core.errors import Cancelled, InputError
from core.types import Controls
from tests.app.acts import LEFT
from tests.app.conftest import PATIENCE, photo
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose, file_dialog, named, pick, press, write
from tests.soak.answering import LOOK_MS

D = TypeVar("D", bound=QDialog)


def in_dialog(kind: type[D], act: Callable[[D], None]) -> None:
    """Do ``act`` in the dialog that opens next; it is closed whatever happens, or the test would never end."""
    began = time.monotonic()

    def run() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None and time.monotonic() < began + PATIENCE / 1000:  # still on the way through the menus
            QTimer.singleShot(LOOK_MS, run)
            return
        try:
            assert isinstance(dialog, kind)
            act(dialog)
        finally:
            if dialog is not None:
                dialog.close()

    QTimer.singleShot(0, run)


def ended(desk: Desk, qtbot: QtBot) -> list[str]:
    qtbot.waitUntil(lambda: bool(desk.session.jobs.all) and not desk.session.jobs.unfinished, timeout=PATIENCE)
    return [job.state for job in desk.session.jobs.all]


def test_everything_is_exported_at_once(loaded: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    def choose(dialog: ExportDialog) -> None:
        with file_dialog(folder):
            QTest.mouseClick(dialog.choose, LEFT)
        write(dialog.stem, "face")
        assert not dialog.quality.isEnabled(), "PNG has no quality"
        for box in dialog.boxes.values():
            if not box.isChecked():
                QTest.keyClick(box, Qt.Key.Key_Space)
        pick(dialog.formats["image"], "JPEG")
        pick(dialog.formats["sweep"], "MP4")
        write(dialog.frames, "5")
        assert dialog.quality.isEnabled() and "8" in dialog.go.text()
        QTest.mouseClick(dialog.go, LEFT)

    in_dialog(ExportDialog, choose)
    QTest.keySequence(loaded.window, "Ctrl+E")
    assert set(ended(loaded, qtbot)) == {"done"}
    assert {path.name for path in folder.iterdir()} == {
        "face.jpg", "face_full.png", "face_sweep.mp4", "face_panels.png", "face_mesh_source.glb",
        "face_mesh_driving.glb", "face.flo", "face.json",
    }  # fmt: skip
    assert len(engine.saved_with) == 4 and all(marks.watermark for marks in engine.saved_with), "one without marks"


def test_nothing_chosen_or_a_bad_name_cannot_be_exported(loaded: Desk) -> None:
    def look(dialog: ExportDialog) -> None:
        assert dialog.go.isEnabled()
        dialog.stem.setText("../x")
        assert not dialog.go.isEnabled()
        dialog.stem.setText("x")
        press(dialog.boxes["image"])
        assert not dialog.go.isEnabled()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    in_dialog(ExportDialog, look)
    choose(loaded.window.menus.export)
    assert loaded.session.jobs.newest is None


def test_a_failure_does_not_stop_the_rest_and_can_be_tried_again(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "not yet"
    for name in ("not yet/a.png", "b.png"):
        with file_dialog(tmp_path / name):
            choose(loaded.window.menus.save)
    assert ended(loaded, qtbot) == ["failed", "done"] and (tmp_path / "b.png").exists()
    failed = loaded.session.jobs.all[0]
    loaded.window.docks["queue"].bring_up()
    row = loaded.window.queue.rows[failed.number]
    assert "not yet" in row.words.text() and row.retry.isVisible() and not row.cancel.isVisible()
    folder.mkdir()
    QTest.mouseClick(row.retry, LEFT)
    assert ended(loaded, qtbot) == ["done", "done"] and (folder / "a.png").exists()
    QTest.mouseClick(loaded.window.queue.clear_button, LEFT)
    assert not loaded.session.jobs.all and not loaded.window.queue.rows


def test_what_failed_does_not_keep_a_core_that_was_replaced(
    loaded: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be tried again: it would be with the core that failed, and keep it and its weights in memory."""
    given: list[int] = []
    monkeypatch.setattr("app.workers.job_worker.give_back", lambda: given.append(1))
    with file_dialog(tmp_path / "not yet" / "a.png"):
        choose(loaded.window.menus.save)
    assert ended(loaded, qtbot) == ["failed"]
    (failed,) = loaded.session.jobs.all
    loaded.window.docks["queue"].bring_up()
    retry = loaded.window.queue.rows[failed.number].retry
    assert failed.work is not None and retry.isVisible()
    held = weakref.ref(failed.work)
    del failed
    loaded.session.set_engine(replace(loaded.session.engine, engine=FakeEngine()))
    assert not retry.isVisible()
    gc.collect()
    qtbot.waitUntil(lambda: held() is None, timeout=PATIENCE)
    assert len(loaded.session.jobs.all) == 1, "how it ended is still told"
    qtbot.waitUntil(lambda: given == [1], timeout=PATIENCE)
    give_back()  # does no harm


def test_what_waits_can_be_taken_out_and_a_picture_does_not_wait_for_a_film(
    loaded: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    go = threading.Event()

    def work(on_progress: Callable[[int, int], None], should_stop: Callable[[], bool]) -> str:
        while not go.wait(0.01):
            if should_stop():
                raise Cancelled("Cancelled.")
        return "Made."

    queue, rows = loaded.jobs, loaded.window.queue.rows
    first, second = (queue.add(name, tmp_path / name, work, long=True) for name in ("a.mp4", "b.mp4"))
    quick = queue.add("c.png", tmp_path / "c.png", lambda *_: "Saved c.png.")
    loaded.window.docks["queue"].bring_up()
    jobs = loaded.session.jobs

    def states() -> list[str]:
        return [job.state for job in jobs.all]

    qtbot.waitUntil(lambda: states() == ["running", "waiting", "done"], timeout=PATIENCE)
    QTest.mouseClick(rows[second.number].cancel, LEFT)
    qtbot.waitUntil(lambda: states() == ["running", "cancelled", "done"], timeout=PATIENCE)
    QTest.mouseClick(rows[first.number].cancel, LEFT)
    qtbot.waitUntil(lambda: states() == ["cancelled", "cancelled", "done"], timeout=PATIENCE)
    go.set()
    QTest.mouseClick(rows[first.number].retry, LEFT)
    qtbot.waitUntil(lambda: states() == ["done", "cancelled", "done"], timeout=PATIENCE)
    assert rows[quick.number].words.text() == "Saved c.png."
    assert loaded.window.result.progress_text.full_text == loaded.session.message == "Made.", "what ended last"


def test_a_batch_goes_on_past_a_bad_photo(desk: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("sources", "drivers", "folder")}
    for folder in folders.values():
        folder.mkdir()
    for name in ("sources/a.png", "sources/bad.png", "drivers/c.png", "drivers/d.png"):
        photo(tmp_path / name)
    (folders["sources"] / "notes.txt").write_text("no photo")

    def choose(dialog: BatchDialog) -> None:
        assert not dialog.go.isEnabled()
        for button, name in zip(named(dialog, "Folder…"), folders, strict=True):
            with file_dialog(folders[name]):
                QTest.mouseClick(button, LEFT)
        assert dialog.go.text() == "Make 4 pictures"
        QTest.mouseClick(dialog.go, LEFT)

    in_dialog(BatchDialog, choose)
    QTest.keySequence(desk.window, "Ctrl+B")
    assert ended(desk, qtbot) == ["done"]
    (job,) = desk.session.jobs.all
    assert "2 pictures made, 2 failed" in job.message and "bad.png × c.png" in job.message
    assert {path.name for path in folders["folder"].iterdir()} == {"a__c.png", "a__d.png"}
    assert engine.saved_with[0].watermark and desk.window.queue.isVisible()


def test_time_left_is_told_from_the_time_spent() -> None:
    now = [100.0]
    jobs = Jobs(clock=lambda: now[0])
    jobs.add(Job(1, "a", Path("a"), lambda *_: ""))
    jobs.begin(1)
    assert in_words(jobs.all[0]) == "Being written."
    now[0] = 110.0
    jobs.report(1, 5, 20)
    assert in_words(jobs.all[0]) == "5 of 20, about 30 s left"


def test_a_job_of_two_steps_counts_each_and_is_half_done_between_them() -> None:
    now = [100.0]
    jobs = Jobs(clock=lambda: now[0])
    jobs.add(Job(1, "a", Path("a"), lambda *_: ""))
    jobs.begin(1)
    told = []
    for second, done, step in (
        (20, 20, READING),
        (80, 80, READING),
        (84, 2, MAKING),
        (85, 3, MAKING),
        (239, 80, MAKING),
    ):
        now[0] = 100.0 + second
        jobs.report(1, done, 80, step)
        told.append((in_words(jobs.all[0]), round(jobs.all[0].share, 3)))
    assert told == [
        ("Reading frames: 20 of 80, about 2 min left", 0.125),
        ("Reading frames: 80 of 80, about 80 s left", 0.5),
        ("Making frames: 2 of 80, about 80 s left", 0.512),
        ("Making frames: 3 of 80, about 26 s left", 0.519),
        ("Making frames: 80 of 80, nearly done", 1.0),
    ]


def test_a_folder_that_cannot_be_read_or_has_no_photos_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=f"There are no photos in '{tmp_path.name}'; choose another."):
        pictures([tmp_path])
    photo(tmp_path / "a.png")
    assert pictures([tmp_path]) == (tmp_path / "a.png",)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    for name in ("iterdir", "is_file"):  # no right to list it; no right to look at what is in it
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, refuse)
            with pytest.raises(InputError, match="cannot be read"):
                pictures([tmp_path])
    assert not Batch((), (), tmp_path / "none").replaces and Batch((), (), tmp_path).replaces


def test_only_the_newest_that_failed_hold_what_trying_again_takes(qapp: QApplication) -> None:
    jobs = Jobs()
    held: list[weakref.ref[object]] = []
    for number in range(REPEATABLE + 3):

        def work(*_: object) -> str:
            return ""

        held.append(weakref.ref(work))
        jobs.add(Job(number, str(number), Path("a"), work))
        jobs.begin(number)
        jobs.end(number, "failed", "why")
    del work
    gc.collect()
    assert [job.repeatable for job in jobs.all] == [False] * 3 + [True] * REPEATABLE
    assert [each() is None for each in held] == [True] * 3 + [False] * REPEATABLE
    assert jobs.wait_again(0) is None and jobs.wait_again(3) is not None


def folders_of_pairs(tmp_path: Path) -> dict[str, Path]:
    folders = {name: tmp_path / name for name in ("sources", "drivers", "folder")}
    for folder in folders.values():
        folder.mkdir()
    for name in ("sources/a.png", "drivers/c.png", "drivers/d.png"):
        photo(tmp_path / name)
    return folders


def choose_all(dialog: BatchDialog, folders: dict[str, Path]) -> None:
    for row, name in enumerate(("sources", "drivers", "folder")):
        with file_dialog(folders[name]):
            QTest.mouseClick(named(dialog, "Folder…")[row], LEFT)


def test_a_batch_says_what_to_choose_next(desk: Desk, tmp_path: Path) -> None:
    folders, said = folders_of_pairs(tmp_path), []

    def look(dialog: BatchDialog) -> None:
        top = dialog.hint.y()
        for row, name in enumerate(("sources", "drivers", "folder")):
            assert dialog.go.text() == "Make pictures" and not dialog.go.isEnabled()
            said.append(dialog.hint.text())
            with file_dialog(folders[name]):
                QTest.mouseClick(named(dialog, "Folder…")[row], LEFT)
        said.append(dialog.hint.text())
        assert dialog.go.text() == "Make 2 pictures" and dialog.go.isEnabled() and dialog.hint.y() == top
        assert not dialog.edits.isEnabled() and not dialog.edits.isChecked(), "there are no edits"
        assert dialog.batch.edits, "of another day"

    in_dialog(BatchDialog, look)
    choose(desk.window.menus.batch)
    assert [text.split(":")[0].split(" the ", 1)[-1] for text in said] == [
        "sources", "drivers", "folder the pictures are to be saved in.", "Sources",
    ]  # fmt: skip


def test_a_batch_has_the_edits_of_the_window_unless_they_are_not_wanted(
    loaded: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    folders = folders_of_pairs(tmp_path)
    loaded.session.set_dial(pose=0.5, placement="driving")
    loaded.session.set_edit("gaze_left_x", 10.0)
    loaded.session.set_edit("jawOpen", 0.5)
    loaded.session.set_locked("brows", True)
    wanted = loaded.session.document.controls

    def with_them(dialog: BatchDialog) -> None:
        assert dialog.edits.isChecked() and dialog.edits.text().endswith(": Gaze, jaw, kept regions")
        choose_all(dialog, folders)
        QTest.mouseClick(dialog.go, LEFT)

    def without(dialog: BatchDialog) -> None:
        assert dialog.go.isEnabled(), "as it was left"
        QTest.keyClick(dialog.edits, Qt.Key.Key_Space)
        QTest.mouseClick(dialog.go, LEFT)

    def again(dialog: BatchDialog) -> None:
        assert not dialog.edits.isChecked(), "as it was left"

    for act in (with_them, without, again):
        (folders["folder"] / "a__c.png").unlink(missing_ok=True)
        (folders["folder"] / "a__d.png").unlink(missing_ok=True)
        in_dialog(BatchDialog, act)
        choose(loaded.window.menus.batch)
        assert set(ended(loaded, qtbot)) == {"done"}
    assert wanted.edits.parts == ("gaze", "jaw", "locks") and wanted.placement == "driving"
    assert engine.batched == [(wanted, None), (replace(wanted, edits=Edits()), None)]


def test_a_batch_is_relative_to_a_photo_of_the_driver_at_rest(
    desk: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    folders, rest = folders_of_pairs(tmp_path), photo(tmp_path / "rest.png")

    def fill_in(dialog: BatchDialog) -> None:
        choose_all(dialog, folders)
        assert not dialog.no_neutral.isEnabled()
        (button,) = (b for b in dialog.findChildren(Button) if b.text() == "Photo…")
        with file_dialog(rest):
            QTest.mouseClick(button, LEFT)
        assert dialog._neutral_text.full_text == "rest.png"
        QTest.mouseClick(dialog.no_neutral, LEFT)
        assert dialog.batch.neutral is None
        with file_dialog(rest):
            QTest.mouseClick(button, LEFT)
        qtbot.waitUntil(dialog.go.isEnabled)
        QTest.mouseClick(dialog.go, LEFT)

    in_dialog(BatchDialog, fill_in)
    choose(desk.window.menus.batch)
    assert ended(desk, qtbot) == ["done"] and engine.batched == [(Controls(), rest)]


@pytest.mark.parametrize(
    ("name", "words"),
    [("faceless.png", "no face in the neutral photo “faceless.png”"), ("broken.png", "not a picture")],
)
def test_a_neutral_photo_that_will_not_do_is_told_when_it_is_chosen(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], tmp_path: Path, name: str, words: str
) -> None:
    folders, bad = folders_of_pairs(tmp_path), photos[name.removesuffix(".png")]

    def fill_in(dialog: BatchDialog) -> None:
        choose_all(dialog, folders)
        made = dialog.hint.text()
        (button,) = named(dialog, "Photo…")
        with file_dialog(bad):
            QTest.mouseClick(button, LEFT)
        assert not dialog.go.isEnabled(), "nobody has looked at it yet"
        qtbot.waitUntil(lambda: words in dialog.hint.text())
        assert not dialog.go.isEnabled() and str(tmp_path) not in dialog.hint.text()
        QTest.mouseClick(dialog.no_neutral, LEFT)
        assert dialog.go.isEnabled() and dialog.hint.text() == made
        with file_dialog(bad):
            QTest.mouseClick(button, LEFT)
        with file_dialog(photos["one"]):
            QTest.mouseClick(button, LEFT)
        qtbot.waitUntil(dialog.go.isEnabled)
        assert dialog.hint.text() == made
        dialog.reject()

    in_dialog(BatchDialog, fill_in)
    choose(desk.window.menus.batch)
    desk.session.set_habits(replace(desk.session.habits, batch=Batch(neutral=bad)))

    def of_last_time(dialog: BatchDialog) -> None:
        choose_all(dialog, folders)
        qtbot.waitUntil(lambda: words in dialog.hint.text())

    in_dialog(BatchDialog, of_last_time)
    choose(desk.window.menus.batch)
    assert not desk.session.jobs.all


def test_the_window_lives_on_while_a_neutral_photo_is_looked_at(
    desk: Desk, engine: FakeEngine, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, encode, threads = threading.Event(), engine.encode, []

    def slow(*arguments: object) -> object:
        threads.append(threading.current_thread())
        looking.wait(60)
        return encode(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "encode", slow)
    folders, rest = folders_of_pairs(tmp_path), photo(tmp_path / "rest.png")

    def fill_in(dialog: BatchDialog) -> None:
        choose_all(dialog, folders)
        with file_dialog(rest):
            QTest.mouseClick(named(dialog, "Photo…")[0], LEFT)
        assert dialog.hint.text() == "Looking for the face…"
        qtbot.waitUntil(lambda: bool(threads))
        QTest.mouseClick(dialog.no_neutral, LEFT)
        assert dialog.go.isEnabled(), "it is not waited for"
        looking.set()
        dialog.reject()

    in_dialog(BatchDialog, fill_in)
    choose(desk.window.menus.batch)
    assert threading.main_thread() not in threads


def test_a_folder_without_photos_is_told_and_nothing_can_be_begun(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folders = folders_of_pairs(tmp_path)

    def fill_in(dialog: BatchDialog | StudyDialog, told: QLabel) -> None:
        assert dialog.go.isEnabled()
        for row, name in enumerate(("sources", "drivers")):
            with file_dialog(folders["folder"]):
                QTest.mouseClick(named(dialog, "Folder…")[row], LEFT)
            assert "no photos in 'folder'" in told.text() and not dialog.go.isEnabled()
            assert dialog.grid.texts[name].full_text == "none chosen"
        with file_dialog(folders["sources"]):
            QTest.mouseClick(named(dialog, "Folder…")[0], LEFT)
        assert "no photos in 'folder'" in told.text() and not dialog.go.isEnabled(), "the other row is still wrong"
        with file_dialog(folders["drivers"]):
            QTest.mouseClick(named(dialog, "Folder…")[1], LEFT)
        assert "no photos" not in told.text() and dialog.go.isEnabled()
        dialog.reject()

    def batch(dialog: BatchDialog) -> None:
        choose_all(dialog, folders)
        fill_in(dialog, dialog.hint)

    def study(dialog: StudyDialog) -> None:
        for row, name in enumerate(("sources", "drivers")):
            with file_dialog(folders[name]):
                QTest.mouseClick(named(dialog, "Folder…")[row], LEFT)
        with file_dialog(tmp_path / "a.csv"):
            QTest.mouseClick(named(dialog, "File…")[0], LEFT)
        fill_in(dialog, dialog.hint)

    in_dialog(BatchDialog, batch)
    choose(desk.window.menus.batch)
    in_dialog(StudyDialog, study)
    choose(desk.window.menus.compare_blind)


def test_a_folder_that_drives_relatively_brings_its_neutral_photo(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    drivers = folders_of_pairs(tmp_path)["drivers"]
    desk.photos["driving"].open_path(drivers)
    qtbot.waitUntil(lambda: desk.session.footage is not None, timeout=PATIENCE)
    seen: list[Path | None] = []

    def look(dialog: BatchDialog) -> None:
        seen.append(dialog.batch.neutral)

    for relative in (False, True):
        desk.session.go_to(1)
        if relative:
            desk.session.set_neutral()
        in_dialog(BatchDialog, look)
        choose(desk.window.menus.batch)
    assert seen == [None, drivers / "d.png"]
    other = photo(tmp_path / "other.png")
    for chosen in (other, drivers / "c.png"):
        desk.session.set_habits(replace(desk.session.habits, batch=Batch(drivers=(chosen,))))
        in_dialog(BatchDialog, look)
        choose(desk.window.menus.batch)
    assert seen[2:] == [None, drivers / "d.png"], "drivers of another folder may be of another person"
