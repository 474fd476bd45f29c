"""A process that writes one version of a file after the other until it is killed, and what is there then."""

from __future__ import annotations

import os
import select
import signal
import struct
import time
import traceback
from pathlib import Path

from core.media.unfinished import sweep
from tests.kills.writes import LEVELS, Kind

BEGUN, DONE = b"b", b"d"
PATIENCE = 60.0
_RECORD = struct.Struct("<cI")


class Writer:
    """Of one kind of file in a folder of its own, which begins with two versions written in peace."""

    def __init__(self, kind: Kind, folder: Path) -> None:
        self.kind, self.path = kind, folder / kind.name
        self.swept = 0
        folder.mkdir(parents=True)
        self._version = self._begun = 0
        start = time.monotonic()
        self._in_child(count=2)
        self._seconds = (time.monotonic() - start) / 2

    def kill(self, writes: float) -> str:
        """Kill a writer ``writes`` typical writes after it began: "old", "new", or what is wrong."""
        before = self._version
        self._in_child(seconds=writes * self._seconds)
        self.swept += sweep()
        beside = [entry.name for entry in self.path.parent.iterdir() if not self._expected(entry)]
        if beside:
            return f"left behind: {beside}"
        try:
            version = self.kind.version(self.path)
        except Exception as error:
            traceback.print_exception(error)
            return f"not whole ({type(error).__name__})"
        if version not in (self._version % LEVELS, self._begun % LEVELS):
            return "neither"
        if version == self._begun % LEVELS:
            self._version = self._begun
        return "old" if self._version == before else "new"

    def _expected(self, entry: Path) -> bool:
        """Pictures pasted into a project lie beside it: those of a version that was not finished are whole, too."""
        return entry == self.path or (self.path.suffix == ".mimesh" and entry.suffix == ".png" and entry.name[0] != ".")

    def _in_child(self, count: int | None = None, seconds: float | None = None) -> None:
        """Let a process write ``count`` versions, or as many as it can until it is killed after ``seconds``."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._write(writing, count)
        os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            if not select.select([pipe], [], [], PATIENCE)[0]:
                os.kill(child, signal.SIGKILL)
                raise TimeoutError(f"nothing was written to {self.path.name}")
            if seconds is not None:
                time.sleep(seconds)
                os.kill(child, signal.SIGKILL)
            said = pipe.readall()
        os.waitpid(child, 0)
        for kind, version in _RECORD.iter_unpack(said):
            if kind == DONE:
                self._version = version
            else:
                self._begun = version

    def _write(self, pipe: int, count: int | None) -> None:
        """In the child: never returns."""
        code = 1
        try:
            version = self._version
            while count is None or version < self._version + count:
                version += 1
                os.write(pipe, _RECORD.pack(BEGUN, version))
                self.kind.write(self.path, version)
                os.write(pipe, _RECORD.pack(DONE, version))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
