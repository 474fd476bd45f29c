"""Answers of blind comparisons as CSV, a row each.  Other programs read it, so it is no private file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from core.errors import InputError
from core.media.open_input import check_readable, quoted, read_bytes

from ..study import Answer
from ..tr import tr

COLUMNS = ("time", "person", "first", "second", "source", "driving", "left", "right", "choice", "preferred",
           "milliseconds")  # fmt: skip
MAX_BYTES = 64 * 2**20


def rows(answers: Sequence[Answer], person: str, first: str, second: str) -> str:
    """Lines for :func:`appended`."""
    return "".join(
        _line(a.time, person, first, second, a.source, a.driver, a.left, a.right, a.choice, a.preferred, a.milliseconds)
        for a in answers
    )


def appended(path: Path, lines: str) -> str:
    """What ``path`` should hold: all that is in it, or the names of the columns, and then ``lines``.

    Raises InputError where something else is in it.
    """
    before = text_of(path)
    return f"{before}{'' if before.endswith(chr(10)) else chr(10)}{lines}" if before else _line(*COLUMNS) + lines


def text_of(path: Path) -> str:
    """The answers that are there already, "" for none.  Raises InputError where something else is in the file."""
    if not path.exists():
        return ""
    check_readable(path)
    data = read_bytes(path, MAX_BYTES + 1)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        text = "?"
    if len(data) > MAX_BYTES or (text and text.split("\n", 1)[0] != _line(*COLUMNS).strip()):
        raise InputError(tr("{name} holds something else than answers; choose another file.", name=quoted(path)))
    return text


def _line(*values: object) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([_plain(value) for value in values])
    return line.getvalue()


def _plain(value: object) -> object:
    """Spreadsheets run what begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
