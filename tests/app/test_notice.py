"""What draws, and why it is not what should: seen at a glance, told in full on a click."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import SAMPLES, Desk
from core.pipeline.learned_weights import choose_backend
from tests.app.acts import LEFT, drop, files
from tests.test_learned_weights import flip, store

PATIENCE = 60_000


def test_where_all_is_well_nothing_is_noticed(loaded: Desk) -> None:
    status = loaded.window.status
    assert not status.notice.isVisible()
    assert status.device.text() == "CPU · geometric flow"


def test_damaged_weights_are_noticed_and_geometry_draws(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real core, whose default weights were damaged on the disk."""
    store("live", tmp_path, use="default")
    flip(tmp_path / "live.safetensors")
    monkeypatch.setattr(choose_backend, "__defaults__", (tmp_path,))
    desk = Desk(qapp)
    desk.show()
    status, overlay = desk.window.status, desk.window.result.overlay
    drop(desk.window, files(SAMPLES / "collins.png", SAMPLES / "hopper.jpg"))
    qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)
    assert status.notice.isVisible() and status.device.text() == "CPU · geometric flow"
    assert not overlay.banner.isVisible()
    assert status.notice.text() == "Learned model not used"

    QTest.mouseClick(status.notice, LEFT)
    says = overlay.banner.text()
    assert overlay.banner.isVisible() and says == status.notice.toolTip()
    assert "live.safetensors is damaged" in says and says.endswith("Pictures come from geometry alone.")
    QTest.mouseClick(overlay.banner, LEFT)
    assert not overlay.banner.isVisible() and status.notice.isVisible()

    status.notice.setFocus()
    QTest.keyClick(status.notice, Qt.Key.Key_Return)
    assert overlay.banner.isVisible()
    shown = desk.session.result
    desk.session.set_dial(pose=0.5)
    qtbot.waitUntil(lambda: desk.session.result is not shown, timeout=PATIENCE)
    assert not overlay.banner.isVisible()
    desk.window.close()


def test_a_learned_model_is_named(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("live", tmp_path, use="default")
    monkeypatch.setattr(choose_backend, "__defaults__", (tmp_path,))
    desk = Desk(qapp)
    desk.show()
    drop(desk.window, files(SAMPLES / "collins.png", SAMPLES / "hopper.jpg"))
    qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)
    assert desk.window.status.device.text() == "CPU · learned model live"
    assert not desk.window.status.notice.isVisible()
    desk.window.close()
