"""Stage times."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class Stopwatch:
    """Collects milliseconds per stage; a stage that runs twice adds up."""

    def __init__(self) -> None:
        self.times_ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, (time.perf_counter() - start) * 1000)

    def add(self, name: str, milliseconds: float) -> None:
        self.times_ms[name] = self.times_ms.get(name, 0.0) + milliseconds

    def finish(self) -> dict[str, float]:
        """All times, once the work is done."""
        return self.times_ms


class CudaStopwatch(Stopwatch):
    """The same where stages only queue their work: the GPU keeps the times, and nobody waits for it before the end."""

    def __init__(self) -> None:
        super().__init__()
        self._events: list[tuple[str, torch.cuda.Event, torch.cuda.Event]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
        start.record()
        try:
            yield
        finally:
            end.record()
            self._events.append((name, start, end))

    def finish(self) -> dict[str, float]:
        torch.cuda.current_stream().synchronize()
        for name, start, end in self._events:
            self.add(name, start.elapsed_time(end))
        self._events.clear()
        return self.times_ms


def stopwatch(device: torch.device) -> Stopwatch:
    """The right one for work on ``device``."""
    return CudaStopwatch() if device.type == "cuda" else Stopwatch()
