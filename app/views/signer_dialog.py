"""Who signs saved files: the certificate that Mimesh made, or one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QGridLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from ..tr import later, tr
from . import dialogs
from .answer_row import AnswerRow
from .panel import Button, ElidedLabel

PEM = later("Certificates and keys (*.pem *.crt *.cer *.key);;All files (*)")
Pair = tuple[Path, Path]


class SignerDialog(QDialog):
    """``check`` says of a certificate and its key whether they sign, and what readers will see, in a sentence."""

    def __init__(
        self, pair: Pair | None, check: Callable[[Pair], tuple[bool, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Signing certificate"))
        self._check = check
        self.files: dict[str, Path | None] = {"certificate": None, "key": None}
        self.made, self.own = QRadioButton(tr("Made by &Mimesh on this computer")), QRadioButton(tr("My &own"))
        ways = QButtonGroup(self)
        for way in (self.made, self.own):
            ways.addButton(way)
        self._texts: dict[str, ElidedLabel] = {}
        self._buttons: list[Button] = []
        self.says = QLabel()
        self.says.setWordWrap(True)
        self.says.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.says.setMinimumHeight(3 * self.says.fontMetrics().lineSpacing())  # so that nothing jumps
        self._lay_out()
        (self.made if pair is None else self.own).setChecked(True)
        if pair is not None:
            self.files = dict(zip(self.files, pair))
        self.own.toggled.connect(self._show)
        self._show()

    @staticmethod
    def ask(
        parent: QWidget, pair: Pair | None, check: Callable[[Pair], tuple[bool, str]]
    ) -> tuple[bool, Pair | None, str]:
        """(whether something was chosen, the certificate and key of one's own or None for Mimesh's, what was said)."""
        dialog = SignerDialog(pair, check, parent)
        agreed = dialog.exec() == QDialog.DialogCode.Accepted
        found, said = dialog.pair, dialog.says.text()
        dialog.deleteLater()
        return agreed, found, said

    @property
    def pair(self) -> Pair | None:
        """As the dialog stands; a file that holds both needs to be chosen once."""
        certificate, key = self.files["certificate"], self.files["key"]
        if not self.own.isChecked() or certificate is None:
            return None
        return certificate, key or certificate

    def take(self, name: str, path: Path) -> None:
        """The file of the "certificate" or of the "key"."""
        self.files[name] = path
        self._show()

    def _choose(self, name: str) -> None:
        known = next((path for path in self.files.values() if path is not None), None)
        title = {"certificate": tr("Certificate"), "key": tr("Key")}[name]
        found = dialogs.ask_open(self, title, known.parent if known else Path.home(), PEM)
        if found is not None:
            self.take(name, found)

    def _lay_out(self) -> None:
        column, grid, answers = QVBoxLayout(self), QGridLayout(), AnswerRow(self, tr("Sign with it"))
        self.go = answers.go
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        grid.setContentsMargins(24, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (name, label) in enumerate((("certificate", tr("Certificate")), ("key", tr("Key")))):
            self._texts[name], choose = ElidedLabel(), Button(tr("File…"))
            choose.setAccessibleName(tr("File of: {what}", what=label))
            choose.clicked.connect(lambda _=False, name=name: self._choose(name))
            self._buttons.append(choose)
            for place, widget in enumerate((QLabel(label), self._texts[name], choose)):
                grid.addWidget(widget, row, place)
        made = QLabel(tr("It shows that a file is unchanged, not who made it."))
        made.setContentsMargins(24, 0, 0, 0)
        made.setObjectName("muted")
        for part in (self.made, made, self.own):
            column.addWidget(part)
        column.addLayout(grid)
        column.addWidget(self.says)
        column.addLayout(answers)
        self.setMinimumWidth(520)

    def _show(self) -> None:
        own, pair = self.own.isChecked(), self.pair
        for button in self._buttons:
            button.setEnabled(own)
        for name, text in self._texts.items():
            path = self.files[name]
            none = tr("in the same file") if name == "key" and self.files["certificate"] else tr("not chosen")
            text.set_full_text(str(path) if path else none)
            text.setEnabled(own)
        good, said = (not own, "") if pair is None else self._check(pair)
        self.says.setText(said)
        layout = self.layout()
        if layout is not None and said:
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))
        self.go.setEnabled(good)
