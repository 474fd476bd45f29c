"""A section of the edits that opens and closes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from core.edits import Edits

from ..controls import Number
from ..tr import tr
from .number_row import NumberRow
from .panel import Button


class EditSection(QWidget):
    reset_wanted = Signal(list, str)  # keys, name
    was_opened = Signal()

    def __init__(self, name: str, rows: list[NumberRow], opened: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.name, self.rows = name, rows
        self._opened, self._search, self._changed = opened, "", 0
        self.head = Button("")
        self.head.setObjectName("section")
        self.head.setToolTip(tr("Open or close this section (Enter)"))
        self.back = QToolButton()
        self.back.setText("↺")
        self.back.setObjectName("back")
        self.back.setFixedWidth(20)
        self.back.setToolTip(tr("Reset everything under “{name}”", name=tr(name)))
        self._body = QWidget()
        self._body.setObjectName("plain")
        self._body_box = QVBoxLayout(self._body)
        self._body_box.setContentsMargins(0, 0, 0, 4)
        self._body_box.setSpacing(2)
        for row in rows:
            self._body_box.addWidget(row)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 2, 0)
        top.addWidget(self.head, 1)
        top.addWidget(self.back)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addLayout(top)
        box.addWidget(self._body)
        self.head.clicked.connect(self._toggle)
        self.back.clicked.connect(lambda: self.reset_wanted.emit([row.number.key for row in rows], tr(name)))
        self._show()

    def add_extra(self, widget: QWidget) -> None:
        """Something above the rows."""
        self._body_box.insertWidget(0, widget)

    @property
    def numbers(self) -> list[Number]:
        return [row.number for row in self.rows]

    def show_edits(self, edits: Edits) -> None:
        self._changed = 0
        for row in self.rows:
            value = edits.value(row.number.key)
            self._changed += value != row.number.neutral
            row.show_value(value)
        self._show()

    def search(self, text: str) -> int:
        """Show only the rows that match, all where ``text`` is empty; gives their number."""
        self._search = text.strip()
        found = 0
        for row in self.rows:
            matches = row.number.matches(self._search)
            row.setVisible(matches)
            found += matches
        self.setVisible(found > 0)
        self._show()
        return found

    def _toggle(self) -> None:
        self._opened = not self._opened
        self._show()
        if self._opened:
            self.was_opened.emit()

    def _show(self) -> None:
        opened = self._opened or bool(self._search)
        self._body.setVisible(opened)
        changed = "   ·   " + tr("{count} changed", count=self._changed) if self._changed else ""
        self.head.setText(f"{'▾' if opened else '▸'}  {tr(self.name)}{changed}")
        self.back.setVisible(self._changed > 0)
