"""A panel that photos can be dropped on, with its title line; it can have the focus, and shows that."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from .panel import Panel


class DropZone(Panel):
    dropped = Signal(object)  # QMimeData
    further_dropped = Signal(object)  # QMimeData that is meant to come beside what is there
    drag_changed = Signal(bool)  # something is being dragged over this zone

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, "", parent, docked=True)
        self.hovered = False
        self.header.setAcceptDrops(True)
        self.header.installEventFilter(self)  # a drop on the title line is a drop on the photo
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # Qt events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if droppable(event.mimeData()):
            _copy(event)
            self.hovered = True
            self.drag_changed.emit(True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        _copy(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hovered = False
        self.drag_changed.emit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.hovered = False
        self.drag_changed.emit(False)
        _copy(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        (self.further_dropped if self.is_further(event) else self.dropped).emit(event.mimeData())

    def is_further(self, event: QDropEvent) -> bool:
        return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, (QDropEvent, QDragLeaveEvent)):  # entering and moving are kinds of dropping
            return self.event(event)
        return super().eventFilter(watched, event)

    def _show_focus(self, focused: bool) -> None:
        for part in (self, self.header):
            part.setProperty("focused", focused)
            part.style().unpolish(part)
            part.style().polish(part)


def _copy(event: QDropEvent) -> None:
    """Take it as a copy, where that may be: with Shift a file manager proposes to move, and would remove the file."""
    if event.possibleActions() & Qt.DropAction.CopyAction:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    else:
        event.acceptProposedAction()


def droppable(data: QMimeData) -> bool:
    """Whether a drag may become a photo; what it really is, is found out after the drop."""
    return data.hasUrls() or data.hasImage()
