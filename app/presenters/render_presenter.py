"""Session ↔ core worker: every change becomes a snapshot in the mailbox, every answer goes back to the session."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.types import Image

from ..rendering import EngineState, RenderReply, RenderRequest
from ..session import Session
from ..workers.core_worker import CoreWorker
from ..workers.engine import Engine


class RenderPresenter(QObject):
    def __init__(self, session: Session, worker: CoreWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._worker = session, worker
        self._asked: tuple[object, ...] | None = None
        session.photo_changed.connect(self._ask)
        session.dial_changed.connect(self._ask)
        session.edits_changed.connect(self._ask)
        session.clip_changed.connect(self._ask)
        session.live_changed.connect(self._ask)
        session.dragging_changed.connect(self._on_held)
        worker.engine_ready.connect(self._on_ready)
        worker.engine_failed.connect(self._on_failed)
        worker.photo_read.connect(session.preview_photo)
        worker.photo_ready.connect(session.accept_photo)
        worker.photo_failed.connect(session.refuse_photo)
        worker.photos_left_out.connect(session.leave_out)
        worker.photos_looked_at.connect(session.note_looked_at)
        worker.frame_seen.connect(session.accept_seen)
        worker.rendered.connect(self._on_rendered)
        worker.render_failed.connect(self._on_render_failed)

    def _ask(self) -> None:
        """Send the newest state, if it asks for anything new."""
        if self._session.engine.problem:  # there is nobody to ask: say so again
            self._session.set_render_problem(self._session.engine.problem)
            return
        request = self._session.snapshot()
        asked = _asked(request)
        if asked != self._asked and (request.source is not None or request.driving is not None or request.live):
            self._asked = asked
            self._worker.mailbox.put(request)

    def _on_held(self, held: bool) -> None:
        if not held:  # what was drawn meanwhile may be drafts
            self._ask()

    def start_again(self, on_cpu: bool) -> None:
        """Have the core loaded afresh, and what is wanted now drawn by it."""
        self._session.set_render_problem("")
        self._session.set_engine(EngineState())
        request = self._session.snapshot()
        self._asked = _asked(request)
        self._worker.start_again(request, on_cpu)

    def _on_ready(self, engine: Engine, wheel: Image) -> None:
        self._session.set_engine(EngineState(engine, wheel))

    def _on_failed(self, problem: str) -> None:
        self._session.set_engine(EngineState(problem=problem))
        self._session.set_render_problem(problem)

    def _on_rendered(self, reply: RenderReply) -> None:
        self._session.accept_result(reply)

    def _on_render_failed(self, request: RenderRequest, problem: str) -> None:
        self._session.set_render_problem(problem)


def _asked(request: RenderRequest) -> tuple[object, ...]:
    """What makes two requests the same."""
    return request.source, request.driving, request.controls, request.clip, request.live, request.passing
