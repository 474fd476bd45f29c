"""What a killed process was writing is removed by the next start, and nothing else is."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.log.watch import watching
from core.media import unfinished
from core.media.atomic import atomic_write
from core.media.unfinished import sweep
from core.user_folders import state_folder

ROOT = Path(__file__).resolve().parent.parent
WRITE_AND_WAIT = """
import sys, time
from pathlib import Path
from core.media.atomic import atomic_write
with atomic_write(sys.argv[1]) as temporary:
    temporary.write_text("half")
    temporary.with_name(temporary.stem + "-signed" + temporary.suffix).write_text("half")
    print("writing", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_text("old")
    return tmp_path / "out"


def notes() -> list[Path]:
    return sorted((state_folder() / "unfinished").glob("*"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def note_of(path: Path, /, **other: object) -> Path:
    """A note as this process writes it, but ``other``."""
    with unfinished.noted(path):
        said = json.loads(notes()[0].read_text())
    for note in notes():
        note.unlink()
    note = state_folder() / "unfinished" / f"{path.stem}.json"
    note.write_text(json.dumps({**said, **other}))
    return note


def test_what_a_killed_process_left_goes_at_the_next_start(out: Path) -> None:
    (out / ".mimesh-of-mine.png").write_text("mine")
    child = subprocess.Popen(
        [sys.executable, "-c", WRITE_AND_WAIT, out / "a.png"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "writing\n"
    assert sweep() == 0 and len(names(out)) == 4, "it still writes"
    (note,) = notes()
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    with watching():
        pass
    assert names(out) == [".mimesh-of-mine.png", "a.png"] and (out / "a.png").read_text() == "old"
    assert not notes()


def test_one_that_ends_leaves_no_note(out: Path) -> None:
    with atomic_write(out / "a.png") as temporary:
        temporary.write_text("new")
        assert len(notes()) == 1
    assert not notes() and (out / "a.png").read_text() == "new"
    with pytest.raises(KeyError), atomic_write(out / "a.png"):
        raise KeyError
    assert not notes() and names(out) == ["a.png"]


def test_a_later_process_of_the_same_number_is_not_the_writer(out: Path) -> None:
    left = out / ".mimesh-0123456789abcdef.png"
    left.write_text("half")
    writer = unfinished._me(os.getpid())
    note_of(left, writer=[writer[0], writer[1], writer[2] - 3600.0])
    assert sweep() == 1 and names(out) == ["a.png"] and not notes()


@pytest.mark.parametrize("name", ["a.png", ".mimesh-0123.png", "*.png", ""])
def test_a_note_can_name_nothing_but_unfinished_files(out: Path, name: str) -> None:
    path = str(out / name) if name else ""
    note_of(out / ".mimesh-0123456789abcdef.png", writer=["", 0, 0.0], path=path)
    os.utime(notes()[0], (1.0, 1.0))
    assert sweep() == 0 and names(out) == ["a.png"] and not notes()


def test_another_computer_that_shares_the_folder_may_still_write(out: Path) -> None:
    left = out / ".mimesh-0123456789abcdef.png"
    left.write_text("half")
    note = note_of(left, writer=["another computer", 1, 0.0])
    assert sweep() == 0 and left.exists()
    os.utime(note, (1.0, 1.0))
    assert sweep() == 1 and not left.exists()


def test_a_disk_that_was_taken_out_is_waited_for(tmp_path: Path) -> None:
    note = note_of(tmp_path / "gone" / ".mimesh-0123456789abcdef.png", writer=[unfinished._me(os.getpid())[0], 0, 0.0])
    assert sweep() == 0 and notes() == [note]
    os.utime(note, (1.0, 1.0))
    assert sweep() == 0 and not notes()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"writer": 1, "path": 2}', '{"writer": ["x", "y", "z"], "path": "a"}']
)
def test_a_note_that_is_not_whole_goes_after_a_while(text: str) -> None:
    note = note_of(Path(".mimesh-0123456789abcdef.png"))
    note.write_text(text)
    assert sweep() == 0 and notes() == [note], "it may just be being written"
    an_hour_ago = time.time() - (31 * 24 * 3600.0 if "x" in text else 3600.0)
    os.utime(note, (an_hour_ago, an_hour_ago))
    assert sweep() == 0 and not notes()


def test_without_a_place_for_notes_files_are_written_all_the_same(out: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with atomic_write(out / "a.png") as temporary:
        temporary.write_text("new")
    assert (out / "a.png").read_text() == "new" and sweep() == 0


def test_kills_at_random_moments_leave_the_old_file_or_the_new_one() -> None:
    """A few; ``python -m tests.kills`` makes 200 of each kind."""
    command = [sys.executable, "-m", "tests.kills", "--count", "3", "--only", "settings.json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "settings.json: {" in done.stdout and "temporary files: nothing" in done.stdout
