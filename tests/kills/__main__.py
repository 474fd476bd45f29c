"""``python -m tests.kills --count 200 --seed 1``: ``kill -9`` at random moments; exit code 1 where anything was lost.

Each time a process writes one version of a file after the other over the last one, until it is killed.  Then the file
has to be the last version that was finished or the one that was begun, whole, and after what the next start does
nothing else may lie beside it or among the temporary files.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click
import numpy as np

from tests.kills.writer import Writer
from tests.kills.writes import KINDS

GOOD = {"old", "new"}


@click.command()
@click.option("--count", default=200, show_default=True, help="Kills of each kind of file.")
@click.option("--seed", default=1, show_default=True)
@click.option("--only", type=click.Choice(list(KINDS)), help="One kind of file.")
def main(count: int, seed: int, only: str | None) -> None:
    """Kill writers at random moments."""
    random = np.random.default_rng(seed)
    lost = False
    with tempfile.TemporaryDirectory(prefix="mimesh-kills-") as name:
        top = Path(name)
        _own_folders(top)
        for name, kind in KINDS.items():
            if only in (None, name):
                start = time.monotonic()
                writer = Writer(kind, top / "files" / name)
                found = Counter(writer.kill(float(random.uniform(0.0, 2.0))) for _ in range(count))
                lost |= not set(found) <= GOOD
                seconds = time.monotonic() - start
                click.echo(f"{name}: {dict(sorted(found.items()))}, {writer.swept} swept, {seconds:.0f} s")
        left = [path.name for path in (top / "temp").rglob("*") if path.is_file()]
        click.echo(f"left among temporary files: {left or 'nothing'}")
    sys.exit(1 if lost or left else 0)


def _own_folders(top: Path) -> None:
    """What is written for the user, and temporary files, go where they can be looked at."""
    (top / "temp").mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(top / "user")
    os.environ["TMPDIR"] = str(top / "temp")  # of the writers; where this process keeps its own is known by now


if __name__ == "__main__":
    main()
