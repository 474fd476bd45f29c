"""Playing a film: the clock says which frame is due, frames that the core has no time for are left out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ..clip import Clip, frame_at
from ..session import Session

TICK_MS = 10
MEASURED = 1.5
"""Seconds over which the rate is counted,"""
LEAST = 3
"""but over as many pictures at least."""


class PlayPresenter(QObject):
    rate_changed = Signal(float)  # pictures a second that were shown while it plays; 0 = not known

    def __init__(self, session: Session, parent: QObject, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self._began, self._first = 0.0, 0
        self._played: Clip | None = None
        self._shown: deque[tuple[float, int]] = deque()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        session.playing_changed.connect(self._start_or_stop)
        session.result_changed.connect(self._count)
        session.live_changed.connect(self._count_afresh)

    def toggle(self) -> None:
        if self._session.playing:
            self._session.stop()
        else:
            self._session.play()

    def tick(self) -> None:
        """Show the frame that is due."""
        session = self._session
        footage, clip = session.footage, session.document.clip
        if footage is None:
            session.stop()
            return
        if clip != self._played:  # a mark was set: go on from here
            self._begin()
        due = frame_at(clip, footage, self._first, self._clock() - self._began)
        if due is None:
            session.set_playhead(clip.end(footage.count))
            session.stop()
        else:
            session.set_playhead(due)

    def _start_or_stop(self) -> None:
        self._shown.clear()
        self.rate_changed.emit(0.0)
        if self._session.playing:
            self._begin()
            self._timer.start()
        else:
            self._timer.stop()

    def _begin(self) -> None:
        self._began, self._first = self._clock(), self._session.clip.frame
        self._played = self._session.document.clip

    def _count_afresh(self) -> None:
        if self._session.live is None:
            self._shown.clear()

    def _count(self) -> None:
        """Another frame is shown; how many are there a second?"""
        reply, session = self._session.result, self._session
        if reply is None or reply.frame is None or not (session.playing or session.camera.on):
            return
        now = self._clock()
        if not self._shown or self._shown[-1][1] != reply.frame:
            self._shown.append((now, reply.frame))
        while len(self._shown) > LEAST and now - self._shown[0][0] > MEASURED:
            self._shown.popleft()
        first = self._shown[0][0] if self._shown else now
        if len(self._shown) >= LEAST and now > first:
            self.rate_changed.emit((len(self._shown) - 1) / (now - first))
