"""The session on disk while it runs, so that a crash or a power cut loses a second of work at most.

Each running window has a file of its own, which names its process.  A file whose process is gone was left by a crash.
On a clean end the file becomes ``last.mimesh``.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import psutil

from core.errors import InputError

from ..document import Document
from .project import SUFFIX, Pictures, project_text, read_project


class Autosave:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = [os.getpid(), psutil.Process().create_time()]
        self.path = folder / f"running-{os.getpid()}-{id(self):x}{SUFFIX}"
        self.last = folder / f"last{SUFFIX}"

    def text(self, document: Document, project: Path | None) -> tuple[str, Pictures]:
        """What to write to :attr:`path`; ``project`` is the file the document was opened from."""
        return project_text(document, self.path, process=self._process, project=str(project) if project else None)

    def crashed(self) -> Path | None:
        """The newest session whose process is gone, if there is one."""
        left = [path for path in self.folder.glob(f"running-*{SUFFIX}") if path != self.path and not _alive(path)]
        return max(left, key=lambda path: path.stat().st_mtime, default=None)

    def retire(self, path: Path | None = None) -> None:
        """Make a session (this one by default) the last one, which can be opened again."""
        with contextlib.suppress(OSError):
            (path or self.path).replace(self.last)
        self._sweep()

    def left(self) -> list[Path]:
        """Files of sessions that no running window has open, pasted pictures among them."""
        if not self.folder.is_dir():
            return []
        running = [path for path in self.folder.glob(f"running-*{SUFFIX}") if path != self.path and _alive(path)]
        own = tuple(path.stem for path in (self.path, *running))  # pictures begin with the name of their session
        named = "".join(path.read_text(encoding="utf-8") for path in (self.path, *running) if path.exists())
        files = [path for path in self.folder.iterdir() if path.suffix in (SUFFIX, ".png")]
        return sorted(path for path in files if not path.name.startswith(own) and path.name not in named)

    def _sweep(self) -> None:
        """Remove pasted pictures that no session names any more."""
        with contextlib.suppress(OSError):
            named = "".join(
                path.read_text(encoding="utf-8", errors="replace") for path in self.folder.glob(f"*{SUFFIX}")
            )
            for picture in self.folder.glob("*.png"):
                if picture.name not in named:
                    picture.unlink()


def project_of(found: dict[str, Any]) -> Path | None:
    """The project a session's file says it was about."""
    project = found.get("project")
    return Path(project) if isinstance(project, str) and project else None


def _alive(path: Path) -> bool:
    try:
        process = read_project(path)[1].get("process")
        assert isinstance(process, list)
        pid, created = process
        return bool(abs(psutil.Process(int(pid)).create_time() - float(created)) < 1.0)
    except (InputError, AssertionError, OverflowError, TypeError, ValueError, psutil.Error):
        return False
