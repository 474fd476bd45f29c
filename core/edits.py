"""What a person changes by hand, on top of what the driver gives.  Plain values; ``regression.edits`` applies them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from .brief import MOST, brief
from .errors import InputError

Region = Literal["mouth", "eyes", "brows"]
REGIONS: tuple[Region, ...] = ("mouth", "eyes", "brows")

LOCKED_UNITS: dict[Region, tuple[str, ...]] = {"mouth": ("mouth", "jaw"), "eyes": ("eye",), "brows": ("brow",)}
"""Region → how the names of its expression units begin."""

GROUPS = {"brows": "brow", "eyes": "eye", "jaw": "jaw", "mouth": "mouth", "nose": "nose", "cheeks": "cheek"}
"""Group of expression units → how their names begin."""

UNIT_RANGE = (-1.5, 1.5)
MOST_UNITS = 500
"""That may be changed; a face model has some fifty."""

RANGES = {
    "yaw": (-45.0, 45.0),
    "pitch": (-30.0, 30.0),
    "roll": (-45.0, 45.0),
    "right": (-0.5, 0.5),
    "up": (-0.5, 0.5),
    "scale": (0.5, 1.5),
    "gaze_left_x": (-30.0, 30.0),
    "gaze_left_y": (-25.0, 25.0),
    "gaze_right_x": (-30.0, 30.0),
    "gaze_right_y": (-25.0, 25.0),
}
PARTS = {
    "head": ("yaw", "pitch", "roll", "right", "up", "scale"),
    "gaze": ("gaze_left_x", "gaze_left_y", "gaze_right_x", "gaze_right_y"),
}
"""Part → its numbers.  The other parts are the groups of units, and "locks"."""

ALL_PARTS = (*PARTS, *GROUPS, "locks")


@dataclass(frozen=True)
class Edits:
    """Changes to the mixed coefficients.  The default changes nothing.

    ``yaw``, ``pitch``, ``roll``   degrees added to the angles of the head (signs as in conventions.md).
    ``right``, ``up``              shift of the head, in sides of the crop.
    ``scale``                      factor of its size.
    ``gaze_…_x``, ``gaze_…_y``     degrees each eyeball (the person's left, right) turns to the image's right, and up.
    ``units``                      (name, activation added) of each expression unit that is changed, sorted by name.
    ``locked``                     regions whose units stay as they are in the source; what is added by hand still is.

    Raises InputError for numbers outside of RANGES and UNIT_RANGE, and for unknown regions.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    right: float = 0.0
    up: float = 0.0
    scale: float = 1.0
    gaze_left_x: float = 0.0
    gaze_left_y: float = 0.0
    gaze_right_x: float = 0.0
    gaze_right_y: float = 0.0
    units: tuple[tuple[str, float], ...] = ()
    locked: frozenset[Region] = frozenset()

    def __post_init__(self) -> None:
        for name in RANGES:
            _check(name, getattr(self, name))
        for name, value in self.units:
            _check(name, value)
        names = [name for name, _ in self.units]
        if sorted(set(names)) != names:
            raise InputError("The changed expression units must be sorted, each at most once.")
        if not self.locked <= set(REGIONS):
            raise InputError(f"Only {', '.join(REGIONS)} can be locked, not {_said(min(self.locked - set(REGIONS)))}.")

    def value(self, name: str) -> float:
        """A number by its name: a field, or else what is added to that expression unit."""
        if name in RANGES:
            return float(getattr(self, name))
        return dict(self.units).get(name, 0.0)

    def with_value(self, name: str, value: float) -> Edits:
        """The same with one number changed, clamped to its range."""
        low, high = range_of(name)
        value = min(max(float(value), low), high)
        if name in RANGES:
            return replace(self, **{name: value})  # type: ignore[arg-type]
        units = {**dict(self.units), name: value}
        return replace(self, units=tuple(sorted((unit, added) for unit, added in units.items() if added)))

    def scaled(self, share: float) -> Edits:
        """``share`` (0 to 1) of every number, for a sweep that begins at the source; locks stay."""
        numbers = {name: neutral(name) + share * (self.value(name) - neutral(name)) for name in RANGES}
        units = tuple((name, share * added) for name, added in self.units if share)
        return replace(self, **numbers, units=units)  # type: ignore[arg-type]

    def taking(self, other: Edits, parts: tuple[str, ...] = ALL_PARTS) -> Edits:
        """The same with ``parts`` as in ``other``."""
        taken = self
        for name in (name for part in parts for name in PARTS.get(part, ())):
            taken = taken.with_value(name, other.value(name))
        kept = {name: added for name, added in self.units if part_of(name) not in parts}
        new = {name: added for name, added in other.units if part_of(name) in parts}
        locked = other.locked if "locks" in parts else self.locked
        return replace(taken, units=tuple(sorted((kept | new).items())), locked=locked)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts in which anything is changed."""
        changed = {part_of(name) for name in [*RANGES, *dict(self.units)] if self.value(name) != neutral(name)}
        if self.locked:
            changed.add("locks")
        return tuple(part for part in ALL_PARTS if part in changed)

    def to_json(self) -> dict[str, Any]:
        """What differs from the default, as JSON's plain values."""
        found: dict[str, Any] = {name: self.value(name) for name in RANGES if self.value(name) != neutral(name)}
        if self.units:
            found["units"] = dict(self.units)
        if self.locked:
            found["locked"] = sorted(self.locked)
        return found

    @staticmethod
    def from_json(found: Any) -> Edits:
        """Inverse of :meth:`to_json`.  Raises InputError for anything else."""
        if not isinstance(found, dict) or not set(found) <= {field.name for field in fields(Edits)}:
            raise InputError("These are no edits: only the names of their controls may appear in them.")
        units, locked = found.get("units", {}), found.get("locked", [])
        if not isinstance(units, dict) or not isinstance(locked, list) or not all(isinstance(r, str) for r in locked):
            raise InputError("These are no edits: units must be an object, locked a list of regions.")
        if len(units) > MOST_UNITS:
            raise InputError(f"These are no edits: more than {MOST_UNITS} expression units are changed.")
        changed = tuple(sorted((str(name), added) for name, added in units.items()))
        return Edits(**{**found, "units": changed, "locked": frozenset(locked)})


def range_of(name: str) -> tuple[float, float]:
    """Lowest and highest value of a number."""
    return RANGES.get(name, UNIT_RANGE)


def neutral(name: str) -> float:
    """The value of a number that changes nothing."""
    return 1.0 if name == "scale" else 0.0


def part_of(name: str) -> str:
    """The part a number or an expression unit belongs to; "" for a unit of no group."""
    for part, names in PARTS.items():
        if name in names:
            return part
    return next((group for group, start in GROUPS.items() if name.startswith(start)), "")


def _check(name: str, value: Any) -> None:
    low, high = range_of(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
        raise InputError(f"{_said(name)} must be a number from {low:g} to {high:g}, not {brief(value)}.")


def _said(name: str) -> str:
    """A name of a control as it is; of anything else no more than fits a sentence."""
    return name if name.isidentifier() and len(name) <= MOST else brief(name)


NO_EDITS = Edits()
