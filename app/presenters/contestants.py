"""What can be compared blindly: what draws now, the other models, and settings that were kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.types import Controls

from ..facts import model_in_words
from ..habits import Habits
from ..numbers import shown
from ..study import Contestant
from ..tr import tr
from ..workers.engine import Engine


def contestants(engine: Engine, now: Controls, kept: Sequence[Controls]) -> list[Contestant]:
    """With names that differ; the first is the window as it is."""
    models = [_contestant(model, model, now) for model in engine.others]
    settings = [_contestant(engine.backend, None, each) for each in kept if each != now]
    return _told_apart([_contestant(engine.backend, None, now), *models, *settings])


def chosen_before(choices: Sequence[Contestant], habits: Habits) -> tuple[Contestant, Contestant]:
    """The two of ``choices`` that were compared last: kept settings as they are, models with the present one."""
    first, second = (_again(choices, each, habits) for each in (habits.study.first, habits.study.second))
    first = first or choices[0]
    if second is None or second == first:
        second = next((each for each in choices if each != first), first)
    return first, second


def _contestant(draws: str, model: str | None, controls: Controls) -> Contestant:
    in_file = name_of(draws, controls, lambda value: f"{value:.2f}")
    return Contestant(in_file, model, controls, name_of(draws, controls))


def _shown(value: float) -> str:
    return shown(value, 2)


def name_of(model: str, controls: Controls, number: Callable[[float], str] = _shown) -> str:
    """What people read of a contestant; ``number`` writes one."""
    words = tr(
        "{model} · pose {pose} · expression {expression}",
        model=model_in_words(model),
        pose=number(controls.pose),
        expression=number(controls.expression),
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
    numbers = [names[:index].count(name) + 1 for index, name in enumerate(names)]
    return [
        replace(each, name=f"{each.name} ({number})", words=f"{each.words} ({number})") if number > 1 else each
        for each, number in zip(contestants, numbers)
    ]
