"""What a person does: drop, paste, drag a slider, press keys, wait."""

from __future__ import annotations

import warnings
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QStyle, QStyleOptionSlider, QWidget

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def wait(ms: int) -> None:
    """Let the window live as ``application.exec`` does.  ``QTest.qWait`` would keep the interpreter to itself:
    no other thread gets on, and work takes five times as long as before a person."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag_over(widget: QWidget, data: QMimeData) -> bool:
    """Carry ``data`` over a widget; whether it would take it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Qt 6.12 wants QPointF here, 6.11 cannot take it
        event = QDragEnterEvent(widget.rect().center(), Qt.DropAction.CopyAction, data, LEFT, NONE)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drag_away(widget: QWidget) -> None:
    QApplication.sendEvent(widget, QDragLeaveEvent())


def drop(
    widget: QWidget, data: QMimeData, keys: Qt.KeyboardModifier = NONE, place: QPoint | None = None
) -> Qt.DropAction:
    """Let go over a widget, in the middle or at ``place``; gives what the other side is told was done."""
    assert drag_over(widget, data)
    may = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    event = QDropEvent(QPointF(place or widget.rect().center()), may, data, LEFT, keys)
    QApplication.sendEvent(widget, event)
    return event.dropAction()


def handle(slider: QSlider) -> QPoint:
    """Middle of a slider's handle."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    complex_control = QStyle.ComplexControl.CC_Slider
    return slider.style().subControlRect(complex_control, option, QStyle.SubControl.SC_SliderHandle, slider).center()


def drag_slider(slider: QSlider, value: int, steps: int = 5) -> None:
    """Take the handle, pull it in steps, let go where ``value`` is."""
    press_slider(slider)
    pull_slider(slider, value, steps)
    QTest.mouseRelease(slider, LEFT, NONE, handle(slider))


def press_slider(slider: QSlider) -> None:
    QTest.mousePress(slider, LEFT, NONE, handle(slider))


def pull_slider(slider: QSlider, value: int, steps: int = 5) -> None:
    start, first = slider.value(), handle(slider)
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    room = slider.width() - slider.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, option, slider)
    for step in range(1, steps + 1):
        shift = (value - start) * step / steps * room / (slider.maximum() - slider.minimum())
        QTest.mouseMove(slider, first + QPoint(round(shift), 0))
        QApplication.processEvents()


def drag_mouse(widget: QWidget, by: QPoint) -> None:
    start = widget.rect().center()
    QTest.mousePress(widget, LEFT, NONE, start)
    for step in (1, 2, 3):
        QTest.mouseMove(widget, start + by * step / 3)
        QApplication.processEvents()
    QTest.mouseRelease(widget, LEFT, NONE, start + by)
