"""The line below a photo: its name, or while its crop is set the margin, or while a face is marked what to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QWidget

from ..crops import MARGIN
from ..tr import inside, tr
from .number_box import NumberBox
from .panel import Button, ElidedLabel, PartsLabel

NOTE, CROP, FIND = 0, 1, 2


class PhotoBar(QStackedWidget):
    """All its faces have one height, so that nothing moves."""

    crop_wanted = Signal()
    margin_wanted = Signal(float)
    reset_wanted = Signal()
    done_wanted = Signal()
    look_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._quiet = False
        self.note = PartsLabel()
        self.note.setObjectName("muted")
        self.crop_button = _small(tr("Crop"), tr("Set what part of the photo is used: margin and place"))
        self.crop_button.setEnabled(False)
        self.margin = NumberBox(MARGIN)
        self.margin.setToolTip(MARGIN.tip)
        self.margin.setAccessibleName(f"{title}: {inside(MARGIN.name)}")
        self.reset_button = _small(tr("Reset"), tr("The crop as the app would choose it"))
        self.done_button = _small(tr("Done"), tr("The crop stays as it is (Escape)"))
        self.look_button = _small(tr("Look here"), tr("Look for a face in the box (Enter)"))
        self.cancel_button = _small(tr("Cancel"), tr("Keep the photo that was there before (Escape)"))
        name, hint = QLabel(MARGIN.name), ElidedLabel(tr("Mark the face"))
        hint.setObjectName("muted")  # as the name of a photo; in bold it would not fit
        hint.setToolTip(tr("Draw a box round the face"))
        self._add(self.note, self.crop_button)
        self._add(name, self.margin, None, self.reset_button, self.done_button)
        self._add(hint, self.look_button, self.cancel_button)
        self.setFixedHeight(self.sizeHint().height())
        self._connect()

    def _connect(self) -> None:
        self.crop_button.clicked.connect(self.crop_wanted)
        self.margin.valueChanged.connect(self._on_margin)
        self.reset_button.clicked.connect(self.reset_wanted)
        self.done_button.clicked.connect(self.done_wanted)
        self.look_button.clicked.connect(self.look_wanted)
        self.cancel_button.clicked.connect(self.cancel_wanted)

    def show_crop(self, margin: float, by_hand: bool) -> None:
        """The margin there is; ``by_hand``: there is something to reset."""
        self._quiet = True
        self.margin.setValue(margin)
        self._quiet = False
        self.reset_button.setEnabled(by_hand)

    def _on_margin(self, margin: float) -> None:
        if not self._quiet:
            self.margin_wanted.emit(margin)

    def _add(self, *parts: QWidget | None) -> None:
        """A face of the line; None is room that stretches."""
        face = QWidget()
        face.setObjectName("plain")
        row = QHBoxLayout(face)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in parts:
            if part is None:
                row.addStretch(1)
            else:
                row.addWidget(part, 1 if isinstance(part, ElidedLabel) else 0)
        self.addWidget(face)


def _small(text: str, tip: str) -> Button:
    button = Button(text)
    button.setToolTip(tip)
    button.setFixedHeight(24)
    return button
