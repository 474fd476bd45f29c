from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.application import Desk
from core.types import Controls
from tests.app.acts import LEFT, drag_slider, handle, press_slider, pull_slider
from tests.app.fake_engine import FakeEngine


def shown(desk: Desk) -> Controls:
    assert desk.session.result is not None
    return desk.session.result.request.controls


def wait_for(desk: Desk, qtbot: QtBot, controls: Controls) -> None:
    qtbot.waitUntil(lambda: shown(desk) == controls)


def test_dragging_both_moves_both_and_renders(loaded: Desk, qtbot: QtBot) -> None:
    panel = loaded.window.controls
    drag_slider(panel.sliders["both"].slider, 30)
    alpha = loaded.session.dial.pose
    assert 0.25 <= alpha <= 0.35 and loaded.session.dial.expression == alpha
    assert panel.sliders["pose"].number.text() == panel.sliders["both"].number.text() == f"{alpha:.2f}"
    wait_for(loaded, qtbot, Controls(alpha, alpha))
    assert loaded.window.result.subtitle == f"pose {alpha:.2f} · expression {alpha:.2f}"


def test_one_slider_alone_leaves_the_other_and_both_says_mixed(loaded: Desk, qtbot: QtBot) -> None:
    panel = loaded.window.controls
    drag_slider(panel.sliders["expression"].slider, 140)
    assert loaded.session.dial.pose == 1.0 and loaded.session.dial.expression > 1.3
    assert panel.sliders["both"].number.text() == "mixed"


def test_pictures_are_painted_while_the_slider_is_held(loaded: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    engine.render_seconds = 0.02
    slider = loaded.window.controls.sliders["pose"].slider
    painted: list[float] = []
    loaded.session.result_changed.connect(lambda: painted.append(shown(loaded).pose))
    press_slider(slider)
    assert loaded.session.dragging
    for value in range(95, 0, -5):
        pull_slider(slider, value, 1)
        qtbot.wait(10)
    during = list(painted)
    QTest.mouseRelease(slider, LEFT, Qt.KeyboardModifier.NoModifier, handle(slider))
    assert not loaded.session.dragging
    assert len(during) >= 4, "the picture stood still while the slider moved"
    qtbot.waitUntil(lambda: shown(loaded).pose == loaded.session.dial.pose)
    assert painted == sorted(painted, reverse=True), "an older picture replaced a newer one"


def test_while_a_slider_is_held_pictures_are_drafts_and_the_last_one_is_not(
    loaded: Desk, qtbot: QtBot, engine: FakeEngine
) -> None:
    slider = loaded.window.controls.sliders["pose"].slider
    before = len(engine.drafts)
    press_slider(slider)
    qtbot.wait(50)
    assert len(engine.drafts) == before, "nothing has moved yet"
    pull_slider(slider, 40, 2)
    qtbot.waitUntil(lambda: shown(loaded).pose == loaded.session.dial.pose)
    assert loaded.session.dragging and all(engine.drafts[before:])
    stages = loaded.window.status.stages
    assert stages.total == "14 ms, draft" and "A draft:" in stages.toolTip()
    QTest.mouseRelease(slider, LEFT, Qt.KeyboardModifier.NoModifier, handle(slider))
    qtbot.waitUntil(lambda: not engine.drafts[-1])
    assert engine.rendered[-1] == engine.rendered[-2], "the same picture, finely"
    qtbot.waitUntil(lambda: loaded.session.result is not None and not loaded.session.result.request.passing)
    final = len(engine.drafts)
    press_slider(slider)
    QTest.mouseRelease(slider, LEFT, Qt.KeyboardModifier.NoModifier, handle(slider))
    qtbot.wait(50)
    assert len(engine.drafts) == final, "it was touched, not moved"
    assert stages.total == "14 ms" and "A draft:" not in stages.toolTip()


def test_keys_give_final_pictures_at_once(loaded: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    slider = loaded.window.controls.sliders["pose"].slider
    before, pose = len(engine.drafts), shown(loaded).pose
    QTest.keyClick(slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: shown(loaded).pose != pose)
    assert not any(engine.drafts[before:])


def test_when_nothing_else_is_wanted_the_core_makes_ready(loaded: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    qtbot.waitUntil(lambda: len(engine.rested) > 0)
    assert loaded.session.shown("source") is not None


def test_a_slow_core_skips_to_the_newest_value(loaded: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    engine.gate.clear()
    before = len(engine.rendered)
    for value in range(100, 0, -1):
        loaded.window.controls.sliders["pose"].slider.setValue(value)
    engine.gate.set()
    qtbot.waitUntil(lambda: shown(loaded).pose == 0.01)
    assert len(engine.rendered) - before <= 3


def test_a_double_click_resets(loaded: Desk) -> None:
    slider = loaded.window.controls.sliders["pose"].slider
    loaded.session.set_dial(pose=0.2)
    QTest.mouseDClick(slider, LEFT, Qt.KeyboardModifier.NoModifier, handle(slider))
    assert loaded.session.dial.pose == 1.0


@pytest.mark.parametrize(
    ("key", "name", "grey", "controls"),
    [("P", "pose", "expression", Controls(1.0, 0.0)), ("E", "expression", "pose", Controls(0.0, 1.0))],
)
def test_only_by_button_and_by_key(
    loaded: Desk, qtbot: QtBot, key: str, name: str, grey: str, controls: Controls
) -> None:
    panel = loaded.window.controls
    QTest.mouseClick(panel.only[name], LEFT)
    wait_for(loaded, qtbot, controls)
    assert panel.only[name].isChecked() and not panel.only[grey].isChecked()
    assert panel.sliders[name].isEnabled()
    assert not panel.sliders[grey].isEnabled() and not panel.sliders["both"].isEnabled()
    QTest.keySequence(loaded.window, key)
    wait_for(loaded, qtbot, Controls())
    assert all(slider.isEnabled() for slider in panel.sliders.values())
    QTest.keySequence(loaded.window, key)
    wait_for(loaded, qtbot, controls)


def test_the_toggles_exclude_each_other(loaded: Desk) -> None:
    panel = loaded.window.controls
    QTest.mouseClick(panel.only["pose"], LEFT)
    QTest.mouseClick(panel.only["expression"], LEFT)
    assert loaded.session.dial.mode == "expression"
    assert not panel.only["pose"].isChecked() and panel.only["expression"].isChecked()


def test_placement(loaded: Desk, qtbot: QtBot) -> None:
    box = loaded.window.controls.placement
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    wait_for(loaded, qtbot, Controls(placement="driving"))


def press(desk: Desk, key: Qt.Key) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(desk.window.focusWidget() or desk.window, key)


def test_space_flips_between_source_and_driver(loaded: Desk, qtbot: QtBot) -> None:
    press(loaded, Qt.Key.Key_Space)
    wait_for(loaded, qtbot, Controls(0.0, 0.0))
    press(loaded, Qt.Key.Key_Space)
    wait_for(loaded, qtbot, Controls(1.0, 1.0))


@pytest.mark.parametrize("how", ["click", "tab", "grey", "box"])
def test_space_flips_wherever_the_focus_is(loaded: Desk, qtbot: QtBot, how: str) -> None:
    panel = loaded.window.controls
    if how == "click":
        QTest.mouseClick(panel.only["expression"], LEFT)
    elif how == "tab":
        panel.only["expression"].setFocus(Qt.FocusReason.TabFocusReason)
    elif how == "grey":  # Qt hands the focus of a slider that turns grey to its neighbour
        panel.sliders["both"].slider.setFocus()
        QTest.keySequence(loaded.window, "E")
    else:
        panel.placement.setFocus()
    mode = loaded.session.dial.mode
    press(loaded, Qt.Key.Key_Space)
    wait_for(loaded, qtbot, Controls(0.0, 0.0))
    assert loaded.session.dial.mode == mode, "Space pressed a button"
    assert not panel.placement.view().isVisible(), "Space opened the box"


def test_enter_presses_the_button_that_has_the_focus(loaded: Desk) -> None:
    panel = loaded.window.controls
    panel.only["pose"].setFocus(Qt.FocusReason.TabFocusReason)
    press(loaded, Qt.Key.Key_Return)
    assert loaded.session.dial.mode == "pose"
    press(loaded, Qt.Key.Key_Enter)
    assert loaded.session.dial.mode == "both"


def test_the_photos_are_encoded_once_while_sliders_move(loaded: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    drag_slider(loaded.window.controls.sliders["both"].slider, 10)
    drag_slider(loaded.window.controls.sliders["pose"].slider, 120)
    qtbot.waitUntil(lambda: shown(loaded) == loaded.session.dial.controls)
    assert sorted(engine.encoded) == ["driving", "source"]


def test_a_render_that_fails_is_told_and_the_picture_stays(loaded: Desk, qtbot: QtBot, engine: FakeEngine) -> None:
    engine.broken = True
    loaded.window.controls.sliders["pose"].slider.setValue(20)
    banner = loaded.window.result.overlay.banner
    qtbot.waitUntil(banner.isVisible)
    assert "fake trouble" in banner.text() and loaded.window.result.image.isVisible()
    for theme in ("light", "dark"):
        loaded.theme.choose(theme)
        text, all_of_it = banner.contentsRect(), banner.rect()
        assert (text.left(), all_of_it.right() - text.right()) == (10, 10), "words at the edge"
    engine.broken = False
    loaded.window.controls.sliders["pose"].slider.setValue(21)
    qtbot.waitUntil(lambda: not banner.isVisible())


def test_the_status_line_tells_device_stages_and_rate(loaded: Desk, qtbot: QtBot) -> None:
    drag_slider(loaded.window.controls.sliders["pose"].slider, 20, steps=8)
    qtbot.waitUntil(lambda: shown(loaded) == loaded.session.dial.controls)
    qtbot.waitUntil(lambda: loaded.session.result is not None and not loaded.session.result.request.passing)
    line = loaded.window.status
    assert line.device.text() == "CPU · geometric flow"
    stages = line.stages
    assert stages.whole == "mesh 1 · motion 9 · visibility 2 · warp 1 = 14 ms"
    assert "&nbsp;9.1&nbsp;" in stages.toolTip() and "&nbsp;0.0&nbsp;" in stages.toolTip(), "short ones, too"
    stages.resize(stages.sizeHint())
    assert stages.text() == stages.whole
    stages.resize(stages.minimumSizeHint())
    assert stages.text() == "14 ms", "where there is no room, the sum alone"
    assert line.rate.text().endswith("pictures/s")
