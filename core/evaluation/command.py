"""Runs a command of this package: what goes wrong for a reason is one line, not a traceback."""

from __future__ import annotations

import sys

import click

from ..errors import MimeshError


def run_command(command: click.Command) -> None:
    """Run ``command`` with the process's arguments and exit: 0 done, 2 for what the user can mend."""
    try:
        command()
    except MimeshError as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(2)
