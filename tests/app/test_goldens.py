"""The window in its main states, beside pictures that somebody looked at."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PIL import Image as PillowImage
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app import tr
from app.application import SAMPLES, Desk
from app.batches import Batch
from app.choice import PhotoChoice
from app.document import Document
from app.exports import Wishes
from app.look import MeshLook
from app.presenters.marks_presenter import MarksPresenter
from app.presenters.study_run import in_words as tally_in_words
from app.roles import ROLES
from app.store.project import project_text
from app.store.settings import Settings
from app.study import Question, Tally
from app.views.about_dialog import AboutDialog
from app.views.batch_dialog import BatchDialog
from app.views.compare_dialog import CompareDialog
from app.views.export_dialog import ExportDialog
from app.views.study_dialog import StudyDialog
from app.workers import mesh_worker
from app.workers.camera_worker import Cameras
from app.workers.core_engine import CoreEngine
from app.workers.engine import Engine
from core import Reenactor
from core.errors import Cancelled, InputError, OutputError
from core.media.camera import CameraDevice
from core.media.open_input import quoted
from tests.app.acts import LEFT, NONE, drag_away, drag_over, drop, files, wait
from tests.app.conftest import PATIENCE, opened
from tests.app.goldens import ALLOWED, FOLDER, HIDDEN, Picture, compare, difference, golden, own_font, photograph
from tests.app.hands import choose, open_menu, write
from tests.app.test_goldens_fake import NAMES
from tests.soak.answering import answering
from tests.soak.waiting import until

COLLINS, DRIVER = SAMPLES / "collins.png", SAMPLES / "driver_smile.png"
SETTLE_MS = 400


@pytest.fixture(autouse=True)
def same_everywhere(qapp: QApplication) -> Iterator[None]:
    with own_font(qapp):
        yield
    tr.use("en", [])


AnyDialog = TypeVar("AnyDialog", bound=QDialog)
Act = Callable[[Desk, QtBot, Path], QWidget | Picture]
"""What somebody does in the window; gives what is photographed then, or the picture of a question that ended."""


def empty(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    return desk.window


def ready(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    for role, path in (("source", COLLINS), ("driving", DRIVER)):
        desk.photos[role].open_path(path)  # type: ignore[index]
    wait_for_the_last(desk, qtbot)
    return desk.window


def wait_for_the_last(desk: Desk, qtbot: QtBot) -> None:
    """Pictures of edits that were still to be made come one after the other."""

    def there() -> bool:
        result = desk.session.result
        return result is not None and result.request.controls == desk.session.document.controls

    qtbot.waitUntil(there, timeout=PATIENCE)


def edit(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    desk.window.docks["edit"].bring_up()
    qtbot.waitUntil(lambda: bool(desk.window.edit.rows), timeout=PATIENCE)
    desk.session.set_edit("yaw", 15.0)
    desk.session.set_edit("scale", 1.1)
    desk.session.set_locked("eyes", True)
    wait_for_the_last(desk, qtbot)
    return desk.window


def wrong(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    broken = folder / "notes.png"
    broken.write_text("no picture", encoding="utf-8")
    desk.photos["driving"].take(files(broken))
    qtbot.waitUntil(lambda: bool(desk.session.slot("driving").problem), timeout=PATIENCE)
    return desk.window


def several(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    pictures = [PillowImage.open(path).convert("RGB").resize((400, 400)) for path in (COLLINS, SAMPLES / "hopper.jpg")]
    crowd = folder / "two people.png"
    PillowImage.fromarray(np.concatenate([np.asarray(picture) for picture in pictures], axis=1)).save(crowd)
    before = desk.session.result
    desk.photos["source"].open_path(crowd)
    qtbot.waitUntil(lambda: desk.session.result is not before, timeout=PATIENCE)
    return desk.window


def person(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """Two photos of one person, and one of somebody else."""
    mirrored = folder / "mirrored.png"
    PillowImage.open(COLLINS).transpose(PillowImage.Transpose.FLIP_LEFT_RIGHT).save(mirrored)
    drop(desk.window.photos["source"], files(COLLINS, mirrored, SAMPLES / "hopper.jpg"))
    qtbot.waitUntil(desk.window.photos["source"].strip.isVisible, timeout=PATIENCE)
    wanted = desk.session.slot("source").wanted
    qtbot.waitUntil(lambda: (r := desk.session.result) is not None and r.request.source is wanted, timeout=PATIENCE)
    return desk.window


def coefficients(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    desk.window.docks["coefficients"].bring_up()
    return desk.window


def dialog(desk: Desk) -> QWidget:
    (found,) = (w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not desk.window)
    return found


def keys(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    choose(desk.window.menus.shortcuts)
    return dialog(desk)


def notice(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    return dialog(desk)


def crop(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    ready(desk, qtbot, folder)
    QTest.mouseClick(desk.window.photos["source"].bar.crop_button, LEFT)
    return desk.window.photos["source"]


def carried_over(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """A photo in the hand, over the driver."""
    QTest.mouseClick(desk.window.photos["source"].bar.done_button, LEFT)
    assert drag_over(desk.window.photos["driving"], files(COLLINS))
    return desk.window.photos["driving"]


def wipe(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    drag_away(desk.window.photos["driving"])
    QTest.mouseClick(desk.window.result.compare_button, LEFT)
    QTest.mouseClick(desk.window.result.arrows_button, LEFT)
    return desk.window.result


def question(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    source, driver = (desk.session.slot(role).shown for role in ROLES)
    result = desk.session.result
    assert source is not None and driver is not None and result is not None
    before, after = source.encoded.image, result.output.image
    asked = CompareDialog(desk.window)
    asked.show_question(Question("a", "b", before, driver.encoded.image, after, before, True), 1, 5)
    asked.show()
    return asked


def queue(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """A picture that was saved, a film that failed, one that is being written and a batch that waits for it."""
    dialog(desk).deleteLater()

    def work(on_progress: Callable[[int, int], None], should_stop: Callable[[], bool]) -> str:
        on_progress(39, 40)  # "nearly done" is told whatever the time was, and nothing moves in the bar
        while not should_stop():
            time.sleep(0.01)
        raise Cancelled("")

    def fail(*_: object) -> str:
        raise OutputError("The folder 'films' does not exist: create it or choose another.")

    jobs = [desk.jobs.add("collins.png", folder, lambda *_: tr.tr("Saved {name}.", name="collins.png"))]
    for title, todo in (("first.mp4", fail), ("second.mp4", work), ("third.gif", work)):
        jobs.append(desk.jobs.add(title, folder, todo, long=True))
    desk.window.docks["queue"].bring_up()
    wanted = ["done", "failed", "running", "waiting"]
    qtbot.waitUntil(lambda: [job.state for job in desk.session.jobs.all] == wanted, timeout=PATIENCE)
    qtbot.waitUntil(lambda: desk.session.jobs.all[2].done == 39, timeout=PATIENCE)
    return desk.window.queue


def film(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """Marked, with a neutral frame, and not at its beginning."""
    for job in desk.session.jobs.unfinished:
        desk.jobs.cancel(job.number)
    desk.photos["driving"].open_path(SAMPLES / "driver_talk.mp4")
    qtbot.waitUntil(desk.window.drive.isVisible, timeout=PATIENCE)
    bar = desk.window.drive
    for button, frame in ((bar.mark_in, 12), (bar.mark_out, 60), (bar.neutral, 20)):
        desk.session.go_to(frame)
        QTest.mouseClick(button, LEFT)
    desk.session.go_to(30)
    return bar


def export(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    wishes = Wishes(("image", "sweep"), (("image", ".webp"),), folder=Path("films"), stem="collins", moves=True)
    marks = desk.findChild(MarksPresenter)
    assert marks is not None
    asked = ExportDialog(wishes, marks.in_words, desk.window)
    asked.show()
    return asked


def verdict(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """The end of a blind comparison."""
    dialog(desk).deleteLater()
    asked = CompareDialog(desk.window)
    asked.show_end(tally_in_words(Tally(8, 2, 1), "live · Pose 1,00", "live · Pose 0,50"))
    asked.show()
    return asked


def no_neutral(desk: Desk, qtbot: QtBot, folder: Path) -> Picture:
    """A batch whose neutral photo shows no face."""
    dialog(desk).deleteLater()
    wall = folder / "wall.png"
    PillowImage.new("RGB", (300, 300), (150, 155, 160)).save(wall)
    desk.session.set_habits(replace(desk.session.habits, batch=Batch((COLLINS,), (DRIVER,), None, neutral=wall)))
    return asked(BatchDialog, lambda: choose(desk.window.menus.batch), lambda found: "wall.png" in found.hint.text())


def offer(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """The offer after a crash, above the result and its controls."""
    desk.window.offer.offer(tr.tr("Mimesh did not end properly last time."), tr.tr("Restore that session"))
    return desk.window.offer


def source_only(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    desk.photos["source"].open_path(COLLINS)
    qtbot.waitUntil(lambda: desk.session.slot("source").shown is not None, timeout=PATIENCE)
    return desk.window


def no_camera(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """None is connected; the photo goes on driving."""
    ready(desk, qtbot, folder)
    return camera_that_fails(desk, qtbot, Cameras(list, lambda _: HeldUp()), "No camera")


def camera_refused(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """The system lets nobody near it."""

    def refuse(device: CameraDevice) -> Any:
        raise InputError(
            f"Mimesh may not use the camera {quoted(device.name)}: allow it in the system's privacy settings, "
            "then try again."
        )

    return camera_that_fails(desk, qtbot, Cameras(lambda: [CameraDevice("/dev/a", "On the desk")], refuse), "may not")


def camera_that_fails(desk: Desk, qtbot: QtBot, cameras: Cameras, said: str) -> QWidget:
    desk.camera.cameras = cameras
    choose(desk.window.menus.drive.camera)
    banner = desk.window.photos["driving"].overlay.banner
    qtbot.waitUntil(lambda: banner.isVisible() and said in banner.text(), timeout=PATIENCE)
    return desk.window.photos["driving"]


def camera(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """The camera drives."""
    ready(desk, qtbot, folder)
    desk.camera.cameras = Cameras(lambda: [CameraDevice("/dev/a", "On the desk")], lambda _: HeldUp())
    choose(desk.window.menus.drive.camera)
    qtbot.waitUntil(lambda: desk.session.camera.live, timeout=PATIENCE)
    return desk.window.drive


def strip(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """A folder drives, with one of its pictures chosen."""
    QTest.mouseClick(desk.window.drive.camera.stop, LEFT)
    pictures = folder / "drivers"
    pictures.mkdir()
    for path in sorted(SAMPLES.glob("driver_*.png")):
        shutil.copy(path, pictures)
    drop(desk.window.photos["driving"], files(pictures))
    strip = desk.window.drive.strip
    qtbot.waitUntil(lambda: strip.isVisible() and strip.count() == 4, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not any(strip.item(k).icon().isNull() for k in range(4)), timeout=PATIENCE)
    QTest.mouseClick(strip.viewport(), LEFT, NONE, strip.visualItemRect(strip.item(2)).center())
    wait_for_the_last(desk, qtbot)
    return desk.window.drive


def face_box(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """No face is found in half a head; it is marked by hand."""
    half = PillowImage.new("RGB", (512, 512), (150, 155, 160))
    half.paste(PillowImage.open(SAMPLES / "driver_turn.png").convert("RGB"), (-300, 0))
    half.save(folder / "half.png")
    panel = desk.window.photos["driving"]
    drop(panel, files(folder / "half.png"))
    qtbot.waitUntil(panel.overlay.remedy.isVisible, timeout=PATIENCE)
    QTest.mouseClick(panel.overlay.remedy, LEFT)
    qtbot.waitUntil(panel.bar.look_button.isVisible, timeout=PATIENCE)
    return panel


def presets(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    QTest.mouseClick(desk.window.photos["driving"].bar.cancel_button, LEFT)
    desk.window.docks["edit"].bring_up()
    qtbot.waitUntil(lambda: bool(desk.window.edit.rows), timeout=PATIENCE)
    open_menu(desk.window.edit.presets_menu)
    return desk.window.edit.presets_menu


def search(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """Controls that are found by a word."""
    QTest.keyClick(desk.window.edit.presets_menu, Qt.Key.Key_Escape)
    write(desk.window.edit.search, "smile")
    return desk.window.edit


def about(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    choose(desk.window.menus.about)
    return dialog(desk)


def missing(desk: Desk, qtbot: QtBot, folder: Path) -> Picture:
    """A project whose source is not where it was."""
    dialog(desk).close()
    project = folder / "portrait.mimesh"
    gone = Document(PhotoChoice(Path("/home/ann/photos/portrait.jpg"), "portrait.jpg"))
    project.write_text(project_text(gone, project)[0], encoding="utf-8")
    return asked(QMessageBox, lambda: drop(desk.window.photos["source"], files(project)))


def batch(desk: Desk, qtbot: QtBot, folder: Path) -> Picture:
    return asked(BatchDialog, lambda: choose(desk.window.menus.batch))


def study(desk: Desk, qtbot: QtBot, folder: Path) -> Picture:
    return asked(StudyDialog, lambda: choose(desk.window.menus.compare_blind))


def asked(
    kind: type[AnyDialog], act: Callable[[], object], ready: Callable[[AnyDialog], bool] = lambda _: True
) -> Picture:
    """What is asked when ``act`` is done and it is ``ready``; it is left with Escape."""
    seen: list[Picture] = []

    def look(found: AnyDialog) -> None:
        until(lambda: ready(found), "the dialog")
        wait(SETTLE_MS)
        seen.append(photograph(found, []))
        QTest.keyClick(found, Qt.Key.Key_Escape)

    with answering(kind, look):
        act()
    return seen[0]


def mask(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """The flow mask, which learned models have."""
    ready(desk, qtbot, folder)
    QTest.mouseClick(desk.window.occlusion.mask_button, LEFT)
    assert desk.window.occlusion.shows_mask
    return desk.window.occlusion


def meshes(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """Drawn in software, which is the same everywhere; graphics drivers shade and smooth in their own ways."""
    qtbot.waitUntil(lambda: desk.window.mesh.has_picture, timeout=PATIENCE)
    assert "software" in desk.window.status.meshes.text()
    return desk.window.meshes


def looked_at(look: MeshLook) -> Act:
    """The meshes in another look."""

    def act(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
        shown: list[object] = []
        desk.meshes.drawn.connect(lambda request, _: shown.append(request.look))
        QTest.mouseClick(desk.window.meshes.looks.buttons[look], LEFT)
        qtbot.waitUntil(lambda: look in shown, timeout=PATIENCE)
        return desk.window.meshes

    return act


def pointed(desk: Desk, qtbot: QtBot, folder: Path) -> QWidget:
    """The flow as arrows, and what it is under the mouse."""
    QTest.mouseClick(desk.window.result.arrows_button, LEFT)
    view = desk.window.result.image.viewport()
    for place in (QPoint(40, 40), view.rect().center()):
        QTest.mouseMove(view, place)
        wait(50)
    qtbot.waitUntil(desk.window.result.overlay.reading.isVisible, timeout=PATIENCE)
    return desk.window.result


class HeldUp:
    """A camera before which somebody holds a sample."""

    def read(self) -> Picture:
        time.sleep(0.02)
        return np.asarray(PillowImage.open(DRIVER).convert("RGB"))

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Story:
    """A window, and the states it goes through: name of the golden picture → act."""

    states: dict[str, Act]
    theme: str = "dark"
    language: str = "en"
    size: tuple[int, int] = (1280, 800)
    noticed: bool = True
    model: str | None = "geometric"
    """Of the core; None is the default one."""


STORIES = [
    Story({"empty": empty, "ready-dark": ready, "edit": edit, "several-faces": several, "keys": keys}),
    Story({"ready-light": ready, "error": wrong, "coefficients": coefficients, "person": person}, "light"),
    Story({"ready-german-small": ready}, "light", "de", (1180, 700)),
    Story({"notice": notice}, "light", noticed=False),
    Story(
        {
            "crop": crop,
            "carried-over": carried_over,
            "wipe": wipe,
            "question": question,
            "verdict": verdict,
            "queue": queue,
            "film": film,
            "export": export,
            "no-neutral": no_neutral,
            "offer": offer,
        },
        "light",
        "de",
    ),
    Story(
        {
            "source-only": source_only,
            "no-camera": no_camera,
            "camera-refused": camera_refused,
            "camera": camera,
            "folder": strip,
            "face-box": face_box,
            "presets": presets,
            "search": search,
            "about": about,
            "missing": missing,
            "batch": batch,
            "study": study,
        }
    ),
    Story(
        {
            "mask": mask,
            "meshes": meshes,
            "wire": looked_at("wire"),
            "over-photos": looked_at("photo"),
            "displacement": looked_at("displacement"),
            "pointed": pointed,
        },
        "light",
        model=None,
    ),
]


def moving(desk: Desk) -> list[QWidget]:
    """What is drawn by another renderer on other machines, and times; their texts are given one width for all."""
    status = desk.window.status
    labels = [status.stages, status.rate, status.meshes, status.device]
    for label, text in zip(
        labels, ("mesh 1 + motion 20 + warp 3 + decode 10 = 34 ms", "", "meshes", "CPU · learned model")
    ):
        label.setText(text)
    layout = status.layout()
    assert layout is not None
    layout.activate()
    return [desk.window.mesh_overlay, *labels]


def hidden(desk: Desk, shown: QWidget) -> list[QWidget]:
    """What differs from run to run."""
    if isinstance(shown, AboutDialog):
        return [label for label in shown.findChildren(QLabel) if label.text() in dict(shown.facts).values()]
    if shown is desk.window.drive:
        return [desk.window.drive.note]
    return moving(desk) if shown is desk.window else []


@pytest.fixture
def without_gl(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the program that draws meshes end at once, as where there is no OpenGL."""
    return lambda: monkeypatch.setattr(mesh_worker, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: " ".join(story.states))
def test_the_window_looks_as_it_should(
    story: Story,
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    reenactor: Reenactor,
    renew_goldens: bool,
    without_gl: Callable[[], None],
) -> None:
    if "meshes" in story.states:
        without_gl()
    settings = Settings(noticed=story.noticed, theme=story.theme, language=story.language)
    pictures = {}
    core = reenactor if story.model == "geometric" else Reenactor.load("cpu", story.model)
    with opened(qtbot, qapp, lambda: CoreEngine(core), tmp_path / "no samples", settings) as desk:
        desk.window.resize(*story.size)
        for name, act in story.states.items():
            shown = act(desk, qtbot, tmp_path)
            wait(SETTLE_MS)
            pictures[name] = photograph(shown, hidden(desk, shown)) if isinstance(shown, QWidget) else shown
    different = {name: share for name, p in pictures.items() if (share := compare(name, p, tmp_path, renew_goldens))}
    assert not different, f"in {tmp_path}"


def test_while_the_core_loads_the_photos_are_there(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, reenactor: Reenactor, renew_goldens: bool
) -> None:
    loading = threading.Event()

    def load() -> Engine:
        loading.wait(60)
        return CoreEngine(reenactor)

    desk = Desk(qapp, load, tmp_path / "no samples")
    desk.theme.choose("dark")
    for role, path in (("source", COLLINS), ("driving", DRIVER)):
        desk.photos[role].open_path(path)  # type: ignore[index]
    desk.show()
    try:
        desk.window.resize(1280, 800)
        panels = desk.window.photos.values()
        qtbot.waitUntil(lambda: all(panel.image.picture is not None for panel in panels), timeout=PATIENCE)
        wait(SETTLE_MS)
        picture = photograph(desk.window, moving(desk))
    finally:
        loading.set()
        desk.window.close()
    assert not compare("loading", picture, tmp_path, renew_goldens), f"in {tmp_path}"


def test_a_missing_button_is_seen() -> None:
    """The tolerance forgives other letters, not another window."""
    picture = golden("ready-dark").copy()
    assert difference(picture, golden("ready-dark")) == 0
    assert difference(picture, golden("ready-light")) > 0.3
    softer = np.clip(picture.astype(int) + np.random.default_rng(0).integers(-20, 21, picture.shape), 0, 255)
    assert difference(softer.astype(np.uint8), picture) < ALLOWED
    moved = np.roll(picture, 12, axis=1)
    assert difference(moved, picture) > ALLOWED
    wider = picture.copy()
    wider[782:798, 560:1266] = HIDDEN
    assert difference(wider, picture) == 0, "times may take more room than they did"
    picture[690:740, 320:700] = picture[690, 320]  # the sliders are gone
    assert difference(picture, golden("ready-dark")) > ALLOWED


def test_goldens_are_small_and_all_used() -> None:
    pictures = sorted(FOLDER.glob("*.png"))
    assert sum(path.stat().st_size for path in pictures) < 3_000_000
    assert {path.stem for path in pictures} == {
        "loading",
        *NAMES,
        *(name for story in STORIES for name in story.states),
    }
