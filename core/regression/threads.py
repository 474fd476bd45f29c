"""One thread for small nets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def single_thread() -> Iterator[None]:
    """Runs torch on one thread inside, and gives the former number back.

    The detector's and the landmark net's layers are so small that a second thread gains nothing on an idle machine
    and, on a busy one, waits for its turn at every layer: 47 ms a photo became 270 to 980 ms there.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
