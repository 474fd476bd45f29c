"""What everybody is told once, before the first picture: whose photos may be used, and what saved files carry."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..tr import tr
from .panel import Button

WIDTH = 520


def notice_texts() -> list[tuple[str, str]]:
    """Heading and sentences of each part."""
    return [
        (
            tr("Only people who agreed"),
            tr(
                "Use photos and films of people who agreed to it. Tell whoever sees a result that it was made, and do"
                " not use it to make somebody say or do what they would not."
            ),
        ),
        (
            tr("What is saved says so itself"),
            tr(
                "Saved pictures and films carry a signed manifest and an invisible watermark that tell programs how"
                " they were made. Both are on from the start; the menu File, Marks in saved files, has the switches."
                " Somebody who wants to can take them out, so they are no substitute for consent."
            ),
        ),
        (tr("Nothing leaves this computer"), tr("Mimesh works without a network and without an account.")),
    ]


class NoticeText(QWidget):
    """The parts, one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        for heading, text in notice_texts():
            title, body = QLabel(heading), QLabel(text)
            title.setObjectName("title")
            body.setWordWrap(True)
            body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            box.addWidget(title)
            box.addWidget(body)
            box.addSpacing(8)
        box.addStretch(1)


class NoticeDialog(QDialog):
    """Accepted by "I understand"; closed in any other way it comes again at the next start."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Before you begin"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self.agreed = Button(tr("I understand"))
        self.agreed.setDefault(True)
        self.agreed.clicked.connect(self.accept)
        row = QHBoxLayout()
        again = QLabel(tr("You find this again under Help, Consent and marks."))
        again.setObjectName("muted")
        row.addWidget(again, 1)
        row.addWidget(self.agreed)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.addWidget(NoticeText())
        box.addLayout(row)
