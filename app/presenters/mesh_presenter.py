"""Mesh view ↔ session ↔ mesh worker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from ..heat import displacement, heat, reach_of
from ..look import Turn
from ..paint import coloured
from ..rendering import MeshRequest, RenderReply
from ..session import Session
from ..theme import Colours
from ..tr import tr
from ..views.mesh_view import MeshView
from ..views.overlay import Overlay
from ..workers.engine import Engine
from ..workers.mesh_layout import DRIVING_SKIN, SOURCE_SKIN
from ..workers.mesh_worker import MeshWorker

DRAFT = 0.5
"""Share of the full width and height that is drawn while something is being dragged."""

Float = NDArray[np.float32]


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
        session.look_changed.connect(self._ask)
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
        session = self._session
        result, engine = session.result, session.engine.engine
        if result is None or engine is None:
            self._shown = session.next_number()  # pictures that are still being drawn come too late
            self._overlay.show_empty(True)
            return
        size = self._view.pixel_size
        share = DRAFT if session.dragging else 1.0
        request = MeshRequest(
            session.next_number(),
            result.output.source_mesh,
            result.output.driving_mesh,
            engine.faces,
            self._coloured(result, engine),
            session.look.meshes,
            session.turn,
            max(round(size.width() * share), 2),
            max(round(size.height() * share), 2),
            self._colours.canvas_rgb,
            self._photos(result),
        )
        self._worker.mailbox.put(request)

    def _coloured(self, result: RenderReply, engine: Engine) -> tuple[Float, Float]:
        if self._session.look.meshes != "displacement":
            return coloured(engine.paint, SOURCE_SKIN), coloured(engine.paint, DRIVING_SKIN)
        distances = displacement(result.output.source_mesh, result.output.driving_mesh)
        colours = heat(distances / np.float32(reach_of(distances)))
        return colours, colours

    def _photos(self, result: RenderReply) -> tuple[NDArray[np.uint8], ...]:
        source = self._session.slot("source").shown
        if self._session.look.meshes != "photo" or source is None:
            return ()
        return source.encoded.image, result.output.image

    def _on_drawn(self, request: MeshRequest, picture: NDArray[np.uint8]) -> None:
        if request.number > self._shown:
            self._shown = request.number
            self._overlay.show_problem("")
            self._overlay.show_empty(False)
            coloured_by = request.look == "displacement"
            reach = reach_of(displacement(request.source, request.driving)) if coloured_by else None
            self._view.show_picture(picture, reach)
