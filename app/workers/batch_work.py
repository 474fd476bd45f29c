"""Running a batch: the work of a job."""

from __future__ import annotations

from collections.abc import Callable

from core.provenance.marks import Marks
from core.types import Controls

from ..batches import Batch
from ..numbers import shown
from ..sentences import tr_sentence
from ..tr import tr
from .engine import Engine

_TOLD = 3
"""Failures that are named; the rest is in results.csv."""


def batch_work(
    engine: Engine,
    batch: Batch,
    controls: Controls,
    marks: Marks,
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> str:
    """Make the pictures; a pair that cannot be made does not stop the others.  Gives a sentence about it."""
    assert batch.folder is not None
    result = engine.run_batch(batch.pairs, batch.folder, controls, on_progress, should_stop, marks, batch.neutral)
    if not result.failed:
        return tr("{count} pictures are in “{name}”.", count=shown(result.done), name=batch.folder.name)
    said = [tr("{count} pictures made, {failed} failed; results.csv says why.", count=shown(result.done),
               failed=shown(len(result.failed)))]  # fmt: skip
    said += [f"{source} × {driver}: {tr_sentence(why)}" for source, driver, why in result.failed[:_TOLD]]
    return "\n".join(said)
