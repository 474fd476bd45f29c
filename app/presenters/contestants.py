"""What can be compared blindly: what draws now, the other models, and settings that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.types import Controls

from ..facts import model_in_words
from ..habits import Habits
from ..study import Contestant
from ..tr import tr
from ..workers.engine import Engine


def contestants(engine: Engine, now: Controls, kept: Sequence[Controls]) -> list[Contestant]:
    """With names that differ; the first is the window as it is."""
    models = [Contestant(name_of(model, now), model, now) for model in engine.others]
    settings = [Contestant(name_of(engine.backend, each), None, each) for each in kept if each != now]
    return _told_apart([Contestant(name_of(engine.backend, now), None, now), *models, *settings])


def chosen_before(choices: Sequence[Contestant], habits: Habits) -> tuple[Contestant, Contestant]:
    """The two of ``choices`` that were compared last: kept settings as they are, models with the present one."""
    first, second = (_again(choices, each, habits) for each in (habits.study.first, habits.study.second))
    first = first or choices[0]
    if second is None or second == first:
        second = next((each for each in choices if each != first), first)
    return first, second


def name_of(model: str, controls: Controls) -> str:
    """What people read of a contestant, at the end and in the file."""
    words = tr(
        "{model} · pose {pose} · expression {expression}",
        model=model_in_words(model),
        pose=f"{controls.pose:.2f}",
        expression=f"{controls.expression:.2f}",
    )
    return words if controls.edits == type(controls.edits)() else tr("{setting} · edited", setting=words)


def _again(choices: Sequence[Contestant], before: Contestant | None, habits: Habits) -> Contestant | None:
    if before is None:
        return None
    same = [each for each in choices if (each.model, each.controls) == (before.model, before.controls)]
    if before.controls not in habits.kept:
        same += [each for each in choices if each.model == before.model and each.controls == choices[0].controls]
    return same[0] if same else None


def _told_apart(contestants: list[Contestant]) -> list[Contestant]:
    """The same with a number where names are alike."""
    names = [each.name for each in contestants]
    return [
        replace(each, name=f"{each.name} ({names[:index].count(each.name) + 1})")
        if each.name in names[:index]
        else each
        for index, each in enumerate(contestants)
    ]
