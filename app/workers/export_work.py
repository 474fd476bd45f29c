"""Writing a snapshot of a result: the work of a job."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from core.media.new_only import NewOnly
from core.types import RenderResult

from ..clip import FilmOrder
from ..exports import KIND, QUALITY, KindName, Snapshot, Sweep, SweepOrder
from ..jobs import Work
from ..progress import OnProgress, ShouldStop
from ..tr import tr


def export_work(
    kind: KindName, snapshot: Snapshot, path: Path, quality: int = QUALITY, sweep: Sweep | None = None
) -> Work:
    """The work that writes ``snapshot`` as ``kind`` to ``path``."""
    names = NewOnly(KIND[kind].files(path))  # over what is there already the person has been asked
    return partial(_held, names, partial(_export, kind, snapshot, path, quality, sweep or Sweep()))


def _held(names: NewOnly, work: Work, on_progress: OnProgress, should_stop: ShouldStop) -> str:
    with names.held():
        return work(on_progress, should_stop)


def _export(
    kind: KindName,
    snapshot: Snapshot,
    path: Path,
    quality: int,
    sweep: Sweep,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> str:
    if kind == "sweep":
        _sweep(snapshot, path, sweep, on_progress, should_stop)
    elif kind == "film":
        _film(snapshot, path, on_progress, should_stop)
    else:
        _still(kind, snapshot, path, quality)
    has_marks = kind not in ("meshes", "flow", "coefficients")  # there is no place for them in these
    return tr("Saved {name}{left_out}.", name=path.name, left_out=snapshot.left_out if has_marks else "")


def _still(kind: KindName, snapshot: Snapshot, path: Path, quality: int) -> None:
    engine, marks, output = snapshot.engine, snapshot.marks, _final(snapshot)
    source, driving = snapshot.source.encoded, snapshot.driving.encoded
    if kind == "image":
        engine.save_image(path, output.image, marks, quality)
    elif kind == "full":
        engine.save_image(path, engine.paste_back(source, output), marks, quality, snapshot.source.alpha)
    elif kind == "sheet":
        engine.save_sheet(path, source, driving, output, marks, quality)
    elif kind == "meshes":
        engine.save_meshes(path, output)
    elif kind == "flow":
        engine.save_flow(path, output)
    else:
        engine.save_coefficients(path, source, driving, output, snapshot.reply.request.controls)


def _final(snapshot: Snapshot) -> RenderResult:
    """The picture that is shown, drawn finely where a draft of it is."""
    reply = snapshot.reply
    if not reply.request.passing:
        return reply.output
    return snapshot.engine.render(snapshot.source.encoded, reply.driving, reply.request.controls, draft=False)


def _sweep(
    snapshot: Snapshot,
    path: Path,
    sweep: Sweep,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> None:
    source, driving, controls = snapshot.source.encoded, snapshot.driving.encoded, snapshot.reply.request.controls
    order = SweepOrder(source, driving, controls, sweep, snapshot.marks)
    snapshot.engine.save_sweep(path, order, on_progress, should_stop)


def _film(snapshot: Snapshot, path: Path, on_progress: OnProgress, should_stop: ShouldStop) -> None:
    """Every frame between the marks; the film is opened anew, for the window goes on with its own."""
    choice, clip = snapshot.driving.order.choice, snapshot.clip
    assert isinstance(choice.origin, Path) and clip is not None
    controls = snapshot.reply.request.controls
    film = FilmOrder(snapshot.source.encoded, choice.origin, choice.face, clip, controls, snapshot.marks)
    snapshot.engine.save_film(path, film, on_progress, should_stop)
