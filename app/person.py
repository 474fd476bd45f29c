"""Several photos of the source's person: added, one of them drawn, taken away, left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .choice import MOST_PHOTOS, PhotoChoice, of_person
from .photos import Photos
from .roles import Role
from .slot import PhotoOrder, Slot
from .tr import tr


class Person(Photos):
    """The part of the session that is about the photos of one person.  Each change of them is an order and a step."""

    def add_photos(self, photos: Sequence[PhotoChoice]) -> None:
        """Further photos of the source's person.  Where there is no source yet, the first becomes the main photo."""
        there = self._wanted_photos()
        new = [photo for number, photo in enumerate(photos) if photo not in (*there, *photos[:number])]
        if not new:
            self.refuse_origin("source", tr("That photo is there already; add another one of this person."))
            return
        step = tr("Add {name}", name=new[0].label) if len(new) == 1 else tr("Add {count} photos", count=len(new))
        wanted = self._slots["source"].wanted
        self.order_person([*there, *new], wanted.choice.place if wanted else 0, step)

    def order_person(self, photos: Sequence[PhotoChoice], main: int, step: str) -> None:
        """Ask for several photos of one person, of which ``photos[main]`` is drawn."""
        self._order("source", of_person(photos, main), step, self.next_number())

    def _order(self, role: Role, choice: PhotoChoice, step: str, gesture: int, left_out: str = "") -> None:
        if len(choice.photos) > MOST_PHOTOS:
            choice = of_person(choice.photos[:MOST_PHOTOS], min(choice.place, MOST_PHOTOS - 1))
            left_out = tr(
                "At most {count} photos of one person are fitted together; the others were left out.", count=MOST_PHOTOS
            )
        super()._order(role, choice, step, gesture, left_out)

    def draw_photo(self, number: int) -> None:
        """Make one of the photos the main one."""
        photos, wanted = self._wanted_photos(), self._slots["source"].wanted
        if wanted is not None and number < len(photos) and number != wanted.choice.place:
            self.order_person(photos, number, tr("Draw {name}", name=photos[number].label))

    def remove_photo(self, number: int) -> None:
        """Do without one of several photos; after the main one comes the next."""
        photos, wanted = self._wanted_photos(), self._slots["source"].wanted
        if wanted is not None and number < len(photos) > 1:
            left = [*photos[:number], *photos[number + 1 :]]
            main = wanted.choice.place - (number < wanted.choice.place)
            self.order_person(left, min(main, len(left) - 1), tr("Remove {name}", name=photos[number].label))

    def leave_out(self, order: PhotoOrder, problems: Mapping[int, str]) -> None:
        """Some photos of an order cannot be used: go on with the rest, and say why."""
        slot = self._slots["source"]
        if slot.wanted is not order:
            return
        photos, shown = order.choice.photos, slot.shown
        left = [photo for number, photo in enumerate(photos) if number not in problems]
        wanted = order.choice.alone
        if wanted not in left and shown is not None:
            wanted = shown.order.choice.alone
        choice = of_person(left, left.index(wanted) if wanted in left else 0)
        said = _in_words([(photos[number].label, why) for number, why in problems.items()])
        said = " ".join(part for part in (order.left_out, said) if part)
        if shown is not None and choice == shown.order.choice:
            self._set_slot("source", Slot(wanted=shown.order, shown=shown, problem=said))
        else:
            self._order("source", choice, order.step, order.gesture, said)

    def note_looked_at(self, order: PhotoOrder, count: int) -> None:
        """How far it is with the photos of an order."""
        slot = self._slots["source"]
        if slot.wanted is order and slot.busy:
            self._set_slot("source", replace(slot, looked_at=count))

    def _wanted_photos(self) -> tuple[PhotoChoice, ...]:
        wanted = self._slots["source"].wanted
        return wanted.choice.photos if wanted is not None else ()


def _in_words(problems: Sequence[tuple[str, str]]) -> str:
    """(label, why) of what was left out, the first two with their reason."""
    said = [tr("{name} was left out. {why}", name=name, why=why) for name, why in problems[:2]]
    if len(problems) > 2:
        said.append(tr("{count} more were left out.", count=len(problems) - 2))
    return " ".join(said)
