"""Several pictures side by side, each on one core: on a CPU that takes less time than all cores on one after the other.

A render goes through many small steps that more cores do not make faster; side by side, none of the cores waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import torch

T = TypeVar("T")
R = TypeVar("R")

MOST = 4
"""Lanes; each holds the maps of a picture."""


def lane_count() -> int:
    """As many lanes as torch has threads, at most :data:`MOST`."""
    return min(torch.get_num_threads(), MOST)


def in_lanes(work: Callable[[T], R], items: Iterable[T], lanes: int) -> Generator[R]:
    """``work`` of each item, in their order; at most ``lanes`` + 1 results are made ahead of the one that is asked for.

    Errors of ``work`` come out where its result would; what follows is then not begun.  Closed early, it
    waits only for what is being made.  One lane is this thread.
    """
    if lanes < 2:
        yield from map(work, items)
        return
    waiting: deque[Future[R]] = deque()
    threads = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(lanes, "lane") as pool:
            try:
                _open(pool, lanes, threads)
                for item in items:
                    waiting.append(pool.submit(work, item))
                    if len(waiting) > lanes:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for each in waiting:
                    each.cancel()
    finally:
        torch.set_num_threads(threads)  # what ran in a lane may have set its own for a while


def _open(pool: ThreadPoolExecutor, lanes: int, threads: int) -> None:
    """Begin all lanes, each with one thread of torch's, and leave every other thread ``threads``.

    torch has one number for each thread, and one for threads that have not computed yet, which every setting changes:
    a lane must have its own before it sets one, and the other is put back once all lanes have done so.
    """
    ready = Barrier(lanes + 1)

    def begin() -> None:
        torch.get_num_threads()
        torch.set_num_threads(1)
        ready.wait()

    try:
        for _ in range(lanes):
            pool.submit(begin)
        ready.wait()
    except BaseException:  # no more threads to be had: those that began must not wait for ever
        ready.abort()
        raise
    finally:
        torch.set_num_threads(threads)
