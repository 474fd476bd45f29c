"""The photos of the source's person, as the core worker knows them: each is read and looked at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import Cancelled, DeviceError

from ..choice import Origin, PhotoChoice
from ..slot import Photo, PhotoOrder, Portrait
from ..tr import tr
from .engine import Engine, Read


class LeftOut(Exception):
    """Some photos of an order cannot be used, others can: ``problems`` by their numbers."""

    def __init__(self, problems: dict[int, Exception]) -> None:
        super().__init__(f"{len(problems)} photos cannot be used")
        self.problems = problems


@dataclass(frozen=True, eq=False)
class _Known:
    """``face``: looked at alone, without its full picture, but for the main photo's, which ``read`` holds, too."""

    choice: PhotoChoice
    face: Any
    sha256: str
    read: Read | None = None


class People:
    def __init__(self, read: Callable[[Origin], Read]) -> None:
        self._read = read
        self._known: list[_Known] = []

    def forget(self) -> None:
        self._known = []

    def look(
        self, engine: Engine, order: PhotoOrder, on_looked: Callable[[int], None], should_stop: Callable[[], bool]
    ) -> Photo:
        """Look at all photos of an order and fit them together.

        ``on_looked`` gets how many are done.  Raises LeftOut where it must be without some, what is wrong with the
        main one where there is none left, Cancelled, DeviceError.
        """
        photos, main = order.choice.photos, order.choice.place
        known = self._look_at(engine, photos, main, on_looked, should_stop)
        self._known = known
        drawn = known[main]
        assert drawn.read is not None
        faces = [each.face for each in known]
        encoded, strangers = engine.fit_person(faces, main), engine.strangers(faces, main)
        person = tuple(
            Portrait(each.choice.label, each.face.image, each.sha256, stranger)
            for each, stranger in zip(known, strangers, strict=True)
        )
        read, notes = drawn.read, tuple(_doubt(each.label) for each in person if each.stranger)
        return Photo(
            order, read.pixels, encoded, (*read.notes, *notes), read.sha256, alpha=read.alpha, person=person
        )  # fmt: skip

    def _look_at(
        self,
        engine: Engine,
        photos: Sequence[PhotoChoice],
        main: int,
        on_looked: Callable[[int], None],
        should_stop: Callable[[], bool],
    ) -> list[_Known]:
        known: list[_Known] = []
        problems: dict[int, Exception] = {}
        for number, choice in enumerate(photos):
            if should_stop():
                self._known += known  # for the next order, which may want them again
                raise Cancelled("Another photo is wanted.")
            try:
                known.append(self._look(engine, choice, number == main))
            except DeviceError:
                raise
            except Exception as error:
                problems[number] = error
            on_looked(number + 1)
        if len(problems) == len(photos):
            raise problems[main]
        if problems:
            self._known = known
            raise LeftOut(problems)
        return known

    def _look(self, engine: Engine, choice: PhotoChoice, main: bool) -> _Known:
        for each in self._known:
            if each.choice.origin is choice.origin and each.choice == choice and (each.read is not None or not main):
                return each if main else _aside(engine, each)
        read = self._read(choice.origin)
        found = _Known(choice, engine.encode("source", read.pixels, choice.face, choice.crop), read.sha256, read)
        return found if main else _aside(engine, found)


def _doubt(label: str) -> str:
    return tr("{name} is unlike the other photos; if it shows someone else, remove it.", name=label)


def _aside(engine: Engine, known: _Known) -> _Known:
    """Pictures may be large: only the one that is drawn is kept."""
    return known if known.read is None else replace(known, face=engine.aside(known.face), read=None)
