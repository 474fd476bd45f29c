"""Which sources, which drivers, and where to: a batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..batches import MOST, Batch, pictures
from ..tr import tr
from . import dialogs
from .panel import Button, ElidedLabel


class BatchDialog(QDialog):
    def __init__(self, batch: Batch, start: Path, controls: str, parent: QWidget | None = None) -> None:
        """``start``: the folder that is shown first; ``controls``: the sentence about how much of a driver is taken."""
        super().__init__(parent)
        self.setWindowTitle(tr("Batch"))
        self.batch, self._start = batch, start
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.texts: dict[str, ElidedLabel] = {}
        self.buttons: dict[str, tuple[Button, ...]] = {}
        for row, (name, label) in enumerate(
            (("sources", tr("Sources")), ("drivers", tr("Drivers")), ("folder", tr("Into folder")))
        ):
            self._add_row(grid, row, name, label)
        self.problem, note = QLabel(), QLabel(controls)
        for each in (self.problem, note):
            each.setObjectName("muted")
            each.setWordWrap(True)
        self.cancel, self.go = Button(tr("Cancel")), Button("")
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        self.go.setDefault(True)
        answers = QHBoxLayout()
        answers.addStretch(1)
        answers.addWidget(self.cancel)
        answers.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        intro = QLabel(tr("Every source takes the pose and expression of every driver."))
        intro.setWordWrap(True)
        column.addWidget(intro)
        column.addLayout(grid)
        column.addWidget(self.problem)
        column.addWidget(note)
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

    def take(self, name: str, paths: list[Path]) -> None:
        """Photos, or folders of them, as "sources" or "drivers"; a folder as "folder", where the pictures go."""
        if not paths:
            return
        problem = ""
        try:
            taken: dict[str, Any] = {name: paths[0] if name == "folder" else pictures(paths)}
            self.batch = replace(self.batch, **taken)
            self._start = paths[0].parent
        except OSError as error:
            problem = tr("This folder cannot be read ({why}).", why=error.strerror or str(error))
        self._show(problem)

    def accept(self) -> None:
        folder = self.batch.folder
        if folder is not None and folder.is_dir() and any(folder.glob("*.png")):
            what = tr("There are pictures in “{name}” already; those of the same names are replaced.", name=folder.name)
            if not dialogs.ask_go_on(self, what):
                return
        super().accept()

    def _add_row(self, grid: QGridLayout, row: int, name: str, label: str) -> None:
        text, choose = ElidedLabel(), Button(tr("Folder…"))
        choose.clicked.connect(lambda: self._choose_folder(name))
        buttons: tuple[Button, ...] = (choose,)
        if name != "folder":
            photos = Button(tr("Photos…"))
            photos.clicked.connect(lambda: self._choose_photos(name))
            buttons = (photos, choose)
            grid.addWidget(photos, row, 2)
        grid.addWidget(QLabel(label), row, 0)
        grid.addWidget(text, row, 1)
        grid.addWidget(choose, row, 3)
        self.texts[name], self.buttons[name] = text, buttons

    def _choose_photos(self, name: str) -> None:
        found, _ = QFileDialog.getOpenFileNames(self, tr("Photos"), str(self._start), tr(dialogs.PHOTOS))
        self.take(name, [Path(each) for each in found])

    def _choose_folder(self, name: str) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("Folder"), str(self._start))
        self.take(name, [Path(found)] if found else [])

    def _show(self, problem: str = "") -> None:
        batch, count = self.batch, len(self.batch.sources) * len(self.batch.drivers)
        for name, chosen in (("sources", batch.sources), ("drivers", batch.drivers)):
            self.texts[name].set_full_text(_in_words(chosen))
        self.texts["folder"].set_full_text(str(batch.folder) if batch.folder else tr("not chosen"))
        if count > MOST:
            problem = tr("That would be {count} pictures; the limit is {most}.", count=f"{count:,}", most=f"{MOST:,}")
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.go.setText(tr("Make 1 picture") if count == 1 else tr("Make {count} pictures", count=f"{count:,}"))
        self.go.setEnabled(batch.possible)


def _in_words(chosen: tuple[Path, ...]) -> str:
    if not chosen:
        return tr("none chosen")
    names = ", ".join(path.name for path in chosen[:3])
    return names if len(chosen) <= 3 else tr("{count} photos: {names}, …", count=len(chosen), names=names)
