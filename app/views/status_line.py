"""The line at the bottom of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ..tr import tr
from .panel import Button, ElidedLabel
from .stage_times import StageTimes

MESSAGE = 300
"""Points that are left to what happened last, whatever the rest needs."""


class StatusLine(QWidget):
    """What happened last on the left; stage times, speed, device and what draws on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.message = ElidedLabel()
        self.message.setMinimumWidth(MESSAGE)
        self.stages = StageTimes()
        self.rate, self.device, self.meshes = (QLabel() for _ in range(3))
        self.meshes.hide()
        self.notice = Button(tr("Learned model not used"))
        self.notice.setObjectName("notice")
        self.notice.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(10)
        row.addWidget(self.message, 1)
        for label in (self.stages, self.rate, self.meshes, self.device):
            label.setObjectName("muted")
            row.addWidget(label)
        row.addWidget(self.notice)
        self.rate.setToolTip(tr("Pictures a second while a control is being moved"))
        self.device.setToolTip(tr("Where the computing happens, and what makes the pictures"))

    def show_meshes(self, note: str) -> None:
        """Which renderer draws the meshes; what works as it should is not worth a word."""
        what, _, why = note.partition(",")
        self.meshes.setText(what)
        self.meshes.setToolTip(note)
        self.meshes.setVisible(bool(why))

    def show_notice(self, text: str) -> None:
        """Why something else draws than should; "" = all is well."""
        self.notice.setToolTip(text)
        self.notice.setVisible(bool(text))
