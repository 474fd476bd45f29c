from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.look import MESH_LOOKS, MeshLook, Turn
from app.rendering import MeshRequest
from app.workers.mesh_layout import HALF_WIDTH, normals, places, rotation, to_pixels
from app.workers.mesh_worker import COMMAND, MeshWorker
from app.workers.software import draw
from tests.app.acts import LEFT, drag_mouse
from tests.app.fake_engine import egg

pytestmark = pytest.mark.real_meshes
CANVAS = (20, 28, 36)
MESH, FACES = egg()
SKINS = tuple(np.full((len(MESH), 3), grey, np.float32) for grey in (0.7, 0.8))
PHOTOS = tuple(np.full((256, 256, 3), colour, np.uint8) for colour in ((90, 0, 0), (0, 90, 0)))


def request(number: int = 1, look: MeshLook = "solid", turn: Turn | None = None) -> MeshRequest:
    photos = PHOTOS if look == "photo" else ()
    return MeshRequest(number, MESH, MESH, FACES, SKINS, look, turn or Turn(), 240, 160, CANVAS, photos)  # type: ignore[arg-type]


def heads(picture: np.ndarray) -> np.ndarray:
    """Share of each half that is not background."""
    assert picture.shape == (160, 240, 3)
    drawn = np.abs(picture.astype(int) - CANVAS).max(axis=2) > 8
    return np.array([drawn[:, :120].mean(), drawn[:, 120:].mean()])


def test_normals_agree_with_a_plain_loop() -> None:
    expected = np.zeros_like(MESH)
    for a, b, c in FACES:
        across = np.cross(MESH[b] - MESH[a], MESH[c] - MESH[a])
        for corner in (a, b, c):
            expected[corner] += across
    expected /= np.maximum(np.linalg.norm(expected, axis=1, keepdims=True), 1e-12)
    assert np.allclose(normals(MESH, FACES), expected, atol=1e-4)


def test_dragging_right_turns_the_front_right_and_dragging_down_turns_it_down() -> None:
    front = np.array([0, 0, 1], np.float32)
    assert (rotation(Turn(yaw=30)) @ front)[0] > 0.4
    assert (rotation(Turn(pitch=30)) @ front)[1] < -0.4


def test_heads_stand_side_by_side_and_inside() -> None:
    left, right, half_height = places(MESH, MESH, Turn(yaw=40), 1.5)
    source, driving = left(MESH), right(MESH)
    assert source[:, 0].max() < 0 < driving[:, 0].min()
    for mesh in (source, driving):
        assert np.abs(mesh[:, 0]).max() < half_height * 1.5
        assert np.abs(mesh[:, 1]).max() < half_height


def test_the_software_renderer_draws_both_heads() -> None:
    view = 2 * HALF_WIDTH / 1.5  # half the height of the picture, in half heads
    egg_share = np.pi * 0.75 / (2 * view * 1.5 * view)
    assert np.allclose(heads(draw(request())), egg_share, atol=0.015)


def test_lines_are_drawn_only_where_they_are_seen() -> None:
    """Nothing of the far side shines through, and between the lines is what lies behind."""
    solid, wire = draw(request()), draw(request(look="wire"))
    assert (0.2 * heads(solid) < heads(wire)).all() and (heads(wire) < 0.95 * heads(solid)).all()
    near, far = request(look="wire"), request(look="wire")
    split = MESH[FACES].mean(axis=1)[:, 2] < 0  # the triangles that face the viewer, z away
    shell = np.ascontiguousarray(FACES[split])
    inside = np.s_[40:120, 38:82]
    assert np.abs(draw(replace(near, faces=shell))[inside].astype(int) - draw(far)[inside]).max() < 8


def test_photos_lie_where_their_pixels_are() -> None:
    """A crop fills its half; a pixel of it is where the mesh has it, and turns with it."""
    picture = draw(request(look="photo"))
    assert (picture[80, 4] == PHOTOS[0][0, 0]).all() and (picture[80, 236] == PHOTOS[1][0, 0]).all()
    assert (picture[4, 4] == CANVAS).all(), "it is as high as it is wide"
    left, _, half_height = places(MESH, MESH, Turn(), 1.5, crops=True)
    corners = np.array([[-0.5, -0.5, 0], [255.5, 255.5, 0]], np.float32)
    start, end = to_pixels(left(corners), half_height, 240, 160)[:, :2]
    assert start[0] == pytest.approx(0, abs=2) and end[0] == pytest.approx(119, abs=2)
    assert (draw(request(look="photo", turn=Turn(yaw=60)))[80, 4] == CANVAS).all()


def test_pyrender_draws_what_the_software_renderer_draws(qtbot: QtBot) -> None:
    notes: list[str] = []
    worker = MeshWorker(draw)
    worker.noted.connect(notes.append)
    pictures = {}
    for look in MESH_LOOKS:
        with qtbot.waitSignal(worker.drawn, timeout=90000) as caught:
            worker.start()
            worker.mailbox.put(request(look=look, turn=Turn(yaw=20)))
        assert caught.args is not None
        pictures[look] = caught.args[1]
    worker.stop()
    for look, picture in pictures.items():
        assert np.allclose(heads(picture), heads(draw(request(look=look, turn=Turn(yaw=20)))), atol=0.02), look
    assert notes and notes[0].startswith("Meshes: ")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("/no/such/program",), "pyrender could not be started"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "pyrender does not work here"),
        ((sys.executable, "-c", "import os; os.abort()"), "pyrender does not work here"),
        (
            (
                sys.executable,
                "-c",
                "from app.workers.frames import *; import sys; send(sys.stdout.buffer, {'ready': True})",
            ),
            "pyrender ended twice",
        ),
    ],
    ids=["missing", "ends", "crashes", "dies-later"],
)
def test_a_child_that_fails_is_replaced_by_the_software_renderer(
    qtbot: QtBot, command: tuple[str, ...], why: str
) -> None:
    notes: list[str] = []
    worker = MeshWorker(draw, command)
    worker.noted.connect(notes.append)
    with qtbot.waitSignal(worker.drawn, timeout=20000) as caught:
        worker.start()
        worker.mailbox.put(request())
    worker.stop()
    assert caught.args is not None and heads(caught.args[1]).min() > 0.2
    assert notes[-1] == f"Meshes: software renderer, because {why}"


# Stands in for the mesh process: says it is ready and answers every request with a grey picture.
GREY = """
import sys
from app.workers.frames import receive, send
import numpy as np
send(sys.stdout.buffer, {"ready": True})
while True:
    receive(sys.stdin.buffer)
    send(sys.stdout.buffer, {"ok": True}, [np.full((2, 2, 3), 99, np.uint8)])
"""


def test_a_child_that_is_killed_is_started_again_once(qtbot: QtBot) -> None:
    notes: list[str] = []
    worker = MeshWorker(draw, (sys.executable, "-c", GREY))
    worker.noted.connect(notes.append)
    children: list[int] = []

    def picture(number: int) -> np.ndarray:
        with qtbot.waitSignal(worker.drawn, timeout=20000) as caught:
            worker.mailbox.put(request(number))
        assert caught.args is not None
        return np.asarray(caught.args[1])

    worker.start()
    for number in range(3):
        shape = picture(number).shape
        assert shape == ((160, 240, 3) if number == 2 else (2, 2, 3))
        if worker._child is not None:
            children.append(worker._child.pid)
            worker._child.kill()
            worker._child.wait()
    worker.stop()
    assert len(set(children)) == 2
    assert notes == [
        "Meshes: pyrender",
        "Meshes: pyrender, started again",
        "Meshes: software renderer, because pyrender ended twice",
    ]


@pytest.mark.parametrize(
    ("ready", "why"), [(False, "pyrender does not work here"), (True, "pyrender did not answer")], ids=["start", "draw"]
)
def test_a_child_that_hangs_is_given_up_and_not_tried_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, ready: bool, why: str
) -> None:
    monkeypatch.setattr("app.workers.mesh_worker.PATIENCE", 5.0 if ready else 0.3)
    start = GREY.split("while True:")[0] if ready else "import time"
    worker = MeshWorker(draw, (sys.executable, "-c", f"{start}\nimport time; time.sleep(60)"))
    notes: list[str] = []
    worker.noted.connect(notes.append)
    with qtbot.waitSignal(worker.drawn, timeout=20000):
        worker.start()
        worker.mailbox.put(request())
    worker.stop()
    assert notes[-1] == f"Meshes: software renderer, because {why}" and len(notes) == 1 + ready


def test_stopping_ends_a_child_that_hangs(qtbot: QtBot) -> None:
    worker = MeshWorker(draw, (sys.executable, "-c", "import time; time.sleep(60)"))
    worker.start()
    qtbot.waitUntil(lambda: worker._child is not None)
    worker.stop()
    assert worker.isFinished()


def test_the_child_needs_neither_torch_nor_qt(qtbot: QtBot) -> None:
    code = "import sys, app.workers.mesh_process as m; print(sorted({'torch', 'PySide6'} & set(sys.modules)))"
    out = subprocess.run([COMMAND[0], "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert out.stdout.strip() == "[]", out.stderr


def test_the_mouse_turns_zooms_and_resets_both(loaded: Desk, qtbot: QtBot) -> None:
    view, session = loaded.window.mesh, loaded.session
    qtbot.waitUntil(lambda: view.has_picture, timeout=90000)
    before = view.grab().toImage()
    drag_mouse(view, QPoint(60, 20))
    assert session.turn.yaw > 10 and session.turn.pitch > 2
    qtbot.waitUntil(lambda: view.grab().toImage() != before)
    QTest.mouseDClick(view, LEFT)
    QTest.mouseRelease(view, LEFT)
    assert session.turn == Turn()
    assert not session.dragging


def test_meshes_are_drafts_while_they_are_held(loaded: Desk, qtbot: QtBot) -> None:
    view = loaded.window.mesh
    sizes: list[int] = []
    loaded.meshes.drawn.connect(lambda request, picture: sizes.append(request.width))
    QTest.mousePress(view, LEFT)
    QTest.mouseMove(view, view.rect().center() + QPoint(30, 0))
    full = view.pixel_size.width()
    qtbot.waitUntil(lambda: full // 2 in sizes or round(full / 2) in sizes, timeout=30000)
    QTest.mouseRelease(view, LEFT)
    qtbot.waitUntil(lambda: sizes[-1] == full)
