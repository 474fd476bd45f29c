"""Many pairs: rows of a CSV in, pictures and ``results.csv`` out.  A bad row never stops the rest."""

from __future__ import annotations

import csv
import io
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ..errors import Cancelled, InputError, MimeshError, OutputError
from ..media.atomic import atomic_write, check_writable, make_folder
from ..media.open_input import check_readable, quoted
from ..media.read_image import read_image
from ..provenance.export import check_marks, write_marked_image
from ..provenance.marks import ALL_MARKS, Input, Marks
from ..types import Controls, Placement
from .animate import OnProgress, ShouldStop, never, nothing
from .encoded import EncodedFace
from .reenactor import Reenactor

MAX_CSV_BYTES = 64 * 1024 * 1024
CACHED_FACES = 16
RESULTS = "results.csv"
COLUMNS = ("source", "driving", "output", "status", "error", "milliseconds")


@dataclass(frozen=True)
class Row:
    """One line of the CSV as it stands there; ``folder`` is where relative paths are looked for first."""

    number: int
    values: dict[str, str]
    folder: Path


@dataclass(frozen=True)
class Outcome:
    """One line of ``results.csv``; ``status`` is done or failed."""

    number: int
    source: str
    driving: str
    output: str
    status: str
    error: str
    milliseconds: float

    def row(self) -> dict[str, Any]:
        return {column: getattr(self, column) for column in COLUMNS}


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


def run_batch(
    reenactor: Reenactor,
    rows: Sequence[Row],
    folder: Path,
    on_progress: OnProgress = nothing,
    should_stop: ShouldStop = never,
    marks: Marks = ALL_MARKS,
    keep: bool = False,
) -> list[Outcome]:
    """Reenact every row into ``folder`` and write ``results.csv`` there; stopped early, with the rows done so far.

    ``keep``: a row whose picture is there already fails, and leaves it as it is.

    Raises Cancelled when ``should_stop`` says so, OutputError where nothing can be written or signed.
    """
    check_marks(marks)
    make_folder(folder)
    check_writable(folder / RESULTS)
    job = _Batch(reenactor, folder, marks, keep)
    outcomes: list[Outcome] = []
    try:
        for row in rows:
            if should_stop():
                raise Cancelled("Cancelled; the pictures made so far are in results.csv.")
            outcomes.append(job.run(row))
            on_progress(len(outcomes), len(rows))
    finally:
        _write_results(folder, outcomes)
    return outcomes


def _write_results(folder: Path, outcomes: Sequence[Outcome]) -> None:
    with atomic_write(folder / RESULTS) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(outcome.row() for outcome in outcomes)


class _Batch:
    """A run: the faces seen last, and the names given so far."""

    def __init__(self, reenactor: Reenactor, folder: Path, marks: Marks, keep: bool) -> None:
        self._keep = keep
        self._reenactor = reenactor
        self._folder = folder
        self._marks = marks
        self._faces: OrderedDict[tuple[Path, str, bool], EncodedFace] = OrderedDict()
        self._names: set[str] = set()

    def run(self, row: Row) -> Outcome:
        start = time.perf_counter()
        source, driving = row.values["source"], row.values["driving"]
        output, error = "", ""
        try:
            output = str(self._render(row))
        except MimeshError as problem:
            error = str(problem)
        except Exception as problem:
            error = f"Something unexpected went wrong ({type(problem).__name__}: {problem})."
        status = "failed" if error else "done"
        milliseconds = round((time.perf_counter() - start) * 1000, 1)
        return Outcome(row.number, source, driving, output, status, error, milliseconds)

    def _render(self, row: Row) -> Path:
        controls, crop = _controls(row.values), row.values.get("crop") or "face"
        if crop not in ("face", "whole"):
            raise InputError(f"crop must be 'face' or 'whole', not {crop!r}.")
        source, driving = (_find(row, column) for column in ("source", "driving"))
        stem = f"{source.stem}__{driving.stem}"
        there = self._folder / self._free_name(stem)
        if self._keep and there.exists():
            raise OutputError(f"{quoted(there)} is there already and is kept; choose another folder.")
        src = self._encode(source, crop, driving=False)
        drv = self._encode(driving, crop, driving=True)
        result = self._reenactor.render(src, drv, controls)
        path = self._folder / self._free_name(stem)
        self._names.add(path.name.lower())
        marks = self._marks.made_from(Input("source", source), Input("driver", driving))
        write_marked_image(path, result.image, marks)
        return path

    def _encode(self, path: Path, crop: str, driving: bool) -> EncodedFace:
        key = (path, crop, driving)
        if key not in self._faces:
            encode = self._reenactor.encode_driving if driving else self._reenactor.encode_source
            try:
                self._faces[key] = encode(read_image(path).pixels, crop="whole" if crop == "whole" else None)
            except MimeshError as error:
                text = str(error)
                raise InputError(text if path.name in text else f"{path.name}: {text}") from error
            if len(self._faces) > CACHED_FACES:
                self._faces.popitem(last=False)
        self._faces.move_to_end(key)
        return self._faces[key]

    def _free_name(self, stem: str) -> str:
        """``stem.png``, or with a number where an earlier row of this run has that name already."""
        name, count = f"{stem}.png", 1
        while name.lower() in self._names:
            count += 1
            name = f"{stem}__{count}.png"
        return name


def _find(row: Row, column: str) -> Path:
    text = row.values[column]
    if not text:
        raise InputError(f"The {column} is missing; write a path to a picture.")
    beside = row.folder / text
    try:
        return beside if beside.exists() else Path(text)
    except OSError:  # no usable name: whoever opens it says so
        return Path(text)


def _controls(values: dict[str, str]) -> Controls:
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
    if not 0.0 <= number <= 1.5:
        raise InputError(f"{name} must be a number from 0 to 1.5, not {text!r}.")
    return number
