"""A process that writes one version of a file after the other until it is killed, and what is there then."""

from __future__ import annotations

import multiprocessing
import struct
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from core.media.unfinished import sweep
from tests.kills.writes import KINDS, LEVELS, Kind

BEGUN, DONE = b"b", b"d"
PATIENCE = 60.0
_RECORD = struct.Struct("<cI")

_clean = multiprocessing.get_context("forkserver")  # this process has threads by then, and what forks must have none
_clean.set_forkserver_preload(["tests.kills.writes"])


class Writer:
    """Of one kind of file in a folder of its own, which begins with versions written in peace."""

    def __init__(self, kind: Kind, folder: Path) -> None:
        self.kind, self.path = kind, folder / kind.name
        self.swept = 0
        folder.mkdir(parents=True)
        self._version = self._begun = 0
        self._in_child(count=1)
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

    def _in_child(self, count: int | None = None, seconds: float = 0.0) -> None:
        """Let a process write ``count`` versions, or as many as it can until it is killed after ``seconds``."""
        reading, writing = _clean.Pipe(duplex=False)
        child = _clean.Process(target=_write, args=(self.kind.name, self.path, self._version, count, writing))
        child.start()
        writing.close()
        with reading:
            if not reading.poll(PATIENCE):
                child.kill()
                raise TimeoutError(f"nothing was written to {self.path.name}")
            if count is None:
                time.sleep(seconds)
                child.kill()
            child.join(PATIENCE if count is None else PATIENCE * count)
            self._listen(reading)

    def _listen(self, reading: Connection) -> None:
        """What a process that is gone said."""
        while reading.poll():
            try:
                kind, version = _RECORD.unpack(reading.recv_bytes())
            except EOFError:
                return
            if kind == DONE:
                self._version = version
            else:
                self._begun = version


def _write(name: str, path: Path, version: int, count: int | None, pipe: Connection) -> None:
    """In the child."""
    last = None if count is None else version + count
    while version != last:
        version += 1
        pipe.send_bytes(_RECORD.pack(BEGUN, version))
        KINDS[name].write(path, version)
        pipe.send_bytes(_RECORD.pack(DONE, version))
