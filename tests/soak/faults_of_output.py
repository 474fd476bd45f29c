"""What is written to is full, gone, or closed to writing: a sentence, and the old file stays as it was."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QTimer

from core.media.unfinished import sweep
from tests.soak.kinds import Kinds
from tests.soak.user import digest, hidden
from tests.soak.waiting import until

ROOT = Path(__file__).parents[2]
FULL_BYTES = 40_000
NOBODY_WRITES = Path("/sys")
"""Where root may not create files either."""

WRITE_AND_WAIT = """
import sys, time
from core.media.atomic import atomic_write
with atomic_write(sys.argv[1]) as temporary:
    temporary.write_bytes(bytes(100_000))
    print("writing", flush=True)
    time.sleep(600)
"""


class FaultsOfOutput(Kinds):
    @property
    def kinds(self) -> dict[str, Callable[[], None]]:
        return {
            **super().kinds,
            "disk full": self.disk_full,
            "folder gone while a film is written": self.folder_gone,
            "folder that may not be written to": self.read_only,
            "writer killed": self.writer_killed,
        }

    def disk_full(self) -> None:
        user, path = self._user, self._user.out / "result.png"
        if not path.exists():
            user.export(self._desk.window.menus.save, path)
        before = digest(path)
        with no_room():
            self._try_to_write(path)
        assert user.heard("full"), user.said
        assert digest(path) == before, "the old file was touched"
        user.figures.checks["old files left alone by a failed write"] += 1

    def _try_to_write(self, path: Path) -> None:
        user, menus, jobs = self._user, self._desk.window.menus, self._desk.session.jobs
        user.answers.path, before = path, jobs.newest
        user.forget()
        (menus.sweep if path.suffix == ".gif" else menus.save).trigger()
        assert jobs.newest is not None and (before is None or jobs.newest.number != before.number), "nothing began"
        # on a busy machine the folder may be gone before the job begins, which then names the folder alone
        until(lambda: user.heard(path.name) or user.failed(), f"a word about {path.name}")

    def folder_gone(self) -> None:
        folder = self._user._folder / "stick"
        folder.mkdir()
        timer = QTimer()  # not so and so long after the start: a fast machine would be done by then
        timer.timeout.connect(lambda: shutil.rmtree(folder, ignore_errors=True) if any(_listed(folder)) else None)
        timer.start(1)
        try:
            self._try_to_write(folder / "moving.gif")
        finally:
            timer.stop()
        assert not folder.exists() and not self._user.heard("Saved"), self._user.said

    def read_only(self) -> None:
        folder = NOBODY_WRITES
        if os.geteuid() != 0:
            folder = self._user._folder / "closed"
            folder.mkdir(exist_ok=True)
            folder.chmod(0o500)
        path = folder / self._dice.choice(("mine.png", "mine.gif"))
        self._try_to_write(path)
        assert not path.exists() and not self._user.heard("Saved"), self._user.said

    def writer_killed(self) -> None:
        user, path = self._user, self._user.out / "result.png"
        before = digest(path)
        command = [sys.executable, "-c", WRITE_AND_WAIT, str(path)]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None and child.stdout.readline() == "writing\n"
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        assert sweep() == 1 and not hidden(user.out), "what it left is still there"
        assert digest(path) == before, "the old file was touched"
        user.figures.checks["old files left alone by a killed writer"] += 1


def _listed(folder: Path) -> list[Path]:
    """What is in a folder, nothing where it is gone."""
    return list(folder.iterdir()) if folder.is_dir() else []


@contextlib.contextmanager
def no_room() -> Iterator[None]:
    """The system lets no file grow beyond some bytes, which Mimesh cannot tell from a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
