"""The last line of a dialog: cancel, and what goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout

from ..tr import tr
from .panel import Button


class AnswerRow(QHBoxLayout):
    """``cancel`` rejects ``dialog``; ``go``, which Return presses, accepts it."""

    def __init__(self, dialog: QDialog, go: str = "") -> None:
        super().__init__()
        self.cancel, self.go = Button(tr("Cancel")), Button(go)
        self.cancel.clicked.connect(dialog.reject)
        self.go.clicked.connect(dialog.accept)
        self.go.setDefault(True)
        self.addStretch(1)
        self.addWidget(self.cancel)
        self.addWidget(self.go)
