"""How far a job is, for the queue and under the result alike: a bar of the whole job, words for the step it is in."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

from ..jobs import Job
from ..numbers import shown
from ..tr import tr

FINEST = 1000
"""Steps of a bar."""


def show_share(bar: QProgressBar, job: Job) -> None:
    """How much of all its steps is done; a bar that runs to and fro while nothing is known."""
    bar.setRange(0, FINEST if job.total else 0)
    bar.setValue(round(job.share * FINEST))


def how_far_in_words(job: Job) -> str:
    """So many of so many, with the step that they belong to."""
    done, total = shown(job.done), shown(job.total)
    if not job.step.words:
        return tr("{done} of {total}", done=done, total=total)
    return tr("{step}: {done} of {total}", step=tr(job.step.words), done=done, total=total)
