"""Files of results that are dragged out of the window: whoever they were dropped on may read them until it closes."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import psutil

from core.errors import OutputError
from core.media.open_input import quoted
from core.user_folders import make_private

from ..tr import tr


class Dragged:
    """A private folder of this process in ``folder``; those of processes that are gone are removed."""

    def __init__(self, folder: Path) -> None:
        self._all = folder
        self._mine = folder / _name(psutil.Process())
        self._count = 0

    def new(self, name: str) -> Path:
        """A path called ``name`` where nothing is yet.  Raises OutputError."""
        self._count += 1
        path = self._mine / str(self._count) / name
        try:
            make_private(path.parent)
        except OSError as error:
            why = error.strerror or str(error)
            text = tr("The result cannot be dragged out: {folder} is not to be written ({why}).",
                      folder=quoted(self._all), why=why)  # fmt: skip
            raise OutputError(text) from error
        return path

    def drop(self, path: Path) -> None:
        """Remove a file that nobody took."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def clear(self) -> None:
        """Remove all files of this process, and what others left that are gone."""
        shutil.rmtree(self._mine, ignore_errors=True)
        self.sweep()

    def sweep(self) -> None:
        """Remove what processes left that are gone."""
        with contextlib.suppress(OSError):
            for folder in self._all.iterdir():
                if not _alive(folder.name):
                    shutil.rmtree(folder, ignore_errors=True)
            self._all.rmdir()  # which fails where somebody's is left


def _name(process: psutil.Process) -> str:
    return f"{process.pid}-{process.create_time():.0f}"


def _alive(name: str) -> bool:
    pid = name.split("-")[0]
    with contextlib.suppress(psutil.Error, ValueError):
        return pid.isdecimal() and (int(pid) == os.getpid() or _name(psutil.Process(int(pid))) == name)
    return False
