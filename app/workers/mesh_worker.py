"""The thread that gets mesh pictures drawn: by the child process, or by the software renderer when that fails.

A child that ends while it should draw is started again, unless it did so a moment ago; one that hangs is not waited
for a second time.
"""

from __future__ import annotations

import logging
import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThread, Signal

from ..rendering import MeshRequest
from ..tr import inside, later, tr
from ..trouble import Trouble
from .engine import in_words
from .frames import receive, send
from .mailbox import Mailbox
from .mesh_message import packed

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds the child may take for its start or a picture before it is given up."""

SOON = 60.0
"""Seconds: a child that ends twice within them is not started again."""

Picture = NDArray[np.uint8]
COMMAND = (sys.executable, "-m", "app.workers.mesh_process")


class MeshWorker(QThread):
    drawn = Signal(object, object)  # MeshRequest, picture
    failed = Signal(str)
    noted = Signal(str)  # which renderer draws
    troubled = Signal(object)  # Trouble: nothing draws

    def __init__(
        self,
        software: Callable[[MeshRequest], Picture],
        command: tuple[str, ...] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.mailbox: Mailbox[MeshRequest] = Mailbox()
        self._software = software
        self._command = command or COMMAND
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._replaced = -math.inf
        self._wanted = True
        self._ended = False
        self._latest: MeshRequest | None = None

    def start_again(self) -> None:
        """Try the child process once more, whatever became of it before, and draw what was to be drawn last."""
        self._wanted = True
        if self._latest is not None and self.mailbox.peek() is None:
            self.mailbox.put(self._latest)
        if self._ended:
            self.wait()
            self.start()

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
        self._ended = False
        try:
            self._serve()
        except BaseException as error:  # whatever ends this thread: the window has to know
            self._ended = True
            self._tell(in_words(error))
        finally:
            self._end_child()

    def _serve(self) -> None:
        self._first_child()
        while (request := self.mailbox.take()) is not None:
            self._latest = request
            self._first_child()
            try:
                self.drawn.emit(request, self._draw(request))
            except Exception as error:
                said = in_words(error)
                self.failed.emit(said)
                self._tell(said)

    def _tell(self, why: str) -> None:
        self.troubled.emit(Trouble(tr("The meshes cannot be drawn: {why}", why=inside(why)), "meshes"))

    def _first_child(self) -> None:
        if self._wanted:
            self._wanted = False
            self._replaced = -math.inf
            self._end_child()
            self._child = self._start()

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
        except Exception as error:
            self._end_child()
            self._note_software(later("pyrender does not work here"), error)
            return None
        self.noted.emit(tr(note))
        return child

    def _draw(self, request: MeshRequest) -> Picture:
        while (child := self._child) is not None:
            try:
                return self._ask(child, request)
            except Exception as error:
                code = _exit_code(child)
                self._end_child()
                self._replace_child(error, code)
        return self._software(request)

    def _replace_child(self, error: Exception, code: int | None) -> None:
        """Start the child again, unless that was done a moment ago or it hung; ``code`` it ended with, if it did."""
        if self._stopping.is_set():
            return
        before, self._replaced = self._replaced, time.monotonic()
        if not isinstance(error, TimeoutError) and self._replaced - before > SOON:
            log.warning("the mesh process ended (%s, exit code %s); it is started again", error, code)
            self._child = self._start(later("Meshes: pyrender, started again"))
            return
        hung = isinstance(error, TimeoutError)
        self._note_software(later("pyrender did not answer") if hung else later("pyrender ended twice"), error)
        said = later("Drawing the meshes took too long") if hung else later("What draws the meshes ended twice")
        self.troubled.emit(
            Trouble(tr("{what}; they are drawn without the graphics card now.", what=tr(said)), "pyrender")
        )

    def _ask(self, child: subprocess.Popen[bytes], request: MeshRequest) -> Picture:
        def exchange() -> Picture:
            send(_pipe(child.stdin), *packed(request))
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


def _exit_code(child: subprocess.Popen[bytes]) -> int | None:
    """What it ended with; None when it did not end."""
    try:
        return child.wait(timeout=0.5)  # its pipes close a moment before it is gone
    except subprocess.TimeoutExpired:
        return None


def _pipe(stream: Any) -> BinaryIO:
    assert stream is not None
    pipe: BinaryIO = stream
    return pipe
