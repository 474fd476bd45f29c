"""A window of 1280 × 800 with a film open: the edits have room, and nothing moves under the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.store.settings import Settings
from tests.app.acts import LEFT, NONE, wait
from tests.app.conftest import PATIENCE, opened, photo
from tests.app.driver_films import animation
from tests.app.fake_engine import FakeEngine
from tests.app.goldens import own_font


@pytest.fixture
def small(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    """As large as issue 5 asks for, with a film that drives."""
    with own_font(qapp), opened(qtbot, qapp, FakeEngine, tmp_path / "none", Settings(noticed=True)) as desk:
        desk.window.resize(1280, 800)
        desk.photos["source"].open_path(photo(tmp_path / "a.png"))
        desk.photos["driving"].open_path(animation(tmp_path / "film.webp"))
        qtbot.waitUntil(lambda: desk.window.drive.isVisible() and desk.session.result is not None, timeout=PATIENCE)
        wait(100)  # until the panels have made room for the film's bar
        yield desk


def choose_tab(desk: Desk, name: str) -> None:
    """Click the tab of a panel."""
    title = desk.window.docks[name].windowTitle()
    for bar in desk.window.findChildren(QTabBar):
        for index in range(bar.count()):
            if bar.tabText(index) == title and bar.isVisible():
                QTest.mouseClick(bar, LEFT, NONE, bar.tabRect(index).center())
    wait(50)
    assert desk.window.docks[name].in_front


def heights(desk: Desk, name: str) -> tuple[int, int]:
    """Of a panel in the stack, and of the maps below it."""
    return desk.window.docks[name].height(), desk.window.docks["flow"].height()


def in_view(desk: Desk, widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()


def test_every_section_of_the_edits_is_seen_beside_a_film(small: Desk) -> None:
    pictures = heights(small, "meshes")
    choose_tab(small, "edit")
    edit = small.window.edit
    hidden = [name for name, section in edit.sections.items() if not in_view(small, section.head)]
    assert not hidden
    assert edit.area.viewport().height() >= 360, "less is Head and three closed sections"
    assert small.window.flow.image.isVisible() and small.window.flow.image.height() >= 80, "still there, and live"
    choose_tab(small, "meshes")
    assert heights(small, "meshes") == pictures, "as they were"


def test_each_kind_of_panel_keeps_the_height_it_was_given(small: Desk) -> None:
    choose_tab(small, "edit")
    edit, flow = heights(small, "edit")
    dock = small.window.docks["edit"]
    line = dock.mapTo(small.window, QPoint(dock.width() // 2, dock.height() + 5))
    QTest.mousePress(small.window, LEFT, NONE, line)
    for step in (1, 2, 3):
        QTest.mouseMove(small.window, line - QPoint(0, 20 * step))
        QApplication.processEvents()
    QTest.mouseRelease(small.window, LEFT, NONE, line - QPoint(0, 60))
    assert heights(small, "edit") == (edit - 60, flow + 60)
    choose_tab(small, "meshes")
    choose_tab(small, "queue")
    assert heights(small, "queue") == (edit - 60, flow + 60), "lists share theirs"
    QTest.keySequence(small.window, "Ctrl+Shift+0")
    QApplication.processEvents()
    choose_tab(small, "edit")
    assert heights(small, "edit") == (edit, flow), "forgotten"


def test_a_window_that_grew_meanwhile_gives_each_kind_its_share(small: Desk) -> None:
    picture, maps = heights(small, "meshes")
    choose_tab(small, "edit")
    small.window.resize(1600, 1100)
    wait(80)
    choose_tab(small, "meshes")
    now = heights(small, "meshes")
    assert sum(now) > picture + maps + 200
    assert now[0] / sum(now) == pytest.approx(picture / (picture + maps), abs=0.02)


def test_a_section_that_a_key_opens_comes_into_view_and_one_that_is_clicked_stays_there(small: Desk) -> None:
    choose_tab(small, "edit")
    edit = small.window.edit
    QTest.mouseMove(small.window.result.image)
    wait(50)
    mouth, cheeks = edit.sections["Mouth"], edit.sections["Cheeks"]
    mouth.head.setFocus()
    QTest.keyClick(mouth.head, Qt.Key.Key_Return)
    wait(50)
    assert edit.area.verticalScrollBar().value() > 0 and in_view(small, mouth.head)
    assert sum(in_view(small, row) for row in mouth.rows) >= 12, "as much as there is room for"
    edit.area.verticalScrollBar().setValue(edit.area.verticalScrollBar().maximum())
    QApplication.processEvents()
    QTest.mouseMove(cheeks.head)
    wait(50)
    before = cheeks.head.mapTo(small.window, QPoint(0, 0))
    QTest.mouseClick(cheeks.head, LEFT)
    wait(50)
    assert cheeks.rows[0].isVisible() and cheeks.head.mapTo(small.window, QPoint(0, 0)) == before


def test_numbers_stay_where_they_are_when_the_bar_comes(small: Desk) -> None:
    choose_tab(small, "edit")
    edit = small.window.edit
    box = edit.rows["yaw"].box
    assert edit.area.verticalScrollBar().maximum() == 0
    before = box.mapTo(small.window, QPoint(0, 0))
    QTest.mouseMove(edit.sections["Mouth"].head)
    wait(50)
    QTest.mouseClick(edit.sections["Mouth"].head, LEFT)
    wait(50)
    assert edit.area.verticalScrollBar().maximum() > 0 and box.mapTo(small.window, QPoint(0, 0)) == before


def test_the_bar_is_seen_only_where_there_is_something_to_scroll(small: Desk) -> None:
    choose_tab(small, "edit")
    edit = small.window.edit
    bar = edit.area.verticalScrollBar()
    room = QRect(bar.mapTo(edit, QPoint(0, 0)), bar.size())

    def colours() -> int:
        picture = edit.grab(room).toImage()
        return len({picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())})

    assert bar.maximum() == 0 and bar.isVisible() and colours() == 1
    QTest.mouseClick(edit.sections["Mouth"].head, LEFT)
    wait(50)
    assert bar.maximum() > 0 and colours() > 1


def test_panels_that_were_put_elsewhere_keep_their_heights(small: Desk) -> None:
    window, docks = small.window, small.window.docks
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["edit"])
    QApplication.processEvents()
    before = docks["flow"].height()
    docks["edit"].bring_up()
    wait(50)
    assert docks["flow"].height() == before
