"""A virtual screen with a mouse and a keyboard."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1600, 900
STEP_SECONDS = 0.02


def missing() -> list[str]:
    """The programs that are not here."""
    return [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]


class Screen:
    def __init__(self, folder: Path) -> None:
        reading, writing = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        command = ["Xvfb", "-displayfd", str(writing), "-fbdir", str(folder), "-screen", "0", size, "-nolisten", "tcp"]
        self._process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.display = f":{pipe.readline().strip()}"
        self._frame = folder / "Xvfb_screen0"
        self.environment = {**os.environ, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def do(self, *arguments: object, check: bool = True) -> str:
        """One command of xdotool."""
        done = subprocess.run(
            ["xdotool", *(str(argument) for argument in arguments)],
            env=self.environment, capture_output=True, text=True, timeout=60, check=check,
        )  # fmt: skip
        return done.stdout.strip()

    def keys(self, *names: str) -> None:
        self.do("key", "--delay", 30, *names)

    def type(self, text: str) -> None:
        self.do("type", "--delay", 15, text)

    def focus(self, window: int) -> None:
        """Ask for the keyboard: there is no window manager here that would give it to a new window."""
        self.do("windowfocus", window, check=False)

    def click(self, x: int, y: int) -> None:
        self.do("mousemove", x, y, "click", 1)

    def press(self, x: int, y: int) -> None:
        self.do("mousemove", x, y, "mousedown", 1)

    def move(self, start: tuple[int, int], end: tuple[int, int], steps: int = 8) -> None:
        """Pull the mouse as a hand does: over points in between."""
        for step in range(1, steps + 1):
            x, y = (round(a + (b - a) * step / steps) for a, b in zip(start, end))
            self.do("mousemove", x, y)
            time.sleep(STEP_SECONDS)

    def release(self) -> None:
        self.do("mouseup", 1)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.press(*start)
        self.move(start, end)
        self.release()

    def picture(self) -> NDArray[np.uint8]:
        """What is on the screen, H×W×3 uint8 RGB."""
        data = self._frame.read_bytes()
        header = struct.unpack(">25I", data[:100])
        start, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
        rows = np.frombuffer(data, np.uint8, line * height, start + 12 * colours)
        return rows.reshape(height, line // 4, 4)[:, :width, 2::-1].copy()
