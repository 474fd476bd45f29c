"""One dialog for everything a result can be written as."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..exports import FRAMES, KINDS, PICTURES, QUALITIES, RATES, Sweep, Wishes
from ..tr import tr
from . import dialogs
from .answer_row import AnswerRow
from .panel import Button, ElidedLabel

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".webp": "WebP", ".gif": "GIF", ".mp4": "MP4 (H.264)", ".glb": "GLB",
           ".obj": "OBJ", ".ply": "PLY", ".flo": "FLO", ".json": "JSON"}  # fmt: skip
BAD = set('/\\:*?"<>|\0')

ARROWS = 40
"""Pixels a box with a number needs beside it."""


class ExportDialog(QDialog):
    """Tick what is wanted, say where to: each file becomes a job of the queue."""

    def __init__(self, wishes: Wishes, marks: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self._folder, self._moves = wishes.folder or Path.home(), wishes.moves
        self.boxes: dict[str, QCheckBox] = {}
        self.formats: dict[str, QComboBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        column.addLayout(self._kinds(wishes))
        column.addLayout(self._options(wishes))
        column.addLayout(self._place(wishes))
        note = QLabel(marks)
        note.setObjectName("muted")
        note.setWordWrap(True)
        column.addWidget(note)
        answers = AnswerRow(self)
        self.go = answers.go
        column.addLayout(answers)
        note.setMinimumWidth(434)  # and not the dialog's: with one of its own it may be narrower than what is in it
        self._show()

    @staticmethod
    def ask(parent: QWidget, wishes: Wishes, marks: str) -> Wishes | None:
        """What is wanted, None for nothing.  ``marks``: the sentence about them."""
        dialog = ExportDialog(wishes, marks, parent)
        agreed = dialog.exec() == QDialog.DialogCode.Accepted
        found = dialog.wishes()
        dialog.deleteLater()
        return found if agreed else None

    def wishes(self) -> Wishes:
        return Wishes(
            tuple(kind.name for kind in KINDS if self.boxes[kind.name].isChecked()),
            tuple((kind.name, str(self.formats[kind.name].currentData())) for kind in KINDS),
            self.quality.value(),
            Sweep(self.frames.value(), self.fps.value(), self.back.isChecked()),
            self._folder,
            self.stem.text().strip(),
            self._moves,
        )

    def choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Where to"), str(self._folder))
        if name:
            self._folder = Path(name)
            self._show()

    def accept(self) -> None:
        existing = [path for path in self.wishes().files() if path.exists()]
        if not existing or dialogs.ask_replace(self, _replacing(existing)):
            super().accept()

    def _kinds(self, wishes: Wishes) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(0, 1)
        for row, kind in enumerate(KINDS):
            box, formats = QCheckBox(tr(kind.words)), QComboBox()
            box.setChecked(kind.name in wishes.chosen)
            box.setToolTip(tr(kind.tip))
            if kind.name == "film" and not wishes.moves:
                for widget in (box, formats):
                    widget.hide()
            box.toggled.connect(self._show)
            for suffix in kind.suffixes:
                formats.addItem(FORMATS[suffix], suffix)
            formats.setCurrentIndex(kind.suffixes.index(wishes.suffix(kind)))
            formats.setEnabled(len(kind.suffixes) > 1)
            formats.setAccessibleName(tr("Format of: {what}", what=tr(kind.words)))
            formats.setToolTip(tr("The kind of file that is written"))
            formats.setFixedWidth(130)
            formats.currentIndexChanged.connect(self._show)
            self.boxes[kind.name], self.formats[kind.name] = box, formats
            grid.addWidget(box, row, 0)
            grid.addWidget(formats, row, 1)
        return grid

    def _options(self, wishes: Wishes) -> QGridLayout:
        self.quality, self.quality_number = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.quality.setRange(*QUALITIES)
        self.quality.setValue(wishes.quality)
        self.quality.valueChanged.connect(lambda value: self.quality_number.setText(str(value)))
        self.quality_number.setText(str(wishes.quality))
        self.quality_number.setFixedWidth(30)
        self.quality.setToolTip(tr("Higher keeps more detail and makes larger files"))
        self.quality_name, self.sweep_name = QLabel(tr("Quality of JPEG and WebP")), QLabel(tr("Animation"))
        self.quality_name.setBuddy(self.quality)
        self.frames, self.fps, self.back = QSpinBox(), QSpinBox(), QCheckBox(tr("and back"))
        for box, limits, value, suffix in (
            (self.frames, FRAMES, wishes.sweep.frames, tr(" frames")),
            (self.fps, RATES, wishes.sweep.fps, tr(" a second")),
        ):
            box.setRange(*limits)
            box.lineEdit().setTextMargins(3, 0, 0, 0)  # as in the fields around it: here the style has no say
            box.setValue(value)
            box.setSuffix(suffix)
            # Style sheets do not count the room of the arrows: the last letter of a longer unit lay under them.
            box.setMinimumWidth(box.fontMetrics().horizontalAdvance(f"{limits[1]}{suffix}") + ARROWS)
        self.back.setChecked(wishes.sweep.there_and_back)
        self.frames.setToolTip(tr("How many pictures lie between the source and the present setting"))
        self.fps.setToolTip(tr("How fast the animation is played"))
        self.back.setToolTip(tr("Return to the source at the end, so that it can be played in a loop"))
        line = QHBoxLayout()
        line.setSpacing(8)
        for widget in (self.frames, self.fps, self.back):
            line.addWidget(widget)
        line.addStretch(1)
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(12)
        grid.addWidget(self.quality_name, 0, 0)
        grid.addWidget(self.quality, 0, 1)
        grid.addWidget(self.quality_number, 0, 2)
        grid.addWidget(self.sweep_name, 1, 0)
        grid.addLayout(line, 1, 1, 1, 2)
        return grid

    def _place(self, wishes: Wishes) -> QGridLayout:
        self.folder, self.choose, self.stem = ElidedLabel(), Button(tr("Choose…")), QLineEdit(wishes.stem)
        self.choose.setToolTip(tr("Choose the folder the files are written to"))
        self.stem.setToolTip(tr("How the names of the files begin"))
        self.choose.clicked.connect(self.choose_folder)
        self.stem.textChanged.connect(self._show)
        folder_name, stem_name = QLabel(tr("Folder")), QLabel(tr("Name"))
        stem_name.setBuddy(self.stem)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(folder_name, 0, 0)
        grid.addWidget(self.folder, 0, 1)
        grid.addWidget(self.choose, 0, 2)
        grid.addWidget(stem_name, 1, 0)
        grid.addWidget(self.stem, 1, 1, 1, 2)
        return grid

    def _show(self) -> None:
        wishes = self.wishes()
        count = len(wishes.files())
        self.folder.set_full_text(str(self._folder))
        self.go.setText(tr("Export 1 file") if count == 1 else tr("Export {count} files", count=count))
        self.go.setEnabled(count > 0 and bool(wishes.stem) and not BAD & set(wishes.stem))
        lossy = any(kind.suffixes == PICTURES and path.suffix != ".png" for kind, path in wishes.targets())
        of_quality: tuple[QWidget, ...] = (self.quality, self.quality_number, self.quality_name)
        of_sweep: tuple[QWidget, ...] = (self.sweep_name, self.frames, self.fps, self.back)
        for widgets, needed in ((of_quality, lossy), (of_sweep, "sweep" in wishes.chosen)):
            for widget in widgets:
                widget.setEnabled(needed)


def _replacing(existing: list[Path]) -> str:
    if len(existing) == 1:
        return tr("“{name}” is there already.", name=existing[0].name)
    return tr("{count} of these files are there already.", count=len(existing))
