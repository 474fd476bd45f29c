"""One process of the fuzzer: file numbers in on stdin, one JSON line for each out on stdout.

Instead of a run and a number it also takes a door and the path of a file, separated by a tab.

It dies of what kills a decoder, and that is what it is for: the parent sees it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import MimeshError
from tests.fuzz.doors import DOORS, SUFFIXES
from tests.fuzz.mutate import mutate
from tests.fuzz.seeds import Seed, all_seeds

HARD_LIMIT = 6 * 2**30
"""Bytes of data a worker may have at all; what counts is the peak, which is reported."""

TEXTS = frozenset(DOORS) - {"media", "weights", "face model", "flow", "matlab"}


def make(seeds: list[Seed], seed: int, number: int) -> tuple[Seed, str, bytes]:
    """File ``number`` of a run: what it was made of, the end of its name, its bytes.  Depends on nothing else."""
    random = np.random.default_rng([seed, number])
    chosen = seeds[number % len(seeds)]
    others = [other.data for other in seeds if (other.kind in TEXTS) == (chosen.kind in TEXTS)]
    data = mutate(chosen.data, others, chosen.kind in TEXTS, random)
    suffix = chosen.suffix
    if chosen.kind == "media" and random.random() < 0.15:
        suffix = SUFFIXES[int(random.integers(len(SUFFIXES)))]
    return chosen, suffix, data


def judge(kind: str, path: Path) -> tuple[str, str]:
    """(outcome, detail): "read", "refused" in one sentence, or "traceback"."""
    try:
        return "read", DOORS[kind](path)
    except MimeshError as error:
        text = str(error)
        good = text.endswith((".", ".)")) or type(error).__name__ == "SigningError"
        return ("refused" if good and "\n" not in text else "bad sentence"), text
    except Exception:
        return "traceback", traceback.format_exc()


def peak(reset: bool = False) -> int:
    """The largest resident size in bytes since the last reset; Linux.  0 elsewhere."""
    with contextlib.suppress(OSError):
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    return 0


def main() -> None:
    faulthandler.enable(sys.stderr)
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_DATA, (HARD_LIMIT, HARD_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    folder = Path(tempfile.mkdtemp(prefix="mimesh-fuzz-"))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        os.environ[name] = str(folder / "user")
    answers.write(json.dumps({"ready": True}) + "\n")
    seeds: list[Seed] = []
    try:
        for line in sys.stdin:
            door, _, name = line.rstrip("\n").partition("\t")
            if not name and not seeds:
                seeds = all_seeds(folder)
            answers.write(json.dumps({"begun": True}) + "\n")
            found = (
                run_file(door, Path(name), folder / "work") if name else run(seeds, *_numbers(line), folder / "work")
            )
            answers.write(json.dumps(found) + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _numbers(line: str) -> tuple[int, int]:
    seed, number = line.split()
    return int(seed), int(number)


def run(seeds: list[Seed], seed: int, number: int, work: Path) -> dict[str, Any]:
    chosen, suffix, data = make(seeds, seed, number)
    found = _measured(chosen.kind, f"fuzz{suffix}", data, work)
    return {"number": number, "seed": chosen.name, "suffix": suffix} | found


def run_file(door: str, path: Path, work: Path) -> dict[str, Any]:
    return {"number": 0, "seed": path.name, "suffix": path.suffix} | _measured(door, path.name, path.read_bytes(), work)


def _measured(door: str, name: str, data: bytes, work: Path) -> dict[str, Any]:
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    path = work / name
    path.write_bytes(data)
    peak(reset=True)
    wall, used = time.monotonic(), time.process_time()
    outcome, detail = judge(door, path)
    seconds = min(time.monotonic() - wall, time.process_time() - used)
    return {"kind": door, "outcome": outcome, "detail": detail[-4000:], "seconds": seconds, "peak": peak()}


if __name__ == "__main__":
    main()
