"""A whole run: encode every face, draw the pairs, run them in worker processes, sum up."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from ..errors import InputError
from ..training.checkpoint import commit
from .contact_sheet import contact_sheet, grid_sheet
from .data import Split
from .faces import SeenFace, encode, list_media
from .methods import GEOMETRIC
from .metrics.kid import ZScore
from .protocols import PROTOCOLS, Pair, Protocol, draw_pairs, real_faces
from .report import Run
from .run_pair import Outcome, render_one, run_pair, unit_of
from .smoothness import Smoothness, smoothness
from .summary import KidValue, RealPicture, kid_values, median_times, summarise
from .tools import Kit
from .workers import Workers, workers

SHEET_ROWS = 14


@dataclass(frozen=True)
class Request:
    """``pairs`` of each protocol; ``paths`` of α; ``grid`` × ``grid`` sources and drivers on a sheet."""

    kit: Kit
    split: Split
    split_name: str
    pairs: int
    paths: int
    grid: int
    seed: int
    workers: int


def evaluate(request: Request, output: Path) -> Run:
    """Everything but the texts; contact sheets are written to ``output``.  Raises InputError without any face."""
    with workers(request.workers) as pool:
        kit = request.kit
        media = list_media(request.split)
        faces = [face for found in pool.map(partial(encode, kit), media, "encode") for face in found]
        if not faces:
            raise InputError(f"No face was found in the list {request.split_name!r}; name another with --split.")
        outcomes = {p: _outcomes(pool, request, p, faces, output) for p in PROTOCOLS}
        paths = pool.map(partial(smoothness, kit), draw_pairs("cross", faces, request.paths, request.seed), "alpha")
        _grids(pool, request, faces, output)
    kids = _kids(outcomes, faces, kit)
    scores = {p: {m: summarise(outcomes[p], m, GEOMETRIC) for m in kit.methods} for p in PROTOCOLS}
    every = [outcome for found in outcomes.values() for outcome in found]
    times = {m: _encoding_times(faces) | median_times(every, m) for m in kit.methods[1:]}
    real = {p: len(real_faces(p, faces)) for p in PROTOCOLS}
    return Run(_facts(request), outcomes, scores, kids, real, times, _by_method(paths), kit.models, kit.missing)


def _outcomes(
    pool: Workers, request: Request, protocol: Protocol, faces: Sequence[SeenFace], output: Path
) -> list[Outcome]:
    pairs = draw_pairs(protocol, faces, request.pairs, request.seed)
    shown = {round(k) for k in np.linspace(0, len(pairs) - 1, SHEET_ROWS)}  # from all over, not the first clip alone
    jobs = [(pair, pair.number in shown) for pair in pairs]
    found = [each for each in pool.map(partial(_run, request.kit), jobs, protocol) if each is not None]
    rows = [outcome.pictures for outcome in found if outcome.pictures]
    if rows:
        contact_sheet(rows, ["source", "driving", *request.kit.methods[1:]], output / f"{protocol}.png")
    return found


def _run(kit: Kit, job: tuple[Pair, bool]) -> Outcome | None:
    return run_pair(kit, job[1], job[0])


def _grids(pool: Workers, request: Request, faces: Sequence[SeenFace], output: Path) -> None:
    """``grid_<method>.png``: every source by every driver, one face a person."""
    usable = real_faces("cross", faces)
    rng = np.random.default_rng([request.seed, len(PROTOCOLS)])
    people = sorted({face.person for face in usable})
    drawn = [people[k] for k in rng.permutation(len(people))]
    of = {person: [face for face in usable if face.person == person] for person in drawn}
    chosen = [of[person][rng.integers(len(of[person]))] for person in drawn]
    sources, drivers = chosen[: request.grid], chosen[request.grid : 2 * request.grid]
    pairs = [Pair("cross", 0, a, b, request.seed) for a in sources for b in drivers]
    rendered = pool.map(partial(render_one, request.kit), pairs, "grid")
    for method in request.kit.methods[1:] if pairs else ():
        cells = [each[method] for each in rendered]
        rows = [cells[k : k + len(drivers)] for k in range(0, len(cells), len(drivers))]
        heads = [face.face.image for face in drivers]
        grid_sheet([face.face.image for face in sources], heads, rows, output / f"grid_{method}.png")


def _kids(
    outcomes: Mapping[Protocol, Sequence[Outcome]], faces: Sequence[SeenFace], kit: Kit
) -> dict[Protocol, dict[str, KidValue]]:
    real = {p: _real_pictures(p, faces) for p in PROTOCOLS}
    every = [face.look.features for face in faces if face.look.features is not None]
    score = ZScore.of(np.array(every, np.float64) if every else np.zeros((1, 1)))
    return {p: kid_values(outcomes[p], real[p], score, kit.methods, GEOMETRIC) for p in PROTOCOLS}


def _real_pictures(protocol: Protocol, faces: Sequence[SeenFace]) -> list[RealPicture]:
    return [
        RealPicture(face.look.features, unit_of(protocol, face))
        for face in real_faces(protocol, faces)
        if face.look.features is not None
    ]


def _encoding_times(faces: Sequence[SeenFace]) -> dict[str, float]:
    stages = dict.fromkeys(stage for face in faces for stage in face.face.timings_ms)
    return {stage: statistics.median([face.face.timings_ms[stage] for face in faces]) for stage in stages}


def _by_method(paths: Sequence[dict[str, Smoothness]]) -> dict[str, list[Smoothness]]:
    return {method: [path[method] for path in paths] for method in (paths[0] if paths else ())}


def _facts(request: Request) -> dict[str, str | int]:
    processor = f"{platform.processor() or platform.machine()}, {torch.backends.cpu.get_cpu_capability()}"
    return {
        "split": request.split_name,
        "pairs": request.pairs,
        "seed": request.seed,
        "commit": commit()[:12],
        "machine": f"{processor}, one thread in each of {max(request.workers, 1)} processes",
    }
