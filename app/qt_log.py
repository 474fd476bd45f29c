"""What Qt has to complain about goes where the log is, instead of to a terminal that nobody sees."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("qt")

LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
"""What is less is only for those who work on Qt."""


@contextlib.contextmanager
def qt_messages() -> Iterator[None]:
    """Inside, Qt's warnings and errors are logged by Python."""

    def on_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind in LEVELS:
            log.log(LEVELS[kind], "%s", text)

    before = qInstallMessageHandler(on_message)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
