"""Panels are hidden, brought back and remembered; the wipe, the zoom and the coefficients."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.views.canvas import MAX_ZOOM
from tests.app.acts import LEFT, drag_mouse
from tests.app.fake_engine import UNITS
from tests.app.hands import choose

NAMES = ("source", "driving", "meshes", "edit", "flow", "visibility", "coefficients")


@pytest.mark.parametrize(("key", "name"), [(f"Ctrl+{index}", name) for index, name in enumerate(NAMES, 1)])
def test_a_key_hides_a_panel_and_brings_it_back(desk: Desk, key: str, name: str) -> None:
    dock = desk.window.docks[name]
    if name in ("edit", "coefficients"):
        assert not dock.in_front, "they wait behind the meshes"
        QTest.keySequence(desk.window, key)
        QApplication.processEvents()
    assert dock.in_front
    QTest.keySequence(desk.window, key)
    QApplication.processEvents()
    assert dock.isHidden()
    QTest.keySequence(desk.window, key)
    QApplication.processEvents()
    assert dock.in_front


def test_the_result_takes_the_room_of_hidden_panels(loaded: Desk, qtbot: QtBot) -> None:
    before = loaded.window.result.image.width()
    QTest.keySequence(loaded.window, "Ctrl+1")
    QTest.keySequence(loaded.window, "Ctrl+2")
    qtbot.waitUntil(lambda: loaded.window.result.image.width() > before + 200)


def test_panels_behind_another_tab_come_to_the_front(desk: Desk, qtbot: QtBot) -> None:
    docks = desk.window.docks
    assert docks["meshes"].in_front and not docks["edit"].in_front
    docks["coefficients"].bring_up()
    qtbot.waitUntil(lambda: docks["coefficients"].in_front and not docks["meshes"].in_front)


def shown(desk: Desk) -> np.ndarray:
    picture = desk.window.result.image.picture
    assert picture is not None
    return np.asarray(picture)


def test_the_wipe_shows_the_source_left_of_a_line_that_is_dragged(loaded: Desk, qtbot: QtBot) -> None:
    view, result = loaded.window.result.image, loaded.session.result
    source = loaded.session.slot("source").shown
    assert result is not None and source is not None
    after, before = result.output.image, source.encoded.image
    assert np.array_equal(shown(loaded), after) and not view.line.isVisible()
    QTest.keySequence(loaded.window, "C")
    assert loaded.window.result.compare_button.isChecked() and view.line.isVisible()
    assert np.array_equal(shown(loaded)[:, :128], before[:, :128])
    assert np.array_equal(shown(loaded)[:, 128:], after[:, 128:])

    def at(x: float) -> QPointF:
        place: QPointF = view.picture_to_widget(x, 100)
        return place

    start, end = at(128).toPoint(), at(64).toPoint()
    QTest.mousePress(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, start)
    for step in (1, 2, 3, 4):
        QTest.mouseMove(view.viewport(), start + (end - start) * step / 4)
        qtbot.wait(30)
    QTest.mouseRelease(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, end)
    assert abs(view.share - 0.25) < 0.03
    edge = round(view.share * 256)
    assert np.array_equal(shown(loaded)[:, :edge], before[:, :edge])
    QTest.keySequence(loaded.window, "]")
    assert abs(view.share - 0.3) < 0.03
    QTest.mouseClick(loaded.window.result.compare_button, LEFT)
    assert np.array_equal(shown(loaded), after) and not loaded.window.menus.compare.isChecked()


def test_the_wipe_stays_while_sliders_move(loaded: Desk, qtbot: QtBot) -> None:
    QTest.keySequence(loaded.window, "C")
    loaded.window.controls.sliders["pose"].slider.setValue(30)
    qtbot.waitUntil(lambda: loaded.session.result is not None and loaded.session.result.request.controls.pose == 0.3)
    source = loaded.session.slot("source").shown
    assert source is not None and loaded.session.result is not None
    assert np.array_equal(shown(loaded)[:, :128], source.encoded.image[:, :128])
    assert np.array_equal(shown(loaded)[:, 128:], loaded.session.result.output.image[:, 128:])


def test_what_has_the_focus_is_moved_and_zoomed_by_keys(loaded: Desk) -> None:
    view = loaded.window.result.image
    key = Qt.Key
    QTest.mouseClick(view.viewport(), LEFT)
    assert view.hasFocus() and view.accessibleName() == "Result"

    def press(*keys: Qt.Key) -> tuple[float, float, float]:
        """Left, top and width of what is seen, in pixels of the picture."""
        for each in keys:
            QTest.keyClick(view, each)
        seen = view._canvas.viewRect()
        return seen.left(), seen.top(), seen.width()

    fitted = press()
    assert press(key.Key_Right) == fitted, "all of it is seen, so nothing moves"
    _, _, width = press(key.Key_Plus, key.Key_Plus, key.Key_Plus, key.Key_Minus)
    assert width == pytest.approx(fitted[2] / 1.25**2, rel=1e-3)
    left, top, width = press()
    assert press(key.Key_Right)[:2] == pytest.approx((left + width / 10, top), abs=0.01)
    assert press(key.Key_Left, key.Key_Up)[0] == pytest.approx(left, abs=0.01)
    assert press()[1] < top
    assert press(*[key.Key_Left] * 30, *[key.Key_Up] * 30)[:2] == pytest.approx((0.0, 0.0), abs=0.01), "past the edge"
    assert press(*[key.Key_Right] * 30)[0] + width == pytest.approx(256, abs=0.01)
    press(key.Key_0)
    assert not view.zoomed
    loaded.window.controls.sliders["pose"].slider.setFocus()
    choose(loaded.window.menus.zoom_in)
    assert view.hasFocus(), "arrows would move the slider and not what was enlarged"


def test_a_photo_that_has_the_focus_is_moved_and_zoomed_by_keys(loaded: Desk) -> None:
    panel, key = loaded.window.photos["source"], Qt.Key
    panel.setFocus(Qt.FocusReason.TabFocusReason)
    shown = panel.image._canvas.viewRect

    def press(*keys: Qt.Key) -> tuple[float, float, float]:
        for each in keys:
            QTest.keyClick(panel, each)
        return shown().left(), shown().top(), shown().width()

    fitted = press(key.Key_Right)
    assert not panel.image.zoomed
    left, top, width = press(key.Key_Plus, key.Key_Plus)
    assert width == pytest.approx(fitted[2] / 1.25**2, rel=1e-3)
    assert press(key.Key_Right)[0] == pytest.approx(left + width / 10, abs=0.01)
    assert press(key.Key_Up)[1] <= top
    press(key.Key_0)
    assert not panel.image.zoomed
    QTest.keySequence(loaded.window, "Ctrl+L")
    press(key.Key_Plus, key.Key_Right)
    assert not panel.image.zoomed, "keys are those of the square"
    QTest.keyClick(panel, key.Key_Escape)
    assert loaded.session.slot("source").shown is not None


def test_a_drag_moves_what_is_zoomed_and_no_further_than_its_edges(
    loaded: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pg.CONFIG_OPTIONS, "mouseRateLimit", 0)  # it drops moves that come as fast as a test's
    view = loaded.window.result.image
    for _ in range(4):
        choose(loaded.window.menus.zoom_in)
    before = view._canvas.viewRect()
    drag_mouse(view.viewport(), QPoint(-40, -30))
    moved = view._canvas.viewRect()
    assert moved.left() > before.left() + 2 and moved.top() > before.top() + 2
    for way in (QPoint(-250, -250), QPoint(250, 250)):
        for _ in range(9):
            drag_mouse(view.viewport(), way)
        seen = view._canvas.viewRect()
        assert seen.left() >= -0.1 and seen.right() <= 256.1 and seen.top() >= -0.1 and seen.bottom() <= 256.1


def test_zoom_by_keyboard(loaded: Desk) -> None:
    view, menus = loaded.window.result.image, loaded.window.menus
    size = view.picture_to_widget(256, 0).x() - view.picture_to_widget(0, 0).x()
    choose(menus.zoom_in)
    assert view.zoomed
    assert view.picture_to_widget(256, 0).x() - view.picture_to_widget(0, 0).x() == pytest.approx(size * 1.25, rel=0.02)
    choose(menus.zoom_out)
    choose(menus.zoom_out)
    assert not view.zoomed
    for _ in range(40):
        choose(menus.zoom_in)
    longest = MAX_ZOOM * max(view.width(), view.height())
    assert size < view.picture_to_widget(256, 0).x() - view.picture_to_widget(0, 0).x() <= longest * 1.01
    QTest.keySequence(loaded.window, "Ctrl+9")
    assert not view.zoomed


def test_the_coefficients_are_plotted_and_read_under_the_cursor(loaded: Desk, qtbot: QtBot) -> None:
    panel = loaded.window.coefficients
    assert panel.plot is None, "made before anybody looked"
    loaded.window.docks["coefficients"].bring_up()
    qtbot.waitUntil(lambda: panel.plot is not None)
    assert panel.plot is not None
    bars = panel._bars.opts["height"]
    assert len(bars) == 51 and np.max(bars) == pytest.approx(0.5)
    x = 20
    name = panel._names[x]
    qtbot.wait(50)  # laid out
    place = panel.plot.mapFromScene(panel.plot.getViewBox().mapViewToScene(QPointF(x, 0.5)))
    QTest.mouseMove(panel.plot.viewport(), place)
    share = UNITS.index(name) / 50
    values = f"source {0.2 * share:.2f} · driver {0.9 * share:.2f} · result {0.5 * share:.2f}"
    assert panel.hint.full_text == f"{name}: {values}"
    assert panel._cells["Driver", "Yaw"].text() == "+9.0°" and panel._cells["Result", "Roll"].text() == "-5.0°"
    for key in ("Ctrl+Z", "Ctrl+Z"):
        QTest.keySequence(loaded.window, key)
    assert panel._cells["Driver", "Yaw"].text() == "–" and len(panel._bars.opts["height"]) == 0
