"""A line at the top of the window with an offer, which waits until it is answered and blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ..tr import tr
from .panel import Button


class OfferBar(QFrame):
    accepted = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)  # shortened in its middle, a sentence may say the opposite
        self.yes, self.no = Button(""), Button(tr("Not now"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 10, 7)
        row.addWidget(self.text, 1)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        self.yes.clicked.connect(self.accepted)
        self.no.clicked.connect(self.declined)
        self.hide()

    def offer(self, text: str, yes: str, no: str = "") -> None:
        """``yes`` "": there is nothing to agree to; ``no`` "": as it was."""
        self.text.setText(text)
        self.yes.setText(yes)
        self.yes.setVisible(bool(yes))
        self.no.setText(no or self.no.text())
        self.show()
