"""The bar below the panels where the driver moves: transport, marks, how its motion is taken; or the camera's line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolBar, QVBoxLayout, QWidget

from ..clip import Clip
from ..footage import CameraState, Footage
from ..numbers import in_locale, shown
from ..theme import Colours
from ..tr import tr
from .camera_row import CameraRow
from .panel import Button, ElidedLabel
from .slider import ResetSlider
from .thumbnail_strip import ThumbnailStrip
from .timeline import Timeline

STEPS = 100
FIGURE_SPACE = "\N{FIGURE SPACE}"


class DriveBar(QToolBar):
    """Emits what is wanted; shows what it is told.  The window keeps it where it is."""

    frame_wanted = Signal(int)
    held = Signal(bool)
    relative_wanted = Signal(bool)
    smoothing_wanted = Signal(float)
    smoothing_reset_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Driver"), parent)
        self.setObjectName("driver bar")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self._panel = QWidget()
        self._panel.setObjectName("panel")
        self.strip, self.timeline, self.camera = ThumbnailStrip(), Timeline(), CameraRow()
        self._make_buttons()
        self._make_motion()
        self._lay_out()
        self._connect()
        self.hide()

    def _make_buttons(self) -> None:
        self.back = self._button("‹", tr("The frame before (,)"), small=True)
        self.play = self._button(tr("Play"), tr("Play and pause (K)"))
        self.forward = self._button("›", tr("The next frame (.)"), small=True)
        widths = []
        for text in (tr("Pause"), tr("Play")):
            self.play.setText(text)
            widths.append(self.play.sizeHint().width())
        self._play_width = max(widths) + 8
        self.mark_in = self._button(tr("In"), tr("Play from this frame on (I)"))
        self.mark_out = self._button(tr("Out"), tr("Play up to this frame (O)"))
        self.clear_marks = self._button(tr("All"), tr("Play all of it: remove both marks (Shift+I)"))
        self.loop = self._button(tr("Repeat"), tr("Begin anew at the end (L)"), checkable=True)
        self.time, self.note = QLabel(), ElidedLabel()
        self.time.setObjectName("number")
        self.note.setObjectName("muted")

    def _make_motion(self) -> None:
        self.neutral = self._button(
            tr("Neutral frame"),
            tr("Make this the neutral frame: what the driver does from here on is added to the source (N)"),
        )
        self.motion = QComboBox()
        self.motion.addItem(tr("Absolute"), False)
        self.motion.addItem(tr("Relative"), True)
        self.motion.setToolTip(
            tr(
                "Absolute: the source takes on the driver's pose and expression.\n"
                "Relative: what the driver does since its neutral frame is added to the source's own (R)."
            )
        )
        self.smoothing_name, self.smoothing, self.smoothing_number = QLabel(tr("Smoothing")), ResetSlider(), QLabel()
        self.smoothing.setRange(0, STEPS)
        self.smoothing.setPageStep(10)
        self.smoothing.setFixedWidth(90)
        self.smoothing.setAccessibleName(tr("Smoothing"))
        tip = tr("Less jitter, slower motion; 0 = none. Double click or Delete: back to 0.50.")
        for widget in (self.smoothing_name, self.smoothing, self.smoothing_number):
            widget.setToolTip(tip)
        self.smoothing_number.setObjectName("number")
        self.smoothing_number.setFixedWidth(self.smoothing_number.fontMetrics().horizontalAdvance("0.00") + 6)

    def _button(self, text: str, tip: str, small: bool = False, checkable: bool = False) -> Button:
        button = Button(text)
        button.setToolTip(tip)
        button.setCheckable(checkable)
        if small:
            button.setObjectName("small")
        return button

    def _lay_out(self) -> None:
        self._transport = QWidget()
        self._transport.setObjectName("plain")
        top = _row(self._transport)
        for button in (self.back, self.play, self.forward):
            top.addWidget(button)
        top.addWidget(self.timeline, 1)
        top.addWidget(self.time)
        below = QWidget()
        below.setObjectName("plain")
        row = _row(below)
        self._marks = (self.mark_in, self.mark_out, self.clear_marks, self.loop)
        self._smoothing = (self.smoothing_name, self.smoothing, self.smoothing_number)
        row.addWidget(self.camera)
        for button in self._marks:
            row.addWidget(button)
        row.addWidget(self.note, 1)
        for widget in (self.neutral, self.motion, *self._smoothing):
            row.addWidget(widget)
        box = QVBoxLayout(self._panel)
        box.setContentsMargins(10, 8, 10, 8)
        box.setSpacing(6)
        for part in (self.strip, self._transport, below):
            box.addWidget(part)
        outer = QWidget()
        outer.setObjectName("outer")
        around = QVBoxLayout(outer)
        around.setContentsMargins(0, 10, 0, 4)
        around.addWidget(self._panel)
        self.addWidget(outer)

    def _connect(self) -> None:
        self.timeline.valueChanged.connect(self.frame_wanted)
        self.strip.picked.connect(self.frame_wanted)
        for slider in (self.timeline, self.smoothing):
            slider.sliderPressed.connect(lambda: self.held.emit(True))
            slider.sliderReleased.connect(lambda: self.held.emit(False))
        self.motion.activated.connect(lambda index: self.relative_wanted.emit(self.motion.itemData(index)))
        self.smoothing.valueChanged.connect(lambda value: self.smoothing_wanted.emit(value / STEPS))
        self.smoothing.reset_wanted.connect(self.smoothing_reset_wanted)

    def show_driver(self, footage: Footage | None, camera: CameraState) -> None:
        """Which parts there are; without a driver that moves there is no bar."""
        folder = footage is not None and bool(footage.pictures) and not camera.on
        self.strip.show_pictures(footage.pictures if folder and footage else ())
        self.strip.setVisible(folder)
        self._transport.setVisible(not camera.on)
        for button in self._marks:
            button.setVisible(not camera.on)
        for widget in self._smoothing:
            widget.setVisible(not folder)
        self.camera.setVisible(camera.on)
        self.camera.show_camera(camera)
        self.setVisible(footage is not None or camera.on)

    def show_clip(self, clip: Clip, footage: Footage | None) -> None:
        """Handles, marks and numbers."""
        self.motion.setCurrentIndex(int(clip.relative))
        self.loop.setChecked(clip.loop)
        self.smoothing.blockSignals(True)
        self.smoothing.setValue(round(clip.smoothing * STEPS))
        self.smoothing.blockSignals(False)
        self.smoothing_number.setText(shown(clip.smoothing, 2))
        if footage is not None:
            self.timeline.show_clip(clip, footage.count)
            self.strip.show_current(clip.frame)
            self._show_time(clip, footage)
            self.clear_marks.setEnabled(clip.first > 0 or clip.last is not None)

    def show_playing(self, playing: bool) -> None:
        self.play.setText(tr("Pause") if playing else tr("Play"))
        self.play.setMinimumWidth(self._play_width)

    def show_colours(self, colours: Colours) -> None:
        self.timeline.show_colours(colours)

    def _show_time(self, clip: Clip, footage: Footage) -> None:
        width = len(str(footage.count))
        # A blank is narrower than a digit: what stands behind it would jump at every power of ten.
        number = f"{f'{clip.frame + 1}'.rjust(width, FIGURE_SPACE)} / {footage.count}"
        if not footage.pictures:
            number = f"{_clock(float(footage.times[clip.frame]))}   {number}"
        self.time.setText(number)
        metrics = self.time.fontMetrics()
        widest = f"{footage.count} / {footage.count}" + ("" if footage.pictures else "   00:00.00")
        self.time.setMinimumWidth(metrics.horizontalAdvance(widest) + 10)


def _row(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    return row


def _clock(seconds: float) -> str:
    hundredths = round(seconds * 100)
    return in_locale(f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}")
