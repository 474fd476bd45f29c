"""How the core worker looks at what was ordered: a still picture or one that moves, alone or with more of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.types import Image

from ..choice import Origin
from ..slot import Photo, PhotoOrder
from ..tr import later, tr
from .drivers import Drivers
from .engine import Engine, Read, Reader
from .people import People

KEPT_PHOTOS = 4
CHANGED = later("The file is not the same as it was then.")


class Sight:
    def __init__(self, read: Reader, drivers: Drivers) -> None:
        self._read, self._drivers = read, drivers
        self._kept: list[tuple[Origin, Read]] = []
        self._people = People(read)

    def forget(self) -> None:
        """Faces that another engine encoded."""
        self._people.forget()

    def look(
        self, engine: Engine, order: PhotoOrder, on_looked: Callable[[int], None], should_stop: Callable[[], bool]
    ) -> Photo:
        """Read and encode what was ordered.  Raises LeftOut and Cancelled where it is several photos (see
        :meth:`People.look`, which has the use for the two functions), and whatever is wrong with one.
        """
        photo = self._look(engine, order, on_looked, should_stop)
        if any(was not in ("", now) for was, now in _hashes(photo)):
            return replace(photo, notes=(*photo.notes, tr(CHANGED)))
        return photo

    def read(self, origin: Origin) -> Read:
        """What reading a photo gives; the last few are kept."""
        for known, read in self._kept:
            if known is origin:
                return read
        read = self._read(origin)
        self._kept = [(origin, read), *self._kept][:KEPT_PHOTOS]
        return read

    def faceless(self, order: PhotoOrder) -> Image | None:
        """The pixels of a picture that was read and shows no face; None of what moves."""
        return next((known.pixels for origin, known in self._kept if origin is order.origin), None)

    def _look(
        self, engine: Engine, order: PhotoOrder, on_looked: Callable[[int], None], should_stop: Callable[[], bool]
    ) -> Photo:
        moving = self._drivers.photo(engine, order) if order.role == "driving" else None
        if moving is not None:
            return moving
        if order.role == "source" and order.choice.others:
            return self._people.look(engine, order, on_looked, should_stop)
        read = self.read(order.origin)
        encoded = engine.encode(order.role, read.pixels, order.choice.face, order.choice.crop)
        if order.role == "driving":
            self._drivers.close_film()
        return Photo(order, read.pixels, encoded, read.notes, read.sha256, alpha=read.alpha)


def _hashes(photo: Photo) -> list[tuple[str, str]]:
    """(check sum that was known, the one now) of each file."""
    of_all = [(each.sha256, now.sha256) for each, now in zip(photo.order.choice.photos, photo.person)]
    return of_all or [(photo.order.choice.sha256, photo.sha256)]
