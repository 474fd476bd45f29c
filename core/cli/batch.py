"""``batch``: many pairs from a CSV; a bad row is reported and the rest goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..pipeline.batch import RESULTS, run_batch
from ..pipeline.batch_rows import read_rows
from ..pipeline.reenactor import Reenactor
from ..provenance.marks import Marks
from .clash import existing, keep_option, replaced_lines
from .interruption import requested
from .options import device_option, json_option, mark_options, model_option
from .output import refuse_input_as_output, show
from .progress import progress


@click.command()
@click.argument("pairs", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder for the pictures.")
@device_option
@model_option
@keep_option
@mark_options
@json_option
def batch(pairs: Path, output: Path, device: str, model: str | None, keep: bool, as_json: bool, marks: Marks) -> int:
    """Reenact every row of PAIRS.csv (columns source, driving and optionally alpha, pose, expression, placement, crop).

    A relative path is looked for beside the CSV, then in the current folder.
    """
    rows = read_rows(pairs)
    refuse_input_as_output(output / RESULTS, pairs)
    replaced = existing([output / RESULTS], keep)
    before = _names(output)
    reenactor = Reenactor.load(device, model)
    with progress("Pairs", as_json) as on_progress:
        outcomes = run_batch(reenactor, rows, output, on_progress, requested, marks, keep)
    replaced += [each.output for each in outcomes if each.output and Path(each.output).name in before]
    failed = [outcome for outcome in outcomes if outcome.status != "done"]
    facts: dict[str, Any] = {
        "output": str(output),
        "results": str(output / RESULTS),
        "marks": marks.names,
        "replaced": replaced,
        "done": len(outcomes) - len(failed),
        "failed": len(failed),
        "backend": reenactor.backend,
        "notice": reenactor.notice,
        "rows": [outcome.row() for outcome in outcomes],
    }
    lines = [
        f"{facts['done']} of {len(outcomes)} pairs done; see {facts['results']}.",
        *replaced_lines(replaced),
        reenactor.notice,
    ]
    show(facts, [line for line in lines if line], as_json)
    for outcome in failed:
        click.echo(f"Row {outcome.number}: {' '.join(outcome.error.split())}", err=True)
    return 1 if failed else 0


def _names(folder: Path) -> set[str]:
    """What is in ``folder``, if it is there."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()
