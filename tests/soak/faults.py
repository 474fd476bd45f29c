"""What goes wrong round a window in use: after each it says so, nothing is lost, and it goes on."""

from __future__ import annotations

import time

import click

from tests.soak.faults_of_core import FaultsOfCore
from tests.soak.faults_of_input import FaultsOfInput
from tests.soak.faults_of_output import FaultsOfOutput
from tests.soak.waiting import until


class Faults(FaultsOfInput, FaultsOfOutput, FaultsOfCore):
    """Makes faults one at a time, and counts them."""

    def strike(self) -> None:
        """One of them."""
        self.make(self._dice.choice(list(self.kinds)))

    def make(self, kind: str) -> None:
        """This one, and what came of it into the figures."""
        figures = self._user.figures
        if not self._user.settled():
            figures.failures.append(f"nothing was drawn before: {kind}")
            return
        figures.injected[kind] += 1
        start, outcome = time.monotonic(), "survived"
        try:
            self.kinds[kind]()
            self.goes_on()
            figures.survived[kind] += 1
        except Exception as error:
            said = self._user.said[-1] if self._user.said else ""
            outcome = f"{kind}: {type(error).__name__}: {error} (the window said {said!r})"
            figures.failures.append(outcome)
        self._armed.errors.clear()
        click.echo(f"         {time.monotonic() - start:5.1f} s  {kind}: {outcome}", err=True)

    def goes_on(self) -> None:
        """Another pose is drawn; an offer at the top of the window is taken first."""
        session, trouble = self._desk.session, self._desk.window.trouble
        if trouble.isVisible():
            (trouble.yes if trouble.yes.isVisible() else trouble.no).click()
            until(lambda: session.engine.engine is not None, "the core loads again")
        before = session.result
        pose = session.document.dial.pose
        session.set_dial(pose=0.2 if pose > 0.7 else 0.9, mode="both")
        until(lambda: session.result is not before and session.result is not None, "the next result")
