"""Photos come in by dropping, pasting and opening; what cannot be used is told where it was dropped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.presenters.origins import origins, pixels
from app.roles import ROLES, Role
from tests.app.acts import LEFT, drag_away, drag_over, drop, files
from tests.app.conftest import photo
from tests.app.fake_engine import FakeEngine
from tests.app.hands import file_dialog


def wait_idle(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not any(desk.session.slot(role).busy for role in ROLES))


@pytest.mark.parametrize("role", ROLES)
def test_a_dropped_file_is_shown_where_it_was_dropped(
    desk: Desk, qtbot: QtBot, photos: dict[str, Path], role: Role
) -> None:
    panel = desk.window.photos[role]
    assert panel.overlay.empty.isVisible()
    drop(panel, files(photos["one"]))
    qtbot.waitUntil(lambda: desk.session.slot(role).shown is not None)
    assert panel.image.isVisible() and not panel.overlay.empty.isVisible()
    assert panel.note.full_text == "one ünï.png"
    assert panel.image.picture is not None and panel.image.picture.shape == (120, 160, 3)
    assert desk.session.slot("driving" if role == "source" else "source").wanted is None


def test_two_files_dropped_at_once_become_source_and_driver(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    drop(desk.window, files(photos["one"], photos["two"]))
    qtbot.waitUntil(lambda: desk.session.result is not None)
    assert desk.window.photos["source"].note.full_text == "one ünï.png"
    assert desk.window.photos["driving"].note.full_text == "two.png"
    assert desk.window.result.image.isVisible()
    assert desk.window.flow.image.isVisible() and desk.window.occlusion.image.isVisible()


def test_a_drag_shows_both_zones_and_which_one_it_is_over(desk: Desk, photos: dict[str, Path]) -> None:
    source, driving = (desk.window.photos[role].overlay.drop for role in ROLES)
    data = files(photos["one"])
    assert drag_over(desk.window.photos["driving"], data)
    assert source.isVisible() and driving.isVisible()
    assert "source" in source.text() and "driver" in driving.text()
    assert (source.property("hover"), driving.property("hover")) == (False, True)
    drag_away(desk.window.photos["driving"])
    assert not source.isVisible() and not driving.isVisible()


def test_a_drag_without_a_photo_is_not_taken(desk: Desk) -> None:
    data = QMimeData()
    data.setText("hello")
    assert not drag_over(desk.window.photos["source"], data)
    assert not drag_over(desk.window, data)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("broken", "not a picture"),
        ("folder", "folder"),
        ("missing", "missing.png"),
        ("faceless", "No face was found"),
    ],
)
def test_what_cannot_be_used_is_told_in_its_zone_and_the_rest_stays(
    loaded: Desk, qtbot: QtBot, photos: dict[str, Path], name: str, words: str
) -> None:
    panel, before = loaded.window.photos["source"], loaded.session.result
    drop(panel, files(photos[name]))
    qtbot.waitUntil(panel.overlay.banner.isVisible)
    assert words in panel.overlay.banner.text() and panel.overlay.banner.text().endswith(".")
    assert str(photos[name].parent) not in panel.overlay.banner.text(), "the whole path instead of the name"
    assert panel.note.full_text == "one ünï.png"
    assert panel.overlay.banner.text() in loaded.window.status.message.full_text
    assert not loaded.window.photos["driving"].overlay.banner.isVisible()
    loaded.window.controls.sliders["pose"].slider.setValue(30)
    qtbot.waitUntil(lambda: loaded.session.result is not before)
    QTest.mouseClick(panel.overlay.banner, LEFT)
    assert not panel.overlay.banner.isVisible()


@pytest.mark.parametrize("way", ["drop", "swap", "no photo"])
def test_a_new_request_for_the_zone_clears_its_error_at_once(
    loaded: Desk, qtbot: QtBot, photos: dict[str, Path], engine: FakeEngine, way: str
) -> None:
    panel, other = loaded.window.photos["source"], loaded.window.photos["driving"]
    if way == "no photo":
        QGuiApplication.clipboard().setText("hello")
        panel.setFocus()
        QTest.keySequence(loaded.window, "Ctrl+V")
    else:
        drop(panel, files(photos["broken"]))
    qtbot.waitUntil(panel.overlay.banner.isVisible)
    drop(other, files(photos["crowd"]))
    wait_idle(loaded, qtbot)
    assert panel.overlay.banner.isVisible(), "a photo elsewhere does not answer it"
    engine.gate.clear()
    if way == "swap":
        QTest.keySequence(loaded.window, "Ctrl+Shift+X")
    else:
        drop(panel, files(photos["one"]))
    assert not panel.overlay.banner.isVisible()
    engine.gate.set()
    wait_idle(loaded, qtbot)
    assert not panel.overlay.banner.isVisible()


def test_what_to_do_is_read_even_where_the_name_is_long(loaded: Desk) -> None:
    note = loaded.window.photos["source"].note
    hint, name = "2 faces, click yours", "a photo with a name that is much too long for this line.png"
    note.set_full_text(f"{hint} · {name}")
    assert note.text() == hint and name in note.toolTip()
    note.set_full_text(name)
    assert note.text().startswith("a photo") and note.text().endswith(".png"), "a name is shortened in its middle"


def test_several_faces_are_told_and_a_click_chooses(
    loaded: Desk, qtbot: QtBot, photos: dict[str, Path], engine: FakeEngine
) -> None:
    panel = loaded.window.photos["source"]
    drop(panel, files(photos["crowd"]))
    qtbot.waitUntil(lambda: "2 faces" in panel.note.full_text)
    assert "2 faces found" in loaded.window.status.message.full_text
    first = loaded.session.slot("source").shown
    assert first is not None and first.chosen == 0

    def click(x: float, y: float) -> None:
        place: QPointF = panel.image.picture_to_widget(x, y)
        QTest.mouseClick(panel.image.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place.toPoint())

    click(0.75 * 400, 0.4 * 200)
    qtbot.waitUntil(lambda: (shown := loaded.session.slot("source").shown) is not None and shown.chosen == 1)
    wait_idle(loaded, qtbot)
    encoded = len(engine.encoded)
    qtbot.wait(400)  # or Qt takes the next click for the second half of a double click
    click(0.75 * 400, 0.4 * 200)
    qtbot.wait(50)
    assert len(engine.encoded) == encoded, "the face that is chosen already was encoded again"


def test_paste_goes_to_the_zone_with_the_focus(desk: Desk, qtbot: QtBot) -> None:
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 100, 50))
    QGuiApplication.clipboard().setImage(image)
    desk.window.photos["driving"].setFocus()
    QTest.keySequence(desk.window, "Ctrl+V")
    qtbot.waitUntil(lambda: desk.session.slot("driving").shown is not None)
    assert desk.session.slot("source").wanted is None
    assert desk.window.photos["driving"].note.full_text == "pasted picture"


def test_a_picture_pasted_again_is_kept_once(desk: Desk, qtbot: QtBot) -> None:
    """In both photos, and in every step of undo; another picture is another."""
    kept = []
    for role, red in (("source", 200), ("driving", 200), ("driving", 10)):
        image = QImage(60, 40, QImage.Format.Format_RGB32)
        image.fill(QColor(red, 100, 50))
        QGuiApplication.clipboard().setImage(image)
        before = desk.session.slot(role).shown  # type: ignore[arg-type]
        desk.window.photos[role].setFocus()
        QTest.keySequence(desk.window, "Ctrl+V")
        qtbot.waitUntil(lambda r=role, b=before: desk.session.slot(r).shown not in (None, b))  # type: ignore[misc]
        choice = desk.session.document.photo(role)  # type: ignore[arg-type]
        assert choice is not None
        kept.append(choice.photos[0].origin)
    assert kept[0] is kept[1]
    assert isinstance(kept[2], np.ndarray) and kept[2] is not kept[0] and (kept[2][..., 0] == 10).all()


def test_a_pasted_file_and_a_pasted_path_are_opened(desk: Desk, qtbot: QtBot, photos: dict[str, Path]) -> None:
    desk.window.photos["source"].setFocus()
    QGuiApplication.clipboard().setMimeData(files(photos["one"]))
    QTest.keySequence(desk.window, "Ctrl+V")
    qtbot.waitUntil(lambda: desk.session.slot("source").shown is not None)
    desk.window.photos["driving"].setFocus()
    QGuiApplication.clipboard().setText(str(photos["two"]))
    QTest.keySequence(desk.window, "Ctrl+V")
    qtbot.waitUntil(lambda: desk.session.slot("driving").shown is not None)


def test_pasting_what_is_no_photo_is_told(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("hello")
    desk.window.photos["source"].setFocus()
    QTest.keySequence(desk.window, "Ctrl+V")
    assert "no photo" in desk.window.photos["source"].overlay.banner.text()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((12_001, 10_000), "The pasted picture is 12001×10000 pixels; the limit is 120 megapixels"),
        ((15, 400), "The pasted picture is too small (15×400 pixels)"),
        ((0, 0), "The pasted picture is damaged or too large to be read"),
    ],
)
def test_a_pasted_picture_has_the_limits_of_a_file(
    loaded: Desk, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], words: str
) -> None:
    """And is refused before it is copied.  What Qt cannot read, it gives as no picture at all."""
    monkeypatch.setattr("app.presenters.origins.pixels", lambda _: pytest.fail("it was copied"))
    data, before = QMimeData(), loaded.session.document
    data.setImageData(QImage(*size, QImage.Format.Format_Mono))
    drop(loaded.window.photos["source"], data)
    banner = loaded.window.photos["source"].overlay.banner
    assert banner.isVisible() and words in banner.text()
    assert loaded.session.document == before
    QTest.mouseClick(banner, LEFT)
    QGuiApplication.clipboard().setImage(QImage(*size, QImage.Format.Format_Mono))
    loaded.window.photos["source"].setFocus()
    QTest.keySequence(loaded.window, "Ctrl+V")
    assert banner.isVisible() and (words in banner.text() or size == (0, 0))


@pytest.mark.parametrize("form", [QImage.Format.Format_ARGB32, QImage.Format.Format_Grayscale8])
def test_pasted_pixels_are_rgb_rows_without_padding(qapp: object, form: QImage.Format) -> None:
    image = QImage(7, 3, form)  # 7 × 3 bytes is no multiple of 4: Qt pads the rows
    image.fill(0)
    image.setPixelColor(6, 2, QColor(200, 200, 200))
    got = pixels(image)
    assert got.shape == (3, 7, 3) and got.dtype == np.uint8
    assert np.array_equal(got[2, 6], [200, 200, 200])
    expected = 255 if form == QImage.Format.Format_ARGB32 else 0
    assert np.array_equal(got[0, 0], [expected] * 3), "transparent is white, black is black"


def test_links_that_are_no_files_are_no_photos(qapp: object) -> None:
    data = QMimeData()
    data.setUrls(["https://example.org/a.png"])
    assert origins(data) == []


@pytest.mark.parametrize(("keys", "role"), [("Ctrl+O", "source"), ("Ctrl+Shift+O", "driving")])
def test_open_with_the_keyboard(desk: Desk, qtbot: QtBot, photos: dict[str, Path], keys: str, role: Role) -> None:
    with file_dialog(photos["one"]):
        QTest.keySequence(desk.window, keys)
    qtbot.waitUntil(lambda: desk.session.slot(role).shown is not None)


def test_closing_the_open_dialog_changes_nothing(desk: Desk) -> None:
    with file_dialog():
        QTest.mouseClick(desk.window.photos["source"].open_button, LEFT)
    assert desk.session.slot("source").wanted is None


@pytest.mark.parametrize("way", ["key", "button"])
def test_swap(loaded: Desk, qtbot: QtBot, way: str) -> None:
    if way == "key":
        QTest.keySequence(loaded.window, "Ctrl+Shift+X")
    else:
        QTest.mouseClick(loaded.window.swap_button, LEFT)
    qtbot.waitUntil(lambda: loaded.window.photos["source"].note.full_text == "two.png")
    qtbot.waitUntil(lambda: loaded.window.photos["driving"].note.full_text == "one ünï.png")


def test_the_newest_of_many_dropped_photos_wins(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    for index in range(8):
        drop(desk.window.photos["source"], files(photo(tmp_path / f"{index}.png")))
    wait_idle(desk, qtbot)
    assert desk.window.photos["source"].note.full_text == "7.png"


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "I;16", "1"])
def test_every_kind_of_picture_opens(desk: Desk, qtbot: QtBot, tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    PillowImage.new(mode, (90, 70), None).save(path)
    drop(desk.window.photos["source"], files(path))
    wait_idle(desk, qtbot)
    picture = desk.window.photos["source"].image.picture
    assert picture is not None and picture.shape == (70, 90, 3)


def test_of_an_animation_the_first_frame_is_used_and_that_is_said(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    frames = [PillowImage.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    drop(desk.window.photos["source"], files(tmp_path / "a.gif"))
    wait_idle(desk, qtbot)
    assert "Only the first frame was used" in desk.window.status.message.full_text
    picture = desk.window.photos["source"].image.picture
    assert picture is not None and picture[20, 20, 0] > 200


@pytest.mark.parametrize("kind", ["empty", "cut", "tiny", "huge"])
def test_useless_files_get_one_sentence(desk: Desk, qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a file.png"
    size = {"tiny": (1, 1), "huge": (20_000, 20_000)}.get(kind, (300, 200))
    PillowImage.new("1" if kind == "huge" else "RGB", size).save(path)
    if kind in ("empty", "cut"):
        path.write_bytes(b"" if kind == "empty" else path.read_bytes()[:120])
    panel = desk.window.photos["driving"]
    drop(panel, files(path))
    qtbot.waitUntil(panel.overlay.banner.isVisible)
    text = panel.overlay.banner.text()
    assert "a file.png" in text and text.endswith(".") and "\n" not in text and "This should not" not in text
