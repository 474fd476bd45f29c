"""Which sources, which drivers, how, and where to: a batch."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QVBoxLayout, QWidget

from ..batches import Batch
from ..numbers import shown
from ..tr import tr
from . import dialogs
from .answer_row import AnswerRow
from .pairs_grid import PairsGrid
from .panel import Button


class BatchDialog(QDialog):
    neutral_chosen = Signal(object)  # Path | None; whoever looks at it calls ``tell_neutral``

    def __init__(
        self, batch: Batch, start: Path, controls: str, edits: str = "", parent: QWidget | None = None
    ) -> None:
        """``start``: the folder that is shown first; ``controls``: the sentence about how much of a driver is taken;
        ``edits``: which edits the window has, "" for none."""
        super().__init__(parent)
        self.setWindowTitle(tr("Batch"))
        self._folder, self._neutral, self._edits = batch.folder, batch.neutral, batch.edits
        self._of_neutral = ""
        self.grid = PairsGrid({"sources": batch.sources, "drivers": batch.drivers}, start, self)
        self._add_neutral()
        choose = Button(tr("Folder…"))
        choose.setToolTip(tr("Choose the folder the files are written to"))
        choose.clicked.connect(lambda: self.take_folder(self.grid.ask_folder()))
        self._folder_text = self.grid.add_row(tr("Into folder"), choose)
        self.grid.changed.connect(self._show)
        self.edits = self._edits_box(edits)
        # What is still to be chosen, or what is wrong; always there, so that nothing below it moves.
        self.hint = QLabel()
        answers = AnswerRow(self)
        self.go = answers.go
        self._lay_out(QLabel(controls), answers)
        self._show()

    def _add_neutral(self) -> None:
        photo, self.no_neutral = Button(tr("Photo…")), Button(tr("None"))
        photo.clicked.connect(self._choose_neutral)
        self.no_neutral.clicked.connect(lambda: self.take_neutral(None))
        self._neutral_text = self.grid.add_row(tr("Neutral driver"), photo, self.no_neutral)
        tip = tr(
            "A photo of the driver at rest. What the drivers do compared with it is added to the sources (relative "
            "motion); without it the sources take on the drivers' pose and expression."
        )
        for each in (photo, self.no_neutral):
            each.setToolTip(tip)

    def _edits_box(self, edits: str) -> QCheckBox:
        box = QCheckBox(tr("With the edits in the window: {edits}", edits=edits) if edits else
                        tr("With the edits in the window (there are none now)"))  # fmt: skip
        box.setToolTip(tr("Head, gaze, expression units and kept regions as the Edit panel has them now"))
        box.setChecked(bool(edits) and self._edits)
        box.setEnabled(bool(edits))
        return box

    def _lay_out(self, note: QLabel, answers: AnswerRow) -> None:
        intro = QLabel(tr("Every source takes the pose and expression of every driver."))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        column.addWidget(intro)
        column.addLayout(self.grid)
        column.addWidget(self.edits)
        column.addWidget(note)
        column.addWidget(self.hint)
        for each in (intro, note, self.hint):
            each.setWordWrap(True)
        note.setObjectName("muted")
        self.hint.setObjectName("title")
        column.addStretch(1)
        column.addLayout(answers)
        self.setMinimumWidth(560)

    @property
    def batch(self) -> Batch:
        """As the dialog stands.  Where there are no edits, the wish of another day stays."""
        photos, edits = self.grid.photos, self.edits.isChecked() if self.edits.isEnabled() else self._edits
        return Batch(photos["sources"], photos["drivers"], self._folder, edits, self._neutral)

    def take_folder(self, paths: list[Path]) -> None:
        """Where the pictures go: the first of ``paths``, if there is one."""
        for folder in paths[:1]:
            self._folder = folder
            self._show()

    def take_neutral(self, photo: Path | None) -> None:
        """The photo that the drivers' motion starts from, None for none."""
        self._neutral = photo
        self._of_neutral = tr("Looking for the face…") if photo is not None else ""
        self._show()
        self.neutral_chosen.emit(photo)

    def tell_neutral(self, problem: str) -> None:
        """What is wrong with the neutral photo, "" for nothing."""
        self._of_neutral = problem
        self._show()

    def accept(self) -> None:
        folder = self._folder
        if folder is not None and self.batch.replaces:
            what = tr("There are pictures in “{name}” already; those of the same names are replaced.", name=folder.name)
            if not dialogs.ask_go_on(self, what):
                return
        super().accept()

    def _choose_neutral(self) -> None:
        found = dialogs.ask_open(self, tr("Neutral driver"), self.grid.start)
        if found is not None:
            self.take_neutral(found)

    def _show(self) -> None:
        batch, neutral = self.batch, self._neutral
        problem = self.grid.problem or self._of_neutral
        count = len(batch.sources) * len(batch.drivers)
        no_folder = "" if batch.folder else tr("Choose the folder the pictures are to be saved in.")
        self.hint.setText(problem or self.grid.wanted or no_folder or self.grid.counted)
        self._folder_text.set_full_text(str(batch.folder) if batch.folder else tr("not chosen"))
        self._neutral_text.set_full_text(neutral.name if neutral else tr("none (absolute motion)"))
        self.no_neutral.setEnabled(neutral is not None)
        if not batch.possible:
            self.go.setText(tr("Make pictures"))
        else:
            self.go.setText(tr("Make 1 picture") if count == 1 else tr("Make {count} pictures", count=shown(count)))
        self.go.setEnabled(batch.possible and not problem)
