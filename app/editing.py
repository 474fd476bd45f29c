"""The document while it is worked on: every change clamps, is noted for undo, and is told only if it is one."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace
from functools import reduce
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.edits import NO_EDITS, Edits, Region, neutral

from .dial import ALPHA_MAX, Mode
from .document import Dial, Document
from .history import PAUSE, History
from .tr import inside, later, tr

DIAL_NAMES = {"pose": later("Pose"), "expression": later("Expression"), "placement": later("Place as in")}
MODE_NAMES: dict[Mode, str] = {
    "both": later("Pose and expression"), "pose": later("Pose only"), "expression": later("Expression only")
}  # fmt: skip


class Editing(QObject):
    dial_changed = Signal()
    edits_changed = Signal()
    clip_changed = Signal()  # and the playhead
    history_changed = Signal()
    document_changed = Signal()  # anything in it, after the signal of the part
    dragging_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document()
        self.history = History()
        self.dragging = False

    @property
    def dial(self) -> Dial:
        return self.document.dial

    @property
    def edits(self) -> Edits:
        return self.document.edits

    def set_dial(self, **changes: Any) -> None:
        """Change ``pose``, ``expression``, ``mode`` or ``placement``; α is clamped to [0, 1.5], in steps of 0.01."""
        for name in ("pose", "expression"):
            if name in changes:
                changes[name] = round(min(max(float(changes[name]), 0.0), ALPHA_MAX), 2)
        name = tr(MODE_NAMES[changes["mode"]]) if "mode" in changes else _dial_name(changes)
        self._change(name, replace(self.document, dial=replace(self.dial, **changes)), ("dial", *sorted(changes)))

    def set_edit(self, name: str, value: float, words: str = "") -> None:
        """Change one number of the edits, clamped to its range; ``words`` names it in the menu."""
        edits = self.edits.with_value(name, round(value, 4))
        self._change(words or name, replace(self.document, edits=edits), ("edit", name))

    def set_edits_together(self, values: dict[str, float], words: str) -> None:
        """Change several numbers as one step (both eyes)."""
        edits = self.edits
        for name, value in values.items():
            edits = edits.with_value(name, round(value, 4))
        self._change(words, replace(self.document, edits=edits), ("edit", *values))

    def reset_edits(self, names: list[str], words: str) -> None:
        """Put numbers back to where they change nothing, as a step of its own."""
        edits = self.edits
        for name in names:
            edits = edits.with_value(name, neutral(name))
        self._change(tr("Reset {what}", what=inside(words)), replace(self.document, edits=edits))

    def set_locked(self, region: Region, locked: bool) -> None:
        """Keep a region as in the source, or let the driver have it."""
        regions = self.edits.locked | {region} if locked else self.edits.locked - {region}
        words = later("Keep {region}") if locked else later("Release {region}")
        self._change(
            tr(words, region=tr(region)), replace(self.document, edits=replace(self.edits, locked=frozenset(regions)))
        )

    def set_edits(self, edits: Edits, words: str) -> None:
        """All edits at once: a preset, a reset."""
        self._change(words, replace(self.document, edits=edits))

    def clear_edits(self) -> None:
        self.set_edits(NO_EDITS, tr("Reset all edits"))

    def set_dragging(self, dragging: bool) -> None:
        """Whether a slider or a mesh is being held: what it does is one step, pictures may be drafts until then."""
        if dragging != self.dragging:
            self.history.seal()
            self.dragging = dragging
            self.dragging_changed.emit(dragging)

    def _change(self, name: str, document: Document, gesture: Hashable | None = None) -> None:
        """Take ``document`` as one step named ``name``; steps of one gesture become one."""
        if document != self.document:
            self.history.record(name, self.document, gesture, math.inf if self.dragging else PAUSE)
            self._take(document)

    def _take(self, document: Document) -> None:
        """Make ``document`` the present one and tell what changed in it."""
        before, self.document = self.document, document
        if document.dial != before.dial:
            self.dial_changed.emit()
        if document.edits != before.edits:
            self.edits_changed.emit()
        if document.clip != before.clip:
            self.clip_changed.emit()
        if document != before:
            self.history_changed.emit()
            self.document_changed.emit()


def _dial_name(changes: dict[str, Any]) -> str:
    first, *others = (tr(DIAL_NAMES[name]) for name in changes)
    return reduce(lambda words, name: tr("{first} and {second}", first=words, second=inside(name)), others, first)
