"""A panel that can be dragged elsewhere, stacked in tabs and hidden.  The panel's title line is its handle."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QDockWidget, QWidget

from .panel import Panel


class Dock(QDockWidget):
    menu_wanted = Signal(QPoint)  # where on the screen

    def __init__(self, name: str, panel: Panel, parent: QWidget) -> None:
        super().__init__(panel.title, parent)
        self.setObjectName(name)  # under which a saved layout knows it
        # Not floatable: a panel is never lost behind another window.
        self.setFeatures(self.DockWidgetFeature.DockWidgetMovable | self.DockWidgetFeature.DockWidgetClosable)
        self._panel = panel
        self.setTitleBarWidget(panel.header)
        self.setWidget(panel)

    def bring_up(self) -> None:
        """Show it, in front of the others of its tabs."""
        self.show()
        self.raise_()

    def toggle(self) -> bool:
        """Bring it up, or hide it where it is in front already; whether it is there now."""
        if self.in_front:
            self.hide()
        else:
            self.bring_up()
        return not self.isHidden()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A click on the title with the right button, or the key that stands for it anywhere in the panel."""
        if event.reason() == QContextMenuEvent.Reason.Mouse and not self._panel.header.geometry().contains(event.pos()):
            event.ignore()
            return
        event.accept()
        self.menu_wanted.emit(event.globalPos())

    @property
    def in_front(self) -> bool:
        """Whether it is really seen: a panel behind another tab is not."""
        return self.isVisible() and not self.visibleRegion().isEmpty()
