"""More states of the window beside pictures that somebody looked at: with the stand-in for the core all figures are the
same everywhere, so that times, rates and what is said when drawing fails can be looked at, too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image as PillowImage
from PIL import ImageDraw
from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app import tr
from app.application import Desk
from app.sentences import tr_sentence
from app.store.settings import Settings
from app.views.signer_dialog import Pair, SignerDialog
from app.workers import mesh_worker
from core.media.open_input import quoted
from tests.app.acts import wait
from tests.app.conftest import PATIENCE, opened
from tests.app.driver_films import animation
from tests.app.fake_engine import FakeEngine
from tests.app.goldens import Picture, compare, own_font, photograph
from tests.app.test_films import shows

ROOT = Path(__file__).parents[2]
SETTLE_MS = 400
NAMES = {"playing", "playing-at-2", "stage-times", "no-meshes", "signer", "signer-refused"}


@pytest.fixture(autouse=True)
def same_everywhere(qapp: QApplication) -> Iterator[None]:
    with own_font(qapp):
        yield
    tr.use("en", [])


def face(path: Path) -> Path:
    """A drawn one, in few colours: such a picture takes few bytes."""
    picture = PillowImage.new("RGB", (320, 320), (70, 96, 120))
    pen = ImageDraw.Draw(picture)
    for box, colour in (
        ((90, 50, 230, 250), (216, 180, 156)),
        ((120, 120, 145, 134), (60, 48, 48)),
        ((175, 120, 200, 134), (60, 48, 48)),
        ((130, 190, 190, 208), (168, 84, 84)),
    ):
        pen.ellipse(box, colour)
    picture.save(path)
    return path


@contextmanager
def filmed(qtbot: QtBot, qapp: QApplication, folder: Path, theme: str, language: str = "en") -> Iterator[Desk]:
    """A window, as small as it gets, with a face and a film that drives it."""
    settings = Settings(noticed=True, theme=theme, language=language)
    with opened(qtbot, qapp, FakeEngine, folder / "no samples", settings) as desk:
        desk.window.resize(desk.window.minimumSize())
        desk.photos["source"].open_path(face(folder / "face.png"))
        desk.photos["driving"].open_path(animation(folder / "film.webp"))
        qtbot.waitUntil(lambda: desk.session.result is not None, timeout=PATIENCE)
        yield desk


def looked_at(desk: Desk, window: QWidget | None = None) -> Picture:
    """After a while; how many pictures a second there were is a matter of the machine."""
    wait(SETTLE_MS)
    desk.window.status.rate.setText("")
    return photograph(window or desk.window, [])


def test_a_film_that_plays(qtbot: QtBot, qapp: QApplication, tmp_path: Path, renew_goldens: bool) -> None:
    """At its sixteenth frame, ten a second of which were shown."""
    now = [100.0]
    with filmed(qtbot, qapp, tmp_path, "dark") as desk:
        desk.drive.player._clock = lambda: now[0]
        desk.drive.player.toggle()
        wait(SETTLE_MS)
        for tenth in range(1, 7):
            now[0] = 100.03 + tenth / 10
            shows(desk, qtbot, int(25 * (now[0] - 100)))
        qtbot.waitUntil(lambda: desk.window.mesh.has_picture, timeout=PATIENCE)
        picture = looked_at(desk)
        assert desk.session.playing and desk.session.clip.frame == 15
    name = "playing" if qapp.devicePixelRatio() == 1 else f"playing-at-{qapp.devicePixelRatio():.0f}"
    assert not compare(name, picture, tmp_path, renew_goldens), f"in {tmp_path}"


def test_stage_times(qtbot: QtBot, qapp: QApplication, tmp_path: Path, renew_goldens: bool) -> None:
    """The table that comes under a mouse that rests on them."""
    with filmed(qtbot, qapp, tmp_path, "light") as desk:
        stages = desk.window.status.stages
        middle = stages.rect().center()
        QApplication.sendEvent(stages, QHelpEvent(QEvent.Type.ToolTip, middle, stages.mapToGlobal(middle)))
        (tip,) = (each for each in QApplication.topLevelWidgets() if each.isVisible() and each.inherits("QTipLabel"))
        picture = looked_at(desk, tip)
        QToolTip.hideText()
        qtbot.waitUntil(lambda: not QToolTip.isVisible())
    assert not compare("stage-times", picture, tmp_path, renew_goldens), f"in {tmp_path}"


def test_nothing_draws_the_meshes(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, renew_goldens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither graphics nor software; it can go on without."""

    def broken(request: object) -> Picture:
        raise RuntimeError("no room for the depth buffer")

    monkeypatch.setattr(mesh_worker, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    monkeypatch.setattr("app.application.draw", broken)
    with filmed(qtbot, qapp, tmp_path, "light") as desk:
        qtbot.waitUntil(desk.window.trouble.isVisible, timeout=PATIENCE)
        picture = looked_at(desk)
    assert not compare("no-meshes", picture, tmp_path, renew_goldens), f"in {tmp_path}"


@pytest.mark.parametrize("which", ["signer", "signer-refused"])
def test_the_signer_dialog(qtbot: QtBot, qapp: QApplication, tmp_path: Path, renew_goldens: bool, which: str) -> None:
    """One's own certificate that signs; and one whose key is another's, in German."""
    good = which == "signer"
    pair = Path("/home/ann/certificates/ann-sample-2027.pem"), Path("/home/ann/certificates/private/ann-sample.key")

    def check(pair: Pair) -> tuple[bool, str]:
        if good:
            said = "Saved files say that they were signed by “{owner}”, until {day}."
            return True, tr.tr(said, owner="Ann Sample", day="2027-03-01")
        return False, tr_sentence(
            f"The signing certificate {quoted(pair[0].name)} does not belong to the key: give the pair."
        )

    settings = Settings(noticed=True, theme="dark" if good else "light", language="en" if good else "de")
    with opened(qtbot, qapp, FakeEngine, tmp_path / "no samples", settings) as desk:
        dialog = SignerDialog(pair, check, desk.window)
        dialog.show()
        picture = looked_at(desk, dialog)
    assert not compare(which, picture, tmp_path, renew_goldens), f"in {tmp_path}"


def test_two_pixels_a_point(tmp_path: Path, renew_goldens: bool) -> None:
    """Letters, handles and pictures have four times as many pixels there; Qt wants to know it before it starts."""
    test = f"{__file__}::test_a_film_that_plays"
    command = [sys.executable, "-m", "pytest", test, "--basetemp", str(tmp_path / "two")]
    command += ["--renew-goldens"] if renew_goldens else []
    environment = {**os.environ, "QT_SCALE_FACTOR": "2"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout[-3000:]
