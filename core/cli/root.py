"""The command line's root: ``python main.py COMMAND``."""

from __future__ import annotations

import click

from ..version import VERSION
from .animate import animate
from .batch import batch
from .bench import bench
from .doctor import doctor
from .inspect import inspect
from .log_paths import log_paths_option
from .reenact import reenact
from .verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="Mimesh")
@log_paths_option
def root() -> None:
    """Mimesh: one photo takes the pose and expression of another.

    Without a command the app opens (python main.py app --help).
    """


for command in (reenact, animate, batch, inspect, bench, doctor, verify):
    root.add_command(command)
