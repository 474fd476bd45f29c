"""How long a decoder may take: files can be made that keep one busy for hours."""

from __future__ import annotations

import time

SECONDS = 5.0


class Deadline:
    """``seconds`` from now on or from the last :meth:`renew`.

    Both the clock and the computing of this process have to run past it: a computer that sleeps or is busy with other
    things is no reason to give a file up.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.renew()

    def renew(self) -> None:
        self._clock, self._computed = time.monotonic(), time.process_time()

    @property
    def passed(self) -> bool:
        spent = min(time.monotonic() - self._clock, time.process_time() - self._computed)
        return spent > self.seconds
