"""The window: photos on the left, the result in the middle, meshes and maps on the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QTabWidget, QVBoxLayout, QWidget

from ..roles import Role
from ..theme import Colours
from ..tr import tr
from .arrangement import arrange
from .coefficients_panel import CoefficientsPanel
from .controls_panel import ControlsPanel
from .dock import Dock
from .drag_source import OWN
from .drive_bar import DriveBar
from .drop_zone import droppable
from .edit_panel import EditPanel
from .map_panels import FlowLegend, MapPanel
from .menus import Menus
from .mesh_panel import MeshPanel
from .offer_bar import OfferBar
from .panel import Panel
from .panel_moves import PanelMoves
from .photo_panel import EMPTY_DRIVER, PhotoPanel
from .queue_panel import QueuePanel
from .result_panel import ResultPanel
from .share_map_panel import ShareMapPanel
from .stack_room import StackRoom
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
        self.placed = False
        self.samples: list[Path] = []
        self.may_close: Callable[[], bool] = lambda: True
        self.setWindowTitle("Mimesh")
        self.setAcceptDrops(True)
        self.photos: dict[Role, PhotoPanel] = {
            "source": PhotoPanel(
                tr("Source"),
                tr("the face you keep"),
                tr("Drop here: use as source"),
                further_text=tr("With Shift: add as a photo\nof the same person"),
            ),
            "driving": PhotoPanel(
                tr("Driver"), tr("pose and expression to copy"), tr("Drop here: use as driver"), EMPTY_DRIVER
            ),
        }
        self.photos["source"].open_button.setToolTip(tr("Choose the photo whose face you keep (Ctrl+O)"))
        self.photos["driving"].open_button.setToolTip(
            tr("Choose the photo or film to copy pose and expression from (Ctrl+Shift+O)")
        )
        self.swap_button = self.photos["driving"].add_button("⇅", tr("Swap source and driver (Ctrl+Shift+X)"))
        self.swap_button.setObjectName("small")
        self.trouble, self.offer = OfferBar(), OfferBar()
        self.result = ResultPanel()
        self.controls = ControlsPanel()
        self.edit = EditPanel()
        self.coefficients = CoefficientsPanel()
        self.queue = QueuePanel()
        self.meshes = MeshPanel()
        self.mesh, self.mesh_overlay = self.meshes.view, self.meshes.overlay
        self.flow_legend = FlowLegend()
        self.flow = MapPanel(
            tr("Flow"), tr("For every pixel of the result: from where in the source it is taken"), self.flow_legend
        )
        self.occlusion = ShareMapPanel()
        self.drive = DriveBar()
        self.status = StatusLine()
        self.menus = Menus(self.menuBar(), self)
        self.photos["driving"].samples_menu.add_commands([self.menus.drive.camera, self.menus.drive.folder])
        self.photos["source"].samples_menu.add_commands([self.menus.add_photos])
        self._lay_out()
        self.controls.sliders["both"].slider.setFocus()  # and not a button that Enter would press
        for panel in self.photos.values():
            panel.drag_changed.connect(self.drag_changed)
        self.drag_changed.connect(self._show_drag)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("content")
        middle = QVBoxLayout(content)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(10)
        middle.addWidget(self.trouble)
        middle.addWidget(self.offer)
        middle.addWidget(self.result, 1)
        middle.addWidget(self.controls)
        self.setCentralWidget(content)
        panels: dict[str, Panel] = {
            "source": self.photos["source"],
            "driving": self.photos["driving"],
            "meshes": self.meshes,
            "edit": self.edit,
            "flow": self.flow,
            "visibility": self.occlusion,
            "coefficients": self.coefficients,
            "queue": self.queue,
        }
        self.docks = {name: Dock(name, panel, self) for name, panel in panels.items()}
        self.docks["edit"].visibilityChanged.connect(self.edit.see)
        self.docks["coefficients"].visibilityChanged.connect(self.coefficients.see)
        lists = [self.docks[name] for name in ("edit", "coefficients", "queue")]
        self._room = StackRoom(self, self.docks["meshes"], lists, self.docks["flow"])
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setAnimated(False)
        self.setContentsMargins(10, 0, 10, 0)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.drive)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # which would offer to hide the bar
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.status, 1)
        self.setMinimumSize(1180, 700)
        self.resize(1280, 800)
        self.arrange()
        for index, dock in enumerate(self.docks.values(), 1):
            self.menus.add_panel(dock, f"Ctrl+{index}")
        self.moves = PanelMoves(self, list(self.docks.values()), self.menus.moves)

    def arrange(self) -> None:
        """Put every panel where it is at first."""
        self._room.forget()
        arrange(self, self.docks)

    def show_title(self, project: str, unsaved: bool) -> None:
        self.setWindowTitle(f"{project}[*] – Mimesh" if project else "Mimesh")
        self.setWindowModified(bool(project) and unsaved)

    def fit_on_screen(self) -> None:
        """Leave room for the title bar, or on a small screen the status line lies below the edge.

        A window that was ``placed`` where it stood last time stays there.
        """
        if self.placed:
            return
        room = self.screen().availableGeometry()
        self.resize(min(self.width(), room.width() - FRAME), min(self.height(), room.height() - TITLE_BAR))

    def show_colours(self, colours: Colours) -> None:
        for panel in self.photos.values():
            panel.show_colours(colours)
        for view in (self.result, self.flow, self.occlusion, self.mesh, self.coefficients, self.drive):
            view.show_colours(colours)

    def _show_drag(self, active: bool) -> None:
        for panel in self.photos.values():
            panel.show_drag(active)

    # Qt events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if droppable(event.mimeData()) and not event.mimeData().hasFormat(OWN):  # which is for one of the photos
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
        if self.isVisible() and not self.may_close():
            event.ignore()
            return
        event.accept()
        self.closing.emit()
