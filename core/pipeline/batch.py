"""Many pairs: rows of a CSV in, pictures and ``results.csv`` out.  A bad row never stops the rest.

On a CPU several rows are made at a time, one on each core.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..brief import brief
from ..edits import NO_EDITS, Edits
from ..errors import Cancelled, InputError, MimeshError, OutputError
from ..media.atomic import atomic_write, check_writable, make_folder
from ..media.open_input import quoted
from ..provenance.export import check_marks, write_marked_image
from ..provenance.marks import ALL_MARKS, Input, Marks
from ..types import Controls
from .animate import OnProgress, ShouldStop, never, nothing
from .batch_faces import BatchFaces
from .batch_rows import Row, controls, find
from .encoded import EncodedFace
from .lanes import in_lanes, lane_count
from .motion import transplant
from .reenactor import Reenactor

RESULTS, SETTINGS = "results.csv", "batch.json"
COLUMNS = ("source", "driving", "output", "status", "error", "milliseconds")


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


def run_batch(
    reenactor: Reenactor,
    rows: Sequence[Row],
    folder: Path,
    on_progress: OnProgress = nothing,
    should_stop: ShouldStop = never,
    marks: Marks = ALL_MARKS,
    keep: bool = False,
    edits: Edits = NO_EDITS,
    neutral: Path | None = None,
    settings: Mapping[str, Any] | None = None,
) -> list[Outcome]:
    """Reenact every row into ``folder`` and write ``results.csv`` there; stopped early, with the rows done so far.

    ``keep``: a row whose picture is there already fails, and leaves it as it is.
    ``edits``: what every picture gets on top of its row.
    ``neutral``: a picture of the drivers' person at rest: what differs from it is added to the sources, instead of
    pose and expression being taken over.
    ``settings``: what was the same for every row, to be written to ``batch.json`` beside the results.

    Raises Cancelled when ``should_stop`` says so, OutputError where nothing can be written or signed, InputError where
    ``neutral`` cannot be used.
    """
    check_marks(marks)
    make_folder(folder)
    for name in (RESULTS,) if settings is None else (RESULTS, SETTINGS):
        check_writable(folder / name)
    job = _Batch(reenactor, folder, marks, keep, should_stop, edits, neutral)
    lanes = lane_count() if reenactor.device == "cpu" else 1
    outcomes: list[Outcome] = []
    try:
        with closing(in_lanes(job.run, job.planned(rows), lanes)) as results:
            for outcome in results:
                outcomes.append(outcome)
                on_progress(len(outcomes), len(rows))
    finally:
        _write_results(folder, outcomes)
        if settings is not None:
            _write_settings(folder, settings)
    return outcomes


def _write_results(folder: Path, outcomes: Sequence[Outcome]) -> None:
    with atomic_write(folder / RESULTS) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(outcome.row() for outcome in outcomes)


def _write_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Beside the table, whose columns other programs read and which therefore gets no more of them."""
    with atomic_write(folder / SETTINGS) as temporary:
        temporary.write_text(json.dumps(settings, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class _Planned:
    """A row with what it asks for and the name of its picture, or what is wrong with it."""

    row: Row
    source: Path
    driving: Path
    controls: Controls = field(default_factory=Controls)
    crop: str = "face"
    name: str = ""
    error: str = ""


class _Batch:
    """A run: the faces seen last, and the names given so far."""

    def __init__(
        self,
        reenactor: Reenactor,
        folder: Path,
        marks: Marks,
        keep: bool,
        should_stop: ShouldStop,
        edits: Edits,
        neutral: Path | None,
    ) -> None:
        self._reenactor, self._folder, self._marks, self._keep = reenactor, folder, marks, keep
        self._should_stop, self._edits, self._neutral = should_stop, edits, neutral
        self._faces = BatchFaces(reenactor)
        if neutral is not None:  # one sentence now instead of the same one for every row
            self._faces.get(neutral, "face", driving=True)
        self._names: set[str] = set()

    def planned(self, rows: Sequence[Row]) -> Iterator[_Planned]:
        """Names are given in the order of the rows, whichever of them is done first."""
        for row in rows:
            try:
                yield self._plan(row)
            except MimeshError as problem:
                yield _Planned(row, Path(), Path(), error=str(problem))

    def _plan(self, row: Row) -> _Planned:
        wanted, crop = replace(controls(row.values), edits=self._edits), row.values.get("crop") or "face"
        if crop not in ("face", "whole"):
            raise InputError(f"crop must be 'face' or 'whole', not {brief(crop)}.")
        source, driving = (find(row, column) for column in ("source", "driving"))
        return _Planned(row, source, driving, wanted, crop, self._free_name(f"{source.stem}__{driving.stem}"))

    def run(self, plan: _Planned) -> Outcome:
        """Make one picture; in any thread.  Raises Cancelled where it is not to be begun any more."""
        if self._should_stop():
            raise Cancelled("Cancelled; the pictures made so far are in results.csv.")
        start = time.perf_counter()
        output, error = "", plan.error
        try:
            output = "" if error else str(self._render(plan))
        except MimeshError as problem:
            error = str(problem)
        except Exception as problem:
            error = f"Something unexpected went wrong ({type(problem).__name__}: {problem})."
        status = "failed" if error else "done"
        milliseconds = round((time.perf_counter() - start) * 1000, 1)
        values = plan.row.values
        return Outcome(plan.row.number, values["source"], values["driving"], output, status, error, milliseconds)

    def _render(self, plan: _Planned) -> Path:
        path = self._folder / plan.name
        if self._keep and path.exists():
            raise OutputError(f"{quoted(path)} is there already and is kept; choose another folder.")
        source = self._faces.get(plan.source, plan.crop, driving=False)
        driving = self._faces.get(plan.driving, plan.crop, driving=True)
        result = self._reenactor.render(source, self._relative(source, driving, plan.crop), plan.controls)
        rest = () if self._neutral is None else (Input("neutral driver", self._neutral),)
        marks = self._marks.made_from(Input("source", plan.source), Input("driver", plan.driving), rest)
        write_marked_image(path, result.image, marks)
        return path

    def _relative(self, source: EncodedFace, driving: EncodedFace, crop: str) -> EncodedFace:
        """The driver as it drives this source: as it is, or by what differs from the neutral picture."""
        if self._neutral is None:
            return driving
        neutral = self._faces.get(self._neutral, crop, driving=True)
        moved = transplant(source.coefficients, driving.coefficients, neutral.coefficients)
        return replace(driving, coefficients=moved)

    def _free_name(self, stem: str) -> str:
        """``stem.png``, or with a number where an earlier row of this run has that name already."""
        name, count = f"{stem}.png", 1
        while name.lower() in self._names:
            count += 1
            name = f"{stem}__{count}.png"
        self._names.add(name.lower())
        return name
