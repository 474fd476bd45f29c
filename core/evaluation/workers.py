"""Worker processes that share one list of jobs; the result does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TypeVar

from tqdm import tqdm

from ..processes import worker_processes

Job = TypeVar("Job")
Result = TypeVar("Result")


class Workers:
    """Runs a function over jobs, in order.  Functions, jobs and results go to other processes and back."""

    def __init__(self, pool: Executor | None) -> None:
        self._pool = pool

    def map(self, function: Callable[[Job], Result], jobs: Sequence[Job], title: str) -> list[Result]:
        """One result per job, in the order of the jobs, with a progress bar called ``title``."""
        results = map(function, jobs) if self._pool is None else self._pool.map(function, jobs, chunksize=2)
        return list(tqdm(results, title, len(jobs), disable=None))


@contextmanager
def workers(count: int) -> Iterator[Workers]:
    """``count`` processes; 0 = none but this one."""
    if count == 0:
        yield Workers(None)
        return
    with worker_processes(count) as pool:
        yield Workers(pool)
