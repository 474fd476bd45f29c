"""Panels are moved, stacked and hidden by keys alone, and found there again at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.views.shortcuts_dialog import shortcuts_of
from tests.app.acts import wait
from tests.app.conftest import opened
from tests.app.fake_engine import FakeEngine

Area, Key = Qt.DockWidgetArea, Qt.Key
WAYS = {
    "Alt+Left": Area.LeftDockWidgetArea,
    "Alt+Right": Area.RightDockWidgetArea,
    "Alt+Up": Area.TopDockWidgetArea,
    "Alt+Down": Area.BottomDockWidgetArea,
}


def press(desk: Desk, *keys: str) -> None:
    for each in keys:
        QTest.keySequence(desk.window, each)
        wait(30)


def pick(menu: QMenu, text: str) -> None:
    """Go down an open menu to an entry and choose it, by keys."""
    for _ in menu.actions():
        QTest.keyClick(menu, Key.Key_Down)
        active = menu.activeAction()
        if active is not None and active.text().replace("&", "") == text:
            QTest.keyClick(menu, Key.Key_Return)
            wait(50)
            return
    raise AssertionError(f"{text} is not in {[action.text() for action in menu.actions()]}")


def popup(desk: Desk) -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize("name", ["source", "meshes", "edit", "flow", "queue"])
def test_keys_move_the_panel_with_the_focus_to_each_side(loaded: Desk, name: str) -> None:
    window, dock = loaded.window, loaded.window.docks[name]
    window.resize(1280, 800)
    dock.bring_up()
    wait(50)
    focus = {
        "source": window.photos["source"].open_button, "meshes": window.mesh, "edit": window.edit.search,
        "flow": window.flow.image, "queue": window.queue.batch_button,
    }[name]  # fmt: skip
    focus.setFocus()
    for keys, area in [*WAYS.items(), ("Alt+Left", Area.LeftDockWidgetArea)]:
        press(loaded, keys)
        assert window.dockWidgetArea(dock) == area and dock.in_front, keys
        assert not window.tabifiedDockWidgets(dock) and focus.hasFocus(), keys
        assert (window.width(), window.height()) == (1280, 800), keys
        assert window.result.image.width() >= 80 and window.result.image.isVisible(), keys
    press(loaded, "Ctrl+Shift+0")
    assert window.dockWidgetArea(window.docks["flow"]) == Area.RightDockWidgetArea
    assert window.docks["edit"] in window.tabifiedDockWidgets(window.docks["meshes"])


def test_in_its_column_a_panel_goes_to_the_end(desk: Desk) -> None:
    docks = desk.window.docks
    assert docks["source"].y() < docks["driving"].y()
    desk.window.photos["source"].open_button.setFocus()
    press(desk, "Alt+Left")
    assert docks["driving"].y() < docks["source"].y()


def test_a_panel_goes_into_the_tabs_of_another_and_away(loaded: Desk) -> None:
    desk, window, flow = loaded, loaded.window, loaded.window.docks["flow"]
    window.flow.image.setFocus()
    press(desk, "Alt+P")
    menu = popup(desk)
    assert menu.title() == "Flow"
    own = desk.window.moves.of_dock[flow]
    for _ in range(5):
        QTest.keyClick(menu, Key.Key_Down)
    assert menu.activeAction() is own.tabs.menuAction()
    QTest.keyClick(menu, Key.Key_Right)
    wait(50)
    pick(own.tabs, "Source")
    assert window.docks["source"] in window.tabifiedDockWidgets(flow) and flow.in_front
    window.flow.image.setFocus()
    press(desk, "Alt+P")
    source = next(action for action in own.tabs.actions() if action.text() == "Source")
    assert not source.isEnabled(), "there it is already"
    pick(popup(desk), "Hide")
    assert flow.isHidden() and window.docks["source"].in_front
    press(desk, "Ctrl+5")
    assert flow.in_front


def test_the_menu_key_and_the_title_open_the_same_menu(desk: Desk) -> None:
    dock, panel = desk.window.docks["visibility"], desk.window.occlusion
    for reason, widget, opens in (
        (QContextMenuEvent.Reason.Keyboard, panel.image, True),
        (QContextMenuEvent.Reason.Mouse, panel.header, True),
        (QContextMenuEvent.Reason.Mouse, panel, False),
    ):
        place = widget.rect().center()
        QApplication.sendEvent(widget, QContextMenuEvent(reason, place, widget.mapToGlobal(place)))
        wait(30)
        menu = QApplication.activePopupWidget()
        assert (menu is desk.window.moves.of_dock[dock]) == opens
        if menu is not None:
            menu.close()


def test_without_a_panel_a_sentence_says_what_to_do(desk: Desk) -> None:
    desk.window.controls.sliders["both"].slider.setFocus()
    before = desk.window.saveState()
    press(desk, "Alt+Left")
    assert desk.window.saveState() == before and "Tab or a click" in desk.window.status.message.full_text


def test_what_keys_moved_is_there_at_the_next_start(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with opened(qtbot, qapp, FakeEngine, tmp_path / "none") as desk:
        desk.window.photos["driving"].open_button.setFocus()
        press(desk, "Alt+Right")
        menu = desk.window.moves.of_dock[desk.window.docks["flow"]]  # which has nothing yet that could have the focus
        menu.popup(QPoint(100, 100))
        pick(menu, "To the bottom")
    with opened(qtbot, qapp, FakeEngine, tmp_path / "none") as desk:
        window, docks = desk.window, desk.window.docks
        assert window.dockWidgetArea(docks["driving"]) == Area.RightDockWidgetArea
        assert window.dockWidgetArea(docks["flow"]) == Area.BottomDockWidgetArea
        assert docks["flow"].mapTo(window, QPoint(0, 0)).y() > window.controls.mapTo(window, QPoint(0, 0)).y()


def test_the_list_of_keys_has_them(desk: Desk) -> None:
    (rows,) = [rows for title, rows in shortcuts_of(desk.window) if title == "Move a panel"]
    assert [keys for _, keys in rows] == [*WAYS, "Alt+P"]
