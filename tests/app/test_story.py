"""The main story in a real window: files are dragged in from another program, all else is mouse and keyboard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PillowImage

from app.application import SAMPLES
from core.media.read_image import read_image
from tests.app.story import screen as screens
from tests.app.story.files import LINE
from tests.app.story.screen import Screen

PATIENCE = 240.0
FILES_AT = (1350, 100)
COLLINS = SAMPLES / "collins.png"
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(bool(screens.missing()), reason="no Xvfb and xdotool")


class Story:
    """The app on a screen: what it shows (:meth:`look`), and waiting for it."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self.screen, self._state = screen, folder / "state.json"
        homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "STATE", "DATA")}
        environment = {**screen.environment, **homes, "LC_ALL": "C.UTF-8"}
        other = folder / "mirrored.png"
        PillowImage.open(COLLINS).transpose(PillowImage.Transpose.FLIP_LEFT_RIGHT).save(other)
        lines = [str(COLLINS), str(SAMPLES / "driver_smile.png"), os.pathsep.join((str(COLLINS), str(other)))]
        start = [sys.executable, "-m"]
        self.files = subprocess.Popen(
            [*start, "tests.app.story.files", *map(str, FILES_AT), *lines], cwd=ROOT, env=environment
        )
        self.app = subprocess.Popen([*start, "tests.app.story.app", str(self._state)], cwd=ROOT, env=environment)

    def look(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self._state.read_text(encoding="utf-8"))
        return state

    def wait(self, what: str, until: Callable[[dict[str, Any]], object], patience: float = PATIENCE) -> dict[str, Any]:
        """The state in which ``until`` holds."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            assert self.app.poll() is None, f"the app ended while it should be seen that {what}"
            if self._state.exists() and until(state := self.look()):
                return state
            time.sleep(0.05)
        seen = self.look() if self._state.exists() else "nothing, the app has not begun"
        raise AssertionError(f"it never happened that {what}: {seen}")

    def wait_for_picture(self, what: str, until: Callable[[NDArray[np.uint8]], object]) -> NDArray[np.uint8]:
        """What is on the screen when ``until`` holds for it: it is painted later than the app knows of it."""
        end = time.monotonic() + PATIENCE
        while not until(picture := self.screen.picture()):
            assert time.monotonic() < end, f"it was never seen that {what}"
            time.sleep(0.05)
        return picture

    def bring(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag from another program and hold it over ``end`` until the app says what dropping there does.

        The hand is never quite still: a program that is late to begin its drag would not see where it has gone.
        """
        self.screen.press(*start)
        self.hold(start, end)

    def hold(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Move what is being dragged over ``end`` until the app says what dropping there does."""
        self.screen.move(start, end)

        def told(state: dict[str, Any]) -> bool:
            for step in (3, 0):
                self.screen.do("mousemove", end[0] + step, end[1])
            return all(state["drop"].values())

        self.wait("both photos say what dropping there does", told)

    def tab_to(self, name: str, most: int = 12) -> None:
        """Press Tab until that widget has the focus."""
        for _ in range(most):
            before = self.look()["focus_id"]
            self.keys("Tab")
            if (
                self.wait("Tab moves the focus", lambda state, before=before: state["focus_id"] != before)["focus"]
                == name
            ):
                return
        raise AssertionError(f"Tab does not reach {name}")

    def place(self, name: str) -> tuple[int, int]:
        """Where to press on a widget, now."""
        x, y, _ = self.wait(f"{name} is seen", lambda state: name in state["places"])["places"][name]
        return x, y

    def keys(self, *names: str) -> None:
        """Keys for the main window."""
        self.focus(self.look()["window"])
        self.screen.keys(*names)

    def dialog(self, name: str) -> None:
        """A dialog opens, and gets the keyboard."""
        self.focus(self.wait(f"{name} opens", lambda state: name in state["dialogs"])["dialogs"][name])

    def focus(self, window: int) -> None:
        """Give ``window`` the keyboard: the screen refuses while it is not drawn yet, and the app hears of it later."""

        def has_it(state: dict[str, Any]) -> bool:
            if state["active"] != window:
                self.screen.focus(window)
            return bool(state["active"] == window)

        self.wait("the window has the keyboard", has_it)

    def end(self) -> None:
        for process in (self.app, self.files):
            if process.poll() is None:
                process.kill()
            process.wait(20)


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    screen = Screen(tmp_path)
    story = Story(screen, tmp_path)
    try:
        yield story
    finally:
        story.end()
        screen.close()


@pytest.mark.timeout(900)
def test_the_main_story(story: Story, tmp_path: Path) -> None:
    screen = story.screen

    # The notice comes first; Enter accepts it.
    story.dialog("NoticeDialog")
    screen.keys("Return")
    story.wait("the notice is gone", lambda state: not state["dialogs"])

    # Two photos come from another program.
    x, y = FILES_AT[0] + 60, FILES_AT[1] + LINE // 2
    for index, (role, name) in enumerate((("source", "collins.png"), ("driving", "driver_smile.png"))):
        start, end = (x, y + index * LINE), story.place(role)
        story.wait_for_picture(
            "the other program shows its files",
            lambda p, at=start: p[at[1] - 15 : at[1] + 15, at[0] - 50 : at[0] + 50].std() > 5,
        )
        story.bring(start, end)
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
    story.dialog("QFileDialog")
    screen.keys("ctrl+a")
    screen.type(str(saved))
    story.wait("the name is typed", lambda state: str(saved) in state["typed"])
    screen.keys("Return")
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
    start = (FILES_AT[0] + 60, FILES_AT[1] + LINE // 2 + 2 * LINE)
    story.bring(start, story.place("source"))
    screen.release()
    story.wait("both photos make the face", lambda state: state["person"] == ["collins.png", "mirrored.png"])
    story.keys("ctrl+z")
    story.wait("it is one photo again", lambda state: not state["person"] and state["photos"]["source"])

    # Ctrl+Q ends it, at once and clean.
    story.keys("ctrl+q")
    assert story.app.wait(PATIENCE) == 0
    assert list((tmp_path / "state").rglob("last.mimesh")), "what was done is at hand as the last session"
