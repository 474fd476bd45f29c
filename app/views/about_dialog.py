"""Help, About: what runs here, whose photos may be used, and who made the parts."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ..tr import tr
from .notice_dialog import NoticeText
from .panel import Button

TABS = ("about", "consent", "licences")
SAYS_SO_MS = 1500


class AboutDialog(QDialog):
    """``facts``: (what, which), one line each; ``licences``: Markdown."""

    def __init__(self, facts: list[tuple[str, str]], licences: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Mimesh"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 460)
        self.facts = facts
        self.tabs = QTabWidget()
        for page, title in (
            (self._facts_page(), tr("Mimesh")),
            (_padded(NoticeText()), tr("Consent and marks")),
            (self._licences_page(licences), tr("Licences")),
        ):
            self.tabs.addTab(page, title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(self.tabs)
        box.addWidget(buttons)

    def show_tab(self, name: str) -> None:
        """``name``: one of :data:`TABS`."""
        self.tabs.setCurrentIndex(TABS.index(name))

    def _facts_page(self) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(14, 14, 14, 14)
        grid.setHorizontalSpacing(18)
        for row, (what, which) in enumerate(self.facts):
            name, value = QLabel(what), QLabel(which)
            name.setObjectName("muted")
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        self.copy = Button(tr("Copy these lines"))
        self.copy.setToolTip(tr("For a report of what went wrong"))
        self.copy.clicked.connect(self._copy)
        grid.addWidget(self.copy, len(self.facts) + 1, 1, Qt.AlignmentFlag.AlignRight)
        grid.setRowStretch(len(self.facts), 1)
        grid.setColumnStretch(1, 1)
        return page

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{what}: {which}" for what, which in self.facts))
        self.copy.setText(tr("Copied"))
        QTimer.singleShot(SAYS_SO_MS, self.copy, lambda: self.copy.setText(tr("Copy these lines")))

    def _licences_page(self, text: str) -> QWidget:
        page = QTextBrowser()
        page.setMarkdown(text)
        page.setOpenLinks(False)
        return page


def _padded(inner: QWidget) -> QWidget:
    page = QWidget()
    box = QVBoxLayout(page)
    box.setContentsMargins(14, 14, 14, 14)
    box.addWidget(inner)
    return page
