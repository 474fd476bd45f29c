"""Where the panels are at first: photos on the left, meshes with the lists behind them and the maps on the right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from .dock import Dock


def arrange(window: QMainWindow, docks: Mapping[str, Dock]) -> None:
    """Put every panel there, wherever it is."""
    for dock in docks.values():
        window.removeDockWidget(dock)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["source"])
    window.splitDockWidget(docks["source"], docks["driving"], Qt.Orientation.Vertical)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks["meshes"])
    window.splitDockWidget(docks["meshes"], docks["flow"], Qt.Orientation.Vertical)
    window.splitDockWidget(docks["flow"], docks["visibility"], Qt.Orientation.Horizontal)
    for front, behind in (("meshes", "edit"), ("edit", "coefficients"), ("coefficients", "queue")):
        window.tabifyDockWidget(docks[front], docks[behind])
    for dock in docks.values():
        dock.show()
    docks["meshes"].raise_()
    window.resizeDocks([docks["source"], docks["meshes"]], [285, 385], Qt.Orientation.Horizontal)
    window.resizeDocks([docks["meshes"], docks["flow"]], [460, 270], Qt.Orientation.Vertical)
    window.resizeDocks([docks["flow"], docks["visibility"]], [190, 190], Qt.Orientation.Horizontal)
    window.resizeDocks([docks["source"], docks["driving"]], [365, 365], Qt.Orientation.Vertical)
