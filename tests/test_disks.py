"""Real disks that are full, read-only, or go away: a sentence, the old file as it was, and nothing left behind."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import OutputError
from core.media import unfinished
from core.media.atomic import atomic_write

ROOT = Path(__file__).resolve().parent.parent
UNSHARE = ("unshare", "--map-root-user", "--mount")

SCRIPT = """
import json, subprocess, sys
from pathlib import Path
import numpy as np
from app.store import json_file
from core.errors import MimeshError
from core.media.write_image import write_image
from core.provenance.export import open_marked_animation, write_marked_image
from core.provenance.marks import ALL_MARKS

disk, how = Path(sys.argv[1]), sys.argv[2]
noise = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)

def gone():
    if how == "gone":
        subprocess.run(["umount", "-l", disk], check=True)

def film(path):
    with open_marked_animation(path, 10.0, (256, 256), ALL_MARKS, lambda: False) as writer:
        for shift in range(8):
            writer.add(np.roll(noise, shift, 0))
            if shift == 4:
                gone()

def picture(path):
    write_image(path, noise, finish=lambda written: gone())

writes = {
    "a.png": picture,
    "small.png": lambda path: write_marked_image(path, noise[:96, :96], ALL_MARKS),
    "a.gif": film,
    "a.mp4": film,
    "a.mimesh": lambda path: json_file.write(path, "x" * 100_000),
}
if how == "gone":
    del writes["small.png"], writes["a.mimesh"]  # written at once: the disk goes before or after
for name, write in writes.items():
    size = "size=48k" if how == "full" else "size=4m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk], check=True)
    (disk / name).write_bytes(b"old")
    if how == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        write(disk / name)
        said = "written"
    except MimeshError as error:
        said = str(error)
    left = {} if how == "gone" else {path.name: path.read_bytes().decode("latin-1")[:9] for path in disk.iterdir()}
    print(json.dumps([name, said, left]), flush=True)
    if how != "gone":
        subprocess.run(["umount", disk], check=True)
    elif any(disk.iterdir()):
        print(json.dumps([name, "left where the disk was", {}]))
"""


def mounts() -> bool:
    """Whether a test may have disks of its own."""
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True)
    return done.returncode == 0


@pytest.mark.skipif(not mounts(), reason="no mounts")
@pytest.mark.parametrize(
    ("how", "words"), [("full", "the disk is full"), ("read-only", "not writable"), ("gone", "its folder is gone")]
)
def test_on_a_disk_that_is(tmp_path: Path, how: str, words: str) -> None:
    for name in ("disk", "temp", "user"):
        (tmp_path / name).mkdir()
    kept = {f"XDG_{name}_HOME": str(tmp_path / "user") for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-c", SCRIPT, str(tmp_path / "disk"), how],
        cwd=ROOT,
        env={**os.environ, **kept, "TMPDIR": str(tmp_path / "temp")},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == (3 if how == "gone" else 5), found
    for name, said, left in found:
        assert words in said and "\n" not in said, (name, said)
        assert left == ({} if how == "gone" else {name: "old"}), (name, left)
    assert not list((tmp_path / "temp").iterdir())


def test_what_a_lost_disk_kept_goes_when_it_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    stick, away = tmp_path / "stick", tmp_path / "away"
    stick.mkdir()
    with pytest.raises(OutputError, match="its folder is gone"), atomic_write(stick / "a.png") as temporary:
        temporary.write_bytes(b"half")
        stick.rename(away)
        raise ValueError("of an encoder that does not say more")
    monkeypatch.setattr(unfinished, "_alive", lambda pid, created: False)
    assert unfinished.sweep() == 0 and len(list(away.iterdir())) == 1
    away.rename(stick)
    assert unfinished.sweep() == 1 and not list(stick.iterdir())


def test_a_disk_that_fails_is_told_and_one_that_is_read_from_is_not_meant(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"a\.png.*input/output error"), atomic_write(tmp_path / "a.png"):
        raise OSError(errno.EIO, "Input/output error")
    with pytest.raises(OSError, match="disc"), atomic_write(tmp_path / "a.png"):
        raise OSError(errno.EIO, "Input/output error", "/media/disc/film.mp4")
    assert not list(tmp_path.iterdir())
