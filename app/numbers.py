"""Numbers as people read and type them in the language of the window: German has a comma where English has a point.

Files are for programs and keep the point; only what is shown comes through here.
"""

from __future__ import annotations

import math
import re
from functools import cache

from PySide6.QtCore import QLocale

from .tr import language

_GROUPED = re.compile(
    r"(?P<whole>[+-]?\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*)(?:(?!(?P=mark))[.,](?P<decimals>\d+))?"
)


def locale() -> QLocale:
    """The system's where it speaks the language of the window (Swiss German has the point), else the language's."""
    return _locale(language())


def shown(value: float, decimals: int = 0, sign: bool = False) -> str:
    """``value`` with so many decimals, a group of thousands apart; ``sign``: with a plus, too."""
    return in_locale(f"{value:{'+' if sign else ''},.{decimals}f}")


def shortest(value: float) -> str:
    """``value`` with as many decimals as it needs."""
    return in_locale(f"{value:g}")


def in_locale(number: str) -> str:
    """A number that Python wrote, as ``1,234.5``, as the window's language writes it."""
    here = locale()
    return number.translate({ord("."): here.decimalPoint(), ord(","): here.groupSeparator()})


def typed(text: str) -> float:
    """What was typed: comma or point before the decimals, the real minus too; NaN for what is no number.

    Thousands may be apart as in any language.  Of a single mark nobody knows (``1.234``): it stands before decimals.
    """
    number, group = text.strip().replace("−", "-"), locale().groupSeparator()
    if group not in ".,":
        number = number.replace(group, "")
    found = _GROUPED.fullmatch(number)
    if found is not None and (found["decimals"] or number.count(found["mark"]) > 1):
        number = found["whole"].replace(found["mark"], "") + "." + (found["decimals"] or "0")
    try:
        return float(number.replace(",", "."))
    except ValueError:
        return math.nan


@cache
def _locale(code: str) -> QLocale:
    system = QLocale.system()
    return system if system.name().split("_")[0] == code else QLocale(code)
