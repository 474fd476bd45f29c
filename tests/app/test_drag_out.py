"""The result is pulled out of the window, into another program or onto one of the photos."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as PillowImage
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.choice import Origin
from app.store.dragged import Dragged
from app.views.drag_source import mime_data
from tests.app.acts import LEFT, NONE, drag_over, drop
from tests.app.conftest import PATIENCE
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose

Drags = list[tuple[str, tuple[int, int], bool]]


@pytest.fixture
def drags(monkeypatch: pytest.MonkeyPatch) -> Drags:
    """(name of the file, size of the picture, is the file there) of each drag; the first is refused."""
    seen: Drags = []

    def carry(drag: QDrag, action: Qt.DropAction) -> Qt.DropAction:
        data = drag.mimeData()
        path, image = Path(data.urls()[0].toLocalFile()), data.imageData()
        assert isinstance(image, QImage)
        with PillowImage.open(path) as picture:
            assert picture.size == (image.width(), image.height())
        seen.append((path.name, (image.width(), image.height()), path.exists()))
        return Qt.DropAction.IgnoreAction if len(seen) == 1 else action

    monkeypatch.setattr(QDrag, "exec", carry)
    return seen


def pull(widget: QWidget, by: int = 60) -> None:
    """Press in the middle and move; the button stays down."""
    start = widget.rect().center() + QPoint(30, 30)  # beside the dividing line
    QTest.mousePress(widget, LEFT, NONE, start)
    for step in (1, 2, 3):
        QTest.mouseMove(widget, start + QPoint(by, by) * step / 3)
        QApplication.processEvents()


def release(widget: QWidget) -> None:
    QTest.mouseRelease(widget, LEFT, NONE, widget.rect().center())


def kept(desk: Desk) -> list[Path]:
    return [path for path in desk.folders.dragged.rglob("*") if path.is_file()]


def test_the_result_is_carried_out_marked_and_its_file_goes_with_the_window(
    loaded: Desk, engine: FakeEngine, qtbot: QtBot, drags: Drags
) -> None:
    view = loaded.window.result.image.viewport()
    pull(view)
    qtbot.waitUntil(lambda: len(drags) == 1, timeout=PATIENCE)
    release(view)
    assert drags == [("one ünï__two.png", (256, 256), True)] and engine.saved_with[-1].watermark
    assert not kept(loaded), "nobody took it, and it is still there"
    pull(view)
    qtbot.waitUntil(lambda: "handed over" in loaded.session.message, timeout=PATIENCE)
    release(view)
    assert len(kept(loaded)) == 1, "whoever took it may still read it"
    assert kept(loaded)[0].parent.stat().st_mode & 0o077 == 0, "others may look"
    loaded.window.close()
    assert not loaded.folders.dragged.exists()


def test_a_click_and_what_is_let_go_early_carry_nothing(
    loaded: Desk, engine: FakeEngine, qtbot: QtBot, drags: Drags
) -> None:
    view = loaded.window.result.image.viewport()
    QTest.mouseClick(view, LEFT, NONE, view.rect().center())
    start = view.rect().center() + QPoint(30, 30)
    QTest.mousePress(view, LEFT, NONE, start)
    QTest.mouseMove(view, start + QPoint(60, 60))
    assert loaded.window.result.drag.held
    release(view)  # before anything else is done: the file is not there yet
    qtbot.waitUntil(lambda: len(engine.saved_with) == 1 and not kept(loaded), timeout=PATIENCE)
    assert not drags


def test_pulling_moves_what_is_zoomed_and_the_dividing_line(loaded: Desk, drags: Drags) -> None:
    result = loaded.window.result
    choose(loaded.window.menus.compare)
    QApplication.processEvents()
    line = result.image.picture_to_widget(result.image.line.value(), 128.0).toPoint()
    QTest.mousePress(result.image.viewport(), LEFT, NONE, line)
    QTest.mouseMove(result.image.viewport(), line + QPoint(40, 0))
    assert not result.drag.held
    release(result.image.viewport())
    choose(loaded.window.menus.zoom_in)
    pull(result.image.viewport())
    assert not result.drag.held and not drags
    release(result.image.viewport())


def test_dropped_on_a_photo_it_stays_when_the_file_goes(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    image = QImage(64, 48, QImage.Format.Format_RGB888)
    image.fill(0x123456)
    data = mime_data(str(tmp_path / "gone.png"), image)
    assert not drag_over(loaded.window, data), "let go by mistake it would become a photo"

    def origin() -> Origin | None:
        wanted = loaded.session.slot("driving").wanted
        return wanted.origin if wanted else None

    drop(loaded.window.photos["driving"], data)
    found = origin()
    assert not isinstance(found, Path) and found is not None and found.shape == (48, 64, 3)


def test_what_a_killed_process_left_goes_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "dragged"
    for name in ("4194303-1", "nonsense"):
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "1" / "face.png").write_bytes(b"x")
    mine = Dragged(folder)
    path = mine.new("a.png")
    path.write_bytes(b"y")
    Dragged(folder).sweep()
    assert [each.name for each in folder.rglob("*.png")] == ["a.png"]
    mine.clear()
    assert not folder.exists()


def test_files_and_pictures_of_others_are_as_before(loaded: Desk) -> None:
    data = QMimeData()
    data.setImageData(QImage(8, 8, QImage.Format.Format_RGB888))
    assert drag_over(loaded.window, data)
