"""The thread that gets mesh pictures drawn: by the child process, or by the software renderer when that fails.

A child that ends while it should draw is started again once; one that hangs is not waited for a second time.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThread, Signal

from ..tr import later, tr
from ..values import MeshRequest
from .engine import in_words
from .frames import receive, send
from .mailbox import Mailbox

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds the child may take for its start or a picture before it is given up."""

Picture = NDArray[np.uint8]
COMMAND = (sys.executable, "-m", "app.workers.mesh_process")


class MeshWorker(QThread):
    drawn = Signal(object, object)  # MeshRequest, picture
    failed = Signal(str)
    noted = Signal(str)  # which renderer draws

    def __init__(
        self,
        software: Callable[[MeshRequest], Picture],
        command: tuple[str, ...] = COMMAND,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.mailbox: Mailbox[MeshRequest] = Mailbox()
        self._software = software
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._started_again = False

    def end(self) -> None:
        """Kill the child, which lets the thread end."""
        self._stopping.set()
        self.mailbox.close()
        child = self._child
        if child is not None:
            child.kill()

    def stop(self) -> None:
        """End the child and the thread, and wait for both."""
        self.end()
        self.wait()

    def run(self) -> None:
        self._child = self._start()
        while (request := self.mailbox.take()) is not None:
            try:
                self.drawn.emit(request, self._draw(request))
            except Exception as error:
                self.failed.emit(in_words(error))
        self._end_child()

    def _start(self, note: str = later("Meshes: pyrender")) -> subprocess.Popen[bytes] | None:
        """A child that is ready, or None and a word about it."""
        try:
            child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
            )
        except OSError as error:
            self._note_software(later("pyrender could not be started"), error)
            return None
        self._child = child
        if self._stopping.is_set():  # stop() may have looked for a child before this one was there
            child.kill()
        try:
            header, _ = self._patiently(child, lambda: receive(_pipe(child.stdout)))
            if not header["ready"]:
                raise RuntimeError(header["why"])
        except (EOFError, OSError, RuntimeError) as error:
            self._end_child()
            self._note_software(later("pyrender does not work here"), error)
            return None
        self.noted.emit(tr(note))
        return child

    def _draw(self, request: MeshRequest) -> Picture:
        while (child := self._child) is not None:
            try:
                return self._ask(child, request)
            except (EOFError, OSError, RuntimeError) as error:
                self._end_child()
                self._replace_child(error)
        return self._software(request)

    def _replace_child(self, error: Exception) -> None:
        """Start the child again, unless that was done before or it hung."""
        if isinstance(error, TimeoutError):
            self._note_software(later("pyrender did not answer"), error)
        elif self._started_again:
            self._note_software(later("pyrender ended twice"), error)
        elif not self._stopping.is_set():
            self._started_again = True
            log.warning("the mesh process ended (%s); it is started again", error)
            self._child = self._start(later("Meshes: pyrender, started again"))

    def _ask(self, child: subprocess.Popen[bytes], request: MeshRequest) -> Picture:
        turn = request.turn
        header: dict[str, Any] = {
            "turn": [turn.yaw, turn.pitch, turn.zoom],
            "size": [request.width, request.height],
            "background": list(request.background),
        }

        def exchange() -> Picture:
            send(_pipe(child.stdin), header, [request.source, request.driving, request.faces, request.paint])
            answer, arrays = receive(_pipe(child.stdout))
            if not answer["ok"]:
                raise RuntimeError(answer["why"])
            return arrays[0]

        picture: Picture = self._patiently(child, exchange)
        return picture

    def _patiently(self, child: subprocess.Popen[bytes], work: Callable[[], Any]) -> Any:
        """Do ``work``; a child that hangs is killed, which ends the work with TimeoutError."""
        hung = threading.Event()

        def give_up() -> None:
            hung.set()
            child.kill()

        timer = threading.Timer(PATIENCE, give_up)
        timer.start()
        try:
            return work()
        except (EOFError, OSError) as error:
            if hung.is_set():
                raise TimeoutError("no answer") from error
            raise
        finally:
            timer.cancel()
            timer.join()

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            try:
                _pipe(pipe).close()
            except OSError:
                continue  # the last message could not be flushed: nobody is there to read it
        child.wait()

    def _note_software(self, why: str, error: Exception) -> None:
        """Tell people ``why`` in words; what the system said about it goes to the log."""
        if not self._stopping.is_set():
            log.warning("%s: %s", why, error)
            self.noted.emit(tr("Meshes: software renderer, because {why}", why=tr(why)))


def _pipe(stream: Any) -> BinaryIO:
    assert stream is not None
    pipe: BinaryIO = stream
    return pipe
