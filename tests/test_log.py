"""The log: what nobody caught ends there, it stays small and private, and it names no file, folder or person."""

from __future__ import annotations

import errno
import json
import logging
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.cli.run import run
from core.errors import InputError
from core.log import file as log_file
from core.log.file import append, last_error, log_files, log_path
from core.log.scrub import VARIABLE, describe, scrub, scrub_dump
from core.log.watch import take_in_crashes, watching
from core.log.write import LogHandler, log_unexpected

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("own")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.delenv(VARIABLE, raising=False)
    log_file._seen.clear()
    return folder / "mimesh"


def raised(error: BaseException) -> BaseException:
    """``error`` with a traceback."""
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    "text",
    [
        "cannot identify image file '/home/jane/Private Folder/Jane Doe.jpg'",
        "/home/jane/Private Folder/Jane Doe.jpg",
        "Invalid data found when processing input: '/home/jane/o'brien/Jane.mp4'",
        r"C:\Users\Jane Doe\Pictures\Jane.png is broken",
        r"\\server\Jane\x.png",
        "opening file:///home/Jane/x",
        "QPixmap: ~/Jane/picture",
        "Jane Doe.JPG is truncated",
        "could not read Jane.webp, giving up on Jane.mimesh",
        "[Errno 2] No such file or directory: 'Jane Doe'",
        "[Errno 18] Invalid cross-device link: 'Jane' -> '/x/Jane Roe'",
        "KeyError: (/data/Jane.csv)",
        "first line\nJane.png\n/home/Jane",
    ],
)
def test_no_names_in_messages(text: str) -> None:
    found = scrub(text)
    assert "jane" not in found.lower() and "private" not in found.lower() and "brien" not in found, found
    assert "\n" not in text or found.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "'NoneType' object has no attribute 'shape'",
        "Expected 3 channels, got 4 (of 16): 3/4 of them",
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "mat1 and mat2 shapes cannot be multiplied (1x12 and 13x4)",
        "process 12 crashed\nFatal Python error: Segmentation fault",
    ],
)
def test_what_helps_stays(text: str) -> None:
    assert scrub(text) == text


def test_the_kind_of_a_file_stays() -> None:
    assert scrub("cannot identify image file 'Jane Doe.jpg'") == "cannot identify image file '<file>.jpg'"


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory", "Jane Doe"),
        InputError("'Jane Doe' is no mimesh project, or it is damaged; choose another file."),
        ValueError("/home/jane doe/x"),
        ExceptionGroup("Jane.png", [ValueError("Jane.png")]),
    ],
)
def test_no_names_in_tracebacks(error: BaseException, tmp_path: Path) -> None:
    script = tmp_path / "jane.py"
    code = compile("def jane():\n    raise error from ValueError('led by Jane.png')\njane()", str(script), "exec")
    script.write_text("def jane():\n    raise error from ValueError('led by Jane.png')\njane()")
    try:
        exec(code, {"error": error})
    except BaseException as caught:
        text = describe(caught)
    assert "<elsewhere>" in text and 'File "tests/test_log.py"' in text
    assert type(error).__name__ in text and "which led to" in text
    assert "jane" not in text.replace("in jane", "").lower(), text
    assert str(ROOT) not in text


def test_paths_stay_where_somebody_asked_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    error = raised(ValueError("/home/jane/x.png"))
    monkeypatch.setenv(VARIABLE, "1")
    assert "/home/jane/x.png" in describe(error) and str(ROOT) in describe(error)
    monkeypatch.setenv(VARIABLE, "0")
    assert "jane" not in describe(error)


def test_values_of_variables_are_not_logged() -> None:
    def deep(secret: str) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError) as caught:
        deep("".join(["very", "private"]))
    assert "veryprivate" not in describe(caught.value)


def test_the_log_rotates_and_is_private(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "MAX_BYTES", 4000)
    before = os.umask(0)
    try:
        for number in range(100):
            append("ERROR", f"number {number} " + "x" * 200)
    finally:
        os.umask(before)
    files = log_files()
    assert [path.name for path in files] == ["mimesh.log", "mimesh.log.1", "mimesh.log.2"]
    assert sorted(path.name for path in own_state.iterdir()) == sorted(path.name for path in files)
    assert all(path.stat().st_size <= 4000 and stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert stat.S_IMODE(own_state.stat().st_mode) == 0o700
    assert "number 99" in files[0].read_text() and "number 99" in last_error()


def test_a_record_is_never_larger_than_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "MAX_BYTES", 4000)
    append("ERROR", "x" * 10**6)
    assert log_path().stat().st_size < 4000


def test_what_comes_again_and_again_is_written_ever_more_rarely() -> None:
    for _ in range(1000):
        log_unexpected(raised(ValueError("the same")))
    text = log_path().read_text()
    assert text.count("ValueError: the same") == 10 and "(512 times by now)" in text


def test_last_error_is_the_last_error() -> None:
    assert last_error() == ""
    append("ERROR", "one")
    append("WARNING", "two")
    assert last_error().endswith("  one")


def test_python_s_own_logging_ends_there_scrubbed() -> None:
    logger = logging.getLogger("app.somewhere")
    handler = LogHandler()
    logger.addHandler(handler)
    try:
        logger.warning("%s is odd", "/home/jane/x.png", exc_info=raised(ValueError("Jane.png")))
        handler.emit(logging.LogRecord("x", 40, "f", 1, "%d", ("no number",), None))  # does no harm
    finally:
        logger.removeHandler(handler)
    text = log_path().read_text()
    assert "WARNING" in text and "app.somewhere: <path>" in text and "jane" not in text.lower()


def test_a_log_that_cannot_be_written_is_said(own_state: Path) -> None:
    own_state.parent.mkdir(exist_ok=True)
    own_state.write_text("a file where the folder should be")
    assert "cannot be written" in log_unexpected(raised(ValueError("x")))


def test_uncaught_exceptions_of_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    before = sys.excepthook, threading.excepthook
    with watching(lambda error: told.append(str(error))):
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        error = raised(KeyError("Jane.png"))
        sys.excepthook(type(error), error, error.__traceback__)
    assert (sys.excepthook, threading.excepthook) == before
    assert told == ["division by zero", "'Jane.png'"]
    text = log_path().read_text()
    assert "ZeroDivisionError: division by zero" in text and "KeyError: '<file>.png'" in text
    assert not logging.getLogger().handlers or not isinstance(logging.getLogger().handlers[-1], LogHandler)


CRASH = """
import faulthandler
from core.log.watch import watching
with watching():
    {}
"""


@pytest.mark.parametrize("how", ["faulthandler._sigsegv()", "faulthandler._sigabrt()", "raise ValueError('Jane.png')"])
def test_a_crash_of_the_process_is_in_the_log_at_the_next_start(own_state: Path, how: str) -> None:
    child = subprocess.run([sys.executable, "-c", CRASH.format(how)], cwd=ROOT, capture_output=True, text=True)
    assert child.returncode != 0
    left = [path.name for path in own_state.iterdir()]
    if "sig" in how:
        (crash,) = own_state.glob("crash-*.txt")
        assert stat.S_IMODE(crash.stat().st_mode) == 0o600
        assert take_in_crashes() == 1
        assert last_error().split("  ")[1].startswith("Fatal Python error")
        assert [path.name for path in own_state.iterdir()] == ["mimesh.log"]
    else:
        assert "ValueError" in child.stderr and left == ["mimesh.log"]
    text = log_path().read_text()
    assert str(ROOT) not in text and str(Path(sys.prefix)) not in text and "Jane" not in text


def test_frames_of_a_crash_are_scrubbed() -> None:
    dump = f'  File "/home/jane/x.py", line 3 in f\n  File "{ROOT}/core/types.py", line 4 in g'
    assert scrub_dump(dump) == '  File "<elsewhere>", line 3 in f\n  File "core/types.py", line 4 in g'


def test_a_command_s_log_names_nothing_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "Private Folder"
    folder.mkdir()
    picture = folder / "Jane Doe.png"
    picture.write_bytes(b"x")

    def broken(path: Path) -> None:
        raise RuntimeError(f"cannot look into {path}")

    monkeypatch.setattr("core.cli.verify.look", broken)
    assert run(["verify", str(picture)]) == 1
    assert str(log_path()) in capsys.readouterr().err
    text = log_path().read_text()
    assert "RuntimeError: cannot look into <path>" in text and "Jane" not in text and "Private" not in text
    monkeypatch.setenv(VARIABLE, "")  # which monkeypatch takes back in the end
    assert run(["--log-paths", "verify", str(picture)]) == 1
    assert str(picture) in log_path().read_text()


def test_the_log_is_in_doctor_s_words(capsys: pytest.CaptureFixture[str]) -> None:
    log_unexpected(raised(ValueError("something odd")))
    run(["doctor", "--json"])
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert "ValueError: something odd" in checks["last error"]["says"]
