"""Files that are there already where a command writes: replaced, which is told, or with ``--keep`` refused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from ..errors import OutputError
from ..media.open_input import quoted

SHOWN = 5

keep_option = click.option("--keep", is_flag=True, help="Refuse to replace files that are there already.")


def existing(outputs: Iterable[Path | None], keep: bool) -> list[str]:
    """Those of ``outputs`` (None: not asked for) that are there and will be replaced; ask before the work begins.

    Raises :class:`OutputError` naming the first where they are to be kept.
    """
    there = [path for path in outputs if path is not None and path.exists()]
    if keep and there:
        raise OutputError(f"{quoted(there[0])} is there already: choose another name, or leave out --keep.")
    return [str(path) for path in there]


def replaced_lines(replaced: list[str]) -> list[str]:
    """What a person is told about them."""
    if not replaced:
        return []
    more = f" and {len(replaced) - SHOWN} more" if len(replaced) > SHOWN else ""
    return [f"Replaced what was there before: {', '.join(replaced[:SHOWN])}{more}."]
