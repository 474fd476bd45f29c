"""Dataclasses from what a JSON file says, each value of the type that its field declares."""

from __future__ import annotations

import math
from dataclasses import is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints


def build(kind: Any, values: dict[str, Any], where: str) -> Any:
    """A dataclass from a dictionary, its dataclass fields from theirs; ``where`` is before the names in messages.

    Raises TypeError and ValueError naming what is unknown or of another type.
    """
    hints = get_type_hints(kind)
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name not in hints:
            raise ValueError(f"{where}{name} is unknown")
        hint = hints[name]
        if is_dataclass(hint) and not is_dataclass(value):
            value = build(hint, names(value, f"{where}{name}"), f"{where}{name}.")
        elif get_origin(hint) is tuple:
            value = _tuple(value, get_args(hint), f"{where}{name}")
        elif get_origin(hint) is Literal and value not in get_args(hint):
            raise ValueError(f"{where}{name} must be one of {', '.join(get_args(hint))}, not {value!r}")
        elif hint in (int, float, str, bool) and not _fits(value, hint):
            raise TypeError(f"{where}{name} must be {hint.__name__}, not {value!r}")
        made[name] = value
    return kind(**made)


def names(value: Any, what: str) -> dict[str, Any]:
    """``value``, called ``what``, which is to be a JSON object.  Raises TypeError."""
    if not isinstance(value, dict):
        raise TypeError(f"{what} must be an object with names and values, not {value!r}")
    return value


def _tuple(value: Any, hints: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    """A list as the tuple that ``hints`` describe: of a length, or of any where the last is an ellipsis."""
    each = hints[0]
    length = None if hints[-1] is Ellipsis else len(hints)
    good = isinstance(value, (list, tuple)) and length in (None, len(value)) and all(_fits(one, each) for one in value)
    if not good:
        many = "" if length is None else f"{length} "
        raise TypeError(f"{what} must be a list of {many}{each.__name__}, not {value!r}")
    return tuple(value)


def _fits(value: Any, hint: Any) -> bool:
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return type(value) is hint
