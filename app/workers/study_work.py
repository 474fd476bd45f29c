"""Making the questions of a blind comparison: the work of a job."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import Cancelled, DeviceError, InputError, MimeshError

from ..roles import Role
from ..sentences import tr_sentence
from ..store.preferences import text_of
from ..study import Contestant, Question, Study, shuffled
from ..tr import tr
from .engine import Engine, Reader

KEPT = 8
"""Encoded photos of each model."""


class _Maker:
    """One contestant's pictures."""

    def __init__(self, engine: Engine, contestant: Contestant, read: Reader) -> None:
        self._engine, self._controls = engine, contestant.controls
        self.face = lru_cache(KEPT)(self._face)
        self._read = read

    def picture(self, source: Path, driver: Path) -> Any:
        """256×256×3 uint8.  Raises MimeshError."""
        faces = self.face("source", source), self.face("driving", driver)
        return self._engine.render(*faces, self._controls, False).image

    def _face(self, role: Role, path: Path) -> Any:
        return self._engine.encode(role, self._read(path).pixels, None, None)


def study_work(
    engine: Engine,
    study: Study,
    seed: int,
    read: Reader,
    tell: Callable[[Question], None],
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> str:
    """``tell`` each question as soon as it is made; gives a sentence about the pairs that were left out, "" for none.

    Raises Cancelled, InputError where no question can be made or the file holds something else.
    """
    assert study.first is not None and study.second is not None and study.file is not None
    text_of(study.file)
    engines: dict[str | None, Engine] = {None: engine}
    for name in (study.first.model, study.second.model):
        if name not in engines:
            engines[name] = engine.with_model(name or "")
    makers = [_Maker(engines[each.model], each, read) for each in (study.first, study.second)]
    made, problems = 0, []
    pairs, sides = shuffled(study, seed)
    wanted = min(study.questions, len(pairs))
    for source, driver in pairs:
        if should_stop():
            raise Cancelled("Cancelled.")
        if made == wanted:
            break
        try:
            tell(_question(makers, source, driver, sides[made]))
        except DeviceError:
            raise
        except MimeshError as error:
            problems.append(tr_sentence(str(error)))
            continue
        made += 1
        on_progress(made, wanted)
    if not made:
        raise InputError(problems[0])
    return tr("Pairs left out: {count}.  {why}", count=len(problems), why=problems[0]) if problems else ""


def _question(makers: list[_Maker], source: Path, driver: Path, first_left: bool) -> Question:
    first, second = (maker.picture(source, driver) for maker in makers)
    left, right = (first, second) if first_left else (second, first)
    faces = makers[0].face("source", source).image, makers[0].face("driving", driver).image
    return Question(source.name, driver.name, *faces, left, right, first_left)
