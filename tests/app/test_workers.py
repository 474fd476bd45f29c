from __future__ import annotations

import io
import platform
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.choice import PhotoChoice
from app.rendering import RenderRequest
from app.slot import PhotoOrder
from app.workers.core_engine import reach_of
from app.workers.core_worker import CoreWorker
from app.workers.engine import Read, in_words
from app.workers.frames import receive, send
from app.workers.mailbox import Mailbox
from core.errors import InputError, WeightsError
from core.media.open_input import quoted
from core.types import Controls
from tests.app.fake_engine import FakeEngine

ROOT = Path(__file__).parents[2]
GREY = np.full((40, 40, 3), 99, np.uint8)


def test_the_newest_letter_wins() -> None:
    box: Mailbox[int] = Mailbox()
    for letter in range(5):
        box.put(letter)
    assert box.peek() == 4
    assert box.take() == 4
    assert box.peek() is None


def test_closing_wakes_a_waiting_worker_and_delivers_nothing() -> None:
    box: Mailbox[int] = Mailbox()
    got: list[int | None] = [0]
    thread = threading.Thread(target=lambda: got.__setitem__(0, box.take()))
    thread.start()
    box.close()
    box.put(7)
    thread.join(5)
    assert not thread.is_alive() and got == [None]
    assert box.take() is None


def test_where_no_letter_comes_the_worker_rests_once() -> None:
    box: Mailbox[int] = Mailbox()
    rests: list[int] = []

    def rest() -> None:
        rests.append(1)
        box.put(3)

    box.put(2)
    assert box.take(rest, 30.0) == 2 and not rests
    assert box.take(rest, 0.01) == 3 and rests == [1]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no glibc")
def test_threads_of_a_window_share_two_places_to_allocate() -> None:
    """In a process of its own: twelve threads that hold a megabyte in small pieces at once."""
    code = """
import ctypes, re, sys, threading
from app.workers.give_back import tame_malloc
if sys.argv[1] == "shared":
    tame_malloc()
libc, barrier = ctypes.CDLL(None), threading.Barrier(12)
libc.malloc.restype = ctypes.c_void_p
def work():
    barrier.wait()
    kept = [libc.malloc(ctypes.c_size_t(1000)) for _ in range(1000)]
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[t.start() for t in threads]; [t.join() for t in threads]
libc.malloc_stats()
"""
    counts = {}
    for how in ("shared", "each"):
        done = subprocess.run([sys.executable, "-c", code, how], cwd=ROOT, capture_output=True, text=True, timeout=60)
        counts[how] = len(re.findall(r"^Arena \d+:", done.stderr, re.M))
    assert counts["shared"] <= 2 < counts["each"], counts


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no glibc")
def test_large_pieces_go_back_though_small_ones_lie_behind_them() -> None:
    """In a process of its own, which has seen a large photo: a hundred of 8 MB, each with a small one behind it."""
    code = """
import ctypes, sys
from pathlib import Path
from app.workers.give_back import tame_malloc
if sys.argv[1] == "tame":
    tame_malloc()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
def piece(size):
    place = libc.malloc(ctypes.c_size_t(size))
    libc.memset(place, 1, size)
    return place
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024
libc.free(piece(30 << 20))
before = resident()
large = []
for _ in range(100):
    large.append(piece(8 << 20))
    piece(4096)
[libc.free(each) for each in large]
print(resident() - before)
"""
    kept = {}
    for how in ("tame", "wild"):
        done = subprocess.run([sys.executable, "-c", code, how], cwd=ROOT, capture_output=True, text=True, timeout=60)
        kept[how] = int(done.stdout)
    assert kept["tame"] < 20 < 700 < kept["wild"], f"MB: {kept}"


def test_messages_survive_the_pipe() -> None:
    stream = io.BytesIO()
    arrays = [np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros((0, 3), np.int32)]
    send(stream, {"size": [3, 4]}, arrays)
    send(stream, {"ok": True})
    stream.seek(0)
    header, got = receive(stream)
    assert header == {"size": [3, 4]}
    for sent, came in zip(arrays, got, strict=True):
        assert came.dtype == sent.dtype and np.array_equal(came, sent)
    assert receive(stream) == ({"ok": True}, [])
    with pytest.raises(EOFError):
        receive(stream)


def orders() -> tuple[PhotoOrder, PhotoOrder]:
    return (
        PhotoOrder(1, "source", PhotoChoice(GREY, "a")),
        PhotoOrder(2, "driving", PhotoChoice(GREY.copy(), "b")),
    )


def test_photos_are_read_and_encoded_once_however_often_it_renders(qtbot: QtBot) -> None:
    engine, reads = FakeEngine(), []

    def read(origin: object) -> Read:
        reads.append(origin)
        assert isinstance(origin, np.ndarray)
        return Read(origin)

    worker = CoreWorker(read, lambda: engine)
    source, driving = orders()
    worker.start()
    for number in range(3, 8):
        with qtbot.waitSignal(worker.rendered) as caught:
            worker.mailbox.put(RenderRequest(number, source, driving, Controls(pose=number / 10)))
        assert caught.args is not None and caught.args[0].request.number == number
    worker.stop()
    assert engine.encoded == ["source", "driving"]
    assert len(reads) == 2


def test_while_it_renders_only_the_newest_request_waits(qtbot: QtBot) -> None:
    engine = FakeEngine()
    worker = CoreWorker(lambda origin: Read(GREY), lambda: engine)
    source, driving = orders()
    engine.gate.clear()
    replies: list[int] = []
    worker.rendered.connect(lambda reply: replies.append(reply.request.number))
    with qtbot.waitSignal(worker.photo_ready):
        worker.start()
        worker.mailbox.put(RenderRequest(3, source, driving, Controls()))
    qtbot.waitUntil(lambda: worker.mailbox.peek() is None)
    for number in range(4, 50):
        worker.mailbox.put(RenderRequest(number, source, driving, Controls()))
    engine.gate.set()
    qtbot.waitUntil(lambda: replies[-1:] == [49])
    worker.stop()
    assert replies == [3, 49]


def test_photos_are_shown_before_the_core_is_loaded(qtbot: QtBot) -> None:
    loaded = threading.Event()

    def load() -> FakeEngine:
        loaded.wait(10)
        return FakeEngine()

    worker = CoreWorker(lambda origin: Read(GREY), load)
    source, driving = orders()
    worker.mailbox.put(RenderRequest(3, source, driving, Controls()))
    with qtbot.waitSignal(worker.photo_read):
        worker.start()
    with qtbot.waitSignal(worker.rendered):
        loaded.set()
    worker.stop()


def test_a_core_that_cannot_be_loaded_is_told_in_words(qtbot: QtBot) -> None:
    def load() -> FakeEngine:
        raise WeightsError("The weights are missing; run make run again.")

    worker = CoreWorker(lambda origin: Read(GREY), load)
    with qtbot.waitSignal(worker.engine_failed) as caught:
        worker.start()
    worker.stop()
    assert caught.args == ["The weights are missing; run make run again."]


def test_a_bad_photo_does_not_stop_the_other(qtbot: QtBot) -> None:
    worker = CoreWorker(lambda origin: Read(GREY) if isinstance(origin, np.ndarray) else _boom(), FakeEngine)
    bad = PhotoOrder(1, "source", PhotoChoice(Path("bad"), "bad"))
    _, driving = orders()
    told: list[str] = []
    worker.photo_failed.connect(lambda order, *_: told.append(order.role))
    worker.photo_ready.connect(lambda photo: told.append(photo.order.role))
    worker.start()
    worker.mailbox.put(RenderRequest(3, bad, driving, Controls()))
    qtbot.waitUntil(lambda: sorted(told) == ["driving", "source"])
    worker.stop()


def test_stopping_does_not_wait_for_letters(qtbot: QtBot) -> None:
    engine = FakeEngine(render_seconds=0.05)
    worker = CoreWorker(lambda origin: Read(GREY), lambda: engine)
    worker.start()
    for number in range(3, 30):
        worker.mailbox.put(RenderRequest(number, *orders(), Controls()))
    start = time.monotonic()
    worker.stop()
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    ("longest", "reach"), [(0.0, 2), (0.3, 2), (2.0, 2), (2.01, 4), (3.7, 4), (16.0, 16), (17.0, 32), (100.0, 128)]
)
def test_the_colours_of_the_flow_reach_as_far_as_its_motion(longest: float, reach: int) -> None:
    flow = np.zeros((8, 8, 2), np.float32)
    flow[3, 4, 1] = -longest
    assert reach_of(flow) == reach


def test_errors_name_files_and_folders_without_the_way_there(tmp_path: Path) -> None:
    folder = tmp_path / "my photos"
    folder.mkdir()
    link = tmp_path / "link"
    link.symlink_to(folder)
    odd = folder / "it\n.png"
    cases = [
        (odd, f"{quoted(odd)} is empty.", f"{quoted(odd.name)} is empty."),
        (link / "a.gif", f"The folder {quoted(folder)} is not writable.", "The folder 'my photos' is not writable."),
        (Path("/a.png"), "The folder '/' is not writable.", "The folder '/' is not writable."),
    ]
    for path, said, expected in cases:
        assert in_words(InputError(said), path) == expected


def _boom() -> Read:
    raise OSError("boom")
