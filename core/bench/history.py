"""One line for each bench that was kept: what a later one is compared with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import InputError, OutputError
from ..media.read_json import parse_json

_LARGEST = 4 * 2**20
_KEPT = ("counts", "times_ms", "gflop_per_s", "share_of_peak", "peak_memory_mb", "runs", "machine")


def keep(path: Path, report: dict[str, Any]) -> None:
    """Append a report of :func:`core.bench.measure.measure` to a JSON Lines file.  Raises OutputError."""
    line = {"date": date.today().isoformat(), **{name: report[name] for name in _KEPT}}
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, allow_nan=False) + "\n")
    except OSError as error:
        raise OutputError(f"The history {path.name!r} cannot be written ({error.strerror}).") from error


def last(path: Path, backend: str) -> dict[str, Any]:
    """The newest line that was measured with ``backend``.  Raises InputError where there is none."""
    try:
        with path.open("rb") as file:
            lines = file.read(_LARGEST).decode("utf-8").splitlines()
        entries = [parse_json(line) for line in lines if line.strip()]
        return next(entry for entry in reversed(entries) if entry["machine"]["backend"] == backend)
    except OSError as error:
        raise InputError(f"The history {path.name!r} cannot be read ({error.strerror}).") from error
    except StopIteration:
        raise InputError(f"The history {path.name!r} has no line for {backend!r}; write one with --keep.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"The history {path.name!r} is damaged: {error}.") from error


def differences(report: dict[str, Any], entry: dict[str, Any]) -> list[str]:
    """A sentence for every count that is not what it was."""
    then, now = entry["counts"], report["counts"]
    return [
        f"{name}: {now.get(name, 'gone')}, was {then.get(name, 'not there')}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    ]


def compared(report: dict[str, Any], entry: dict[str, Any]) -> list[str]:
    """A line for every time that both have: what it was, what it is, and the ratio.  For reading, not for judging:
    machines differ, and so does what else they do."""
    lines = [f"{'compared with ' + entry['date']:<36}{'then ms':>10}{'now ms':>10}{'ratio':>8}"]
    for name, now in report["times_ms"].items():
        then = entry["times_ms"].get(name)
        if then:
            ratio = now["median"] / max(then["median"], 1e-6)
            lines.append(f"{name:<36}{then['median']:>10.1f}{now['median']:>10.1f}{ratio:>8.2f}")
    return lines
