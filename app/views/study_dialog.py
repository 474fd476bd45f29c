"""What a blind comparison compares, on which photos, and where the answers go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..study import MOST_QUESTIONS, Contestant, Study
from ..tr import tr
from .answer_row import AnswerRow
from .pairs_grid import PairsGrid
from .panel import Button


class StudyDialog(QDialog):
    def __init__(
        self, study: Study, contestants: Sequence[Contestant], start: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Blind comparison"))
        self._file = study.file
        intro = QLabel(tr("Which of two pictures is better?  Nobody sees which is whose before the end."))
        # What is still to be chosen, or what is wrong; always there, so that nothing below it moves.
        self.hint = QLabel()
        self.first, self.second = (self._choices(contestants, each) for each in (study.first, study.second))
        self.questions, self.person = QSpinBox(), QLineEdit(study.person)
        self.questions.setRange(1, MOST_QUESTIONS)
        self.questions.setValue(study.questions)
        self.questions.lineEdit().setTextMargins(3, 0, 0, 0)  # as in the fields around it
        self.person.setPlaceholderText(tr("left empty where it does not matter"))
        for box in (self.first, self.second):
            box.setToolTip(tr("A model with a setting; settings are kept with Ctrl+D"))
        self.questions.setToolTip(tr("At most this many pairs of pictures are shown"))
        self.person.setToolTip(tr("Is written beside each answer, so that several people can share a file"))
        self.grid = PairsGrid({"sources": study.sources, "drivers": study.drivers}, start, self)
        for label, widget in (
            (tr("One"), self.first),
            (tr("The other"), self.second),
            (tr("Questions at most"), self.questions),
            (tr("Who answers"), self.person),
        ):
            self.grid.add_widget_row(label, widget)
        choose = Button(tr("File…"))
        choose.setToolTip(tr("Choose the table the answers are added to"))
        choose.clicked.connect(self._choose_file)
        self._file_text = self.grid.add_row(tr("Answers into"), choose)
        self._lay_out(intro)
        for signal in (self.first.currentIndexChanged, self.second.currentIndexChanged, self.grid.changed):
            signal.connect(self._show)
        self._show()

    @staticmethod
    def ask(parent: QWidget, study: Study, contestants: Sequence[Contestant], start: Path) -> Study | None:
        """The comparison that is wanted, None for none."""
        dialog = StudyDialog(study, contestants, start, parent)
        agreed = dialog.exec() == QDialog.DialogCode.Accepted
        found = dialog.study
        dialog.deleteLater()
        return found if agreed else None

    @property
    def study(self) -> Study:
        """As the dialog stands."""
        return Study(
            self.first.currentData(),
            self.second.currentData(),
            self.grid.photos["sources"],
            self.grid.photos["drivers"],
            self.questions.value(),
            self._file,
            self.person.text().strip(),
        )

    def take_file(self, file: Path) -> None:
        """Where the answers go."""
        self._file = file if file.suffix else file.with_suffix(".csv")
        self._show()

    def _choose_file(self) -> None:
        start = self._file or self.grid.start / "preferences.csv"
        found, _ = QFileDialog.getSaveFileName(
            self, tr("Answers into"), str(start), "CSV (*.csv)", options=QFileDialog.Option.DontConfirmOverwrite
        )
        if found:
            self.take_file(Path(found))

    @staticmethod
    def _choices(contestants: Sequence[Contestant], chosen: Contestant | None) -> QComboBox:
        box = QComboBox()
        box.setMinimumWidth(320)
        for contestant in contestants:
            box.addItem(contestant.words, contestant)
        if chosen in contestants:
            box.setCurrentIndex(contestants.index(chosen))
        return box

    def _lay_out(self, intro: QLabel) -> None:
        answers = AnswerRow(self, tr("Begin"))
        self.go = answers.go
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        for label in (intro, self.hint):
            label.setWordWrap(True)
        self.hint.setObjectName("muted")
        column.addWidget(intro)
        column.addLayout(self.grid)
        column.addWidget(self.hint)
        column.addLayout(answers)
        self.setMinimumWidth(560)

    def _show(self) -> None:
        study, problem = self.study, self.grid.problem
        if not problem and study.first == study.second:
            problem = tr("These two are the same: choose another, or keep a setting first (Edit, Keep this setting).")
        self.hint.setText(problem or self.grid.wanted or _wanted(study) or self.grid.counted)
        self._file_text.set_full_text(str(self._file) if self._file else tr("not chosen"))
        self.go.setEnabled(study.possible and not problem)


def _wanted(study: Study) -> str:
    """What is to be chosen next, once there are photos; "" for nothing."""
    if not study.pairs:
        return tr("Source and driver are one photo: choose another driver.")
    return "" if study.file else tr("Choose the table the answers are added to.")
