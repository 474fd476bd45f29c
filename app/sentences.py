"""What the core says, as the window says it: in its language, with its numbers."""

from __future__ import annotations

import re

from . import tr
from .numbers import in_locale

_NUMBER = re.compile(r"-?\d+\.\d+")
"""A number with decimals and nothing else; names come in quotes, so none of them looks like one."""


def tr_sentence(text: str) -> str:
    """A sentence that ``core`` made, in the chosen language; what fills its template as it is, or translated too.

    Numbers follow the language.  What no template fits, as all of English, stays as it is: there nothing tells a number
    from a part of a name.
    """
    return tr.sentence(text, _number)


def _number(part: str) -> str:
    return in_locale(part) if _NUMBER.fullmatch(part) else part
