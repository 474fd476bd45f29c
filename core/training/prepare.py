"""``python -m core.training.prepare DATA -o CACHE``: look at every face once and keep what training needs of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import torch
from tqdm import tqdm

from ..cli.run import run_command
from ..errors import InputError, MimeshError
from ..media.atomic import make_folder
from ..pipeline.reenactor import Reenactor
from ..processes import worker_processes
from .cache import INDEX, VERSION, Entry, FaceCache, read_facts, read_unreadable, write_index, write_shard
from .encode import encode_clip, encode_still
from .listing import Medium, list_media

STILLS = 24
"""Photos of one shard; a clip is a shard of its own."""

_SAID = 10
"""Unreadable files that are named on the screen."""


@dataclass(frozen=True)
class Job:
    """One shard to be made."""

    media: tuple[Medium, ...]
    every: int
    path: Path

    @property
    def key(self) -> str:
        """Names all that the shard depends on: version, settings, and the files' names, sizes and times."""
        files = [(m.path.name, m.person, *_stamp(m.path)) for m in self.media]
        return hashlib.sha256(json.dumps([VERSION, self.every, files]).encode("utf-8")).hexdigest()


def prepare(data: Path, cache: Path, split: str = "train", every: int = 2, workers: int = 2) -> int:
    """Write the cache of the list ``split`` of ``data`` and return how many faces it holds.

    Shards that are there already are kept, so an interrupted run goes on where it stopped; the result does not
    depend on ``workers``.  Unreadable files are left out and named in the index.  Raises InputError.
    """
    media = list_media(data, split)
    make_folder(cache)
    jobs = list(_jobs(media, cache, every))
    missing = [job for job in jobs if read_facts(job.path)[0] != job.key]
    with worker_processes(max(1, workers)) as pool:
        running = [pool.submit(run, job) for job in missing]
        for done in tqdm(as_completed(running), "prepare", len(running), disable=None):
            done.result()
    entries = [
        Entry(shard=job.path.name, row=row, **facts)
        for job in jobs
        for row, facts in enumerate(read_facts(job.path)[1])
    ]
    unreadable = [text for job in jobs for text in read_unreadable(job.path)]
    if not entries:
        raise InputError(f"No usable face was found in {data}; give photos or videos that show whole faces.")
    write_index(cache, entries, {"split": split, "every": every, "unreadable": sorted(unreadable)})
    return len(entries)


def run(job: Job) -> None:
    """Make one shard, which also names the files that cannot be read."""
    found, unreadable = [], []
    for medium in job.media:
        try:
            if medium.kind == "still":
                found += list(encode_still(_reenactor(), medium))
            else:
                found += list(encode_clip(_reenactor(), medium, job.every))
        except InputError as error:
            unreadable.append(f"{medium.path.name}: {error}")
    write_shard(job.path, job.key, [face for face, _ in found], [facts for _, facts in found], unreadable)


@cache
def _reenactor() -> Reenactor:
    torch.set_num_threads(1)
    return Reenactor.load("cpu")


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of a file; a link to nowhere has none, and is named as unreadable when its turn comes."""
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _jobs(media: list[Medium], cache: Path, every: int) -> Iterator[Job]:
    stills = [m for m in media if m.kind == "still"]
    for k in range(0, len(stills), STILLS):
        yield Job(tuple(stills[k : k + STILLS]), every, cache / f"stills_{k // STILLS:05d}.safetensors")
    for k, medium in enumerate(m for m in media if m.kind == "clip"):
        yield Job((medium,), every, cache / f"clip_{k:05d}.safetensors")


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("-o", "--output", "cache", type=click.Path(path_type=Path), required=True, help="Folder of the cache.")
@click.option("--split", default="train", show_default=True, help="Which people: train, or dev to score on.")
@click.option("--every", default=2, show_default=True, type=click.IntRange(1), help="Take every n-th frame of a clip.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
def main(data: Path, cache: Path, split: str, every: int, workers: int) -> None:
    """Crop, landmarks and coefficients of every face in DATA."""
    try:
        count = prepare(data, cache, split, every, workers)
    except MimeshError as error:
        raise click.ClickException(str(error)) from error
    made = FaceCache(cache)
    people, unreadable = len({entry.person for entry in made.entries}), made.facts["unreadable"]
    click.echo(f"{count} faces of {people} people in {cache}")
    for text in unreadable[:_SAID]:
        click.echo(f"Left out: {text}", err=True)
    if len(unreadable) > _SAID:
        click.echo(f"Left out: {len(unreadable) - _SAID} more, named in {cache / INDEX}", err=True)


if __name__ == "__main__":
    run_command(main)
