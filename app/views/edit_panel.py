"""The edits: head, gaze and expression units by hand, regions kept from the source, presets."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.edits import NO_EDITS, REGIONS, Edits

from ..controls import SECTIONS, Number
from ..tr import inside, tr
from .edit_section import EditSection
from .number_row import NumberRow
from .panel import Button, Panel
from .quiet_scroll_bar import QuietScrollBar
from .search_box import SearchBox


class EditPanel(Panel):
    changed = Signal(str, float)  # key of a number, value
    held = Signal(bool)
    reset_wanted = Signal(list, str)  # keys, what they are called
    reset_all_wanted = Signal()
    lock_wanted = Signal(str, bool)  # region
    preset_wanted = Signal(str, str)  # name, part ("" = all of it)
    preset_deleted = Signal(str)
    save_preset_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Edit"), "", parent, docked=True)
        self.presets_menu = QMenu(self)
        self.presets_menu.setToolTipsVisible(True)
        self.presets_button = self.add_button(
            tr("Presets ▾"), tr("Save these edits under a name, or use saved ones"), self.presets_menu
        )
        self.reset_button = self.add_button(tr("Reset all"), tr("Take all edits back (Ctrl+Shift+R)"))
        self.save_preset = QAction(tr("Save these edits as a preset…"), self)
        self.save_preset.triggered.connect(self.save_preset_wanted)
        self.search = SearchBox()
        self.search.setPlaceholderText(tr("Search all controls…"))
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip(tr("Find a control by its name: smile, blink, jaw, mouthPucker… (Ctrl+F; Esc clears)"))
        self.locks = {region: self._lock(region) for region in REGIONS}
        self.linked = QCheckBox(tr("Both eyes together"), self)
        self.linked.hide()  # until its section is made
        self.linked.setChecked(True)
        self.linked.setToolTip(tr("Moving one eye moves the other alike."))
        self._numbers: tuple[Number, ...] = ()
        self._edits = NO_EDITS
        self._seen = False
        self.sections: dict[str, EditSection] = {}
        self.rows: dict[str, NumberRow] = {}
        self._lay_out()
        self.search.textChanged.connect(self._search)
        self.reset_button.clicked.connect(self.reset_all_wanted)

    def _lock(self, region: str) -> Button:
        button = Button(tr(region.capitalize()))
        button.setCheckable(True)
        button.setToolTip(
            tr(
                "Keep the {region} as in the source, whatever the driver does. Edits below still apply.",
                region=tr(region),
            )
        )
        button.clicked.connect(lambda on: self.lock_wanted.emit(region, on))
        return button

    def _lay_out(self) -> None:
        top = QWidget()
        top.setObjectName("plain")
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        label = QLabel(tr("Keep from source"))
        label.setObjectName("muted")
        row.addWidget(label)
        for button in self.locks.values():
            row.addWidget(button, 1)
        inside = QWidget()
        inside.setObjectName("plain")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(4)
        self.note = QLabel(tr("The controls appear as soon as the face model is loaded."))
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        self._list.addWidget(self.note)
        self._list.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its place is kept, so that no slider and no number moves where a section opens.
        self.area.setVerticalScrollBar(QuietScrollBar(Qt.Orientation.Vertical))
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        self.add_footer(self.search)
        self.add_footer(top)
        self.add_body(self.area)

    def show_numbers(self, numbers: tuple[Number, ...]) -> None:
        """The controls there are.  They are made when the panel is first seen: it takes a moment."""
        self._numbers = numbers
        self._make()

    def show_edits(self, edits: Edits) -> None:
        self._edits = edits
        for region, button in self.locks.items():
            button.setChecked(region in edits.locked)
        self.reset_button.setEnabled(edits != NO_EDITS)
        for section in self.sections.values():
            section.show_edits(edits)

    def show_presets(self, presets: dict[str, dict[str, str]]) -> None:
        """Name → the parts it changes (key → words)."""
        menu = self.presets_menu
        for old in menu.findChildren(QMenu):
            old.deleteLater()
        menu.clear()
        menu.addAction(self.save_preset)
        menu.addSeparator()
        for name, parts in presets.items():
            entry = QMenu(name.replace("&", "&&"), menu)  # addMenu(text) would never give it back (PySide 6.11)
            menu.addMenu(entry)
            entry.setToolTipsVisible(True)
            whole = entry.addAction(tr("Apply"))
            whole.setToolTip(tr("What the preset does not change stays as it is"))
            whole.triggered.connect(lambda _=False, name=name: self.preset_wanted.emit(name, ""))
            for part, words in parts.items() if len(parts) > 1 else ():
                action = entry.addAction(tr("Apply only: {part}", part=inside(words)))
                action.triggered.connect(lambda _=False, name=name, part=part: self.preset_wanted.emit(name, part))
            entry.addSeparator()
            entry.addAction(tr("Delete…")).triggered.connect(lambda _=False, name=name: self.preset_deleted.emit(name))

    def see(self, seen: bool) -> None:
        """Whether the panel is in front (a tab that is chosen tells no widget in it)."""
        self._seen = seen
        self._make()

    def _make(self) -> None:
        if self.sections or not self._numbers or not self._seen:
            return
        self.note.hide()
        for name in SECTIONS:
            rows = [NumberRow(number) for number in self._numbers if number.section == name]
            if not rows:
                continue
            section = self.sections[name] = EditSection(name, rows, opened=name == "Head")
            section.reset_wanted.connect(self.reset_wanted)
            section.was_opened.connect(partial(self._bring_into_view, section))
            if name == "Gaze":
                self.linked.setContentsMargins(14, 0, 0, 0)
                section.add_extra(self.linked)
            for row in rows:
                self.rows[row.number.key] = row
                row.changed.connect(self.changed)
                row.held.connect(self.held)
                row.reset_wanted.connect(lambda key, row=row: self.reset_wanted.emit([key], row.number.full_name))
            self._list.insertWidget(self._list.count() - 1, section)
        widest = max(row.name_width for row in self.rows.values())
        for row in self.rows.values():
            row.make_room(widest)
        self.show_edits(self._edits)
        self._search(self.search.text())

    def _bring_into_view(self, section: EditSection) -> None:
        """Of a section that a key opened, as much as there is room for.  Under the cursor nothing moves."""
        if not self.area.underMouse():
            # Once the list has its new height.
            QTimer.singleShot(0, self, lambda: self._scroll_to(section))

    def _scroll_to(self, section: EditSection) -> None:
        bar, top = self.area.verticalScrollBar(), section.y()
        lowest = top + section.height() - self.area.viewport().height()
        bar.setValue(min(max(bar.value(), lowest), top))

    def _search(self, text: str) -> None:
        found = sum(section.search(text) for section in self.sections.values())
        if self.sections:
            self.note.setText(tr("Nothing is called that. Try “smile”, “blink” or “brow”."))
            self.note.setVisible(not found)
        self.linked.setVisible(not text.strip())
