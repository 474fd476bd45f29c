"""Feeds a worker process, watches it, and replaces it when it dies or hangs."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
HANG = 5.0
"""Seconds of computing for one file that count as a hang."""

STUCK = 300.0
"""Seconds on the clock after which a file is a hang whatever was computed: it waits for something.  As long as that,
because on a busy machine it waits for its turn."""

MEMORY = 1.5 * 2**30

Result = dict[str, Any]


class Worker:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            bufsize=1,
            cwd=ROOT,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._said: list[str] = []
        self._threads = [threading.Thread(target=read, daemon=True) for read in (self._read, self._listen)]
        for thread in self._threads:
            thread.start()
        ready = self._line(300.0)
        if ready is None or "ready" not in ready:
            self.end()
            raise RuntimeError(f"The worker does not start: {''.join(self._said)[-2000:]}")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said = [*self._said[-200:], line]

    def _line(self, seconds: float) -> Result | None:
        """The next answer; None when the process ended or says nothing for so long."""
        try:
            text = self._lines.get(timeout=seconds)
        except queue.Empty:
            return {}
        return json.loads(text) if text else None

    def judge(self, seed: int, number: int) -> Result:
        return self._ask(f"{seed} {number}", number)

    def judge_file(self, door: str, path: Path) -> Result:
        """What becomes of one file at one door."""
        return self._ask(f"{door}\t{path}", 0)

    def _ask(self, what: str, number: int) -> Result:
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        begun = self._line(300.0)
        if not begun:
            return self._failed(number, "crash")
        start, computed = time.monotonic(), self._computed()
        while True:
            answer = self._line(0.5)
            if answer is None:
                return self._failed(number, "crash")
            if answer:
                return self._checked(answer)
            if self._computed() - computed > 2 * HANG or time.monotonic() - start > STUCK:
                return self._failed(number, "hang")

    def _checked(self, answer: Result) -> Result:
        if answer["seconds"] > HANG:
            answer["outcome"] = "hang"
        elif answer["peak"] > MEMORY:
            answer["outcome"] = "memory"
        return answer

    def _computed(self) -> float:
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def _failed(self, number: int, outcome: str) -> Result:
        self.end()
        said = "".join(self._said)[-4000:]
        return {"number": number, "seed": "?", "kind": "?", "outcome": outcome, "detail": said, "seconds": 0, "peak": 0}

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()


def drive(seed: int, numbers: Iterable[int], on_result: Callable[[Result], None]) -> None:
    """Judge the files ``numbers`` of the run ``seed``, one after the other."""
    worker = Worker()
    try:
        for number in numbers:
            if not worker.alive:
                worker = Worker()
            on_result(worker.judge(seed, number))
    finally:
        worker.end()
