"""The window: photos on the left, the result in the middle, meshes and maps on the right."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QMainWindow, QVBoxLayout, QWidget

from ..theme import Colours
from ..values import Role
from .controls_panel import ControlsPanel
from .map_panels import FlowLegend, MapPanel, OcclusionLegend
from .menus import Menus
from .mesh_view import MeshView
from .overlay import Overlay
from .panel import Panel
from .photo_panel import PhotoPanel, droppable
from .result_panel import ResultPanel
from .status_line import StatusLine

FRAME, TITLE_BAR = 8, 44
"""Pixels that window managers put round a window; they tell only after it was shown."""


class MainWindow(QMainWindow):
    dropped = Signal(object)  # QMimeData dropped beside the photos
    drag_changed = Signal(bool)
    first_painted = Signal()  # once
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._painted = False
        self.setWindowTitle("Mimesh")
        self.setAcceptDrops(True)
        self.photos: dict[Role, PhotoPanel] = {
            "source": PhotoPanel("Source", "the face you keep", "Drop here: use as source"),
            "driving": PhotoPanel("Driver", "pose and expression to copy", "Drop here: use as driver"),
        }
        self.photos["source"].open_button.setToolTip("Choose the photo whose face you keep (Ctrl+O)")
        self.photos["driving"].open_button.setToolTip(
            "Choose the photo to copy pose and expression from (Ctrl+Shift+O)"
        )
        self.swap_button = self.photos["driving"].add_button("⇅", "Swap source and driver (Ctrl+Shift+X)")
        self.swap_button.setObjectName("small")
        self.result = ResultPanel()
        self.controls = ControlsPanel()
        self.mesh = MeshView()
        self.mesh_overlay = Overlay(self.mesh, "Both face meshes appear here.")
        self.mesh_overlay.empty.setProperty("quiet", True)
        self.mesh_overlay.show_empty(True)
        self.flow_legend = FlowLegend()
        self.flow = MapPanel(
            "Flow", "For every pixel of the result: from where in the source it is taken", self.flow_legend
        )
        self.occlusion = MapPanel(
            "Visibility", "Bright where the source shows what the result needs", OcclusionLegend()
        )
        self.status = StatusLine()
        self.menus = Menus(self.menuBar(), self)
        self._lay_out()
        for panel in self.photos.values():
            panel.drag_changed.connect(self.drag_changed)
        self.drag_changed.connect(self._show_drag)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("content")
        grid = QGridLayout(content)
        grid.setContentsMargins(10, 8, 10, 6)
        grid.setSpacing(10)
        left, middle, right = (QVBoxLayout() for _ in range(3))
        for column in (left, middle, right):
            column.setSpacing(10)
        left.addWidget(self.photos["source"], 1)
        left.addWidget(self.photos["driving"], 1)
        middle.addWidget(self.result, 1)
        middle.addWidget(self.controls)
        meshes = Panel("Meshes", "drag to turn")
        meshes.add_body(self.mesh_overlay)
        maps = QGridLayout()
        maps.setSpacing(10)
        maps.addWidget(self.flow, 0, 0)
        maps.addWidget(self.occlusion, 0, 1)
        for half in (0, 1):
            maps.setColumnStretch(half, 1)
            maps.setColumnMinimumWidth(half, 188)
        right.addWidget(meshes, 5)
        right.addLayout(maps, 4)
        for index, (column, share) in enumerate(((left, 23), (middle, 46), (right, 31))):
            grid.addLayout(column, 0, index)
            grid.setColumnStretch(index, share)
        self.setCentralWidget(content)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.status, 1)
        self.setMinimumSize(1180, 700)
        self.resize(1280, 800)

    def fit_on_screen(self) -> None:
        """Leave room for the title bar, or on a small screen the status line lies below the edge."""
        room = self.screen().availableGeometry()
        self.resize(min(self.width(), room.width() - FRAME), min(self.height(), room.height() - TITLE_BAR))

    def show_colours(self, colours: Colours) -> None:
        for panel in self.photos.values():
            panel.show_colours(colours)
        for view in (self.result, self.flow, self.occlusion, self.mesh):
            view.show_colours(colours)

    def _show_drag(self, active: bool) -> None:
        for panel in self.photos.values():
            panel.show_drag(active)

    # Qt events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if droppable(event.mimeData()):
            event.acceptProposedAction()
            self.drag_changed.emit(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drag_changed.emit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.drag_changed.emit(False)
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closing.emit()
