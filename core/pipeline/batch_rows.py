"""The rows of a pairs file: what each asks for, and which files it means."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ..brief import brief
from ..errors import InputError
from ..media.open_input import check_readable
from ..types import ALPHA_RANGE, Controls, Placement

MAX_CSV_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One line of the CSV as it stands there; ``folder`` is where relative paths are looked for first."""

    number: int
    values: dict[str, str]
    folder: Path


def read_rows(path: Path) -> list[Row]:
    """The rows of a pairs file.  Raises InputError where it is missing, no CSV, or lacks a column."""
    try:
        check_readable(path)
        if path.stat().st_size > MAX_CSV_BYTES:
            raise InputError(f"{path.name!r} is larger than 64 MB; split it.")
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        header = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        if len(header) == 1 and set(header[0]) & set(";\t"):  # what Excel writes where the decimal sign is a comma
            raise InputError(f"{path.name!r} separates its columns by semicolons or tabs; save it with commas.")
        if "source" not in header or "driving" not in header:
            raise InputError(f"{path.name!r} needs a first line with the columns source and driving.")
        rows = [
            Row(k, {name: (value or "").strip() for name, value in line.items() if name in header}, path.parent)
            for k, line in enumerate(reader, 1)
        ]
    except OSError as error:
        raise InputError(f"{path.name!r} cannot be read ({error.strerror}); check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name!r} is not a CSV file in UTF-8 with commas; save it as one.") from error
    if not rows:
        raise InputError(f"{path.name!r} has no rows; write one line per pair.")
    return rows


def find(row: Row, column: str) -> Path:
    """The file that ``row`` means: beside the CSV, else where the program runs."""
    text = row.values[column]
    if not text:
        raise InputError(f"The {column} is missing; write a path to a picture.")
    beside = row.folder / text
    try:
        return beside if beside.exists() else Path(text)
    except OSError:  # no usable name: whoever opens it says so
        return Path(text)


def controls(values: dict[str, str]) -> Controls:
    """What a row says of pose, expression and placement.  Raises InputError for what is no number from 0 to 1.5."""
    numbers = {name: _number(name, values.get(name, "")) for name in ("alpha", "pose", "expression")}
    alpha = numbers["alpha"]
    if alpha is not None and (numbers["pose"] is not None or numbers["expression"] is not None):
        raise InputError("Give either alpha or pose and expression, not both.")
    default = 1.0 if alpha is None else alpha
    pose = default if numbers["pose"] is None else numbers["pose"]
    expression = default if numbers["expression"] is None else numbers["expression"]
    return Controls(pose, expression, cast(Placement, values.get("placement") or "source"))


def _number(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    low, high = ALPHA_RANGE
    if not low <= number <= high:
        raise InputError(f"{name} must be a number from {low:g} to {high:g}, not {brief(text)}.")
    return number
