"""``python -m core.training CONFIG.json``, or the same under ``torchrun``: see README.md."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from ..cli.run import run_command
from ..errors import InputError, MimeshError
from .config import TrainConfig, read_config
from .loop import train


@click.command()
@click.argument("path", metavar="CONFIG", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--faces", help="Folder of prepared faces (data.faces).")
@click.option("--pairs", help="Folder of stored pairs (data.pairs).")
@click.option("--dev-pairs", help="Folder of held-out pairs (data.dev_pairs).")
@click.option("-o", "--output", help="Folder of log and checkpoints.")
@click.option("--minutes", type=float, default=float("inf"), help="Stop after so long; run again to go on.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Change a value, like optimiser.clip=0.5.")
def main(
    path: Path,
    faces: str | None,
    pairs: str | None,
    dev_pairs: str | None,
    output: str | None,
    minutes: float,
    changes: tuple[str, ...],
) -> None:
    """Train what CONFIG describes, from its newest checkpoint if there is one."""
    given = {"data.faces": faces, "data.pairs": pairs, "data.dev_pairs": dev_pairs, "output": output}
    overrides: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        overrides |= dict(_change(change) for change in changes)
        config = read_config(path, overrides)
        run(config, minutes)
    except MimeshError as error:
        raise click.ClickException(str(error)) from error


def run(config: TrainConfig, minutes: float) -> None:
    """Train with a progress bar in the first process."""
    quiet = os.environ.get("RANK", "0") != "0"
    with tqdm(total=config.steps, desc=config.name, unit="step", disable=quiet) as bar:

        def on_step(step: int, terms: dict[str, float]) -> None:
            bar.update(step - bar.n)
            bar.set_postfix(total=f"{terms['total']:.4f}", refresh=False)

        state = train(config, on_step, minutes)
    if not quiet:
        click.echo(f"{state.step} of {config.steps} steps done; everything is in {config.folder}.")


def _change(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not separator:
        raise InputError(f"--set needs NAME=VALUE, not {text!r}.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


if __name__ == "__main__":
    run_command(main)
