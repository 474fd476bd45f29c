"""Everything can be done without a mouse: Tab reaches every control, and what has the focus shows it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.application import Desk
from tests.app.goldens import photograph

CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)
BY_A_KEY = ("back", "qt_")
"""Begins the object names of what a key does as well: ↺ is Delete; arrows of tab bars, clear buttons of searches."""


def controls(window: QWidget) -> list[QWidget]:
    """What a mouse could use now."""
    return [
        widget
        for kind in CONTROLS
        for widget in window.findChildren(kind)
        if widget.isEnabled()
        and not widget.visibleRegion().isEmpty()
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith(BY_A_KEY)
        and not isinstance(widget.parent(), QLineEdit)
    ]


def walk(window: QWidget, steps: int = 200) -> list[QWidget]:
    """Where Tab goes, until it comes round."""
    found: list[QWidget] = []
    for _ in range(steps):
        focus = QApplication.focusWidget()
        if focus is None or focus in found:
            break
        found.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    return found


def test_tab_reaches_every_control(loaded: Desk, qtbot: QtBot) -> None:
    window = loaded.window
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    for dock in window.docks.values():
        dock.bring_up()
        QApplication.processEvents()
        reached = walk(window)
        missed = [widget for widget in controls(window) if widget not in reached]
        assert not missed, [(type(w).__name__, w.objectName(), w.toolTip()) for w in missed]


def test_no_key_means_two_things(desk: Desk) -> None:
    """Qt would then do neither."""
    keys = [keys.toString() for action in desk.window.findChildren(QAction) for keys in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys)) and len(keys) > 40


def test_the_first_key_moves_a_slider_and_presses_nothing(loaded: Desk) -> None:
    assert QApplication.focusWidget() is loaded.window.controls.sliders["both"].slider
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert loaded.session.dial.pose == loaded.session.dial.expression == 0.99


def test_focus_shows(loaded: Desk, qtbot: QtBot) -> None:
    window = loaded.window
    for widget in (
        window.controls.sliders["pose"].slider,
        window.controls.only["pose"],
        window.controls.placement,
        window.result.compare_button,
        window.photos["source"].open_button,
        window.swap_button,
    ):
        window.controls.sliders["expression"].slider.setFocus()
        QApplication.processEvents()
        before = photograph(widget, [])
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        after = photograph(widget, [])
        assert np.abs(after.astype(int) - before).max() > 40, widget.objectName() or type(widget).__name__


def test_space_flips_whatever_has_the_focus(loaded: Desk) -> None:
    for widget in controls(loaded.window):
        if isinstance(widget, QLineEdit):
            continue
        widget.setFocus()
        loaded.session.set_dial(pose=1.0, expression=1.0)
        QTest.keyClick(loaded.window, Qt.Key.Key_Space)
        assert loaded.session.dial.pose == 0.0, type(widget).__name__
