"""What faults are made with."""

from __future__ import annotations

from collections.abc import Callable

from app.application import Desk
from tests.soak.engine import Armed
from tests.soak.mover import Mover


class Kinds:
    """Each of ``kinds`` makes one fault and sees that it is survived; AssertionError where it is not."""

    def __init__(self, desk: Desk, user: Mover, armed: Armed) -> None:
        self._desk, self._user, self._armed, self._dice = desk, user, armed, user.dice

    @property
    def kinds(self) -> dict[str, Callable[[], None]]:
        return {}
