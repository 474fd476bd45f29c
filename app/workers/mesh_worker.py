"""The thread that gets mesh pictures drawn: by the child process, or by the software renderer when that fails."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThread, Signal

from ..values import MeshRequest
from .engine import in_words
from .frames import receive, send
from .mailbox import Mailbox

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

    def stop(self) -> None:
        """End the child and the thread, and wait for both."""
        self._stopping.set()
        self.mailbox.close()
        child = self._child
        if child is not None:
            child.kill()
        self.wait()

    def run(self) -> None:
        self._child = self._start()
        while (request := self.mailbox.take()) is not None:
            try:
                self.drawn.emit(request, self._draw(request))
            except Exception as error:
                self.failed.emit(in_words(error))
        self._end_child()

    def _start(self) -> subprocess.Popen[bytes] | None:
        try:
            child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
            )
        except OSError as error:
            self._note_software(str(error))
            return None
        self._child = child
        try:
            header, _ = self._patiently(child, lambda: receive(_pipe(child.stdout)))
            why = "" if header["ready"] else str(header["why"])
        except (EOFError, OSError) as error:
            why = str(error)
        if why:
            self._end_child()
            self._note_software(why)
            return None
        self.noted.emit("Meshes: pyrender")
        return child

    def _draw(self, request: MeshRequest) -> Picture:
        child = self._child
        if child is not None:
            try:
                return self._ask(child, request)
            except (EOFError, OSError, RuntimeError) as error:
                self._end_child()
                self._note_software(str(error))
        return self._software(request)

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
        """Do ``work``; a child that hangs is killed, which ends the work with EOFError."""
        timer = threading.Timer(PATIENCE, child.kill)
        timer.start()
        try:
            return work()
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

    def _note_software(self, why: str) -> None:
        if not self._stopping.is_set():
            self.noted.emit(f"Meshes: software renderer, because pyrender does not work here ({why or 'it ended'})")


def _pipe(stream: Any) -> BinaryIO:
    assert stream is not None
    pipe: BinaryIO = stream
    return pipe
