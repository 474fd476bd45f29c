"""Values that strangers' files hold, as they stand inside a sentence."""

from __future__ import annotations

import reprlib

MOST = 60
"""Characters of one value."""

_SHORT = reprlib.Repr()
_SHORT.maxlevel = 2
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = MOST
_SHORT.maxlist = _SHORT.maxdict = _SHORT.maxtuple = _SHORT.maxset = 3


def brief(value: object) -> str:
    """``repr``, but one short line whatever it is: long texts and numbers, endless lists, halves of characters."""
    try:
        text = " ".join(_SHORT.repr(value).split())
    except ValueError:  # a whole number of more than 4300 digits
        return "a huge number"
    return text if len(text) <= MOST else f"{text[: MOST - 20]}…{text[-19:]}"
