"""What fails is real here: torch that cannot be imported, torch's own out-of-memory, a GL context that is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import SAMPLES
from app.workers import mesh_worker
from app.workers.core_engine import CoreEngine
from core import Reenactor
from tests.app.acts import LEFT, drop, files
from tests.app.conftest import PATIENCE
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose, file_dialog
from tests.app.test_faults import Opener, _Gone, child, drawn, offered, opened

__all__ = ["opened"]
ROOT = Path(__file__).parents[2]

WITHOUT_TORCH = """
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.application import SAMPLES, Desk
from app.store.folders import Folders
from tests.app.acts import drop, files
from tests.soak.waiting import until

class NoTorch(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            raise ImportError("libtorch_cpu.so: cannot open shared object file", name="torch")
        return None

blocked = NoTorch()
sys.meta_path.insert(0, blocked)
application = QApplication([])
desk = Desk(application, folders=Folders(Path(sys.argv[1]) / "config", Path(sys.argv[1]) / "state"))
desk.show()
drop(desk.window, files(SAMPLES / "collins.png", SAMPLES / "hopper.jpg"))
trouble, session = desk.window.trouble, desk.session
until(trouble.isVisible, "an offer", 120)
print(trouble.text.text(), "/", trouble.yes.text())
assert desk.window.isVisible() and session.result is None and "torch" not in sys.modules
sys.meta_path.remove(blocked)
trouble.yes.click()
until(lambda: session.engine.engine is not None, "the core", 200)
print("loaded")
desk.window.may_close = lambda: True
desk.window.close()
"""

LOST = """
import os
os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
from OpenGL.error import GLError
from app.workers import mesh_process

def lost(*_):
    raise GLError(err=0x0507, description=b"context lost")  # GL_CONTEXT_LOST

mesh_process.Stage.__init__ = lambda self: None
mesh_process.Stage.draw = lost
mesh_process.main()
"""


def test_torch_that_cannot_be_imported_is_told_and_tried_again(tmp_path: Path) -> None:
    """In a process of its own, where the core's import fails at its first line that needs torch."""
    command = [sys.executable, "-c", WITHOUT_TORCH, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[-1] == "loaded", (done.stdout, done.stderr[-2000:])
    assert lines[0].startswith("A library cannot be loaded (torch)") and lines[0].endswith("/ Try again")


def test_a_card_that_is_full_while_drawing_and_while_writing(
    opened: Opener, qtbot: QtBot, reenactor: Reenactor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real core, whose network raises what torch raises."""
    full, working = _Gone(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")), reenactor._backend

    def on_cpu() -> CoreEngine:
        monkeypatch.setattr(reenactor, "_backend", working)
        return CoreEngine(reenactor)

    monkeypatch.setattr(reenactor, "_backend", full)
    desk = opened(lambda: CoreEngine(reenactor), on_cpu)  # type: ignore[arg-type,return-value]
    drop(desk.window, files(SAMPLES / "collins.png", SAMPLES / "hopper.jpg"))
    assert "graphics card has not enough memory" in offered(desk, qtbot)
    assert desk.window.trouble.yes.text() == "Continue on the CPU"
    QTest.mouseClick(desk.window.trouble.yes, LEFT)
    drawn(desk, qtbot)
    assert not desk.window.trouble.isVisible()
    monkeypatch.setattr(reenactor, "_backend", full)
    path = tmp_path / "sweep.gif"
    with file_dialog(path):
        choose(desk.window.menus.sweep)
    qtbot.waitUntil(lambda: not desk.session.jobs.unfinished, timeout=PATIENCE)
    newest = desk.session.jobs.newest
    assert newest is not None and newest.state == "failed" and "not enough memory" in desk.session.message
    assert not path.exists() and desk.window.isVisible()


@pytest.mark.real_meshes
def test_a_lost_gl_context_leaves_the_meshes_to_software(
    opened: Opener, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mesh_worker, "COMMAND", (sys.executable, "-c", LOST))
    desk = opened(FakeEngine)
    drawn(desk, qtbot)
    assert "ended twice; they are drawn without the graphics card now" in offered(desk, qtbot)
    assert child(desk.meshes) == 0
    qtbot.waitUntil(lambda: desk.window.mesh.has_picture, timeout=PATIENCE)
    before = desk.session.result
    desk.session.set_dial(pose=0.4)
    qtbot.waitUntil(lambda: desk.session.result is not before, timeout=PATIENCE)
