"""What computes or draws fails, ends or does not start: an offer, and the window goes on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from core.errors import DeviceError, WeightsError
from tests.app.acts import drop, files, wait
from tests.soak.kinds import Kinds
from tests.soak.waiting import until


class FaultsOfCore(Kinds):
    @property
    def kinds(self) -> dict[str, Callable[[], None]]:
        return {
            **super().kinds,
            "mesh process killed": self.meshes_killed,
            "exception while drawing": self.drawing_fails,
            "exception while looking at a photo": self.looking_fails,
            "core does not load": self.loading_fails,
            "exception that nobody caught": self.uncaught,
        }

    def meshes_killed(self) -> None:
        child = self._desk.meshes._child
        if child is not None:
            os.kill(child.pid, signal.SIGKILL)
        drawn: list[object] = []
        connection = self._desk.meshes.drawn.connect(lambda *_: drawn.append(1))
        self._desk.window.docks["meshes"].bring_up()
        self._desk.session.set_turn(yaw=self._desk.session.turn.yaw + 7.0)
        until(lambda: drawn, "the meshes")
        self._desk.meshes.drawn.disconnect(connection)

    def drawing_fails(self) -> None:
        errors: tuple[BaseException, ...] = (
            ValueError("of the soak"), MemoryError(), SystemExit(3), DeviceError("The graphics card failed."),
        )  # fmt: skip
        self._armed.errors["render"] = self._dice.choice(errors)
        self._desk.session.set_dial(pose=self._dice.uniform(0.0, 1.5), mode="both")
        until(self._desk.window.trouble.isVisible, "an offer")

    def looking_fails(self) -> None:
        self._armed.errors["encode"] = ValueError("of the soak")
        role = self._dice.choice(("source", "driving"))
        session, before = self._desk.session, self._desk.session.document
        shown = before.photo(role)  # type: ignore[arg-type]
        origin = shown.origin if shown is not None else None
        photo = next(p for p in self._user._photos if not (isinstance(origin, Path) and p == origin))
        drop(self._desk.window.photos[role], files(photo))
        until(lambda: session.slot(role).problem, "a word about a photo")  # type: ignore[arg-type]
        assert session.document == before, "a refused photo changed the document"

    def loading_fails(self) -> None:
        """Twice: once because drawing failed, then because the core does not come back at once."""
        self.drawing_fails()
        error = self._dice.choice((WeightsError("The weights file is missing."), ImportError("torch", name="torch")))
        self._armed.errors["load"] = error
        trouble, session = self._desk.window.trouble, self._desk.session
        trouble.yes.click()
        until(lambda: session.engine.problem and trouble.isVisible(), "an offer after loading failed")

    def uncaught(self) -> None:
        """In a thread: what a slot raises would come out of the loop of this command, which a window has not."""
        self._user.forget()

        def explode() -> None:
            raise KeyError("of the soak")

        threading.Thread(target=explode).start()
        until(lambda: self._user.heard("KeyError"), "a word about an exception")
        wait(50)
