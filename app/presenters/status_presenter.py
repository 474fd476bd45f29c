"""The session → the line at the bottom."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject

from ..facts import model_in_words
from ..numbers import shown
from ..roles import Role
from ..session import Session
from ..tr import later, tr
from ..views.status_line import StatusLine

STAGES = {
    "encode": later("encode"),
    "regression": later("mesh"),
    "motion": later("motion"),
    "occlusion": later("visibility"),
    "warp": later("warp"),
    "decode": later("decode"),
}
NAMES = {"source": later("Source"), "driving": later("Driver")}
PAUSE = 0.5
"""Seconds without a picture after which the rate is counted afresh."""


class StatusPresenter(QObject):
    def __init__(self, session: Session, line: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._line = session, line
        self._times: deque[float] = deque(maxlen=20)
        session.message_changed.connect(line.message.set_full_text)
        session.engine_changed.connect(self._show_engine)
        session.result_changed.connect(self._show_result)
        session.photo_changed.connect(self._tell_photo)
        session.render_problem_changed.connect(self._tell_problem)
        session.mesh_note_changed.connect(line.show_meshes)
        line.notice.clicked.connect(self._tell_notice)
        self._loading = tr("Loading the face model…")
        line.message.set_full_text(self._loading)

    def _show_engine(self) -> None:
        state = self._session.engine
        if state.engine is None:
            self._loading = state.problem or tr("Loading the face model…")
            self._session.set_message(self._loading)
            return
        self._line.device.setText(f"{state.engine.device.upper()} · {model_in_words(state.engine.backend)}")
        self._line.show_notice(state.engine.notice)
        if self._session.message in ("", self._loading):  # else something is said that nobody has read yet
            self._session.set_message(tr("Ready."))

    def _tell_notice(self) -> None:
        """All of it, over the result, until it is clicked away or a new picture comes."""
        if self._session.engine.engine is not None:
            self._session.set_render_problem(self._session.engine.engine.notice)

    def _show_result(self) -> None:
        reply = self._session.result
        if reply is None:
            self._times.clear()
            self._line.stages.show_stages([])
            self._line.rate.setText("")
            return
        times = reply.output.timings_ms
        stages = [(tr(STAGES.get(name, name)), ms) for name, ms in times.items()]
        self._line.stages.show_stages(stages, reply.output.draft)
        now = time.monotonic()
        if self._times and now - self._times[-1] > PAUSE:
            self._times.clear()
        self._times.append(now)
        if len(self._times) > 2:
            self._line.rate.setText(
                tr("{count} pictures/s", count=shown((len(self._times) - 1) / (now - self._times[0])))
            )

    def _tell_problem(self, problem: str) -> None:
        if problem:
            self._session.set_message(problem)

    def _tell_photo(self, role: Role) -> None:
        slot = self._session.slot(role)
        if slot.problem:
            self._session.set_message(f"{tr(NAMES[role])}: {slot.problem}")
        elif slot.shown is not None and not slot.busy:
            count = len(slot.shown.encoded.boxes)
            several = tr(", {count} faces found: click the one you mean", count=count) if count > 1 else ""
            notes = " ".join(("", *slot.shown.notes))
            self._session.set_message(f"{tr(NAMES[role])}: {slot.shown.order.label}{several}.{notes}")
        elif slot.wanted is None and self._line.message.full_text.startswith(f"{tr(NAMES[role])}: "):
            self._session.set_message(tr("Ready."))  # what was said is about a photo that is gone
