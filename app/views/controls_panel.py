"""The three α sliders, what they act on, and where the head stands."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..document import Dial
from ..tr import tr
from .alpha_slider import AlphaSlider
from .panel import Button


class ControlsPanel(QFrame):
    moved = Signal(str, float)  # "both", "pose" or "expression"; α
    held = Signal(bool)
    reset_wanted = Signal(str)
    only_wanted = Signal(str, bool)  # "pose" or "expression"; on or off
    placement_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.sliders = {
            "both": AlphaSlider(tr("Both"), tr("How much of the driver's pose and expression the source takes on.")),
            "pose": AlphaSlider(tr("Pose"), tr("How far the head turns to the driver's direction.")),
            "expression": AlphaSlider(tr("Expression"), tr("How much of the driver's expression appears.")),
        }
        self.only = {
            "pose": self._toggle(tr("Pose only"), tr("Turn the head, keep the source's expression (P).")),
            "expression": self._toggle(tr("Expression only"), tr("Change the expression, keep the head as it is (E).")),
        }
        self.placement = QComboBox()
        self.placement.addItem(tr("Source"), "source")
        self.placement.addItem(tr("Driver"), "driving")
        self.placement.setToolTip(
            tr(
                "Where the head stands and how large it is: as in the source (the usual choice),\n"
                "or as in the driver (for two photos of the same person, framed alike)."
            )
        )
        self._lay_out()
        self._connect()

    def _toggle(self, text: str, tip: str) -> Button:
        button = Button(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        return button

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 9)
        box.setSpacing(5)
        for slider in self.sliders.values():
            box.addWidget(slider)
        label = QLabel(tr("Place as in"))
        label.setBuddy(self.placement)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in self.only.values():
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(label)
        row.addWidget(self.placement)
        box.addLayout(row)

    def _connect(self) -> None:
        for name, slider in self.sliders.items():
            slider.moved.connect(lambda value, name=name: self.moved.emit(name, value))
            slider.held.connect(self.held)
            slider.reset_wanted.connect(lambda name=name: self.reset_wanted.emit(name))
        for name, button in self.only.items():
            button.clicked.connect(lambda on, name=name: self.only_wanted.emit(name, on))
        self.placement.activated.connect(lambda index: self.placement_wanted.emit(self.placement.itemData(index)))

    def show_dial(self, dial: Dial) -> None:
        """Handles, numbers and toggles; what the mode switches off is grey."""
        equal = dial.pose == dial.expression
        self.sliders["both"].show_value((dial.pose + dial.expression) / 2, "" if equal else tr("mixed"))
        self.sliders["pose"].show_value(dial.pose)
        self.sliders["expression"].show_value(dial.expression)
        self.sliders["both"].setEnabled(dial.mode == "both")
        self.sliders["pose"].setEnabled(dial.mode != "expression")
        self.sliders["expression"].setEnabled(dial.mode != "pose")
        for name, button in self.only.items():
            button.setChecked(dial.mode == name)
        self.placement.setCurrentIndex(self.placement.findData(dial.placement))
