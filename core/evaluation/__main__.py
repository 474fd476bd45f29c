"""``python -m core.evaluation DATA -o OUT``: copy of the source against the backend, same-person and cross-identity."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from ..media.atomic import atomic_write
from ..pipeline.reenactor import Reenactor
from ..types import Image
from .command import run_command
from .contact_sheet import contact_sheet
from .data import read_split
from .protocols import Job, cross_jobs, self_jobs
from .report import markdown
from .score import Scorer, Scores, summary

SHEET_ROWS = 14


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out/evaluation"), show_default=True)
@click.option("--split", default="dev", show_default=True, help="Which list of split.json.")
@click.option("--pairs", type=click.IntRange(2), default=300, show_default=True, help="Pairs per protocol.")
@click.option("--seed", default=0, show_default=True)
def main(data: Path, output: Path, split: str, pairs: int, seed: int) -> None:
    """Write report.md, results.jsonl and a contact sheet per protocol."""
    output.mkdir(parents=True, exist_ok=True)
    reenactor = Reenactor.load()
    listed = read_split(data, split)
    report: dict[str, Any] = {"split": split, "pairs": pairs, "seed": seed, "backend": reenactor.backend}
    lines: list[dict[str, Any]] = []
    for name, jobs in (
        ("self", self_jobs(reenactor, listed, pairs, seed)),
        ("cross", cross_jobs(reenactor, listed, pairs, seed)),
    ):
        every = max(pairs // SHEET_ROWS, 1)
        scored, sheet = _run(reenactor, tqdm(jobs, desc=name, total=pairs, leave=False), every)
        report[name] = {method: summary(rows) for method, rows in scored.items()}
        lines += [
            {"protocol": name, "method": method, "pair": k, **row}
            for method, rows in scored.items()
            for k, row in enumerate(rows)
        ]
        contact_sheet(sheet, ["source", "driving", "copy", reenactor.backend], output / f"{name}.png")
    with atomic_write(output / "results.jsonl") as temporary:
        temporary.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    text = markdown(report)
    with atomic_write(output / "report.md") as temporary:
        temporary.write_text(text, encoding="utf-8")
    click.echo(text)


def _run(reenactor: Reenactor, jobs: Any, every: int) -> tuple[dict[str, list[Scores]], list[list[Image]]]:
    scorer = Scorer(reenactor)
    scored: dict[str, list[Scores]] = {"copy the source": [], reenactor.backend: []}
    sheet: list[list[Image]] = []
    job: Job
    for k, job in enumerate(jobs):
        image = reenactor.render(job.source, job.driving, job.controls).image
        scored["copy the source"].append(scorer.score(job, job.source.image))
        scored[reenactor.backend].append(scorer.score(job, image))
        if k % every == 0:  # rows from all over, not the first clip alone
            sheet.append([job.source.image, job.driving.image, job.source.image, image])
    return scored, sheet


if __name__ == "__main__":
    run_command(main)
