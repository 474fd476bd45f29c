"""The camera's controls: which one, mirrored or not, keep a picture, stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from ..footage import CameraState
from ..tr import tr
from .panel import Button


class CameraRow(QWidget):
    device_wanted = Signal(str)  # its address
    mirror_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.light = QLabel("●")
        self.light.setObjectName("light")
        self.devices = QComboBox()
        self.devices.setToolTip(tr("Which camera drives"))
        self.devices.setMinimumContentsLength(14)
        self.devices.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.mirror = Button(tr("Mirror"))
        self.mirror.setCheckable(True)
        self.mirror.setToolTip(tr("Left and right as in a mirror"))
        self.keep = Button(tr("Keep this picture"))
        self.keep.setToolTip(tr("Use the camera's picture as the driver, and switch the camera off (Ctrl+Shift+K)"))
        self.stop = Button(tr("Switch off"))
        self.stop.setToolTip(tr("Switch the camera off (Ctrl+K)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.light, self.devices, self.mirror, self.keep, self.stop):
            row.addWidget(widget)
        self.devices.activated.connect(lambda index: self.device_wanted.emit(self.devices.itemData(index)))
        self.mirror.clicked.connect(self.mirror_wanted)

    def show_camera(self, camera: CameraState) -> None:
        known = tuple((self.devices.itemData(k), self.devices.itemText(k)) for k in range(self.devices.count()))
        if known != camera.devices:
            self.devices.clear()
            for address, name in camera.devices:
                self.devices.addItem(name, address)
        self.devices.setCurrentIndex(self.devices.findData(camera.device))
        self.devices.setEnabled(len(camera.devices) > 1)
        self.light.setProperty("live", camera.live)
        self.light.style().unpolish(self.light)
        self.light.style().polish(self.light)
        self.mirror.setChecked(camera.mirror)
        self.keep.setEnabled(camera.live)
