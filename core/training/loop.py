"""The training loop: steps, log, held-out scores, checkpoints; it can be stopped and resumed at any time."""

from __future__ import annotations

import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from ..face_model.model import FaceModel
from .batch import unpack
from .checkpoint import checkpoints, restore, save_checkpoint, start_from
from .config import TrainConfig
from .distributed import agree, join, leave, mean, wait_for_all
from .loader import Shard, batches
from .objective import Objective
from .record import Record
from .score import HeldOut
from .state import TrainState
from .train_step import train_step

OnStep = Callable[[int, dict[str, float]], None]
"""Called in the first process after every step with the steps done and the terms."""


def nothing(step: int, terms: dict[str, float]) -> None:
    """No progress wanted."""


def train(
    config: TrainConfig, on_step: OnStep = nothing, minutes: float = float("inf"), model: FaceModel | None = None
) -> TrainState:
    """Train up to ``config.steps``, or for ``minutes``, from the newest checkpoint in ``config.folder`` if any.

    Always leaves a checkpoint behind, also when stopped by Ctrl-C or SIGTERM, between two steps.  Raises InputError
    for data or configurations that do not fit, NotFiniteError when a loss diverges.
    """
    shard, device = join()
    try:
        return _Training(config, model or FaceModel.load(), shard, device).run(on_step, minutes)
    finally:
        leave()


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Signals that ask to stop are noted in the list, so that no step is cut in half; a second Ctrl-C does cut it."""
    noted: list[int] = []

    def note(number: int, frame: object) -> None:
        if noted and number == signal.SIGINT:
            raise KeyboardInterrupt
        noted.append(number)

    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Training:
    def __init__(self, config: TrainConfig, model: FaceModel, shard: Shard, device: torch.device) -> None:
        if config.threads:
            torch.set_num_threads(config.threads)
        self.config, self.model, self.shard, self.device = config, model, shard, device
        self.state = TrainState(config, model, device)
        self.objective = Objective(config, model, device)
        found = checkpoints(config.folder)
        if found:
            restore(self.state, found[-1])
        elif config.start_from:
            start_from(self.state, config.start_from)
        self.first = shard.rank == 0
        self.record = Record(config.folder, self.state.step) if self.first else None
        self.held_out = HeldOut(config, model) if self.first and config.data.dev_pairs else None
        self._sums: dict[str, float] = defaultdict(float)
        self._count, self._since, self._saved = 0, time.monotonic(), time.monotonic()
        self._saved_at = self._scored_at = -1

    def run(self, on_step: OnStep, minutes: float) -> TrainState:
        end = time.monotonic() + 60 * minutes
        with stop_signals() as stopped:
            for packed in batches(self.config, self.model, self.state.step, self.shard):
                terms = train_step(self.state, self.objective, unpack(packed, self.device), self.shard.rank)
                if self.first:
                    on_step(self.state.step, terms)
                self._after(terms)
                if agree(bool(stopped) or time.monotonic() > end, self.device):
                    break
        if self.first:
            self._score()
            self._save()
        wait_for_all()
        return self.state

    def _after(self, terms: dict[str, float]) -> None:
        """Log, score and save when it is time."""
        step, config = self.state.step, self.config
        for name, value in terms.items():
            self._sums[name] += value
        self._count += 1
        if step % config.log_every == 0:
            self._log(step)
        if self.first and step % config.score_every == 0:
            self._score()
        if self.first and time.monotonic() - self._saved > 60 * config.checkpoint_minutes:
            self._save()

    def _save(self) -> None:
        if self._saved_at != self.state.step:
            save_checkpoint(self.state, self.config.folder)
            self._saved, self._saved_at = time.monotonic(), self.state.step

    def _log(self, step: int) -> None:
        """Means since the last line, over all processes; samples per second."""
        names = sorted(self._sums)
        sums = torch.tensor([self._sums[name] for name in names], device=self.device)
        means = mean(sums / max(1, self._count))
        seconds = time.monotonic() - self._since
        rate = self._count * self.config.batch * self.shard.world / seconds
        if self.record is not None:
            values = {name: round(float(value), 6) for name, value in zip(names, means)}
            memory = {"GPU GB": torch.cuda.max_memory_allocated() / 2**30} if self.device.type == "cuda" else {}
            rate_now = self.state.adam.param_groups[0]["lr"]
            self.record.add(step, **values, learning_rate=rate_now, samples_per_second=round(rate, 2), **memory)
        self._sums.clear()
        self._count, self._since = 0, time.monotonic()

    def _score(self) -> None:
        """Held-out score, contact sheet and plots, once a step."""
        if self._scored_at == self.state.step:
            return
        paused, self._scored_at = time.monotonic(), self.state.step
        if self.held_out is not None and self.record is not None:
            sheet = self.config.folder / f"sheet_{self.state.step:08d}.jpg"
            score = self.held_out.score(self.state.ema.network, self.device, sheet)
            self.record.add(self.state.step, **{f"dev {name}": round(value, 5) for name, value in score.items()})
        if self.record is not None:
            self.record.plot()
        self._since += time.monotonic() - paused
