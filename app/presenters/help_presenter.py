"""The Help menu, and the notice that everybody sees once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from ..facts import facts, licences
from ..session import Session
from ..views.about_dialog import AboutDialog
from ..views.main_window import MainWindow
from ..views.notice_dialog import NoticeDialog
from ..views.shortcuts_dialog import ShortcutsDialog, shortcuts_of


class HelpPresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window = session, window
        menus = window.menus
        menus.shortcuts.triggered.connect(self.show_shortcuts)
        menus.consent.triggered.connect(lambda: self.show_about("consent"))
        menus.about.triggered.connect(lambda: self.show_about("about"))

    def show_shortcuts(self) -> None:
        ShortcutsDialog(shortcuts_of(self._window), self._window).open()

    def show_about(self, tab: str) -> None:
        dialog = AboutDialog(facts(self._session.engine), licences(), self._window)
        dialog.show_tab(tab)
        dialog.open()

    def show_notice(self, remember: Callable[[], None]) -> None:
        """Over the window, which waits for it; ``remember`` is called once it was accepted."""
        dialog = NoticeDialog(self._window)
        dialog.accepted.connect(remember)
        dialog.open()
