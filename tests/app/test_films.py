"""A film, an animation or a folder drives: scrubbed, stepped, played, marked, relative, smooth; undone and saved."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.clip import Clip, frame_at
from app.footage import Footage
from app.presenters.drive_presenter import in_words
from app.store.project import missing, project_text, read_project
from app.views.export_dialog import ExportDialog
from tests.app.acts import LEFT, NONE, drag_slider, drop, files
from tests.app.conftest import PATIENCE, opened
from tests.app.driver_films import animation, folder, number_of
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose, file_dialog, press
from tests.app.play_rate import Painted, figures, play
from tests.media_samples import film, moving
from tests.soak.answering import answering


@pytest.fixture
def filmed(desk: Desk, qtbot: QtBot, photos: dict[str, Path], tmp_path: Path) -> Desk:
    """A window with a source and an animation of 20 frames, the 13th of which shows no face."""
    drop(desk.window.photos["source"], files(photos["one"]))
    drop(desk.window.photos["driving"], files(animation(tmp_path / "film.webp", faceless=(13,))))
    qtbot.waitUntil(lambda: desk.session.result is not None and desk.session.result.frame == 0, timeout=PATIENCE)
    return desk


def shows(desk: Desk, qtbot: QtBot, number: int) -> None:
    """Wait until a frame is rendered and its picture is what the driver's panel shows."""

    def there() -> bool:
        picture = desk.window.photos["driving"].image.picture
        result = desk.session.result
        return result is not None and result.frame == number and picture is not None and number_of(picture) == number

    qtbot.waitUntil(there, timeout=PATIENCE)


def pull(desk: Desk, *frames: int) -> None:
    """Press on the timeline at the first frame, drag over the others, let go."""
    line = desk.window.drive.timeline
    points = [QPoint(round(line.place(number)), line.height() // 2) for number in frames]
    QTest.mousePress(line, LEFT, NONE, points[0])
    for point in points[1:]:
        QTest.mouseMove(line, point)
        QApplication.processEvents()
    QTest.mouseRelease(line, LEFT, NONE, points[-1])


def key(desk: Desk, keys: str) -> None:
    QTest.keySequence(desk.window, keys)


def test_the_bar_is_there_only_where_the_driver_moves(filmed: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    bar = filmed.window.drive
    assert bar.isVisible() and bar.timeline.maximum() == 19 and bar.time.text().endswith("\N{FIGURE SPACE}1 / 20")
    drop(filmed.window.photos["driving"], files(photos["two"]))
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert not filmed.window.menus.drive.play.isEnabled()
    key(filmed, "Ctrl+Z")
    qtbot.waitUntil(bar.isVisible)


def test_the_numbers_of_frames_are_all_of_one_width(filmed: Desk, qtbot: QtBot) -> None:
    label = filmed.window.drive.time
    widths = []
    for number in (7, 8, 9, 10):
        pull(filmed, number)
        text = label.text()
        assert text.endswith(f"{number + 1} / 20")
        widths.append(label.fontMetrics().horizontalAdvance(text.replace("1", "0")))  # all digits are as wide as 0
    assert len(set(widths)) == 1, "the frame's number moves what stands behind it"


def test_scrubbing_shows_the_newest_frame_and_is_one_step(filmed: Desk, qtbot: QtBot) -> None:
    pull(filmed, 2, 5, 9, 12)
    shows(filmed, qtbot, 12)
    assert filmed.window.menus.undo.text() == "&Undo go to another frame"
    key(filmed, "Ctrl+Z")
    shows(filmed, qtbot, 0)
    key(filmed, "Ctrl+Shift+Z")
    shows(filmed, qtbot, 12)


def test_a_slow_core_gets_only_the_newest_of_many_frames(filmed: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    filmed.session.set_smoothing(0.0)
    engine.gate.clear()
    rendered = len(engine.rendered)
    pull(filmed, *range(1, 13))
    engine.gate.set()
    shows(filmed, qtbot, 12)
    assert len(engine.rendered) - rendered <= 4, "frames that nobody waits for any more were rendered"


def test_keys_step_and_stop_at_the_ends(filmed: Desk, qtbot: QtBot) -> None:
    for _ in range(3):
        key(filmed, ".")
    shows(filmed, qtbot, 3)
    key(filmed, ",")
    shows(filmed, qtbot, 2)
    for _ in range(5):
        key(filmed, ",")
    shows(filmed, qtbot, 0)


def test_a_frame_without_a_face_keeps_the_result_and_says_so_quietly(filmed: Desk, qtbot: QtBot) -> None:
    pull(filmed, 12)
    shows(filmed, qtbot, 12)
    key(filmed, ".")
    bar, panel = filmed.window.drive, filmed.window.photos["driving"]
    qtbot.waitUntil(lambda: "No face" in bar.note.full_text)
    assert panel.image.picture is not None and number_of(panel.image.picture) == 13
    assert filmed.session.result is not None and filmed.session.result.frame == 12
    assert not filmed.window.result.overlay.banner.isVisible() and not panel.overlay.banner.isVisible()
    key(filmed, ".")
    shows(filmed, qtbot, 14)
    assert bar.note.full_text == ""


def test_playing_keeps_to_the_films_time_and_is_one_step(filmed: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    now = [100.0]
    player = filmed.drive.player
    player._clock = lambda: now[0]
    filmed.session.set_loop(False)
    steps = len(filmed.session.history._past)
    key(filmed, "K")
    assert filmed.session.playing and filmed.window.drive.play.text() == "Pause"
    for at, frame in ((0.1, 2), (0.41, 10), (0.45, 11)):  # whatever the core can do, this is the frame that is due
        now[0] = 100.0 + at
        player.tick()
        assert filmed.session.clip.frame == frame
        shows(filmed, qtbot, frame)
    assert filmed.session.document.clip.frame == 0, "a frame that is played is no step"
    rendered = len(engine.rendered)
    engine.gate.clear()
    for at, frame in ((0.49, 12), (0.57, 14), (0.61, 15), (0.65, 16)):  # the core is busy all the time
        now[0] = 100.0 + at
        player.tick()
        assert filmed.session.clip.frame == frame
    engine.gate.set()
    shows(filmed, qtbot, 16)
    assert len(engine.rendered) - rendered <= 2, "frames whose time was over were rendered, so that playing lags"
    now[0] = 100.85
    player.tick()
    assert not filmed.session.playing and filmed.session.document.clip.frame == 19
    shows(filmed, qtbot, 19)
    assert len(filmed.session.history._past) == steps + 1 and filmed.session.history.undo_name == "Play"


def test_the_rate_that_is_reached_is_shown(filmed: Desk, qtbot: QtBot) -> None:
    key(filmed, "K")
    qtbot.waitUntil(lambda: "of 25 frames a second" in filmed.window.drive.note.full_text, timeout=PATIENCE)
    key(filmed, "K")
    assert not filmed.session.playing and filmed.window.drive.note.full_text == ""


def test_a_slow_rate_is_shown_too(filmed: Desk) -> None:
    now, rates = [0.0], list[float]()
    player, session = filmed.drive.player, filmed.session
    player._timer.setInterval(10**6)  # this test says which frames there are
    player._clock = lambda: now[0]
    player.rate_changed.connect(rates.append)
    session.play()
    assert session.result is not None
    for frame in range(4):
        now[0] = 2.5 * frame
        session.result = replace(session.result, frame=frame)
        player._count()
    session.stop()
    assert rates[1:3] == [pytest.approx(0.4), pytest.approx(0.4)] and in_words(0.4) == "0.4" and in_words(24.8) == "25"


def test_the_command_that_measures_playing(desk: Desk, tmp_path: Path) -> None:
    seen, fps = play(desk, animation(tmp_path / "film.webp", milliseconds=100), 0.3)
    assert fps == 10 and all(each.late >= 0 for each in seen)
    seen = [Painted(0.1 * n, n, 0.02 + 0.01 * n) for n in range(9)]
    found = figures(seen, 25.0, 1.5)
    assert found["painted a second"] == 6 and found["behind (ms, median)"] == pytest.approx(60)
    assert found["behind (ms, first third)"] == pytest.approx(30)
    assert found["behind (ms, last third)"] == pytest.approx(90)


def test_marks_bound_what_is_played(filmed: Desk, qtbot: QtBot) -> None:
    bar = filmed.window.drive
    pull(filmed, 4)
    key(filmed, "I")
    pull(filmed, 8)
    QTest.mouseClick(bar.mark_out, LEFT)
    assert (filmed.session.clip.first, filmed.session.clip.last) == (4, 8)
    QTest.mouseClick(bar.clear_marks, LEFT)
    assert filmed.session.clip.last is None and not bar.clear_marks.isEnabled()
    key(filmed, "Ctrl+Z")
    assert (filmed.session.clip.first, filmed.session.clip.last) == (4, 8)
    pull(filmed, 15)
    filmed.session.play()
    assert filmed.session.clip.frame == 4, "it begins at the in mark where it stood outside"
    filmed.session.stop()


def test_time_and_frames() -> None:
    """Uneven times, marks, the last frame's own length, and round again."""
    footage = Footage(np.array([0.0, 0.1, 0.3, 0.4, 0.5]), 10.0)
    clip = Clip(first=1, last=3)
    assert [frame_at(clip, footage, 1, s) for s in (0.0, 0.19, 0.2, 0.39)] == [1, 1, 2, 3]
    assert frame_at(clip, footage, 1, 0.4) == 1 and frame_at(clip, footage, 1, 0.61) == 2
    assert frame_at(Clip(first=1, last=3, loop=False), footage, 1, 0.4) is None


def test_relative_motion_from_the_neutral_frame(filmed: Desk, qtbot: QtBot) -> None:
    session, bar = filmed.session, filmed.window.drive
    session.set_smoothing(0.0)
    pull(filmed, 5)
    QTest.mouseClick(bar.neutral, LEFT)
    assert session.clip.relative and session.clip.neutral == 5 and bar.motion.currentText() == "Relative"
    pull(filmed, 7)
    qtbot.waitUntil(lambda: session.result is not None and session.result.frame == 7)
    assert session.result is not None and session.result.driving.level == pytest.approx(16 / 255, abs=1e-3)
    key(filmed, "R")
    qtbot.waitUntil(lambda: session.result is not None and session.result.driving.level > 0.2)
    assert bar.motion.currentText() == "Absolute" and not filmed.window.menus.drive.relative.isChecked()


def test_a_neutral_frame_without_a_face_is_told(filmed: Desk, qtbot: QtBot) -> None:
    pull(filmed, 13)
    qtbot.waitUntil(lambda: "No face" in filmed.window.drive.note.full_text)
    key(filmed, "N")
    pull(filmed, 3)
    banner = filmed.window.result.overlay.banner
    qtbot.waitUntil(banner.isVisible)
    assert "neutral frame shows no face" in banner.text()
    key(filmed, "R")
    qtbot.waitUntil(lambda: not banner.isVisible())


def test_smoothing_mixes_the_frames_round_one_that_stays(filmed: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    session, slider = filmed.session, filmed.window.drive.smoothing
    drag_slider(slider, 0)
    session.go_to(10)
    qtbot.waitUntil(lambda: session.result is not None and session.result.frame == 10)
    del engine.seen[:]
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert session.clip.smoothing == 1.0 and filmed.window.drive.smoothing_number.text() == "1.00"
    qtbot.waitUntil(lambda: set(range(6, 13)) <= set(engine.seen), timeout=PATIENCE)
    QTest.keyClick(slider, Qt.Key.Key_Delete)
    assert session.clip.smoothing == 0.5


def test_a_folder_shows_a_strip_of_thumbnails(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], tmp_path: Path
) -> None:
    drop(desk.window, files(photos["one"]))
    drop(desk.window.photos["driving"], files(folder(tmp_path / "faces")))
    shows(desk, qtbot, 0)
    bar = desk.window.drive
    assert bar.strip.isVisible() and bar.strip.count() == 6 and not bar.smoothing.isVisible()
    qtbot.waitUntil(lambda: all(not bar.strip.item(k).icon().isNull() for k in range(6)), timeout=PATIENCE)
    third = bar.strip.visualItemRect(bar.strip.item(3)).center()
    QTest.mouseClick(bar.strip.viewport(), LEFT, NONE, third)
    shows(desk, qtbot, 3)
    key(desk, ".")
    shows(desk, qtbot, 4)
    assert bar.strip.currentRow() == 4 and bar.time.text() == "5 / 6"


def test_a_folder_is_opened_with_the_menu(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    faces = folder(tmp_path / "faces", faceless=(0, 1))
    with file_dialog(faces):
        choose(desk.window.menus.drive.folder)
    qtbot.waitUntil(lambda: desk.session.footage is not None)
    assert desk.session.footage is not None and desk.session.footage.seen_first == 2


@pytest.mark.parametrize("kind", ["empty folder", "faceless", "text"])
def test_what_cannot_drive_is_told_and_the_film_before_stays(
    filmed: Desk, qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    bad = tmp_path / "bad"
    if kind == "text":
        bad = tmp_path / "bad.mp4"
        bad.write_text("no film")
    else:
        folder(bad, 0 if kind == "empty folder" else 3, faceless=(0, 1, 2))
    panel = filmed.window.photos["driving"]
    drop(panel, files(bad))
    qtbot.waitUntil(panel.overlay.banner.isVisible)
    assert panel.overlay.banner.text().endswith(".") and "This should not" not in panel.overlay.banner.text()
    pull(filmed, 6)
    shows(filmed, qtbot, 6)


def test_a_real_film_is_decoded(desk: Desk, qtbot: QtBot, photos: dict[str, Path], tmp_path: Path) -> None:
    drop(desk.window, files(photos["one"], film(tmp_path / "a film.mp4", moving(12))))
    qtbot.waitUntil(lambda: desk.session.result is not None and desk.session.result.frame == 0, timeout=PATIENCE)
    desk.session.go_to(11)
    qtbot.waitUntil(lambda: desk.session.result is not None and desk.session.result.frame == 11, timeout=PATIENCE)
    assert desk.window.drive.time.text().replace(" ", "") == "0:00.4412/12"


def test_another_film_begins_at_its_first_frame_and_undo_goes_back_to_the_other(
    filmed: Desk, qtbot: QtBot, engine: FakeEngine, tmp_path: Path
) -> None:
    pull(filmed, 9)
    filmed.session.set_smoothing(0.8)
    drop(filmed.window.photos["driving"], files(folder(tmp_path / "faces")))
    qtbot.waitUntil(lambda: filmed.session.footage is not None and filmed.session.footage.count == 6)
    shows(filmed, qtbot, 0)
    assert filmed.session.clip == Clip(smoothing=0.8) and engine.drivers[0].closed
    key(filmed, "Ctrl+Z")
    shows(filmed, qtbot, 9)


def test_swapping_takes_the_frame_that_is_shown_as_the_source(filmed: Desk, qtbot: QtBot) -> None:
    pull(filmed, 6)
    shows(filmed, qtbot, 6)
    key(filmed, "Ctrl+Shift+X")
    source = filmed.window.photos["source"].image
    qtbot.waitUntil(lambda: source.picture is not None and source.picture.shape[:2] == (48, 64))
    assert source.picture is not None and number_of(source.picture) == 6


def test_projects_keep_frame_marks_and_motion(filmed: Desk, tmp_path: Path) -> None:
    pull(filmed, 9)
    filmed.session.mark_out()
    filmed.session.set_neutral()
    path = tmp_path / "a.mimesh"
    path.write_text(project_text(filmed.session.document, path)[0], encoding="utf-8")
    document, _ = read_project(path)
    assert document == filmed.session.document and document.clip.last == document.clip.neutral == 9
    assert document.driving is not None and len(document.driving.sha256) == 64 and not missing(document.driving)
    (tmp_path / "film.webp").unlink()
    assert missing(document.driving)


def test_a_project_opens_at_its_frame(filmed: Desk, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    pull(filmed, 11)
    path = tmp_path / "a.mimesh"
    path.write_text(project_text(filmed.session.document, path)[0], encoding="utf-8")
    with opened(qtbot, qapp, FakeEngine, tmp_path / "no samples") as other:
        other.projects.open(path)
        shows(other, qtbot, 11)
        assert other.window.drive.isVisible() and other.window.drive.timeline.value() == 11


def test_the_driven_film_is_written_between_the_marks(
    filmed: Desk, qtbot: QtBot, engine: FakeEngine, tmp_path: Path
) -> None:
    session, jobs = filmed.session, filmed.session.jobs
    session.go_to(4)
    session.mark_in()
    session.set_neutral()
    with file_dialog(tmp_path / "out.mp4"):
        key(filmed, "Ctrl+Shift+G")
    qtbot.waitUntil(lambda: jobs.newest is not None and jobs.newest.ended, timeout=PATIENCE)
    assert jobs.newest is not None and jobs.newest.state == "done" and (tmp_path / "out.mp4").exists()
    order = engine.films[0]
    assert order.driver.name == "film.webp" and (order.clip.first, order.clip.neutral, order.clip.relative) == (
        4,
        4,
        True,
    )

    engine.frame_seconds = 0.2
    filmed.window.docks["queue"].bring_up()
    with file_dialog(tmp_path / "never.gif"):
        choose(filmed.window.result.film_action)
    qtbot.waitUntil(lambda: jobs.newest is not None and jobs.newest.done > 0, timeout=PATIENCE)
    row = filmed.window.queue.rows[jobs.newest.number]
    bars = row.bar, filmed.window.result.progress
    for step in ("Reading frames", "Making frames"):
        qtbot.waitUntil(lambda step=step: row.words.text().startswith(step), timeout=PATIENCE)
        assert re.match(rf"{step}: \d+ of 10, ", row.words.text()), "the film's frames, in each step from its first"
        assert re.fullmatch(rf"never.gif   {step}: \d+ of 10", bars[1].text())
        assert [bar.value() > bar.maximum() / 2 for bar in bars] == [step == "Making frames"] * 2
    QTest.mouseClick(filmed.window.result.cancel_button, LEFT)
    qtbot.waitUntil(lambda: jobs.newest is not None and jobs.newest.state == "cancelled", timeout=PATIENCE)
    assert not (tmp_path / "never.gif").exists()


def test_only_a_driver_that_moves_can_be_exported_as_a_film(
    filmed: Desk, qtbot: QtBot, photos: dict[str, Path]
) -> None:
    def look(dialog: ExportDialog, there: bool) -> None:
        assert dialog.boxes["film"].isVisible() == there
        if there:
            press(dialog.boxes["film"])
        assert ("a_film.mp4" in [path.name for path in replace(dialog.wishes(), stem="a").files()]) == there
        dialog.reject()

    with answering(ExportDialog, lambda dialog: look(dialog, there=True)):
        key(filmed, "Ctrl+E")
    drop(filmed.window.photos["driving"], files(photos["two"]))
    qtbot.waitUntil(lambda: filmed.session.result is not None and filmed.session.result.frame is None)
    assert not filmed.window.result.film_action.isVisible() and not filmed.window.menus.drive.save_film.isEnabled()
    with answering(ExportDialog, lambda dialog: look(dialog, there=False)):
        key(filmed, "Ctrl+E")
