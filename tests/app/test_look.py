"""How results are looked at: mesh looks, flow arrows, the flow mask, and the values under the cursor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import tr
from app.application import Desk
from app.heat import displacement, heat, reach_of
from app.look import MESH_LOOKS, Look, Turn
from app.store.folders import Folders
from app.store.settings import Settings, read_settings
from app.views.flow_arrows import LONGEST, STILL, ends, factor_of, grid_step
from app.views.image_view import ImageView
from core.types import RenderResult
from tests.app.acts import LEFT, wait
from tests.app.conftest import PATIENCE, opened, show_small, speaking
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose


def output(desk: Desk) -> RenderResult:
    assert desk.session.result is not None
    return desk.session.result.output


def point(view: ImageView, x: int, y: int) -> None:
    """Move the mouse over a pixel of the picture."""
    place = view.picture_to_widget(x + 0.5, y + 0.5).toPoint()
    QTest.mouseMove(view.viewport(), place - QPoint(2, 2))
    wait(20)  # pyqtgraph drops moves that come within a hundredth of a second
    QTest.mouseMove(view.viewport(), place)
    QApplication.processEvents()


def test_a_key_and_the_buttons_change_how_meshes_are_drawn(loaded: Desk, qtbot: QtBot) -> None:
    window, drawn = loaded.window, []
    loaded.meshes.drawn.connect(lambda request, picture: drawn.append(request.look))
    for name in ("wire", "photo", "displacement"):
        QTest.keySequence(window, "M")
        assert loaded.session.look.meshes == name and window.meshes.looks.buttons[name].isChecked()
        assert window.menus.look.looks[name].isChecked()
        qtbot.waitUntil(lambda name=name: name in drawn, timeout=3 * PATIENCE)  # type: ignore[misc]
    moved = displacement(output(loaded).source_mesh, output(loaded).driving_mesh)
    qtbot.waitUntil(lambda: window.mesh.reach == reach_of(moved), timeout=PATIENCE)
    for _ in range(2):  # the second press leaves it chosen
        QTest.mouseClick(window.meshes.looks.buttons["solid"], LEFT)
        assert loaded.session.look.meshes == "solid" and window.meshes.looks.buttons["solid"].isChecked()
    qtbot.waitUntil(lambda: window.mesh.reach is None, timeout=PATIENCE)
    before = loaded.session.document
    choose(window.menus.look.looks["wire"])
    assert loaded.session.look.meshes == "wire" and loaded.session.document == before, "nothing that undo knows"


def test_meshes_turn_by_the_keyboard(loaded: Desk) -> None:
    view, session = loaded.window.mesh, loaded.session
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClicks(view, "+")
    assert session.turn == Turn(10.0, 10.0, pytest.approx(1.15))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert session.turn == Turn()


def test_how_things_are_looked_at_is_remembered(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_folders: Folders
) -> None:
    with opened(qtbot, qapp, FakeEngine, tmp_path) as desk:
        for key in ("A", "V", "M", "M"):
            QTest.keySequence(desk.window, key)
    settings = read_settings(own_folders.settings)
    assert (settings.meshes, settings.arrows, settings.mask) == ("photo", True, False), "no mask without a result"
    with opened(qtbot, qapp, FakeEngine, tmp_path) as desk:
        assert desk.session.look == Look("photo", True, False)
        assert desk.window.meshes.looks.buttons["photo"].isChecked() and desk.window.result.arrows_button.isChecked()
    with opened(qtbot, qapp, FakeEngine, tmp_path, Settings(noticed=True, meshes="upside down")) as desk:
        assert desk.session.look.meshes == MESH_LOOKS[0]


def test_distances_have_colours_that_begin_pale() -> None:
    mesh = np.zeros((3, 3), np.float32)
    moved = mesh + np.array([[3, 4, 9], [0, 0, 50], [0.5, 0, 0]], np.float32)
    assert displacement(mesh, moved).tolist() == [5.0, 0.0, 0.5], "depth is not seen in the picture"
    assert [reach_of(np.array(far, np.float32)) for far in ([], [0.1], [2.0], [2.1], [40.0])] == [2, 2, 2, 4, 64]
    colours = heat(np.array([-1, 0, 0.5, 1, 2], np.float32))
    assert (colours[0] == colours[1]).all() and (colours[3] == colours[4]).all()
    assert colours[1].mean() > colours[2].mean() > colours[3].mean()


def test_arrows_lead_to_their_pixels_from_where_those_are_taken() -> None:
    flow = np.zeros((64, 64, 2), np.float32)
    flow[8, 24] = (6, -2)
    flow[8, 8] = (0.5 * STILL, 0)
    tips, tails = ends(flow, 16, 2.0)
    assert len(tips) == 16
    moving = np.flatnonzero(np.abs(tails - tips).sum(axis=1))
    assert tips[moving].tolist() == [[24.5, 8.5]] and (tails - tips)[moving].tolist() == [[12.0, -4.0]]


@pytest.mark.parametrize(("longest", "factor"), [(0, 8), (1, 8), (5, 4), (30, 1), (33, 0.5), (500, 0.25)])
def test_arrows_are_scaled_by_powers_of_two(longest: float, factor: float) -> None:
    flow = np.zeros((4, 4, 2), np.float32)
    flow[1, 2] = (0, longest)
    assert factor_of(flow) == factor
    assert factor * longest <= LONGEST or factor == 0.25


def test_the_grid_grows_finer_as_the_picture_grows() -> None:
    assert [grid_step(scale) for scale in (0.5, 1, 2, 4, 8, 30)] == [32, 32, 16, 8, 4, 2]


def test_arrows_lie_over_the_result_and_go_again(loaded: Desk, qtbot: QtBot) -> None:
    view, reading = loaded.window.result.image, loaded.window.result.overlay.reading
    loaded.session.set_dial(pose=0.3, expression=0.0)
    qtbot.waitUntil(lambda: 1 < np.abs(output(loaded).flow).max() < 10, timeout=PATIENCE)
    bare = view.grab().toImage()
    QTest.keySequence(loaded.window, "A")
    assert loaded.window.result.arrows_button.isChecked()
    qtbot.waitUntil(lambda: view.grab().toImage() != bare)
    assert view.arrows.factor == factor_of(output(loaded).flow) != 1
    assert reading.text() == f"Arrows are drawn at {100 * view.arrows.factor:.0f} % of their length."
    QTest.mouseClick(loaded.window.result.arrows_button, LEFT)
    assert not loaded.session.look.arrows and not reading.isVisible()
    qtbot.waitUntil(lambda: view.grab().toImage() == bare)


def test_what_lies_under_the_cursor_is_told_and_marked_in_every_map(loaded: Desk, qtbot: QtBot) -> None:
    window = loaded.window
    maps = (window.result.image, window.flow.image, window.occlusion.image)
    qtbot.waitUntil(lambda: all(view.picture is not None for view in maps))
    found = output(loaded)
    for view in maps:
        point(view, 100, 140)
        assert loaded.session.probe is not None
        x, y = loaded.session.probe
        near = 1 if view is window.result.image else 4  # a point of a small map is several pixels
        assert abs(x - 100) <= near and abs(y - 140) <= near
        dx, dy = found.flow[y, x]
        told = window.result.overlay.reading.text()
        assert told.startswith(f"pixel {x}, {y}: taken from −{-dx:.1f}, {dy:+.1f} ".replace("-", "−"))
        assert f"({np.hypot(dx, dy):.1f} px)" in told and f"visible {100 * found.occlusion[y, x]:.0f} %" in told
        assert found.flow_mask is not None and f"flow kept {100 * found.flow_mask[y, x]:.0f} %" in told
        assert window.flow.subtitle.endswith(" px") and window.occlusion.subtitle.endswith(" %")
        assert all(each._mark.isVisible() and each._mark.pos().x() == x + 0.5 for each in maps)
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
        assert loaded.session.probe is None and not window.result.overlay.reading.isVisible()
        assert not any(each._mark.isVisible() for each in maps) and window.flow.subtitle == ""


def test_where_the_values_need_two_lines_none_ends_with_a_dot(loaded: Desk, qtbot: QtBot) -> None:
    window, reading = loaded.window, loaded.window.result.overlay.reading
    for size, lines in ((QSize(1900, 1000), 1), (window.minimumSize(), 2)):
        window.resize(size)
        point(window.result.image, 100, 140)
        qtbot.waitUntil(lambda lines=lines: reading.text().count("\n") == lines - 1, timeout=PATIENCE)
        assert reading.text().count("·") == 3 - lines and not reading.wordWrap()
        assert reading.geometry().right() < window.result.overlay.width()


@pytest.mark.parametrize("language", list(tr.LANGUAGES))
def test_values_that_come_and_go_move_nothing(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, photos: dict[str, Path], language: str
) -> None:
    with speaking(language, qtbot, qapp, tmp_path) as desk:
        window = desk.window
        show_small(desk, qtbot, photos)
        wait(20)
        before = [dock.geometry() for dock in window.docks.values()]
        point(window.flow.image, 100, 140)
        assert window.flow.subtitle and window.occlusion.subtitle
        wait(20)
        assert [dock.geometry() for dock in window.docks.values()] == before


def test_the_values_follow_the_result(loaded: Desk, qtbot: QtBot) -> None:
    loaded.session.set_probe((100, 140))
    reading = loaded.window.result.overlay.reading
    before = reading.text()
    assert before
    loaded.window.controls.sliders["pose"].slider.setValue(30)
    qtbot.waitUntil(lambda: reading.text() not in ("", before), timeout=PATIENCE)


def test_the_flow_mask_takes_the_place_of_the_visibility(loaded: Desk, qtbot: QtBot) -> None:
    panel = loaded.window.occlusion
    visibility = np.array(panel.image.picture)
    QTest.mouseClick(panel.mask_button, LEFT)
    mask = output(loaded).flow_mask
    assert mask is not None and panel.shows_mask
    assert np.allclose(np.array(panel.image.picture)[..., 0], 255 * mask, atol=1)
    loaded.session.set_probe((128, 128))
    assert panel.subtitle == f"{100 * mask[128, 128]:.0f} %"
    QTest.keySequence(loaded.window, "V")
    assert np.array_equal(np.array(panel.image.picture), visibility) and not panel.mask_button.isChecked()


def test_without_a_flow_mask_there_is_no_button_for_it(loaded: Desk, engine: FakeEngine, qtbot: QtBot) -> None:
    panel = loaded.window.occlusion
    loaded.session.set_look(mask=True)
    assert panel.shows_mask
    engine.masked = False
    loaded.session.set_dial(pose=0.4)
    qtbot.waitUntil(lambda: output(loaded).flow_mask is None, timeout=PATIENCE)
    assert panel.mask_button.isHidden() and not panel.shows_mask
    assert not loaded.window.menus.look.mask.isEnabled()
