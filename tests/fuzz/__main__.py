"""``python -m tests.fuzz --count 10000 --seed 1 [--first N] [--keep DIR]``: exit code 1 where anything was found."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from tests.fuzz.drive import Result, drive
from tests.fuzz.seeds import all_seeds
from tests.fuzz.worker import make

GOOD = ("read", "refused")


@click.command()
@click.option("--count", default=10_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--first", default=0, show_default=True, help="Number of the first file, to see one again.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for the files that show something.")
def main(count: int, seed: int, first: int, keep: Path | None) -> None:
    """Mutated files through every door."""
    outcomes: Counter[str] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    worst = {"seconds": 0.0, "peak": 0.0}
    found: list[Result] = []
    start = time.monotonic()

    def on_result(result: Result) -> None:
        outcomes[result["outcome"]] += 1
        kinds[result["kind"], result["outcome"]] += 1
        for name in worst:
            worst[name] = max(worst[name], result[name])
        if result["outcome"] not in GOOD:
            found.append(result)
            click.echo(json.dumps(result), err=True)
        if sum(outcomes.values()) % 500 == 0:
            click.echo(f"{sum(outcomes.values())} files, {time.monotonic() - start:.0f} s, {dict(outcomes)}", err=True)

    drive(seed, range(first, first + count), on_result)
    if keep is not None:
        _keep(keep, seed, found)
    click.echo(
        f"{count} files (seed {seed}): {dict(sorted(outcomes.items()))}; "
        f"slowest {worst['seconds']:.2f} s, largest {worst['peak'] / 2**20:.0f} MB"
    )
    for (kind, outcome), number in sorted(kinds.items()):
        click.echo(f"  {kind}: {outcome} {number}")
    sys.exit(1 if found else 0)


def _keep(folder: Path, seed: int, found: list[Result]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        seeds = all_seeds(Path(work))
    for result in found:
        _, suffix, data = make(seeds, seed, result["number"])
        (folder / f"{result['outcome']}-{seed}-{result['number']}{suffix}").write_bytes(data)


main()
