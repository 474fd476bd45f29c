"""The edit panel: found, dragged, typed, reset, locked, saved under a name."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.controls import SECTIONS, numbers
from app.store import presets as store
from app.store.folders import Folders
from app.store.presets import BUILT_IN, presets_text, read_presets
from app.store.settings import Settings
from app.unit_words import PLAIN
from app.views.edit_panel import EditPanel
from core.edits import NO_EDITS, Edits
from tests.app.acts import LEFT, handle, press_slider, pull_slider
from tests.app.conftest import opened
from tests.app.fake_engine import UNITS, FakeEngine
from tests.app.hands import choose, name_dialog, question


@pytest.fixture
def panel(loaded: Desk) -> EditPanel:
    """The panel in front, all its sections open."""
    loaded.window.docks["edit"].bring_up()
    QApplication.processEvents()
    panel = loaded.window.edit
    for section in panel.sections.values():
        if section.rows[0].isHidden() or not section.rows[0].isVisible():
            QTest.mouseClick(section.head, LEFT)
    return panel


def wait_for(desk: Desk, qtbot: QtBot, edits: Edits) -> None:
    qtbot.waitUntil(lambda: desk.session.result is not None and desk.session.result.request.controls.edits == edits)


def click_box(panel: EditPanel) -> None:
    """On its text: beside it a check box takes no click."""
    place = QPoint(30, panel.linked.height() // 2)
    QTest.mouseClick(panel.linked, LEFT, Qt.KeyboardModifier.NoModifier, place)


def type_into(panel: EditPanel, key: str, text: str) -> None:
    box = panel.rows[key].box
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_every_unit_has_a_row_and_a_section_people_know() -> None:
    found = numbers(UNITS)
    assert [number.key for number in found if number.key in UNITS] and len(found) == 51 + 10
    assert {number.key for number in found} >= set(UNITS)
    assert {number.section for number in found} == set(SECTIONS) - {"Other"}
    names = {number.key: number.words for number in found}
    assert names["mouthSmileLeft"] == "Smile left" and names["jawOpen"] == "Open" and names["browInnerUp"] == "Inner up"
    assert numbers(("exp_00",))[-1].section == "Other"


def test_every_unit_says_in_plain_words_what_it_does(loaded: Desk, panel: EditPanel) -> None:
    words = {unit: panel.rows[unit].toolTip().split("\n") for unit in UNITS}
    assert all(
        len(lines) == 3 and lines[0].endswith(".") and lines[1].startswith(unit) for unit, lines in words.items()
    )
    assert words["mouthPucker"][0] == "Draws the lips together, as for a kiss."
    assert words["jawLeft"][0] == words["jawRight"][0] == "Moves the lower jaw to this side."
    assert "this" in words["eyeBlinkLeft"][0] and "person's own" in words["eyeBlinkLeft"][1], "which side"
    assert {unit for unit in UNITS if "this" in words[unit][0]} == {u for u in UNITS if u.endswith(("Left", "Right"))}
    assert {*PLAIN.values()} == {tip[0] for tip in words.values()}, "one that no unit has"


def test_a_slider_turns_the_head_and_a_drag_is_one_step(loaded: Desk, qtbot: QtBot, panel: EditPanel) -> None:
    slider = panel.rows["yaw"].slider
    press_slider(slider)
    pull_slider(slider, 30)
    QTest.mouseRelease(slider, LEFT, Qt.KeyboardModifier.NoModifier, handle(slider))
    yaw = loaded.session.edits.yaw
    assert yaw > 4 and panel.rows["yaw"].box.value() == yaw
    assert not loaded.session.dragging
    wait_for(loaded, qtbot, Edits(yaw=yaw))
    assert loaded.window.menus.undo.text() == "&Undo head: turn"
    QTest.keySequence(loaded.window, "Ctrl+Z")
    assert loaded.session.edits == NO_EDITS and slider.value() == 0
    wait_for(loaded, qtbot, NO_EDITS)


def test_numbers_are_typed_and_clamped(loaded: Desk, panel: EditPanel) -> None:
    type_into(panel, "jawOpen", "0.4")
    assert loaded.session.edits.value("jawOpen") == 0.4
    type_into(panel, "scale", "120")
    assert loaded.session.edits.scale == 1.2
    type_into(panel, "right", "-12")
    assert loaded.session.edits.right == -0.12 and panel.rows["right"].slider.value() == -12
    type_into(panel, "pitch", "99")
    assert loaded.session.edits.pitch == 30


def test_undo_and_space_stay_the_windows_while_a_number_has_the_focus(loaded: Desk, panel: EditPanel) -> None:
    type_into(panel, "jawOpen", "0.4")
    QTest.keyClick(panel.rows["jawOpen"].box, Qt.Key.Key_Space)
    assert loaded.session.dial.pose == 0
    QTest.keyClick(panel.rows["jawOpen"].box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert loaded.session.dial.pose == 1
    QTest.keyClick(panel.rows["jawOpen"].box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert loaded.session.edits == NO_EDITS and panel.rows["jawOpen"].box.value() == 0


def test_arrow_keys_change_and_delete_resets(loaded: Desk, panel: EditPanel) -> None:
    slider = panel.rows["mouthPucker"].slider
    slider.setFocus()
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    assert loaded.session.edits.units == (("mouthPucker", 0.03),)
    QTest.keyClick(slider, Qt.Key.Key_Delete)
    assert loaded.session.edits == NO_EDITS
    QTest.keySequence(loaded.window, "Ctrl+Z")
    assert loaded.session.edits.units == (("mouthPucker", 0.03),)
    QTest.keySequence(loaded.window, "Ctrl+Z")
    assert loaded.session.edits == NO_EDITS, "three presses of a key are one step"


def test_back_buttons_for_one_a_section_and_all(loaded: Desk, panel: EditPanel) -> None:
    for key, value in (("jawOpen", 0.5), ("mouthLeft", 0.2), ("mouthRight", -0.2), ("yaw", 5.0)):
        loaded.session.set_edit(key, value)
    mouth, row = panel.sections["Mouth"], panel.rows["mouthLeft"]
    assert "2 changed" in mouth.head.text() and row.back.isVisible() and not panel.rows["mouthClose"].back.isVisible()
    QTest.mouseClick(row.back, LEFT)
    assert "1 changed" in mouth.head.text() and not row.back.isVisible()
    QTest.mouseClick(mouth.back, LEFT)
    assert loaded.session.edits == Edits(yaw=5, units=(("jawOpen", 0.5),))
    QTest.mouseClick(panel.reset_button, LEFT)
    assert loaded.session.edits == NO_EDITS and not panel.reset_button.isEnabled()
    QTest.keySequence(loaded.window, "Ctrl+Z")
    assert loaded.session.edits == Edits(yaw=5, units=(("jawOpen", 0.5),))
    QTest.keySequence(loaded.window, "Ctrl+Shift+R")
    assert loaded.session.edits == NO_EDITS


def test_search_finds_by_name_and_closed_sections_open_for_it(loaded: Desk, qtbot: QtBot) -> None:
    QTest.keySequence(loaded.window, "Ctrl+F")
    panel = loaded.window.edit
    assert loaded.window.docks["edit"].in_front and panel.search.hasFocus()
    assert not panel.rows["mouthSmileLeft"].isVisible(), "the mouth's section starts closed"

    def shown() -> list[str]:
        return [key for key, row in panel.rows.items() if row.isVisible()]

    QTest.keyClicks(panel.search, "smile l")
    assert shown() == ["mouthSmileLeft"]
    QTest.keyClick(panel.search, Qt.Key.Key_Space)
    assert loaded.session.dial.pose == 1, "Space in the search flipped the picture"
    panel.search.selectAll()
    QTest.keyClicks(panel.search, "browInnerUp")
    assert shown() == ["browInnerUp"]
    panel.search.selectAll()
    QTest.keyClicks(panel.search, "xyz")
    assert shown() == [] and panel.note.isVisible() and "Nothing" in panel.note.text()
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == "" and not panel.note.isVisible()
    assert shown() == ["yaw", "pitch", "roll", "right", "up", "scale"]


def test_both_eyes_move_together_unless_told_otherwise(loaded: Desk, panel: EditPanel) -> None:
    type_into(panel, "gaze_left_x", "10")
    assert loaded.session.edits == Edits(gaze_left_x=10, gaze_right_x=10)
    QTest.keySequence(loaded.window, "Ctrl+Z")
    assert loaded.session.edits == NO_EDITS
    click_box(panel)
    type_into(panel, "gaze_right_y", "-5")
    assert loaded.session.edits == Edits(gaze_right_y=-5)
    click_box(panel)
    QTest.mouseDClick(panel.rows["gaze_right_y"].slider, LEFT)
    assert loaded.session.edits == NO_EDITS


def test_regions_are_kept_from_the_source(loaded: Desk, qtbot: QtBot, panel: EditPanel) -> None:
    QTest.mouseClick(panel.locks["mouth"], LEFT)
    panel.locks["brows"].setFocus()
    QTest.keyClick(panel.locks["brows"], Qt.Key.Key_Return)
    wait_for(loaded, qtbot, Edits(locked=frozenset({"mouth", "brows"})))
    QTest.mouseClick(panel.locks["mouth"], LEFT)
    assert loaded.session.edits.locked == {"brows"}
    QTest.keySequence(loaded.window, "Ctrl+Z")
    assert panel.locks["mouth"].isChecked()


def test_a_slow_core_skips_to_the_newest_edit(loaded: Desk, qtbot: QtBot, panel: EditPanel, engine: FakeEngine) -> None:
    engine.gate.clear()
    before = len(engine.rendered)
    for value in range(1, 80):
        panel.rows["jawOpen"].slider.setValue(value)
    engine.gate.set()
    wait_for(loaded, qtbot, Edits(units=(("jawOpen", 0.79),)))
    assert len(engine.rendered) - before <= 3


def entry(panel: EditPanel, preset: str, text: str) -> QAction:
    menus = {menu.title(): menu for menu in panel.presets_menu.findChildren(QMenu)}
    return next(action for action in menus[preset].actions() if action.text() == text)


def kept(desk: Desk, qtbot: QtBot, names: set[str]) -> None:
    path = desk.folders.presets
    qtbot.waitUntil(lambda: path.exists() and set(json.loads(path.read_text("utf-8"))["presets"]) == names)


def test_a_preset_is_saved_and_applied_in_whole_and_in_part(loaded: Desk, qtbot: QtBot, panel: EditPanel) -> None:
    assert not panel.save_preset.isEnabled()
    mine = Edits(yaw=8, units=(("browInnerUp", 0.5), ("jawOpen", 0.3)))
    loaded.session.set_edits(mine, "")
    with name_dialog("Ünï & co"):
        choose(panel.save_preset)
    kept(loaded, qtbot, {*BUILT_IN, "Ünï & co"})
    assert oct(loaded.folders.presets.stat().st_mode & 0o777) == "0o600"
    loaded.session.clear_edits()
    loaded.session.set_edit("roll", 3)
    loaded.session.set_edit("mouthLeft", 0.4)
    choose(entry(panel, "Ünï && co", "Apply only: brows"))
    assert loaded.session.edits == Edits(roll=3, units=(("browInnerUp", 0.5), ("mouthLeft", 0.4)))
    choose(entry(panel, "Ünï && co", "Apply"))
    assert loaded.session.edits == Edits(yaw=8, units=(("browInnerUp", 0.5), ("jawOpen", 0.3), ("mouthLeft", 0.4)))
    assert loaded.window.menus.undo.text() == "&Undo preset Ünï & co"
    assert read_presets(loaded.folders.presets)[0]["Ünï & co"] == mine


def test_presets_are_replaced_and_deleted_only_when_agreed(loaded: Desk, qtbot: QtBot, panel: EditPanel) -> None:
    loaded.session.set_edit("yaw", 4)
    with question("Cancel", "“Smile” already"), name_dialog("Smile"):
        choose(panel.save_preset)
    assert loaded.presets.presets["Smile"] == BUILT_IN["Smile"]
    with question("Cancel", "“Pout” will be deleted"):
        choose(entry(panel, "Pout", "Delete…"))
    assert "Pout" in loaded.presets.presets
    with question("Replace it"), name_dialog("Smile"):
        choose(panel.save_preset)
    with question("Delete it"):
        choose(entry(panel, "Pout", "Delete…"))
    kept(loaded, qtbot, set(BUILT_IN) - {"Pout"})
    assert read_presets(loaded.folders.presets)[0]["Smile"] == Edits(yaw=4)


def test_menus_that_are_gone_take_no_memory(loaded: Desk, panel: EditPanel) -> None:
    """Their objects in Python outlived them: some megabytes a minute."""

    def alive() -> int:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return sum(type(each) is QMenu for each in gc.get_objects())

    before = alive()
    for yaw in range(20):
        loaded.session.set_edit("yaw", yaw)
        panel.show_presets({name: {} for name in BUILT_IN})
    assert alive() < before + len(BUILT_IN)


def test_presets_that_cannot_be_read_are_kept_aside_and_told(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    assert read_presets(path) == (BUILT_IN, "")
    wrong = [
        "no json", "[]", "{}", presets_text({}).replace("presets", "projects"), presets_text({}).replace("1", "2"),
        presets_text({}).replace("{}", "[]"), presets_text({}).replace("{}", '{"a": {"yaw": "x"}}'),
    ]  # fmt: skip
    for text in wrong:
        path.write_text(text)
        presets, problem = read_presets(path)
        assert presets == BUILT_IN and "presets.broken.json" in problem and not path.exists()
        assert (tmp_path / "presets.broken.json").read_text() == text
    path.write_text(presets_text({"a": Edits(yaw=1)}))
    assert read_presets(path) == ({"a": Edits(yaw=1)}, "")
    assert store.VERSION == 1


def test_presets_that_can_neither_be_read_nor_kept_aside_do_not_stop_the_start(tmp_path: Path) -> None:
    """As in a folder that is read-only; a name that is taken by a folder stops root, too."""
    path = tmp_path / "presets.json"
    path.write_text("no json")
    (tmp_path / "presets.broken.json" / "full").mkdir(parents=True)
    presets, problem = read_presets(path)
    assert presets == BUILT_IN and "stays as it is" in problem and path.read_text() == "no json"


def test_what_is_said_of_presets_stays_when_the_core_is_ready(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    presets = Folders.of_user().presets
    presets.parent.mkdir(parents=True, exist_ok=True)
    presets.write_text("no json")
    with opened(qtbot, qapp, FakeEngine, tmp_path / "no samples", Settings(noticed=True)) as desk:
        assert desk.window.status.message.full_text.startswith("Your presets could not be read")


def test_presets_that_cannot_be_written_are_told(loaded: Desk, qtbot: QtBot, panel: EditPanel) -> None:
    loaded.folders.presets.mkdir(parents=True)  # a folder where the file should be
    loaded.session.set_edit("yaw", 4)
    with name_dialog("Mine"):
        choose(panel.save_preset)
    qtbot.waitUntil(lambda: "could not be saved" in loaded.window.status.message.full_text)
    assert "This should not have happened" not in loaded.window.status.message.full_text


def test_built_in_presets_use_units_there_are() -> None:
    for name, preset in BUILT_IN.items():
        assert {unit for unit, _ in preset.units} <= set(UNITS), name
