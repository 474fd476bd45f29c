"""A line at the top of the window with an offer, which waits until it is answered and blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QWidget

from ..tr import tr
from .panel import Button

LINES = 3
"""Of text beside the buttons; where it takes more, these go below it."""


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
        self._answers = QHBoxLayout()
        self._answers.addStretch(1)
        self._answers.addWidget(self.yes)
        self._answers.addWidget(self.no)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(12, 7, 10, 7)
        self._box.addWidget(self.text, 1)
        self._box.addLayout(self._answers)
        self.yes.clicked.connect(self.accepted)
        self.no.clicked.connect(self.declined)
        self.hide()

    def offer(self, text: str, yes: str, no: str = "") -> None:
        """``yes`` "": there is nothing to agree to; ``no`` "": as it was."""
        self.text.setText(text)
        self.yes.setText(yes)
        self.yes.setVisible(bool(yes))
        self.no.setText(no or self.no.text())
        self._place()
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        margins = self._box.contentsMargins()  # the box itself has the size of before
        across = margins.left() + margins.right() + self._box.spacing()
        room = self.width() - across - self._answers.sizeHint().width()
        crowded = self.text.heightForWidth(max(room, 1)) > LINES * self.text.fontMetrics().lineSpacing()
        way = QBoxLayout.Direction.TopToBottom if crowded else QBoxLayout.Direction.LeftToRight
        self._box.setDirection(way)
