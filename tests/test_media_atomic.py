"""Whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import resource
import stat
from pathlib import Path

import pytest

from core.errors import OutputError
from core.media.atomic import atomic_write
from core.media.write_animation import open_animation
from core.media.write_image import write_image
from tests.media_samples import colourful


def entries(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_appears_only_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "výstup s mezerou.png"
    with atomic_write(target) as temporary:
        assert temporary.parent == tmp_path and temporary.suffix == ".png" and temporary.name.startswith(".")
        assert not target.exists()
        temporary.write_bytes(b"new")
    assert target.read_bytes() == b"new"
    assert entries(tmp_path) == [target.name]


def test_names_are_unpredictable(tmp_path: Path) -> None:
    names = set()
    for _ in range(5):
        with atomic_write(tmp_path / "a.bin") as temporary:
            names.add(temporary.name)
    assert len(names) == 5


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit, OutputError])
def test_exception_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(error), atomic_write(target) as temporary:
        temporary.write_text("half")
        raise error
    assert target.read_text() == "old"
    assert entries(tmp_path) == ["a.txt"]


def test_replaces_and_keeps_permissions(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(0o640)
    with atomic_write(target) as temporary:
        temporary.write_text("new")
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_new_file_gets_umask_permissions(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        with atomic_write(tmp_path / "a.txt"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == mode


def test_writes_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "real" / "a.txt")
    with atomic_write(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert (tmp_path / "real" / "a.txt").read_text() == "new"


def test_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with atomic_write("a.txt") as temporary:
        assert temporary.is_absolute()
    assert entries(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing/a.png", "does not exist"),
        ("file/a.png", "is a file, not a folder"),
        ("folder", "is a folder"),
        ("pipe", "not an ordinary file"),
        ("a\0b.png", "not a usable file name"),
        ("x" * 300 + ".png", "not a usable file name"),
    ],
)
def test_bad_targets(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = entries(tmp_path)
    with pytest.raises(OutputError, match=message) as caught, atomic_write(tmp_path / name):
        pytest.fail("must not be entered")
    assert_sentence(caught.value)
    assert entries(tmp_path) == before


@pytest.mark.parametrize("name", ["", ".", "/"])
def test_no_name(name: str) -> None:
    with pytest.raises(OutputError), atomic_write(name):
        pytest.fail("must not be entered")


@pytest.mark.parametrize(("what", "message"), [("folder", "is not writable"), ("file", "is write-protected")])
def test_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, message: str) -> None:
    # Root may write anywhere, so the question to the system is answered here.
    target = tmp_path / "a.png"
    target.write_text("old")
    refused = tmp_path if what == "folder" else target
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != refused)
    with pytest.raises(OutputError, match=message), atomic_write(target):
        pytest.fail("must not be entered")
    assert target.read_text() == "old"


def test_read_only_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OutputError, match="read-only file system") as caught, atomic_write(tmp_path / "a.png"):
        pytest.fail("must not be entered")
    assert_sentence(caught.value)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_disk_full_while_writing(tmp_path: Path, code: int) -> None:
    with pytest.raises(OutputError, match="disk is full") as caught, atomic_write(tmp_path / "a.png") as temporary:
        temporary.write_bytes(b"half")
        raise OSError(code, os.strerror(code))
    assert_sentence(caught.value)
    assert entries(tmp_path) == []


def test_disk_full_while_flushing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="disk is full"), atomic_write(tmp_path / "a.png"):
        pass
    assert entries(tmp_path) == []


def test_other_errors_of_the_block_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "a.png"):
        (tmp_path / "no such input").read_bytes()


def test_message_stays_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, atomic_write(tmp_path / "no\nfolder\udcff" / "a.png"):
        pytest.fail("must not be entered")
    assert_sentence(caught.value)
    str(caught.value).encode("utf-8")


def assert_sentence(error: Exception) -> None:
    text = str(error)
    assert "\n" not in text and text.endswith(".") and not re.search(r"Errno|Traceback", text)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "moving.gif", "moving.mp4", "moving.webp"])
def test_real_encoders_running_out_of_room(tmp_path: Path, name: str) -> None:
    """The system refuses to let any file grow beyond 3000 bytes: what the encoders report then is a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / name).write_bytes(b"old")
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
    try:
        with pytest.raises(OutputError, match="disk is full") as caught:
            if name.startswith("a."):
                write_image(tmp_path / name, colourful(256, 256))
            else:
                with open_animation(tmp_path / name, 10, (128, 128)) as writer:
                    for seed in range(30):
                        writer.add(colourful(128, 128, seed))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert_sentence(caught.value)
    assert entries(tmp_path) == [name] and (tmp_path / name).read_bytes() == b"old"
