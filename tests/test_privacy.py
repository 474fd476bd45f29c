"""Nothing leaves the machine, and what is kept for the user is readable by the user alone."""

from __future__ import annotations

import io
import os
import pickle
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.offline import possible

ROOT = Path(__file__).resolve().parent.parent

COMMANDS = """
import sys
from pathlib import Path
from core import Reenactor
from core.cli.run import run
from core.log.watch import watching
from core.pipeline.samples import sample_driving, sample_source
out = Path(sys.argv[1])
once = Reenactor.load()
Reenactor.load = classmethod(lambda cls, device="auto", model=None: once)
pair = [str(sample_source()), str(sample_driving())]
(out / "pairs.csv").write_text("source,driving\\n" + ",".join(pair) + "\\n")
with watching():
    for arguments in (
        ["reenact", *pair, "-o", str(out / "a.jpg"), "--mesh", str(out / "a.glb")],
        ["animate", *pair, "-o", str(out / "a.mp4"), "--frames", "2"],
        ["batch", str(out / "pairs.csv"), "-o", str(out / "batch")],
        ["inspect", pair[0]],
        ["verify", str(out / "a.jpg")],
        ["verify", str(out / "a.mp4")],
        ["doctor"],
        ["reenact", "http://localhost/a.jpg", "rtsp://localhost/b.mp4", "-o", str(out / "c.png")],
        ["animate", pair[0], "http://localhost/b.mp4", "-o", str(out / "c.gif")],
    ):
        print("==", arguments[0], run(arguments), flush=True)
"""

WINDOW = """
import sys
from pathlib import Path
from app.views import dialogs
from core.log.watch import watching
from tests.app.acts import drop, files, wait
from tests.app.fake_engine import FakeEngine
from tests.app.long_session import opened, photos_of
from tests.soak.waiting import until
out = Path(sys.argv[1])
with watching(), opened(out / "window", FakeEngine) as desk:
    window, session = desk.window, desk.session
    for panel, photo in zip(window.photos.values(), photos_of(desk)):
        drop(panel, files(photo))
    until(lambda: session.result is not None, "a result")
    dialogs.ask_save = lambda *_: out / "window.png"
    window.menus.save.trigger()
    until(lambda: (out / "window.png").exists(), "the picture")
    desk.help.show_about("licences")
    wait(300)
    desk.projects.autosave()
print("closed", flush=True)
"""

CHILD = """
import subprocess, sys
print(subprocess.run([sys.executable, "-c", "import socket; socket.socket()"]).returncode)
"""


def offline(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python, ended by the system where it or anything it calls opens an internet socket."""
    kept = {f"XDG_{name}_HOME": str(tmp_path / "user" / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {**os.environ, **kept, "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.offline", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, umask=0)


def others_may(folder: Path) -> list[str]:
    """What of ``folder``, which is the user's, and below it anybody but its owner may read or write."""
    found = [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    return [f"{path.relative_to(folder)} {stat.S_IMODE(path.stat().st_mode):o}" for path in found]


@pytest.mark.skipif(not possible(), reason="no seccomp")
def test_the_watch_sees_an_internet_socket(tmp_path: Path) -> None:
    assert offline(tmp_path, "-c", "import socket; socket.socket()").returncode == -signal.SIGSYS
    assert offline(tmp_path, "-c", CHILD).stdout == "-31\n", "a child process got away"
    assert offline(tmp_path, "-c", "import socket; socket.socket(socket.AF_UNIX)").returncode == 0


@pytest.mark.skipif(not possible(), reason="no seccomp")
def test_commands_open_no_internet_socket_and_keep_what_they_keep_private(tmp_path: Path) -> None:
    done = offline(tmp_path, "-c", COMMANDS, str(tmp_path))
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    codes = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("== ")]
    assert codes == ["0"] * 7 + ["2", "2"], done.stdout
    assert (tmp_path / "user" / "DATA" / "mimesh" / "signing" / "self-made.pem").exists()
    for kind in ("DATA", "STATE"):
        assert not others_may(tmp_path / "user" / kind / "mimesh")


@pytest.mark.skipif(not possible(), reason="no seccomp")
def test_the_window_opens_no_internet_socket_and_keeps_what_it_keeps_private(tmp_path: Path) -> None:
    done = offline(tmp_path, "-c", WINDOW, str(tmp_path))
    assert done.returncode == 0 and done.stdout.endswith("closed\n"), (done.returncode, done.stdout, done.stderr)
    assert (tmp_path / "window" / "state" / "last.mimesh").exists()
    for kept in ("user/STATE/mimesh", "window/config", "window/state"):
        assert not others_may(tmp_path / kept)


def test_no_test_reaches_the_network() -> None:
    with pytest.raises(PermissionError, match="the network was asked for"):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    with pytest.raises(PermissionError, match="the network was asked for"):
        socket.getaddrinfo("example.org", 80)


def test_no_test_unpickles() -> None:
    written = pickle.dumps(Path("a"))
    with pytest.raises(PermissionError, match="was unpickled"):
        pickle.loads(written)
    saved = io.BytesIO()
    torch.save({"a": torch.ones(2)}, saved)
    saved.seek(0)
    with pytest.raises(PermissionError, match="weights_only"):
        torch.load(saved)
    saved.seek(0)
    assert torch.load(saved, weights_only=True)["a"].tolist() == [1.0, 1.0]
