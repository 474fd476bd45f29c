"""What commands print, and checks of where they write."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ..errors import OutputError


def show(facts: dict[str, Any], lines: Iterable[str], as_json: bool) -> None:
    """One JSON object on stdout, or the lines for a person."""
    if as_json:
        click.echo(json.dumps(facts, allow_nan=False))  # ASCII: a pipe on Windows cannot take every name
        return
    for line in lines:
        click.echo(line)


def refuse_input_as_output(output: Path, *inputs: Path) -> None:
    """Raises OutputError where the output would overwrite one of the inputs."""
    for path in inputs:
        if _same(output, path):
            raise OutputError(f"The output {output.name!r} is one of the inputs; choose another name.")


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except (OSError, ValueError):  # one does not exist, or is no usable name: whoever opens it says so
        return False


def rounded(times_ms: dict[str, float]) -> dict[str, float]:
    """Milliseconds to two places."""
    return {stage: round(value, 2) for stage, value in times_ms.items()}


def in_words(times_ms: dict[str, float]) -> str:
    """Stage times on one line."""
    return " · ".join(f"{stage} {value:.0f} ms" for stage, value in times_ms.items() if value >= 0.5)
