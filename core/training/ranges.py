"""``python -m core.training.ranges NAME --pairs FOLDER``: measures, for exported weights, what 8 bits need to know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import torch

from ..cli.run import run_command
from ..errors import InputError, MimeshError
from ..face_model.model import FaceModel
from ..networks import GeneratorInput
from ..networks.inference import for_inference
from ..networks.live_inference import LiveInference
from ..networks.ranges import measured_ranges
from ..pipeline.learned_weights import RANGES, load_generator
from ..weights import WEIGHTS, load_weights, read_manifest, save_weights
from .batch import pack, unpack
from .pair import Pair
from .pair_cache import StoredPairs

COUNT = 256
"""Pairs that are looked at, evenly out of all."""


def add_ranges(name: str, pairs: Path, folder: Path = WEIGHTS, count: int = COUNT) -> int:
    """Write the ranges of the features of the generator ``name`` over stored pairs into its file: how many
    convolutions they are of.  Everything else of the weights stays as it is.

    Raises InputError for a generator that is not computed in 8 bits, WeightsError for damaged weights.
    """
    model = FaceModel.load()
    net = load_generator(name, model, folder)
    quick = for_inference(net, torch.float32)
    if not isinstance(quick, LiveInference):
        raise InputError(f"{name!r} is not computed in 8 bits; only live nets without a norm of groups are.")
    found = measured_ranges(quick, _inputs(StoredPairs(pairs).at(net.config.resolution), model, count))
    entry = {key: value for key, value in read_manifest(folder)[name].items() if key not in ("file", "sha256")}
    save_weights(name, {**load_weights(name, folder), RANGES: found}, entry, folder)
    return len(found)


def _inputs(pairs: StoredPairs, model: FaceModel, count: int) -> Iterator[GeneratorInput]:
    for k in np.unique(np.linspace(0, len(pairs) - 1, count).round().astype(int)):
        pair = pairs.make(int(k))
        if not isinstance(pair, Pair):
            raise InputError("These pairs have no pictures; give those that the net was trained on.")
        yield unpack(pack([pair], model, meshes=False)).inputs


@click.command()
@click.argument("name")
@click.option("--pairs", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=WEIGHTS, show_default=True)
def main(name: str, pairs: Path, folder: Path) -> None:
    """Let the generator NAME compute in 8 bits: its features' ranges, over stored PAIRS, join its weights."""
    try:
        count = add_ranges(name, pairs, folder)
    except MimeshError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name}: ranges of {count} convolutions")


if __name__ == "__main__":
    run_command(main)
