"""Light and dark: QDarkStyle's two palettes, and the few rules of our own on top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import qdarkstyle
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication
from qdarkstyle.dark.palette import DarkPalette
from qdarkstyle.light.palette import LightPalette

Choice = Literal["system", "light", "dark"]
RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Colours:
    """What widgets that paint themselves need.  ``canvas`` lies behind pictures."""

    window: str
    panel: str
    canvas: str
    border: str
    text: str
    muted: str
    accent: str
    checked: str
    disabled: str
    error: str
    on_error: str

    @property
    def canvas_rgb(self) -> RGB:
        value = int(self.canvas[1:], 16)
        return value >> 16, value >> 8 & 255, value & 255


DARK = Colours(
    window=DarkPalette.COLOR_BACKGROUND_1,
    panel="#1E2A36",
    canvas="#141C24",
    border=DarkPalette.COLOR_BACKGROUND_3,
    text=DarkPalette.COLOR_TEXT_1,
    muted=DarkPalette.COLOR_TEXT_4,
    accent=DarkPalette.COLOR_ACCENT_4,
    checked=DarkPalette.COLOR_ACCENT_2,
    disabled="#5C6B7A",
    error="#7A2E2E",
    on_error="#FFE9E6",
)
LIGHT = Colours(
    window="#F0F2F4",
    panel=LightPalette.COLOR_BACKGROUND_1,
    canvas="#E6E9EC",
    border=LightPalette.COLOR_BACKGROUND_3,
    text=LightPalette.COLOR_TEXT_1,
    muted="#5F7385",
    accent="#1A7FC4",
    checked=LightPalette.COLOR_ACCENT_2,
    disabled="#A5B0BA",
    error="#FBDDD9",
    on_error="#7A1C12",
)


class Theme(QObject):
    """Applies one of the palettes to the application and follows the system while the choice is "system"."""

    changed = Signal(object)  # Colours

    def __init__(self, application: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self.choice: Choice = "system"
        self.colours = DARK
        application.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply(self._wanted())

    def choose(self, choice: Choice) -> None:
        self.choice = choice
        self._follow()

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not self.colours:
            self._apply(wanted)
            self.changed.emit(wanted)

    def _wanted(self) -> Colours:
        if self.choice != "system":
            return LIGHT if self.choice == "light" else DARK
        return LIGHT if self._application.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK

    def _apply(self, colours: Colours) -> None:
        self.colours = colours
        sheet = _sheet(colours)
        if sheet != self._application.styleSheet():  # Qt would dress every widget again
            self._application.setStyleSheet(sheet)


@cache
def _sheet(colours: Colours) -> str:
    palette = DarkPalette if colours is DARK else LightPalette
    return str(qdarkstyle.load_stylesheet(qt_api="pyside6", palette=palette)) + _own_rules(colours)


def _own_rules(c: Colours) -> str:
    return f"""
QMainWindow, QMainWindow > QWidget#content {{ background: {c.window}; }}
QWidget#panel {{ background: {c.panel}; border: 1px solid {c.border}; border-radius: 8px; }}
QWidget#panel[part="top"] {{ border-bottom: none; border-bottom-left-radius: 0; border-bottom-right-radius: 0; }}
QWidget#panel[part="body"] {{ border-top: none; border-top-left-radius: 0; border-top-right-radius: 0; }}
QDockWidget {{ border: none; background: {c.window}; }}
QMainWindow::separator {{ background: {c.window}; width: 10px; height: 10px; border: none; image: none; }}
QMainWindow::separator:hover {{ background: {c.border}; }}
QMainWindow > QTabBar {{ background: {c.window}; border: none; }}
QMainWindow > QTabBar::tab:top {{ background: {c.window}; color: {c.muted}; padding: 4px 14px; border: none;
  border-bottom: 2px solid transparent; border-radius: 0; margin: 0; }}
QMainWindow > QTabBar::tab:top:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
QMainWindow > QTabBar::tab:top:!selected:hover {{ color: {c.text}; border-bottom: 2px solid {c.border}; }}
QWidget#panel[focused="true"] {{ border-color: {c.accent}; }}
QWidget#panel QLabel, QWidget#panel QCheckBox, QWidget#panel QWidget#plain {{ background: transparent; }}
QLabel#title {{ font-weight: 600; color: {c.text}; }}
QLabel#muted {{ color: {c.muted}; }}
QWidget#panel QLabel#muted[failed="true"] {{ color: {c.on_error}; }}
QLabel#number {{ color: {c.text}; }}
QLabel#number:disabled, QLabel#name:disabled {{ color: {c.disabled}; }}
QWidget#panel QLabel#empty {{ color: {c.muted}; border: 2px dashed {c.border}; border-radius: 8px; padding: 12px; }}
QWidget#panel QLabel#empty[quiet="true"] {{ border: none; }}
QWidget#panel QLabel#drop {{ color: {c.text}; font-weight: 600; border: 2px dashed {c.muted}; border-radius: 8px;
  background: {_glass(c.canvas, 205)}; }}
QWidget#panel QLabel#drop[hover="true"] {{ border: 3px solid {c.accent}; color: {c.accent}; }}
QWidget#panel QLabel#banner {{ color: {c.on_error}; background: {c.error}; border-radius: 6px; }}
QWidget#panel QLabel#busy {{ color: {c.text}; background: {_glass(c.canvas, 215)}; border-radius: 6px;
  padding: 5px 10px; }}
QStatusBar QLabel {{ padding: 0 6px; background: transparent; }}
QStatusBar {{ border: none; border-top: 1px solid {c.border}; background: {c.window}; }}
QStatusBar::item {{ border: none; }}
QPushButton, QPushButton:disabled, QPushButton:checked, QPushButton:checked:disabled {{ padding: 2px 10px;
  min-width: 44px; border: 1px solid transparent; }}
QPushButton#small, QPushButton#small:disabled {{ padding: 2px 7px; min-width: 14px; }}
QPushButton:focus, QPushButton:checked:focus, QToolButton:focus {{ border: 1px solid {c.accent}; }}
QSlider::handle:horizontal:focus {{ background: {c.accent}; border: 1px solid {c.text}; }}
QPushButton#segment, QPushButton#segment:checked {{ padding: 2px 9px; min-width: 20px; border-radius: 0; }}
QPushButton#segment[end="left"] {{ border-top-left-radius: 4px; border-bottom-left-radius: 4px; }}
QPushButton#segment[end="right"] {{ border-top-right-radius: 4px; border-bottom-right-radius: 4px; }}
QPushButton#notice {{ color: {c.on_error}; background: {c.error}; border: none; border-radius: 6px; padding: 2px 8px; }}
QPushButton#section {{ text-align: left; background: transparent; border: none; font-weight: 600; padding: 4px 2px; }}
QPushButton#section:hover, QPushButton#section:focus {{ background: {c.border}; border-radius: 4px; }}
QLineEdit#number {{ padding: 1px 5px; min-height: 16px; }}
QToolButton#back {{ background: transparent; border: none; color: {c.muted}; padding: 0; margin: 0; }}
QToolButton#back:hover {{ color: {c.accent}; }}
QSlider#offset::sub-page:horizontal, QSlider#offset::add-page:horizontal {{ background: {c.border}; }}
QScrollArea, QScrollArea > QWidget {{ background: transparent; border: none; }}
QPushButton:checked {{ background: {c.checked}; }}
QPushButton::menu-indicator {{ width: 0; image: none; }}
QMenuBar, QMenuBar::item {{ background: {c.window}; }}
QMenuBar, QMenuBar:focus {{ border: none; }}
QMenuBar::item, QMenuBar::item:selected, QMenuBar::item:pressed {{ padding: 4px; margin: 0; }}
QMenuBar::item:selected {{ background: {c.border}; }}
QWidget#panel QGraphicsView, QWidget#panel QStackedWidget {{ border: none; padding: 0; }}
QToolBar, QToolBar QWidget#outer {{ background: {c.window}; border: none; padding: 0; spacing: 0; }}
QWidget#panel QListWidget#strip {{ background: {c.canvas}; border: none; border-radius: 6px; }}
QListWidget#strip::item {{ padding: 1px; border: 2px solid transparent; border-radius: 4px; }}
QListWidget#strip::item:selected {{ border: 2px solid {c.accent}; background: transparent; }}
QWidget#panel QLabel#light {{ color: {c.disabled}; }}
QWidget#panel QLabel#light[live="true"] {{ color: #E0483E; }}
QLabel#picture {{ padding: 0; border: none; }}
QToolTip, QStatusBar QToolTip {{ color: {c.text}; background: {c.panel}; border: 1px solid {c.border};
  padding: 3px 5px; }}
"""


def _glass(colour: str, alpha: int) -> str:
    value = int(colour[1:], 16)
    return f"rgba({value >> 16}, {value >> 8 & 255}, {value & 255}, {alpha})"
