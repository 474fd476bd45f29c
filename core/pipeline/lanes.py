"""Several pictures side by side, each on one core: on a CPU that takes less time than all cores on one after the other.

A render goes through many small steps that more cores do not make faster; side by side, none of the cores waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
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
    threads = torch.get_num_threads()
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(lanes, "lane", torch.set_num_threads, (1,)) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                torch.set_num_threads(threads)  # a lane's own number becomes that of threads yet to come, too
                if len(waiting) > lanes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            torch.set_num_threads(threads)
            for each in waiting:
                each.cancel()
