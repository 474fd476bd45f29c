"""A named slider for one α, 0 to 1.5 in steps of 0.01, with its number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ..dial import ALPHA_MAX
from ..numbers import shown
from ..tr import tr
from .slider import ResetSlider

STEPS = 100


class AlphaSlider(QWidget):
    moved = Signal(float)
    held = Signal(bool)
    reset_wanted = Signal()

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = ResetSlider()
        self.slider.setRange(0, round(ALPHA_MAX * STEPS))
        self.slider.setSingleStep(1)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(name)
        self.setToolTip(
            tip
            + "\n"
            + tr("0 = source, 1 = driver, above 1 = more than the driver. Double click or Delete: back to 1.")
        )
        self.name, self.number = QLabel(name), QLabel()
        self.name.setObjectName("name")
        self.number.setObjectName("number")
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.name.setFixedWidth(self.name.fontMetrics().horizontalAdvance(tr("Expression")) + 14)
        self.number.setFixedWidth(self.number.fontMetrics().horizontalAdvance(tr("mixed")) + 6)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.slider, 0, 1)
        grid.addWidget(self.number, 0, 2)
        self.slider.valueChanged.connect(lambda value: self.moved.emit(value / STEPS))
        self.slider.sliderPressed.connect(lambda: self.held.emit(True))
        self.slider.sliderReleased.connect(lambda: self.held.emit(False))
        self.slider.reset_wanted.connect(self.reset_wanted)

    def show_value(self, value: float, text: str = "") -> None:
        """Put the handle at ``value`` without emitting; ``text`` replaces the number."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(value * STEPS))
        self.slider.blockSignals(False)
        self.number.setText(text or shown(value, 2))
