"""JSON from files that anyone may have made: whatever is wrong with it is a ValueError."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MAX_BYTES = 64 * 2**20


def read_json(path: Path, limit: int = MAX_BYTES) -> Any:
    """What the file says.  Raises OSError where it cannot be read, ValueError where it is no JSON of at most that size.

    Numbers may be NaN and infinite, as Python writes them: whoever uses them checks them.
    """
    with path.open("rb") as file:
        return parse_json(file.read(limit + 1), limit)


def parse_json(data: str | bytes, limit: int = MAX_BYTES) -> Any:
    """What ``data`` (bytes: UTF-8) says.  ValueError for anything else, endless nesting and half characters too."""
    if len(data) > limit:
        raise ValueError(f"it has more than {limit >> 20} MB")
    text = data.decode("utf-8") if isinstance(data, bytes) else data
    try:
        found = json.loads(text)
        if "\\u" in text:  # which can name half a character, that no file or screen takes
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return found
