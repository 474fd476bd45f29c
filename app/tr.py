"""What the window says, in the language of the person who reads it.

English sentences are the keys; ``resources/translations/<language>.json`` holds the others, by language:

- ``"window"``: what ``app`` itself says, each text once, by its key in :func:`tr`;
- ``"core"``: sentences that ``core`` makes (errors, notes).  They arrive complete, so their keys are templates, such as
  ``"{name} is empty (0 bytes): copy or download it again."``, which :func:`sentence` recognises.

What has no translation stays English.  No Qt here: workers speak too, and one of them is a process without Qt.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[1] / "resources" / "translations"
LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Code → what its own speakers call it."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class _Catalogue:
    language: str = "en"
    window: dict[str, str] = field(default_factory=dict)
    core: tuple[tuple[re.Pattern[str], str], ...] = ()


_catalogue = _Catalogue()


def tr(text: str, **values: object) -> str:
    """``text`` in the chosen language, its placeholders ``{name}`` filled with ``values``.

    Call it where the text is shown.  Texts of tables that are made at import stand in :func:`later` there, and go
    through ``tr`` when they are shown.
    """
    return _filled(_catalogue.window.get(text, text), values)


def later(text: str) -> str:
    """``text`` as it is: a key that :func:`tr` translates when it is shown."""
    return text


def sentence(text: str, number: Callable[[str], str]) -> str:
    """What :func:`app.sentences.tr_sentence` gives; ``number`` writes numbers among what fills a template."""
    for pattern, template in _catalogue.core:
        found = pattern.fullmatch(text)
        if found is not None:
            return _filled(template, {name: sentence(part, number) for name, part in found.groupdict().items()})
    return number(text)


def inside(text: str) -> str:
    """``text``, which can stand alone, as it is written inside a sentence: English begins it small."""
    return text[:1].lower() + text[1:] if _catalogue.language == "en" else text


def language() -> str:
    """The code of the language in use."""
    return _catalogue.language


def use(wanted: str, of_system: list[str]) -> None:
    """From now on speak ``wanted`` (a code), or for "system" the first of ``of_system`` (as "de-AT") that is known."""
    names = [wanted] if wanted in LANGUAGES else [re.split("[-_]", name)[0].lower() for name in of_system]
    code = next((name for name in names if name in LANGUAGES), "en")
    global _catalogue
    _catalogue = _read(code)


def _read(code: str) -> _Catalogue:
    if code == "en":
        return _Catalogue()
    try:
        found = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
        core = sorted(found["core"].items(), key=lambda item: -len(_PLACEHOLDER.sub("", item[0])))  # the exact first
        return _Catalogue(code, found["window"], tuple((_pattern(key), text) for key, text in core))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        log.exception("no translation for %s", code)
        return _Catalogue()


def _pattern(template: str) -> re.Pattern[str]:
    """What matches every sentence made of ``template``."""
    parts = _PLACEHOLDER.split(template)
    named = [f"(?P<{part}>.+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)]
    if template[0].isalpha():  # inside another sentence it begins small
        named[0] = f"(?i:{template[0]}){named[0][1:]}"
    return re.compile("".join(named), re.DOTALL)


def _filled(text: str, values: dict[str, object]) -> str:
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)
