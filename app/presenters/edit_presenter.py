"""Edit panel ↔ the session's edits."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from ..controls import Number, numbers, twin
from ..session import Session
from ..tr import tr
from ..views.main_window import MainWindow


class EditPresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window, self._panel = session, window, window.edit
        self._numbers: dict[str, Number] = {}
        panel = window.edit
        panel.changed.connect(self._change)
        panel.held.connect(session.set_dragging)
        panel.reset_wanted.connect(self._reset)
        panel.reset_all_wanted.connect(session.clear_edits)
        panel.lock_wanted.connect(session.set_locked)
        window.menus.clear_edits.triggered.connect(session.clear_edits)
        window.menus.find.triggered.connect(self.find)
        session.edits_changed.connect(self._show)
        session.engine_changed.connect(self._show_numbers)
        self._show()

    def find(self) -> None:
        """Bring the panel up and put the cursor into its search."""
        self._window.docks["edit"].bring_up()
        self._panel.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._panel.search.selectAll()

    def _change(self, key: str, value: float) -> None:
        name = self._numbers[key].full_name
        if twin(key) and self._panel.linked.isChecked():
            self._session.set_edits_together({key: value, twin(key): value}, tr("Gaze of both eyes"))
        else:
            self._session.set_edit(key, value, name)

    def _reset(self, keys: list[str], words: str) -> None:
        twins = [twin(key) for key in keys if twin(key)] if self._panel.linked.isChecked() else []
        self._session.reset_edits([*keys, *twins], words)

    def _show(self) -> None:
        edits = self._session.edits
        self._panel.show_edits(edits)
        self._window.menus.clear_edits.setEnabled(bool(edits.parts))

    def _show_numbers(self) -> None:
        engine = self._session.engine.engine
        if engine is not None:
            found = numbers(tuple(engine.units))
            self._numbers = {number.key: number for number in found}
            self._panel.show_numbers(found)
