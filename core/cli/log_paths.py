"""``--log-paths``: leave paths and file names in the log."""

from __future__ import annotations

import os

import click

from ..log.scrub import VARIABLE


def _keep(_: click.Context, __: click.Parameter, wanted: bool) -> None:
    if wanted:
        os.environ[VARIABLE] = "1"  # child processes too


log_paths_option = click.option(
    "--log-paths",
    is_flag=True,
    expose_value=False,
    callback=_keep,
    help="Leave paths and file names in the log; without it they are taken out.",
)
