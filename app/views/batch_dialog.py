"""Which sources, which drivers, and where to: a batch."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from ..batches import MOST, Batch
from ..tr import tr
from . import dialogs
from .answer_row import AnswerRow
from .pairs_grid import PairsGrid
from .panel import Button


class BatchDialog(QDialog):
    def __init__(self, batch: Batch, start: Path, controls: str, parent: QWidget | None = None) -> None:
        """``start``: the folder that is shown first; ``controls``: the sentence about how much of a driver is taken."""
        super().__init__(parent)
        self.setWindowTitle(tr("Batch"))
        self._folder = batch.folder
        self.grid = PairsGrid({"sources": batch.sources, "drivers": batch.drivers}, start, self)
        choose = Button(tr("Folder…"))
        choose.clicked.connect(lambda: self.take_folder(self.grid.ask_folder()))
        self._folder_text = self.grid.add_row(tr("Into folder"), choose)
        self.grid.changed.connect(self._show)
        intro, self.problem, note = (
            QLabel(tr("Every source takes the pose and expression of every driver.")), QLabel(), QLabel(controls)
        )  # fmt: skip
        for each in (self.problem, note):
            each.setObjectName("muted")
        answers = AnswerRow(self)
        self.go = answers.go
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        column.addWidget(intro)
        column.addLayout(self.grid)
        for each in (self.problem, note):
            column.addWidget(each)
        for each in (intro, self.problem, note):
            each.setWordWrap(True)
        column.addLayout(answers)
        self.setMinimumWidth(520)
        self._show()

    @staticmethod
    def ask(parent: QWidget, batch: Batch, start: Path, controls: str) -> Batch | None:
        """The batch that is wanted, None for none."""
        dialog = BatchDialog(batch, start, controls, parent)
        agreed = dialog.exec() == QDialog.DialogCode.Accepted
        found = dialog.batch
        dialog.deleteLater()
        return found if agreed else None

    @property
    def batch(self) -> Batch:
        """As the dialog stands."""
        return Batch(self.grid.photos["sources"], self.grid.photos["drivers"], self._folder)

    def take_folder(self, paths: list[Path]) -> None:
        """Where the pictures go: the first of ``paths``, if there is one."""
        for folder in paths[:1]:
            self._folder = folder
            self._show()

    def accept(self) -> None:
        folder = self._folder
        if folder is not None and self.batch.replaces:
            what = tr("There are pictures in “{name}” already; those of the same names are replaced.", name=folder.name)
            if not dialogs.ask_go_on(self, what):
                return
        super().accept()

    def _show(self) -> None:
        batch, problem = self.batch, self.grid.problem
        count = len(batch.sources) * len(batch.drivers)
        if count > MOST:
            problem = tr("That would be {count} pictures; the limit is {most}.", count=f"{count:,}", most=f"{MOST:,}")
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self._folder_text.set_full_text(str(batch.folder) if batch.folder else tr("not chosen"))
        self.go.setText(tr("Make 1 picture") if count == 1 else tr("Make {count} pictures", count=f"{count:,}"))
        self.go.setEnabled(batch.possible)
