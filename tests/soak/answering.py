"""Dialogs as a person meets them: something was asked for, a dialog comes, it is filled in or left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from tests.soak.waiting import until

Dialog = TypeVar("Dialog", bound=QDialog)
LOOK_MS = 20


@contextmanager
def answering(kind: type[Dialog], answer: Callable[[Dialog], None]) -> Iterator[None]:
    """Inside, the first dialog of this kind is given to ``answer``, which has to end it; at the end it must be gone."""
    seen: list[BaseException | None] = []
    before = QApplication.activeWindow()

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            return
        timer.stop()
        try:
            answer(dialog)
            seen.append(None)
        except Exception as error:
            seen.append(error)
            dialog.reject()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    try:
        yield
        until(lambda: seen, f"a {kind.__name__}")
        until(lambda: not isinstance(QApplication.activeModalWidget(), kind), f"the end of a {kind.__name__}")
    finally:
        timer.stop()
    if seen[0] is not None:
        raise seen[0]
    _back_to(before)


def _back_to(window: QWidget | None) -> None:
    """Keys go to ``window`` again, as a desktop sees to: without a window system they would go nowhere."""
    active = QApplication.activeWindow()
    if window is None or not isValid(window) or not window.isVisible() or (active is not None and active.isVisible()):
        return
    window.activateWindow()
    until(window.isActiveWindow, "keys for the window")
