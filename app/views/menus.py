"""The menu bar: every command with its key."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from ..tr import LANGUAGES, inside, tr
from .dock import Dock
from .drive_menu import DriveMenu
from .look_menu import LookMenu

Keys = QKeySequence.StandardKey


class Menus(QObject):
    theme_wanted = Signal(str)
    language_wanted = Signal(str)
    project_wanted = Signal(object)  # Path

    def __init__(self, bar: QMenuBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        file, edit, view, about = (bar.addMenu(text) for text in (tr("&File"), tr("&Edit"), tr("&View"), tr("&Help")))
        self.new = _action(file, tr("&New"), Keys.New)
        self.open_project = _action(file, tr("Open &project…"), "Ctrl+Alt+O")
        self.recent = file.addMenu(tr("Open &recent"))
        self.last_session = _action(file, tr("Reopen the &last session"), "Ctrl+Shift+T")
        self.save_project = _action(file, tr("Save pro&ject"), "Ctrl+Alt+S")
        self.save_project_as = _action(file, tr("Save project &as…"), "Ctrl+Alt+Shift+S")
        file.addSeparator()
        self.open_source = _action(file, tr("Open &source…"), Keys.Open)
        self.add_photos = _action(file, tr("Add p&hotos of this person…"), "Ctrl+Shift+A")
        self.open_driving = _action(file, tr("Open &driver…"), "Ctrl+Shift+O")
        file.addSeparator()
        self.save = _action(file, tr("Save res&ult…"), Keys.Save)
        self.save_full = _action(file, tr("Save &full photo…"), "Ctrl+Shift+S")
        self.sweep = _action(file, tr("Save an&imation…"), "Ctrl+G")
        self.export = _action(file, tr("&Export…"), "Ctrl+E")
        self.batch = _action(file, tr("&Batch of folders…"), "Ctrl+B")
        self.compare_blind = _action(file, tr("&Compare blindly…"), "Ctrl+Shift+B")
        self.marks = file.addMenu(tr("&Marks in saved files"))
        file.addSeparator()
        self.quit = _action(file, tr("&Quit"), "Ctrl+Q")
        self.undo = _action(edit, tr("&Undo"), "Ctrl+Z")
        self.redo = _action(edit, tr("&Redo"), "Ctrl+Shift+Z")
        for action in (self.undo, self.redo):  # the list of keys names the command, not what it would undo now
            action.setIconText(action.text())
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        edit.addSeparator()
        self.copy = _action(edit, tr("&Copy result"), Keys.Copy)
        self.paste = _action(edit, tr("&Paste photo"), Keys.Paste)
        edit.addSeparator()
        self.swap = _action(edit, tr("S&wap source and driver"), "Ctrl+Shift+X")
        self.crop: dict[str, QAction] = {
            "source": _action(edit, tr("Crop of the &source"), "Ctrl+L"),
            "driving": _action(edit, tr("Crop of the &driver"), "Ctrl+Shift+L"),
        }
        self.pose_only = _action(edit, tr("P&ose only"), "P")
        self.expression_only = _action(edit, tr("&Expression only"), "E")
        for action in (self.pose_only, self.expression_only):
            action.setCheckable(True)
        # A shortcut, and not a key of the window: it comes before the button or the box that a click left focused.
        self.flip = _action(edit, tr("&Flip between source and driver"), "Space")
        self.flip.setAutoRepeat(False)
        edit.addSeparator()
        self.find = _action(edit, tr("Find a contro&l…"), Keys.Find)
        self.clear_edits = _action(edit, tr("Rese&t all edits"), "Ctrl+Shift+R")
        self.keep_setting = _action(edit, tr("&Keep this setting"), "Ctrl+D")
        self.drive = DriveMenu(bar, view, self)
        self.panels = view.addMenu(tr("&Panels"))
        self.moves = view.addMenu(tr("Mo&ve a panel"))
        self.reset_layout = _action(view, tr("Panels where they &were at first"), "Ctrl+Shift+0")
        view.addSeparator()
        self.compare = _action(view, tr("&Compare with the source"), "C")
        self.compare.setCheckable(True)
        self.wipe_left = _action(view, tr("Dividing line to the &left"), "[")
        self.wipe_right = _action(view, tr("Dividing line to the &right"), "]")
        self.zoom_in = _action(view, tr("Zoom &in"), Keys.ZoomIn)
        self.zoom_out = _action(view, tr("Zoom &out"), Keys.ZoomOut)
        self.fit = _action(view, tr("Fit the resul&t"), "Ctrl+9")
        view.addSeparator()
        self.look = LookMenu(view, self)
        view.addSeparator()
        self.themes = self._choices(
            view.addMenu(tr("Colour&s")),
            {"system": tr("As the &system"), "light": tr("&Light"), "dark": tr("&Dark")},
            self.theme_wanted,
        )
        self.languages = self._choices(
            view.addMenu(tr("Lan&guage")), {"system": tr("As the &system"), **LANGUAGES}, self.language_wanted
        )
        self.shortcuts = _action(about, tr("&Keyboard shortcuts"), Keys.HelpContents)
        self.shortcuts.setShortcuts([QKeySequence("F1"), QKeySequence("?")])
        self.consent = about.addAction(tr("&Consent and marks"))
        self.clear_kept = about.addAction(tr("C&lear what Mimesh keeps…"))
        self.about = about.addAction(tr("&About Mimesh"))
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _choices(self, menu: QMenu, texts: dict[str, str], wanted: SignalInstance) -> dict[str, QAction]:
        """One of several: choice → its entry, which emits ``wanted`` with the choice."""
        group = QActionGroup(self)
        actions = {}
        for choice, text in texts.items():
            action = actions[choice] = menu.addAction(text)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, choice=choice: wanted.emit(choice))
            group.addAction(action)
        return actions

    def add_panel(self, dock: Dock, keys: str) -> None:
        """An entry that brings a panel to the front, or hides it where it is there already."""
        action = _action(self.panels, dock.windowTitle(), keys)
        action.setCheckable(True)
        dock.visibilityChanged.connect(lambda _: action.setChecked(not dock.isHidden()))
        action.triggered.connect(lambda _=False: action.setChecked(dock.toggle()))

    def show_theme(self, choice: str) -> None:
        self.themes[choice].setChecked(True)

    def show_language(self, choice: str) -> None:
        self.languages[choice].setChecked(True)

    def show_recent(self, projects: list[Path]) -> None:
        self.recent.clear()
        for path in projects:
            action = self.recent.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self.project_wanted.emit(path))
        self.recent.setToolTipsVisible(True)
        self.recent.setEnabled(bool(projects))

    def show_history(self, undo: str, redo: str) -> None:
        """What undo and redo would do, "" for nothing."""
        self.undo.setText(tr("&Undo {step}", step=inside(undo)) if undo else tr("&Undo"))
        self.redo.setText(tr("&Redo {step}", step=inside(redo)) if redo else tr("&Redo"))
        self.undo.setEnabled(bool(undo))
        self.redo.setEnabled(bool(redo))

    def show_possible(self, save: bool, copy: bool) -> None:
        for action in (self.save, self.save_full, self.sweep, self.export):
            action.setEnabled(save)
        self.copy.setEnabled(copy)


def _action(menu: QMenu, text: str, keys: Keys | str) -> QAction:
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(keys))
    return action
