"""``python -m tests.soak.once``: everything a soak does and every fault, once each, with a stand-in for the core.

Figures as JSON on stdout.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

from tests.app.long_session import Person
from tests.soak.__main__ import run
from tests.soak.faults import Faults
from tests.soak.regular import Regular
from tests.soak.stand_in import Writing

FAULTS = 16


class Once(Regular):
    """At first all that only a soak does, then nothing."""

    def act(self) -> None:
        if self.done:
            return
        for act in self._acts:
            if act.__name__ not in vars(Person) or act.__name__ == "save":
                self.done[act.__name__] = 1
                act()


class Each(Faults):
    """One kind after the other."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._next = itertools.cycle(self.kinds)

    def strike(self) -> None:
        self.make(next(self._next))


if __name__ == "__main__":
    figures = run(0.0, 3, Writing, Writing, calm=1, every=1.0, faults=FAULTS, user_kind=Once, faults_kind=Each)
    print(json.dumps(figures.row({"seed": 3})))  # noqa: T201
