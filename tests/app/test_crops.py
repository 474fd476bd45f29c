"""The crop is dragged, typed, moved by keys, reset, undone and kept; a face nobody found is shown by a box."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.choice import PhotoChoice, Region
from app.crops import MARGINS, in_picture, limited, margin_of, region_of, with_margin
from app.document import Document
from app.store.project import project_text, read_project
from app.views.photo_bar import CROP, FIND, NOTE
from app.views.photo_panel import PhotoPanel
from core.errors import InputError
from tests.app.acts import LEFT, NONE, drop, files
from tests.app.conftest import PATIENCE
from tests.app.fake_engine import FakeEngine

GREY = np.full((100, 200, 3), 99, np.uint8)


def crop_of(desk: Desk) -> Region:
    shown = desk.session.slot("source").shown
    assert shown is not None
    return region_of(shown.encoded.crop)


def settle(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desk.session.slot("source").busy, timeout=PATIENCE)


def drag(panel: PhotoPanel, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the left button over the picture, in its coordinates."""
    view = panel.image
    view.grab()  # pictures are fitted when they are painted
    a, b = (view.picture_to_widget(*place).toPoint() for place in (start, end))
    QTest.mousePress(view.viewport(), LEFT, NONE, a)
    for step in range(1, 6):
        QTest.mouseMove(view.viewport(), a + (b - a) * step / 5)
        QApplication.processEvents()
    QTest.mouseRelease(view.viewport(), LEFT, NONE, b)
    QApplication.processEvents()


@pytest.fixture(autouse=True)
def every_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyqtgraph drops moves that come within 10 ms of each other, which those of a test do."""
    monkeypatch.setitem(pg.CONFIG_OPTIONS, "mouseRateLimit", 0)


@pytest.fixture
def cropping(loaded: Desk, qtbot: QtBot) -> Desk:
    """The source's crop is being set."""
    QTest.mouseClick(loaded.window.photos["source"].bar.crop_button, LEFT)
    assert loaded.window.photos["source"].bar.currentIndex() == CROP
    assert loaded.photos["source"].crop.box.shown
    return loaded


def test_dragging_the_middle_moves_the_crop_and_undo_takes_it_back(cropping: Desk, qtbot: QtBot) -> None:
    x, y, size = crop_of(cropping)
    picture = cropping.session.result
    drag(cropping.window.photos["source"], (x, y), (x + 8, y + 6))
    settle(cropping, qtbot)
    assert crop_of(cropping) == pytest.approx((x + 8, y + 6, size), abs=1.5)
    qtbot.waitUntil(lambda: cropping.session.result is not picture, timeout=PATIENCE)
    assert cropping.session.history.undo_name == "Crop"
    QTest.keySequence(cropping.window, "Ctrl+Z")
    settle(cropping, qtbot)
    assert crop_of(cropping) == pytest.approx((x, y, size))
    assert cropping.photos["source"].crop.box.region == pytest.approx((x, y, size)), "the box goes back, too"


def test_dragging_a_corner_changes_the_margin(cropping: Desk, qtbot: QtBot) -> None:
    panel, box = cropping.window.photos["source"], cropping.photos["source"].crop.box
    before, (x, y) = crop_of(cropping), box.handle(right=True, bottom=True)
    drag(panel, (x, y), (x + 14, y + 14))
    settle(cropping, qtbot)
    after = crop_of(cropping)
    assert after[2] == pytest.approx(before[2] + 14, abs=3)
    shown = cropping.session.slot("source").shown
    assert shown is not None
    assert panel.bar.margin.value() == pytest.approx(margin_of(shown.encoded), abs=0.01)
    assert panel.bar.reset_button.isEnabled()


def test_a_typed_margin_reset_and_done(cropping: Desk, qtbot: QtBot) -> None:
    bar, before = cropping.window.photos["source"].bar, crop_of(cropping)
    assert not bar.reset_button.isEnabled(), "nothing was set by hand"
    bar.margin.setFocus()
    bar.margin.selectAll()
    QTest.keyClicks(bar.margin, "3")
    QTest.keyClick(bar.margin, Qt.Key.Key_Return)
    settle(cropping, qtbot)
    shown = cropping.session.slot("source").shown
    assert shown is not None and margin_of(shown.encoded) == pytest.approx(3, abs=0.02)
    QTest.mouseClick(bar.reset_button, LEFT)
    settle(cropping, qtbot)
    assert crop_of(cropping) == pytest.approx(before)
    assert cropping.session.history.undo_name == "Reset the crop"
    QTest.mouseClick(bar.done_button, LEFT)
    assert bar.currentIndex() == NOTE and not cropping.photos["source"].crop.box.shown


def test_the_crop_by_keyboard_alone(loaded: Desk, qtbot: QtBot) -> None:
    panel, (x, y, size) = loaded.window.photos["source"], crop_of(loaded)
    QTest.keySequence(loaded.window, "Ctrl+L")
    assert panel.bar.currentIndex() == CROP
    zoom = loaded.window.result.image.zoomed
    for key, held in ((Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier), (Qt.Key.Key_Plus, NONE)):
        QTest.keyClick(panel, key, held)
    qtbot.waitUntil(lambda: crop_of(loaded) != (x, y, size), timeout=PATIENCE)
    assert crop_of(loaded) == pytest.approx((x + 0.05 * size, y, 1.02 * size), abs=0.2)
    assert loaded.window.result.image.zoomed == zoom, "plus belonged to the crop"
    QTest.keyClick(panel, Qt.Key.Key_Left)
    QTest.keyClick(panel, Qt.Key.Key_Escape)  # before the pause is over: what was set is taken
    assert panel.bar.currentIndex() == NOTE
    settle(loaded, qtbot)
    assert crop_of(loaded)[0] < x + 0.05 * size - 0.2


def test_another_face_gets_a_crop_of_its_own(loaded: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    drop(loaded.window.photos["source"], files(photos["crowd"]))
    qtbot.waitUntil(lambda: "2 faces" in loaded.window.photos["source"].note.full_text, timeout=PATIENCE)
    loaded.photos["source"].crop.toggle()
    x, y, _ = crop_of(loaded)
    drag(loaded.window.photos["source"], (x, y), (x - 30, y))
    settle(loaded, qtbot)
    choice = loaded.session.document.source
    assert choice is not None and choice.crop is not None and choice.face == 0, "the face is told, not guessed anew"
    loaded.photos["source"].crop.leave()
    loaded.session.choose_face("source", 1)
    settle(loaded, qtbot)
    choice = loaded.session.document.source
    assert choice is not None and (choice.face, choice.crop) == (1, None)


def test_the_face_always_fits_in() -> None:
    face = FakeEngine().encode("source", GREY, None)
    length = face.crop.size / margin_of(face)
    x, y, _ = region_of(face.crop)
    assert limited(face, (9999, -9999, 1)) == pytest.approx(
        (x + 0.3 * MARGINS[0] * length, y - 0.3 * MARGINS[0] * length, MARGINS[0] * length)
    )
    assert limited(face, (x, y, 9999))[2] == pytest.approx(MARGINS[1] * length)
    assert with_margin(face, 2.5) == pytest.approx((x, y, 2.5 * length))
    assert in_picture(GREY.shape, (500, -5, 300)) == (150, 50, 100)


# Faces that are not found


def test_the_first_photo_without_a_face_asks_where_it_is(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    panel = desk.window.photos["source"]
    drop(panel, files(photos["faceless"]))
    qtbot.waitUntil(lambda: panel.bar.currentIndex() == FIND, timeout=PATIENCE)
    assert panel.overlay.banner.isVisible() and "No face" in panel.overlay.banner.text()
    assert panel.image.isVisible() and panel.image.picture is not None
    seen: list[bool] = []
    desk.photos["source"].crop.box.changed.connect(lambda _: seen.append(panel.overlay.banner.isVisible()))
    drag(panel, (5, 5), (115, 115))  # too large a box: the stand-in sees nothing there
    assert seen[-2:] == [False, False], "the old message does not lie over what is drawn"
    qtbot.waitUntil(
        lambda: panel.overlay.banner.isVisible() and "in the box" in panel.overlay.banner.text(), timeout=PATIENCE
    )
    assert panel.bar.currentIndex() == FIND
    drag(panel, (110, 20), (150, 60))  # inside the box that was
    qtbot.waitUntil(lambda: desk.session.slot("source").shown is not None, timeout=PATIENCE)
    assert panel.bar.currentIndex() == NOTE and not panel.overlay.banner.isVisible()
    choice = desk.session.document.source
    assert choice is not None and choice.face == pytest.approx((110, 20, 40, 40), abs=2)
    assert desk.session.history.undo_name == "Open faceless.png"


def test_beside_another_photo_the_message_offers_it_and_escape_keeps_the_other(
    loaded: Desk, qtbot: QtBot, photos: dict[str, Path]
) -> None:
    panel = loaded.window.photos["source"]
    drop(panel, files(photos["faceless"]))
    qtbot.waitUntil(panel.overlay.remedy.isVisible, timeout=PATIENCE)
    assert panel.bar.currentIndex() == NOTE and panel.note.full_text == "one ünï.png"
    QTest.mouseClick(panel.overlay.remedy, LEFT)
    assert panel.bar.currentIndex() == FIND and not panel.overlay.banner.isVisible(), "it lies over the box"
    marked = panel.image.picture
    assert marked is not None and tuple(marked[0, 0]) == (1, 2, 3)
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert panel.bar.currentIndex() == NOTE and not panel.overlay.banner.isVisible()
    assert panel.image.picture is not None and tuple(panel.image.picture[0, 0]) == (9, 9, 9)
    assert loaded.session.slot("source").faceless is None


def test_the_box_by_keyboard(loaded: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    panel = loaded.window.photos["source"]
    drop(panel, files(photos["faceless"]))
    qtbot.waitUntil(panel.overlay.remedy.isVisible, timeout=PATIENCE)
    loaded.photos["source"].crop.find()
    for _ in range(3):
        QTest.keyClick(panel, Qt.Key.Key_Minus)
    QTest.keyClick(panel, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.note.full_text == "faceless.png", timeout=PATIENCE)
    assert panel.bar.currentIndex() == NOTE


# Projects


def test_crop_and_drawn_face_survive_a_project(tmp_path: Path) -> None:
    path = tmp_path / "a.mimesh"
    source = PhotoChoice(tmp_path / "s.png", "s", (1.5, 2.0, 30.0, 30.0), "", (20.0, 30.0, 64.5))
    document = Document(source, PhotoChoice(tmp_path / "d.png", "d", 1))
    path.write_text(project_text(document, path)[0], encoding="utf-8")
    assert read_project(path)[0] == document


def test_a_project_of_the_first_version_has_no_crop(tmp_path: Path) -> None:
    path = tmp_path / "a.mimesh"
    document = Document(PhotoChoice(tmp_path / "s.png", "s", 1))
    content = json.loads(project_text(document, path)[0])
    del content["source"]["crop"]
    path.write_text(json.dumps({**content, "version": 1}), encoding="utf-8")
    assert read_project(path)[0] == document


@pytest.mark.parametrize(
    "change", [{"crop": [1, 2]}, {"crop": [1, 2, 0]}, {"crop": "x"}, {"face": [1, 2, 3]}, {"face": [1, 2, 3, None]},
               {"face": True}, {"face": -1}],
)  # fmt: skip
def test_a_crop_that_is_none_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "a.mimesh"
    content = json.loads(project_text(Document(PhotoChoice(tmp_path / "s.png", "s")), path)[0])
    content["source"] |= change
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        read_project(path)


def test_a_click_that_slips_is_no_box(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    panel = desk.window.photos["source"]
    drop(panel, files(photos["faceless"]))
    qtbot.waitUntil(lambda: panel.bar.currentIndex() == FIND, timeout=PATIENCE)
    panel.image.grab()
    place: QPoint = panel.image.picture_to_widget(20, 20).toPoint()
    QTest.mouseClick(panel.image.viewport(), LEFT, NONE, place)
    QTest.mousePress(panel.image.viewport(), LEFT, NONE, place)
    QTest.mouseMove(panel.image.viewport(), place + QPoint(7, 7))
    QTest.mouseRelease(panel.image.viewport(), LEFT, NONE, place + QPoint(7, 7))
    QApplication.processEvents()
    assert not desk.session.slot("source").busy and panel.bar.currentIndex() == FIND
