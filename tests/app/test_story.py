"""Stories in a real window: files are dragged in from another program, all else is mouse and keyboard."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage

from app.application import SAMPLES
from app.views.timeline import MARGIN
from core.media.read_image import read_image
from core.media.read_video import VideoReader
from tests.app.story import screen as screens
from tests.app.story.screen import Screen
from tests.app.story.story import Story

COLLINS = SAMPLES / "collins.png"
SMILE = ["mouthSmileLeft", 0.4]

pytestmark = pytest.mark.skipif(bool(screens.missing()), reason="no Xvfb and xdotool")


Begin = Callable[..., Story]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Begins a story on a screen of its own, with files to drag line by line; it ends, whatever happens."""
    with ExitStack() as stack:

        def begin(*lines: tuple[Path, ...]) -> Story:
            screen = Screen(tmp_path)
            stack.callback(screen.close)
            story = Story(screen, tmp_path, lines)
            stack.callback(story.end)
            return story

        yield begin


@pytest.mark.timeout(900)
def test_the_main_story(begin: Begin, tmp_path: Path) -> None:
    mirrored = tmp_path / "mirrored.png"
    PillowImage.open(COLLINS).transpose(PillowImage.Transpose.FLIP_LEFT_RIGHT).save(mirrored)
    story = begin((COLLINS,), (SAMPLES / "driver_smile.png",), (COLLINS, mirrored))
    screen = story.screen

    # The notice comes first; Enter accepts it.
    story.dialog("NoticeDialog")
    screen.keys("Return")
    story.wait("the notice is gone", lambda state: not state["dialogs"])

    # Two photos come from another program.
    for index, (role, name) in enumerate((("source", "collins.png"), ("driving", "driver_smile.png"))):
        story.bring(story.file(index), story.place(role))
        screen.release()
        story.wait(f"{name} is there", lambda state, role=role, name=name: state["photos"][role] == name)
    first = story.wait("there is a result and the meshes", lambda state: state["result"] and state["drawn"])
    x, y = story.place("result")
    there = np.s_[y - 100 : y + 100, x - 100 : x + 100]
    seen = story.wait_for_picture("the face is on the screen", lambda picture: picture[there].std() > 20)[there]

    # A slider in the hand: pictures follow before it is let go.
    start = story.place("pose")
    width = first["places"]["pose"][2]
    screen.press(*start)
    screen.move(start, (start[0] - round(width * 0.4), start[1]), 12)
    held = story.wait("a picture of less pose", lambda state: state["held"] and (state["shown_pose"] or 1) < 0.7)
    screen.release()
    story.wait("the last one is as the slider stands", lambda state: state["shown_pose"] == state["dial"][0] < 0.7)
    assert held["result"] > first["result"]
    story.wait_for_picture("it is another picture", lambda picture: not np.array_equal(picture[there], seen))

    # The keyboard: an arrow, Delete, undo, Space, the other alpha only.
    pose = story.look()["dial"][0]
    story.keys("Right", "Right")
    story.wait("two steps more", lambda state: state["dial"][0] == round(pose + 0.02, 2))
    story.keys("Delete")
    story.wait("the slider is back", lambda state: state["dial"][0] == 1.0)
    story.keys("ctrl+z")
    story.wait("all of that in one go is undone", lambda state: state["dial"][0] == pose)
    story.keys("space")
    story.wait("it is the source", lambda state: state["dial"][:2] == [0.0, 0.0])
    story.keys("space", "Tab")
    story.wait("Tab goes to the next slider", lambda state: state["focus"] == "expression")
    story.keys("p")
    story.wait("only the pose", lambda state: state["dial"] == [1.0, 1.0, "pose"])
    story.keys("p")
    story.wait("both again", lambda state: state["dial"][2] == "both")

    # The edits, found by name and moved with the keyboard alone.
    story.keys("ctrl+f")
    story.wait("the cursor is in the search", lambda state: state["focus"] == "search")
    screen.type("smile left")
    story.wait("one control is left", lambda state: "mouthSmileLeft" in state["places"])
    story.tab_to("mouthSmileLeft")
    story.keys("Right", "Right", "Right")
    story.wait("the smile is edited", lambda state: state["edits"] == {"mouthSmileLeft": 0.03})
    story.wait("it is rendered", lambda state: state["rendered"] == [["mouthSmileLeft", 0.03]])

    # Ctrl+E is the window's in a number and in the search: Qt's texts would take it on X11 to go to their end.
    for place in ("search", "mouthSmileLeft box"):
        screen.click(*story.place(place))
        story.wait("the cursor is in it", lambda state, place=place: state["focus"] == place)
        story.keys("ctrl+e")
        story.dialog("ExportDialog")
        screen.keys("Escape")
        story.wait("it is gone", lambda state: not state["dialogs"])

    # The meshes turn with the mouse.
    story.keys("ctrl+3")
    turn = story.look()["turn"]
    x, y = story.place("mesh")
    screen.drag((x, y), (x + 80, y))
    story.wait("they turned", lambda state: abs(state["turn"] - turn) > 10 and not state["held"])

    # The wheel brings the meshes nearer, and the result; a double click fits that again.
    zoom = story.look()["zoom"]
    screen.do("mousemove", x, y, "click", "--repeat", 2, 4)
    story.wait("the meshes are nearer", lambda state: state["zoom"] > 1.2 * zoom)
    screen.do("mousemove", *story.place("result"), "click", 4)
    story.wait("the result is zoomed", lambda state: state["zoomed"])
    screen.do("click", "--repeat", 2, "--delay", 60, 1)
    story.wait("all of the result is seen", lambda state: not state["zoomed"])

    # A panel is taken by its title to another place, and all go back to theirs.
    start, end = story.place("flow"), story.place("driving")
    assert "flow" not in story.look()["left"]
    screen.press(*start)
    screen.move(start, (start[0] - 40, start[1]), 4)
    screen.move((start[0] - 40, start[1]), end, 12)
    screen.release()
    story.wait("the flow is with the photos", lambda state: "flow" in state["left"])
    story.keys("ctrl+shift+0")
    story.wait("it is where it was", lambda state: state["left"] == ["source", "driving"])

    # F1 lists the keys.
    story.keys("F1")
    story.dialog("ShortcutsDialog")
    screen.keys("Escape")
    story.wait("the list is gone", lambda state: not state["dialogs"])

    # The result is saved where the person says, marked.
    saved = tmp_path / "saved.png"
    story.keys("ctrl+s")
    story.answer(saved)
    story.wait("it is saved", lambda state: "saved.png" in state["message"] and saved.exists())
    assert read_image(saved).pixels.shape == (256, 256, 3)

    # The result, pulled onto the driver, drives.
    start, end = story.place("result"), story.place("driving")
    screen.press(*start)
    screen.move(start, (start[0] + 40, start[1] + 40))
    story.wait("it is in the hand", lambda state: state["carried"])
    story.hold((start[0] + 40, start[1] + 40), end)
    screen.release()
    story.wait("it is the driver", lambda state: state["photos"]["driving"] == "earlier result")

    # Two photos of one person, dragged together from the other program, are fitted together; undo brings the one back.
    story.bring(story.file(2), story.place("source"))
    screen.release()
    story.wait("both photos make the face", lambda state: state["person"] == ["collins.png", "mirrored.png"])
    story.keys("ctrl+z")
    story.wait("it is one photo again", lambda state: not state["person"] and state["photos"]["source"])

    story.quit()
    assert list((tmp_path / "state").rglob("last.mimesh")), "what was done is at hand as the last session"


@pytest.mark.timeout(900)
def test_a_film_is_driven_exported_kept_and_opened_again(begin: Begin, tmp_path: Path) -> None:
    film, out, project = SAMPLES / "driver_talk.mp4", tmp_path / "out", tmp_path / "talk.mimesh"
    out.mkdir()
    story = begin((film,))
    screen = story.screen
    story.dialog("NoticeDialog")
    screen.keys("Return")
    story.closed("NoticeDialog")

    # The source is chosen in the file dialog, the film dropped.
    screen.click(*story.place("open source"))
    story.answer(COLLINS)
    story.wait("the photo is there", lambda state: state["photos"]["source"] == "collins.png")
    story.bring(story.file(0), story.place("driving"))
    screen.release()
    story.wait("the film drives", lambda state: state["frames"] == 80 and state["shown_frame"] == 0)

    # It is scrubbed: pictures follow the hand.
    start, width = story.place("timeline"), story.look()["places"]["timeline"][2] - 2 * MARGIN
    screen.press(*start)
    screen.move(start, (start[0] + round(width * 40 / 79), start[1]), 10)
    story.wait("the picture followed", lambda state: state["held"] and state["shown_frame"] == state["frame"] == 40)
    screen.move((start[0] + round(width * 40 / 79), start[1]), (start[0] + round(width * 20 / 79), start[1]), 10)
    screen.release()
    story.wait("frame 21 is shown", lambda state: not state["held"] and state["shown_frame"] == state["frame"] == 20)

    # Marks round five frames, one by button and key, and those are played over and over.
    screen.click(*story.place("in"))
    story.keys("period", "period", "period", "period")
    story.wait("four frames further", lambda state: state["shown_frame"] == state["frame"] == 24)
    screen.click(*story.place("out"))
    story.wait("both marks are set", lambda state: state["marks"] == [20, 24])
    x, y = story.place("result")
    there = np.s_[y - 100 : y + 100, x - 100 : x + 100]
    still = screen.picture()[there]
    screen.click(*story.place("play"))
    story.wait_for_picture("the face moves", lambda picture: not np.array_equal(picture[there], still))
    for frame in (21, 23):
        story.wait("it plays", lambda state, frame=frame: state["playing"] and state["shown_frame"] == frame)
    story.keys("k")
    story.wait("it stands", lambda state: not state["playing"] and state["shown_frame"] == state["frame"])

    # Less pose, and a smile by hand.
    screen.click(*story.place("pose"))
    story.keys("Left", "Left", "Left")
    story.keys("ctrl+f")
    screen.type("smile left")
    screen.click(*story.place("mouthSmileLeft box"))
    story.wait("the cursor is in it", lambda state: state["focus"] == "mouthSmileLeft box")
    screen.keys("ctrl+a")
    screen.type("0.4")
    screen.keys("Return")
    story.wait("both are rendered", lambda state: state["shown_pose"] == 0.97 and state["rendered"] == [SMILE])

    # A picture, an animation and the film are exported.
    story.keys("ctrl+e")
    story.dialog("ExportDialog")
    for kind in ("Animation", "Driven film"):
        story.click(kind)
    story.click("frames")
    screen.keys("ctrl+a")
    screen.type("3")
    story.click("Choose…")
    story.answer(out)
    story.dialog("ExportDialog")
    story.click("Export 3 files")
    story.wait("all are written", lambda state: state["jobs"] == ["done"] * 3)
    names = [f"collins__driver_talk{ending}" for ending in (".png", "_film.mp4", "_sweep.gif")]
    assert sorted(path.name for path in out.iterdir()) == names
    picture, frames, sweep = (out / name for name in names)
    assert read_image(picture).pixels.shape == (256, 256, 3)
    with PillowImage.open(sweep) as found:
        assert found.size == (256, 256) and getattr(found, "n_frames", 1) >= 3
    with VideoReader(frames) as reader:
        assert len(reader.times) == 5 and reader.size == (256, 256)

    # The project is saved, the app ends, and another one opens it.
    story.keys("ctrl+alt+s")
    story.answer(project)
    kept = story.wait("it is a project", lambda state: state["title"].startswith("talk") and not state["unsaved"])
    written = json.loads(project.read_text(encoding="utf-8"))
    assert written["edits"]["units"] == {SMILE[0]: SMILE[1]} and written["clip"]["last"] == 24
    for role, path in (("source", COLLINS), ("driving", film)):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert (written[role]["path"], written[role]["sha256"]) == (str(path), digest)
    story.quit()
    story.begin()
    story.keys("ctrl+alt+o")
    story.answer(project)
    same = {name: kept[name] for name in ("photos", "dial", "edits", "marks", "frame", "frames", "rendered")}

    def back(state: dict[str, Any]) -> bool:
        return all(state[name] == value for name, value in same.items()) and state["shown_frame"] == kept["frame"]

    story.wait("everything is back", back)

    # And once more from the list of those opened lately, with the mouse.
    story.keys("ctrl+n")
    story.wait("it is empty", lambda state: state["photos"] == {"source": "", "driving": ""})
    for text in ("File", "Open recent", "talk.mimesh"):
        story.click(text)
    story.wait("everything is back again", back)
    story.quit()
