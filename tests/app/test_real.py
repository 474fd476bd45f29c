"""The window with the real core and the bundled samples, from dropping to saving."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import SAMPLES, Desk
from app.rendering import RenderReply
from tests.app.acts import drag_slider, drop, files
from tests.app.hands import choose, file_dialog

pytestmark = pytest.mark.real_meshes
PATIENCE = 60_000


def result(desk: Desk) -> RenderReply:
    assert desk.session.result is not None
    return desk.session.result


def test_a_photo_is_reenacted_and_saved(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    desk = Desk(qapp)
    desk.show()
    source = SAMPLES / "collins.png"
    drop(desk.window, files(source, SAMPLES / "hopper.jpg"))
    qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)
    driven = result(desk).output
    assert driven.image.shape == (256, 256, 3)
    assert np.abs(driven.flow).max() > 2, "the driver moved nothing"

    drag_slider(desk.window.controls.sliders["both"].slider, 0)
    desk.session.set_dial(pose=0.0, expression=0.0)
    qtbot.waitUntil(lambda: result(desk).request.controls.pose == 0.0, timeout=PATIENCE)
    shown = desk.session.slot("source").shown
    assert shown is not None
    difference = np.abs(result(desk).output.image.astype(int) - shown.encoded.image)
    assert difference.mean() < 1, "α = 0 is not the source"

    desk.session.set_dial(pose=1.0, expression=1.0)
    qtbot.waitUntil(lambda: result(desk).request.controls.pose == 1.0, timeout=PATIENCE)
    names = {"save_action": "face.png", "save_full_action": "full.jpg", "sweep_action": "sweep.gif"}
    for action, name in names.items():
        with file_dialog(tmp_path / name):
            choose(getattr(desk.window.result, action))
        qtbot.waitUntil(lambda: not desk.session.jobs.unfinished, timeout=PATIENCE)
        assert desk.session.jobs.newest is not None and desk.session.jobs.newest.state == "done", desk.session.message
    with PillowImage.open(tmp_path / "face.png") as face:
        written = np.asarray(face).astype(float) - result(desk).output.image
    assert 0 < np.square(written).mean() < 255**2 / 1e4, "marked, and not to be seen: 40 dB"
    with PillowImage.open(tmp_path / "full.jpg") as full, PillowImage.open(source) as original:
        assert full.size == original.size
    with PillowImage.open(tmp_path / "sweep.gif") as sweep:
        assert sweep.size == (256, 256) and getattr(sweep, "n_frames", 1) > 10
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names.values())
    desk.window.close()
