"""The app and a file manager on a screen: what the app shows (:meth:`Story.look`), and waiting for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.app.story.files import LINE
from tests.app.story.screen import Screen

PATIENCE = 240.0
REST = 3
"""Looks in a row, more than two of which cannot have been at one writing of the state."""
FILES_AT = (1350, 100)
ROOT = Path(__file__).resolve().parents[3]
START = [sys.executable, "-m"]


class Story:
    def __init__(self, screen: Screen, folder: Path, lines: Sequence[tuple[Path, ...]]) -> None:
        """``lines``: the files that are dragged together, line by line of the file manager."""
        self.screen, self._state = screen, folder / "state.json"
        homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "STATE", "DATA")}
        self._environment = {**screen.environment, **homes, "LC_ALL": "C.UTF-8"}
        texts = [os.pathsep.join(map(str, paths)) for paths in lines]
        self.files = self._start("tests.app.story.files", *map(str, FILES_AT), *texts)
        self.begin()

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*START, module, *arguments], cwd=ROOT, env=self._environment)

    def begin(self) -> None:
        """Start the app, the first time or again."""
        self._state.unlink(missing_ok=True)
        self.app = self._start("tests.app.story.app", str(self._state))

    def quit(self) -> None:
        """Ctrl+Q ends it, at once and clean."""
        self.keys("ctrl+q")
        assert self.app.wait(PATIENCE) == 0

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

    def file(self, line: int) -> tuple[int, int]:
        """Where a line of the file manager is taken, once it shows its files."""
        x, y = FILES_AT[0] + 60, FILES_AT[1] + LINE // 2 + line * LINE
        self.wait_for_picture(
            "the other program shows its files", lambda p: p[y - 15 : y + 15, x - 50 : x + 50].std() > 5
        )
        return x, y

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
            moved = self.wait("Tab moves the focus", lambda state, before=before: state["focus_id"] != before)
            if moved["focus"] == name:
                return
        raise AssertionError(f"Tab does not reach {name}")

    def place(self, name: str) -> tuple[int, int]:
        """Where to press on a widget of the window, once it stays where it is."""
        seen: list[list[int]] = []

        def rests(state: dict[str, Any]) -> bool:
            seen.append(state["places"].get(name, []))
            return len(seen) > REST and bool(seen[-1]) and all(each == seen[-1] for each in seen[-REST:])

        x, y, _ = self.wait(f"{name} is seen", rests)["places"][name]
        return x, y

    def click(self, text: str) -> None:
        """Click on what bears this text in the dialog or the menu that is in front."""
        x, y = self.wait(f"“{text}” is seen", lambda state: text in state["texts"])["texts"][text]
        self.screen.click(x, y)

    def keys(self, *names: str) -> None:
        """Keys for the main window, as soon as there is one."""
        self.focus(self.wait("the window is there", lambda state: state["window"])["window"])
        self.screen.keys(*names)

    def dialog(self, name: str) -> None:
        """A dialog opens, and gets the keyboard."""
        self.focus(self.wait(f"{name} opens", lambda state: name in state["dialogs"])["dialogs"][name])

    def closed(self, name: str) -> None:
        self.wait(f"{name} is gone", lambda state: name not in state["dialogs"])

    def answer(self, path: Path) -> None:
        """Type a path into the file dialog that opens, and press Enter."""
        self.dialog("QFileDialog")
        self.screen.keys("ctrl+a")
        self.screen.type(str(path))
        self.wait("the name is typed", lambda state: str(path) in state["typed"])
        self.screen.keys("Return")
        self.closed("QFileDialog")

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
