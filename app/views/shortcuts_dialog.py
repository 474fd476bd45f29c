"""Help, Keyboard shortcuts: every command that has a key, as the window has them now."""

from __future__ import annotations

from itertools import compress

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..tr import tr

Group = tuple[str, list[tuple[str, str]]]
COLUMNS = 3
HIGHEST = 740
"""Pixels: on a screen of 800 there is room for a title bar."""
HEADING = 1.6
"""The height of a group's title and the room above it, in rows."""


class ShortcutsDialog(QDialog):
    def __init__(self, groups: list[Group], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.groups = groups
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setSpacing(14)
        columns.setContentsMargins(4, 4, 4, 4)
        for part in _columns(groups):
            column = QVBoxLayout()
            column.setSpacing(14)
            for group in part:
                column.addLayout(_card(*group))
            column.addStretch(1)
            columns.addLayout(column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.addWidget(area)
        box.addWidget(buttons)
        wanted = inside.sizeHint()
        self.resize(min(wanted.width() + 30, 1260), min(wanted.height() + 60, HIGHEST))


def shortcuts_of(window: QMainWindow) -> list[Group]:
    """What has a key, by menu: (menu, [(command, keys)]), and last what keys do in some places."""
    groups: list[Group] = []
    for action in window.menuBar().actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            groups += _of_menu(menu)
    of_places = [(tr("On a control that has the focus"), on_controls()), (tr("Blind comparison"), in_comparison())]
    return [*groups, *of_places]


def on_controls() -> list[tuple[str, str]]:
    """Keys that belong to controls and not to commands."""
    return [
        (tr("Next control, the one before"), f"{_key('Tab')}, {_key('Shift+Tab')}"),
        (tr("Press a button"), _key("Return")),
        (tr("Slider: a little"), "← →"),
        (tr("Slider: more"), f"{_key('PgUp')}, {_key('PgDown')}"),
        (tr("Slider: from end to end"), f"{_key('Home')}, {_key('End')}"),
        (tr("Slider: back to where it was"), _key("Del")),
        (tr("Number: a step"), "↑ ↓"),
        (tr("Photos, result and maps: larger, smaller, fit"), "+, −, 0"),
        (tr("Photos, result and maps, enlarged: move"), "← → ↑ ↓"),
        (tr("Panel: its menu"), _key("Menu")),
        (tr("Meshes: turn"), "← → ↑ ↓"),
        (tr("Meshes: larger, smaller"), "+, −"),
        (tr("Crop: move, larger or smaller"), "← → ↑ ↓ + −"),
        (tr("Photos of one person: draw it, remove it"), f"{_key('Return')}, {_key('Del')}"),
    ]


def in_comparison() -> list[tuple[str, str]]:
    """Keys of the blind comparison."""
    return [
        (tr("The left picture, the right one"), "← →"),
        (tr("No difference"), "↓"),
        (tr("Stop"), _key("Escape")),
    ]


def _of_menu(menu: QMenu) -> list[Group]:
    rows: list[tuple[str, str]] = []
    inner: list[Group] = []
    for action in menu.actions():
        submenu = action.menu()
        if isinstance(submenu, QMenu):
            inner += _of_menu(submenu)
        elif action.shortcuts():
            rows.append((plain(action), keys_of(action)))
    return [*([(_title(menu), rows)] if rows else []), *inner]


def plain(action: QAction) -> str:
    """The name of a command without its mnemonic and dots, and without the step that would be undone."""
    return action.iconText().replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def keys_of(action: QAction) -> str:
    return ", ".join(keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in action.shortcuts())


def _key(name: str) -> str:
    return QKeySequence(name).toString(QKeySequence.SequenceFormat.NativeText)


def _title(menu: QMenu) -> str:
    return menu.title().replace("&", "")


def _columns(groups: list[Group]) -> list[list[Group]]:
    """The groups in columns of which the highest is as low as can be, and in their order as far as that allows."""
    heights = np.array([len(rows) + HEADING for _, rows in groups])
    places = np.indices((COLUMNS,) * len(groups)).reshape(len(groups), -1)  # every way to place the groups
    highest = np.max([heights @ (places == column) for column in range(COLUMNS)], axis=0).round(3)
    backward = (np.diff(places, axis=0) < 0).sum(axis=0)  # groups in a column before that of the last one
    best = places[:, np.lexsort((backward, highest))[0]]
    return [list(compress(groups, (place == column for place in best))) for column in range(COLUMNS)]


def _card(title: str, rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(3)
    heading = QLabel(title)
    heading.setObjectName("title")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (text, keys) in enumerate(rows, 1):
        name, key = QLabel(text), QLabel(keys)
        name.setTextFormat(Qt.TextFormat.PlainText)
        key.setTextFormat(Qt.TextFormat.PlainText)
        key.setObjectName("muted")
        grid.addWidget(name, row, 0)
        grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
    grid.setColumnStretch(0, 1)
    return grid
