"""Habits in the settings file.  What is missing there, damaged or of another Mimesh is as at a first start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from core.edits import Edits
from core.errors import InputError
from core.types import Controls

from ..batches import Batch
from ..exports import FRAMES, KINDS, QUALITIES, RATES, Sweep, Wishes
from ..habits import MOST_KEPT, Habits
from ..study import MOST_QUESTIONS, Contestant, Study

MOST_PATHS = 500
"""Photos of a batch or a comparison; more are chosen anew."""
_LONGEST = 4096

T = TypeVar("T")


def habits_json(habits: Habits) -> dict[str, Any]:
    """As JSON's plain values."""
    export, batch, study = habits.export, habits.batch, habits.study
    return {
        "export": {
            "chosen": export.chosen, "suffixes": dict(export.suffixes), "quality": export.quality,
            **asdict(export.sweep), "folder": _name(export.folder),
        },
        "batch": {
            "sources": _names(batch.sources), "drivers": _names(batch.drivers), "folder": _name(batch.folder),
            "edits": batch.edits, "neutral": _name(batch.neutral),
        },
        "study": {
            "first": _contestant_json(study.first), "second": _contestant_json(study.second),
            "sources": _names(study.sources), "drivers": _names(study.drivers), "questions": study.questions,
            "file": _name(study.file), "person": study.person,
        },
        "kept": [_controls_json(each) for each in habits.kept],
    }  # fmt: skip


def read_habits(found: Any) -> Habits:
    """Inverse of :func:`habits_json`."""
    found = _object(found)
    kept = [_controls(each) for each in _list(found.get("kept"), MOST_KEPT)]
    return Habits(
        _export(_object(found.get("export"))),
        _batch(_object(found.get("batch"))),
        _study(_object(found.get("study"))),
        tuple(each for each in kept if each is not None),
    )


def _export(found: dict[str, Any]) -> Wishes:
    first, chosen, suffixes = Wishes(), found.get("chosen"), _object(found.get("suffixes"))
    names = tuple(kind.name for kind in KINDS if isinstance(chosen, list) and kind.name in chosen)
    return Wishes(
        names or first.chosen,
        tuple((kind.name, suffixes[kind.name]) for kind in KINDS if suffixes.get(kind.name) in kind.suffixes),
        _whole(found.get("quality"), QUALITIES, first.quality),
        Sweep(
            _whole(found.get("frames"), FRAMES, first.sweep.frames),
            _whole(found.get("fps"), RATES, first.sweep.fps),
            _like(found.get("there_and_back"), first.sweep.there_and_back),
        ),
        _path(found.get("folder")),
    )


def _batch(found: dict[str, Any]) -> Batch:
    return Batch(
        _paths(found.get("sources")),
        _paths(found.get("drivers")),
        _path(found.get("folder")),
        _like(found.get("edits"), True),
        _path(found.get("neutral")),
    )


def _study(found: dict[str, Any]) -> Study:
    return Study(
        _contestant(found.get("first")),
        _contestant(found.get("second")),
        _paths(found.get("sources")),
        _paths(found.get("drivers")),
        _whole(found.get("questions"), (1, MOST_QUESTIONS), Study().questions),
        _path(found.get("file")),
        _like(found.get("person"), "")[:_LONGEST],
    )


def _contestant_json(contestant: Contestant | None) -> dict[str, Any] | None:
    """Without its name, which is that of the model that draws then."""
    if contestant is None:
        return None
    return {"model": contestant.model, "controls": _controls_json(contestant.controls)}


def _contestant(found: Any) -> Contestant | None:
    model, controls = _object(found).get("model"), _controls(_object(found).get("controls"))
    return Contestant("", _like(model, "") or None, controls) if controls is not None else None


def _controls_json(controls: Controls) -> dict[str, Any]:
    return {**{name: getattr(controls, name) for name in ("pose", "expression", "placement")},
            "edits": controls.edits.to_json()}  # fmt: skip


def _controls(found: Any) -> Controls | None:
    try:
        return Controls(**{**_object(found), "edits": Edits.from_json(_object(found).get("edits"))})
    except (InputError, TypeError):
        return None


def _name(path: Path | None) -> str | None:
    """None also for a name that is no text, as disks may have."""
    try:
        return None if path is None else str(path).encode("utf-8").decode("utf-8")
    except UnicodeEncodeError:
        return None


def _names(paths: Iterable[Path]) -> list[str]:
    names = [name for name in map(_name, paths) if name is not None]
    return names if len(names) <= MOST_PATHS else []


def _path(found: Any) -> Path | None:
    usable = isinstance(found, str) and 0 < len(found) <= _LONGEST and "\0" not in found
    return Path(found) if usable else None


def _paths(found: Any) -> tuple[Path, ...]:
    paths = [_path(each) for each in _list(found, MOST_PATHS)]
    return tuple(path for path in paths if path is not None)


def _whole(found: Any, limits: tuple[int, int], default: Any) -> Any:
    return found if type(found) is int and limits[0] <= found <= limits[1] else default


def _like(found: Any, default: T) -> T:
    return found if type(found) is type(default) else default


def _object(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _list(found: Any, most: int) -> list[Any]:
    return found[:most] if isinstance(found, list) else []
