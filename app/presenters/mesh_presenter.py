"""Mesh view ↔ session ↔ mesh worker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from ..session import Session
from ..theme import Colours
from ..tr import tr
from ..values import MeshRequest, Turn
from ..views.mesh_view import MeshView
from ..views.overlay import Overlay
from ..workers.mesh_worker import MeshWorker

DRAFT = 0.5
"""Share of the full width and height that is drawn while something is being dragged."""


class MeshPresenter(QObject):
    def __init__(
        self,
        session: Session,
        view: MeshView,
        overlay: Overlay,
        worker: MeshWorker,
        colours: Colours,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._view, self._overlay, self._worker = session, view, overlay, worker
        self._colours = colours
        self._shown = 0
        view.labels = (tr("Source"), tr("Moved by the driver"))
        view.turned.connect(self._turn)
        view.zoomed.connect(lambda factor: session.set_turn(zoom=session.turn.zoom * factor))
        view.reset_wanted.connect(self.face_front)
        view.held.connect(session.set_dragging)
        view.resized.connect(self._ask)
        session.turn_changed.connect(self._ask)
        session.result_changed.connect(self._ask)
        session.dragging_changed.connect(self._ask)
        worker.drawn.connect(self._on_drawn)
        overlay.dismissed.connect(lambda: overlay.show_problem(""))
        worker.failed.connect(overlay.show_problem)
        worker.noted.connect(session.set_mesh_note)

    def face_front(self) -> None:
        start = Turn()
        self._session.set_turn(yaw=start.yaw, pitch=start.pitch, zoom=start.zoom)

    def show_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._ask()

    def _turn(self, yaw: float, pitch: float) -> None:
        turn = self._session.turn
        self._session.set_turn(yaw=turn.yaw + yaw, pitch=turn.pitch + pitch)

    def _ask(self) -> None:
        result, engine = self._session.result, self._session.engine.engine
        if result is None or engine is None:
            self._shown = self._session.next_number()  # pictures that are still being drawn come too late
            self._overlay.show_empty(True)
            return
        size = self._view.pixel_size
        share = DRAFT if self._session.dragging else 1.0
        request = MeshRequest(
            self._session.next_number(),
            result.output.source_mesh,
            result.output.driving_mesh,
            engine.faces,
            engine.paint,
            self._session.turn,
            max(round(size.width() * share), 2),
            max(round(size.height() * share), 2),
            self._colours.canvas_rgb,
        )
        self._worker.mailbox.put(request)

    def _on_drawn(self, request: MeshRequest, picture: NDArray[np.uint8]) -> None:
        if request.number > self._shown:
            self._shown = request.number
            self._overlay.show_problem("")
            self._overlay.show_empty(False)
            self._view.show_picture(picture)
