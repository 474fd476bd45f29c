"""The window comes up at once, loads the core behind the scenes, and goes away without a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import run, tr
from app.application import Desk, sample_pair
from app.jobs import Job
from app.theme import DARK, LIGHT, Theme
from app.trouble import Trouble
from app.views.main_window import MainWindow
from app.views.panel import ElidedLabel
from core.errors import WeightsError
from tests.app.acts import LEFT, wait
from tests.app.conftest import photo, show_small, speaking
from tests.app.fake_engine import FakeEngine
from tests.app.hands import choose

ROOT = Path(__file__).parents[2]


def test_the_window_module_does_not_bring_torch_in() -> None:
    code = "import sys, app.application; print('torch' in sys.modules, 'core.pipeline' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert out.stdout.split() == ["False", "False"], out.stderr


def test_signals_do_not_eat_references() -> None:
    """PySide6 6.12.0 drops a reference to True with every emit: Python 3.11 dies of it after some 2000 signals."""

    class Sender(QObject):
        sent = Signal(int)

    sender, before = Sender(), sys.getrefcount(True)
    for number in range(100):
        sender.sent.emit(number)
    assert abs(sys.getrefcount(True) - before) < 50


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "samples"
    folder.mkdir()
    for name in ("collins.png", "driver_smile.png", "hopper.png"):
        photo(folder / name)
    (folder / "README.md").write_text("not a photo")
    monkeypatch.setattr(Desk.__init__, "__defaults__", (FakeEngine, folder, None, FakeEngine))
    yield folder


def labels(window: object) -> list[str]:
    return [window.photos[role].note.full_text for role in ("source", "driving")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((None, None, True), ["collins.png", "driver_smile.png"]),
        ((None, "mine.png", True), ["collins.png", "mine.png"]),
        (("mine.png", None, False), ["mine.png", ""]),
        ((None, None, False), ["", ""]),
    ],
)
def test_run_opens_what_is_asked_for_and_ends_clean(
    qtbot: QtBot, tmp_path: Path, samples: Path, arguments: tuple[str | None, str | None, bool], expected: list[str]
) -> None:
    photo(tmp_path / "mine.png")
    source, driving = (tmp_path / name if name else None for name in arguments[:2])
    seen: list[list[str]] = []
    timer = QTimer()

    def look() -> None:
        (window,) = (w for w in QApplication.topLevelWidgets() if w.isVisible())
        wanted = sum(1 for name in expected if name)
        shown = [window.photos[role].image.picture is not None for role in ("source", "driving")]  # type: ignore[attr-defined]
        if sum(shown) == wanted:
            seen.append(labels(window))
            timer.stop()
            window.close()

    timer.timeout.connect(look)
    timer.start(20)
    assert run(source, driving, arguments[2]) == 0
    assert seen == [expected]


@pytest.mark.parametrize("model", ["geometric", "nothing"])
def test_the_model_that_is_named_draws_or_is_said_to_be_missing(qtbot: QtBot, tmp_path: Path, model: str) -> None:
    """With the real core."""
    seen: list[str] = []
    timer = QTimer()

    def look() -> None:
        (window,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible())
        said = [window.result.overlay.banner.text(), window.status.device.text()]
        if any("no model" in text or "geometric" in text for text in said):
            seen.extend(said)
            timer.stop()
            window.close()

    timer.timeout.connect(look)
    timer.start(20)
    assert run(None, None, False, model) == 0
    told = "There is no model 'nothing'" if model == "nothing" else "geometric flow"
    assert any(told in text for text in seen)


def test_the_driver_of_the_sample_is_never_the_source(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("collins.jpg", "hopper.jpg")]
    assert sample_pair(paths) == (paths[0], paths[1])
    assert sample_pair(paths[:1]) == (paths[0], None)
    assert sample_pair([]) == (None, None)


def test_the_samples_menu_opens_a_sample(qtbot: QtBot, qapp: QApplication, samples: Path) -> None:
    desk = Desk(qapp)
    desk.show()
    menu = desk.window.photos["driving"].samples_menu
    assert [action.text() for action in menu.actions()][-3:] == ["Collins", "Driver smile", "Hopper"]
    choose(menu.actions()[-1])
    qtbot.waitUntil(lambda: desk.session.slot("driving").shown is not None)
    assert desk.window.photos["driving"].note.full_text == "hopper.png"
    desk.window.close()


def test_a_core_that_does_not_load_is_told_in_the_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    def load() -> FakeEngine:
        raise WeightsError("The weights are missing; run “make run” again.")

    desk = Desk(qapp, load, tmp_path)
    desk.photos["source"].open_path(photo(tmp_path / "a.png"))
    desk.show()
    banner = desk.window.result.overlay.banner
    qtbot.waitUntil(banner.isVisible)
    assert "weights are missing" in banner.text()
    assert "weights are missing" in desk.window.status.message.full_text
    assert not desk.window.photos["source"].overlay.busy.isVisible()
    QTest.mouseClick(banner, LEFT)
    assert not banner.isVisible()
    desk.photos["driving"].open_path(tmp_path / "a.png")
    assert banner.isVisible()
    desk.window.close()


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_without_its_weights_the_window_lives_and_the_core_is_tried_once(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """With the real core, from its first import to its error."""
    from core.pipeline.reenactor import Reenactor

    calls: list[str] = []
    sentence = f"The weights file face.safetensors is {damage}; restore the file from the repository."

    def load(device: str = "auto", model: str | None = None) -> Reenactor:
        calls.append(device)
        raise WeightsError(sentence)

    monkeypatch.setattr(Reenactor, "load", load)
    desk = Desk(qapp, samples=tmp_path)
    desk.photos["source"].open_path(photo(tmp_path / "a.png"))
    desk.show()
    banner, window = desk.window.result.overlay.banner, desk.window
    qtbot.waitUntil(banner.isVisible, timeout=20000)
    assert banner.text() == window.status.message.full_text == sentence
    QTest.mouseClick(banner, LEFT)
    desk.photos["driving"].open_path(tmp_path / "a.png")
    for alpha in (0.2, 0.4, 0.6):
        desk.session.set_dial(pose=alpha)
        wait(20)
    QTest.keySequence(window, "Ctrl+S")
    QTest.keySequence(window, "Ctrl+Shift+X")
    assert calls == ["auto"] and banner.text() == sentence and banner.isVisible()
    assert window.isVisible() and not any(panel.overlay.busy.isVisible() for panel in window.photos.values())
    assert not window.result.save_button.isEnabled()
    window.close()
    assert not any(worker.isRunning() for worker in (desk.core, desk.meshes, desk.exports))


class System(QObject):
    """Of an application and its hints, what colours need."""

    colorSchemeChanged = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.scheme, self.sheet = Qt.ColorScheme.Unknown, ""

    def styleHints(self) -> System:
        return self

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def styleSheet(self) -> str:
        return self.sheet

    def setStyleSheet(self, sheet: str) -> None:
        self.sheet = sheet

    def turn(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.colorSchemeChanged.emit(scheme)


def test_colours_follow_the_system_until_some_are_chosen() -> None:
    system = System()
    theme = Theme(system)  # type: ignore[arg-type]
    seen: list[object] = []
    theme.changed.connect(seen.append)
    assert theme.colours is DARK
    system.turn(Qt.ColorScheme.Light)
    assert theme.colours is LIGHT and LIGHT.window in system.sheet
    system.turn(Qt.ColorScheme.Dark)
    assert theme.colours is DARK and seen == [LIGHT, DARK]
    theme.choose("dark")
    system.turn(Qt.ColorScheme.Light)
    assert theme.colours is DARK, "the system took over what was chosen"
    theme.choose("system")
    assert theme.colours is LIGHT and seen == [LIGHT, DARK, LIGHT]


@pytest.mark.timeout(600)
def test_on_a_fine_screen_nothing_is_cut_off_and_the_mouse_meets_what_it_points_at() -> None:
    """Other tests, in a process in which a pixel of a widget is one and a half of the screen."""
    tests = [
        "test_startup.py::test_no_word_is_cut_off_in_a_small_window",
        "test_crops.py::test_dragging_a_corner_changes_the_margin",
        "test_photos.py::test_several_faces_are_told_and_a_click_chooses",
        "test_panels.py::test_the_wipe_shows_the_source_left_of_a_line_that_is_dragged",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/app/{test}" for test in tests)]
    environment = {**os.environ, "QT_SCALE_FACTOR": "1.5"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout[-3000:]


def test_light_and_dark(desk: Desk, qapp: QApplication) -> None:
    choose(desk.window.menus.themes["light"])
    assert desk.theme.colours is LIGHT and LIGHT.window in qapp.styleSheet()
    choose(desk.window.menus.themes["dark"])
    assert desk.theme.colours is DARK and DARK.panel in qapp.styleSheet()


def test_every_control_has_a_tip_and_nothing_is_cut_off(loaded: Desk, qtbot: QtBot) -> None:
    window = loaded.window
    for width, height in ((1280, 800), (1920, 1040), (1180, 700)):
        window.resize(width, height)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (width, height)
        result = window.result.image
        assert all(alpha.slider.width() >= 110 for alpha in window.controls.sliders.values())
        others = [window.mesh, window.flow.image, window.occlusion.image]
        others += [panel.image for panel in window.photos.values()]
        assert all(min(result.width(), result.height()) > min(view.width(), view.height()) for view in others)
    tips = [window.result.copy_button, window.result.save_button, window.mesh, *window.controls.only.values()]
    tips += [panel.open_button for panel in window.photos.values()] + list(window.controls.sliders.values())
    assert all(widget.toolTip() for widget in tips)
    wait(1)


@pytest.mark.parametrize("language", list(tr.LANGUAGES))
def test_no_word_is_cut_off_in_a_small_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, photos: dict[str, Path], language: str
) -> None:
    """With a result, behind every tab, and while a file is written."""
    with speaking(language, qtbot, qapp, tmp_path) as desk:
        window = desk.window
        show_small(desk, qtbot, photos)
        for name in ("meshes", "edit", "coefficients", "queue"):
            window.docks[name].bring_up()
            wait(20)
            assert not cut_off(window), f"with {name} in front"
        window.result.show_job(Job(1, "a film with a long name.mp4", tmp_path, None, total=100), 3)
        wait(20)
        assert window.result.cancel_button.isVisible() and not cut_off(window)
        said = tr.tr("Something unexpected went wrong ({kind}); Mimesh goes on, and the log says more.", kind="OSError")
        desk.trouble.show(Trouble(said, "meshes"))  # with the widest buttons
        window.offer.offer(tr.tr("Mimesh did not end properly last time."), tr.tr("Restore that session"))
        wait(20)
        assert window.offer.isVisible() and window.trouble.text.text() == said and not cut_off(window)


def cut_off(window: MainWindow) -> list[str]:
    """Words of which not all is seen, though nobody gave them to the program."""
    found = []
    for label in window.findChildren(QLabel):
        text, given = label.text(), label in (window.status.message, *(p.note for p in window.photos.values()))
        if not label.isVisible() or label.visibleRegion().isEmpty() or not text or given:
            continue
        if label.wordWrap():
            if label.heightForWidth(label.width()) > label.visibleRegion().boundingRect().height():
                found.append(text)
            continue
        seen = label.visibleRegion().boundingRect().intersected(label.contentsRect())
        whole = text == label.full_text if isinstance(label, ElidedLabel) else True
        words = max(label.fontMetrics().horizontalAdvance(line) for line in text.splitlines())
        if "<" not in text and (not whole or words > seen.width()):
            found.append(text)
    for button in window.findChildren(QPushButton):
        if not button.visibleRegion().isEmpty() and button.visibleRegion().boundingRect().width() < button.width():
            found.append(button.text())
    return found


def test_the_end_of_a_sentence_is_never_cut_off(desk: Desk) -> None:
    """A label that is a few pixels too narrow for its text drops the full stop without a sign."""
    labels = [desk.window.status.message, desk.window.result.progress_text]
    for label in labels:
        for count in range(1, 60):
            label.set_full_text("Nothing was written " + "i" * count + ".")
            label.setFixedWidth(240)
            QApplication.processEvents()
            assert label.sizeHint().width() <= label.width(), label.text()
            assert label.text().endswith(".")


def test_the_status_line_is_on_a_small_screen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen:
        def availableGeometry(self) -> QRect:
            return QRect(0, 0, 1280, 800)

    window = MainWindow()
    qtbot.addWidget(window)
    monkeypatch.setattr(window, "screen", Screen)
    window.fit_on_screen()
    assert window.height() <= 800 - 24  # a title bar has about that
    assert window.width() <= 1280
