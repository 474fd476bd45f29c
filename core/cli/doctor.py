"""``doctor``: is everything there?  What to send along when asking for help."""

from __future__ import annotations

import click

from ..pipeline.health import Check, checks
from .options import json_option, model_option
from .output import show


@click.command()
@model_option
@json_option
def doctor(model: str | None, as_json: bool) -> int:
    """Check versions, device, weights, display and folders.  Exit code 1 when something needed is missing."""
    found = checks(model)
    healthy = all(check.ok or not check.needed for check in found)
    facts = {"healthy": healthy, "checks": [check.row() for check in found]}
    show(facts, [_line(check) for check in found], as_json)
    if not healthy:
        click.echo("Error: something that is needed is missing; the checks that failed say what to do.", err=True)
    return 0 if healthy else 1


def _line(check: Check) -> str:
    mark = "ok  " if check.ok else "FAIL" if check.needed else "note"
    return f"{mark}  {check.name:<24}{check.says}"
