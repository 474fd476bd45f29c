"""Worker processes that a long job is dealt out to, and what becomes of them when it is stopped."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context

from .errors import MimeshError
from .media.unfinished import sweep


@contextmanager
def worker_processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of ``count`` spawned processes.

    Leaving it by an exception, Ctrl-C too, ends them at once, whatever they are at, and removes what they had not
    finished writing.  Ctrl-C itself is not for them: a terminal sends it to all, and each would show a traceback.

    Raises MimeshError where a process is ended from outside.
    """
    before = set(active_children())
    with ProcessPoolExecutor(count, get_context("spawn")) as pool:
        try:
            with _no_interruption():
                for _ in range(count):  # a job starts a process while none is idle; it inherits what is ignored
                    pool.submit(os.getpid)
            yield pool
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(active_children()) - before:
                process.kill()
                process.join()
            sweep()
            if isinstance(error, BrokenProcessPool):
                text = "A worker process was ended from outside, mostly for want of memory; try fewer --workers."
                raise MimeshError(text) from error
            raise


@contextmanager
def _no_interruption() -> Iterator[None]:
    """Inside, Ctrl-C is ignored; signals are the main thread's to change."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
