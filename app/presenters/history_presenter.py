"""Undo and redo: menu ↔ the session's history."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ..session import Session
from ..tr import tr
from ..views.menus import Menus


class HistoryPresenter(QObject):
    def __init__(self, session: Session, menus: Menus, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._menus = session, menus
        menus.undo.triggered.connect(session.undo)
        menus.redo.triggered.connect(session.redo)
        session.history_changed.connect(self._show)
        session.photo_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        session = self._session
        opening = session.opening
        self._menus.show_history(
            tr("Opening {name}", name=opening) if opening else session.history.undo_name, session.history.redo_name
        )
