"""One number of the edits: name, slider, the number to type, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ..controls import Number
from ..numbers import shortest
from ..tr import tr
from .number_box import NumberBox
from .slider import OffsetSlider

NAME_WIDTH = 118
"""At least; a name that needs more gets it (:meth:`NumberRow.make_room`)."""


class NumberRow(QWidget):
    changed = Signal(str, float)  # key, value
    held = Signal(bool)
    reset_wanted = Signal(str)

    def __init__(self, number: Number, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.number = number
        self._scale = 1 / number.step
        self.slider = OffsetSlider(round(number.neutral * self._scale))
        self.slider.setRange(round(number.low * self._scale), round(number.high * self._scale))
        self.slider.setPageStep(max(round((self.slider.maximum() - self.slider.minimum()) / 20), 1))
        self.slider.setMinimumWidth(70)
        self.box = NumberBox(number)
        self.name = QLabel(number.name)
        self.name.setFixedWidth(NAME_WIDTH)
        self.back = QToolButton()
        self.back.setText("↺")
        self.back.setObjectName("back")
        self.back.setFixedWidth(20)
        start = shortest(number.neutral * number.factor)
        self.back.setToolTip(tr("Back to {value} (Delete)", value=start + number.suffix))
        self.back.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Delete does the same: two stops a row are enough
        keep = self.back.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(keep)
        self.slider.setAccessibleName(number.full_name)
        self.box.setAccessibleName(number.full_name)
        self.setToolTip(number.tip + "\n" + tr("Double click or Delete: back to {value}.", value=start))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 2, 0)
        row.setSpacing(4)
        for widget, stretch in ((self.name, 0), (self.slider, 1), (self.box, 0), (self.back, 0)):
            row.addWidget(widget, stretch)
        self.show_value(number.neutral)
        self._connect()

    def _connect(self) -> None:
        key, factor = self.number.key, self.number.factor
        self.slider.valueChanged.connect(lambda value: self.changed.emit(key, value / self._scale))
        self.slider.sliderPressed.connect(lambda: self.held.emit(True))
        self.slider.sliderReleased.connect(lambda: self.held.emit(False))
        self.slider.reset_wanted.connect(lambda: self.reset_wanted.emit(key))
        self.box.valueChanged.connect(lambda value: self.changed.emit(key, value / factor))
        self.back.clicked.connect(lambda: self.reset_wanted.emit(key))

    @property
    def name_width(self) -> int:
        """What its name needs."""
        self.name.ensurePolished()
        return self.name.sizeHint().width()

    def make_room(self, width: int) -> None:
        """As much for the name as the longest of its neighbours needs, so that sliders begin in one line."""
        self.name.setFixedWidth(max(width, NAME_WIDTH))

    def show_value(self, value: float) -> None:
        """Put handle and number at ``value`` without emitting."""
        for widget in (self.slider, self.box):
            widget.blockSignals(True)
        self.slider.setValue(round(value * self._scale))
        self.box.setValue(value * self.number.factor)
        for widget in (self.slider, self.box):
            widget.blockSignals(False)
        self.slider.update()
        self.back.setVisible(value != self.number.neutral)
