"""What a soak run comes to, as JSON."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import psutil
from PySide6.QtWidgets import QApplication, QWidget

from app.views.queue_panel import JobRow
from app.workers.give_back import give_back

MEGABYTE = 2**20
FLAT_MB_PER_MINUTE = 1.0
MOST_MB = 1000.0
"""At no moment more than that."""

SLACK = {"handles": 6, "threads": 4, "widgets": 12}
"""So many more at the quietest moment of the last third than at that of the middle one are no leak."""

LEAST_SAMPLES = 12
"""For a shorter run nothing is said about leaks of that kind."""


@dataclass(frozen=True)
class Sample:
    """The window's process at one moment; ``seconds`` since the start, ``handles`` are open files and pipes.

    ``memory_mb``  as found.
    ``held_mb``    of it what stays after the C library gave its free pages back: what grows here is kept by something.
    ``widgets``  those outside the rows of the queue, of which there are as many as jobs that are remembered.
    """

    seconds: float
    memory_mb: float
    held_mb: float
    meshes_mb: float
    handles: int
    threads: int
    widgets: int


@dataclass
class Figures:
    operations: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    """Files and documents that were read again after writing, and what faults left alone."""
    failures: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    start: float = field(default_factory=time.monotonic)

    def measure(self) -> Sample:
        process = psutil.Process()
        found = process.memory_info().rss
        give_back()
        sample = Sample(
            round(time.monotonic() - self.start, 1),
            round(found / MEGABYTE, 1),
            round(process.memory_info().rss / MEGABYTE, 1),
            round(sum(_resident(child) for child in process.children()), 1),
            process.num_fds(),
            process.num_threads(),
            sum(not _in_queue(widget) for widget in QApplication.allWidgets()),
        )
        self.samples.append(sample)
        return sample

    def growth(self) -> float:
        """Megabytes a minute of what is held: a line through the second half."""
        late = [s for s in self.samples if s.seconds >= self.samples[-1].seconds / 2]
        if len(late) < 3:
            return 0.0
        return float(np.polyfit([s.seconds / 60.0 for s in late], [s.held_mb for s in late], 1)[0])

    def left_behind(self) -> list[str]:
        """What there are ever more of."""
        third = len(self.samples) // 3
        if len(self.samples) < LEAST_SAMPLES:
            return []
        found = []
        for name, slack in SLACK.items():
            middle, late = (
                min(getattr(sample, name) for sample in part)
                for part in (self.samples[third : 2 * third], self.samples[2 * third :])
            )
            if late > middle + slack:
                found.append(f"{late - middle} {name}")
        return found

    @property
    def good(self) -> bool:
        flat = self.growth() <= FLAT_MB_PER_MINUTE and max(s.memory_mb for s in self.samples) <= MOST_MB
        return flat and not (self.failures or self.lost or self.leaked)

    def row(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Everything; of the samples the first, the middle, the last and the highest."""
        first, middle, last = self.samples[0], self.samples[len(self.samples) // 2], self.samples[-1]
        return {
            **facts,
            "good": self.good,
            "seconds": last.seconds,
            "operations": {"total": self.operations.total(), **dict(sorted(self.operations.items()))},
            "faults": {
                "injected": self.injected.total(),
                "survived": self.survived.total(),
                "by_kind": {k: [self.survived[k], self.injected[k]] for k in sorted(self.injected)},
            },
            "checks": dict(sorted(self.checks.items())),
            "failures": self.failures,
            "lost": self.lost,
            "leaked": self.leaked,
            "first": asdict(first),
            "middle": asdict(middle),
            "last": asdict(last),
            "highest_memory_mb": max(s.memory_mb for s in self.samples),
            "highest_held_mb": max(s.held_mb for s in self.samples),
            "growth_mb_per_minute_second_half": round(self.growth(), 3),
            "samples": [list(asdict(s).values()) for s in self.samples],
        }


def _in_queue(widget: QWidget) -> bool:
    return isinstance(widget, JobRow) or isinstance(widget.parent(), JobRow)


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / MEGABYTE
    except psutil.Error:
        return 0.0
