"""The soak command, everything once with the stand-in for the core: every fault is survived, a loss is seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.offline import possible
from tests.soak.figures import Figures, Sample
from tests.soak.once import FAULTS

ROOT = Path(__file__).parents[2]


def test_everything_is_done_and_every_fault_is_survived_without_a_network() -> None:
    """In a process that the system ends where it, or one of its own, opens an internet socket."""
    guard = ["-m", "tests.offline"] if possible() else []
    done = subprocess.run(
        [sys.executable, *guard, "-m", "tests.soak.once"],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, (done.returncode, done.stderr[-3000:])
    row = json.loads(done.stdout)
    assert not row["failures"] and not row["lost"] and not row["leaked"], row
    assert row["faults"]["injected"] == row["faults"]["survived"] == FAULTS == len(row["faults"]["by_kind"])
    assert row["operations"]["total"] > 15 and row["checks"]["files written and read again"] > 10


@pytest.mark.parametrize("bad", ["failures", "lost", "leaked", "growth", "widgets", "much"])
def test_what_is_bad_is_not_called_good(bad: str) -> None:
    figures = Figures()
    measured = ("growth", "widgets", "much")
    growing = 2.0 if bad == "growth" else 0.0
    widgets = 3 if bad == "widgets" else 0
    most = 1001.0 if bad == "much" else 700.0
    figures.samples = [Sample(30.0 * k, most, 500.0 + growing * k, 0.0, 14, 8, 600 + widgets * k) for k in range(20)]
    figures.leaked = figures.left_behind()
    assert figures.good is (bad not in measured)
    if bad not in measured:
        getattr(figures, bad).append("something")
    assert not figures.good
