"""``python -m core.training.score_motion WEIGHTS``: its motion net's flow against the exact flow of unseen meshes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import numpy as np
import torch

from ..cli.run import run_command
from ..errors import InputError, MimeshError
from ..face_model.model import FaceModel
from ..media.atomic import atomic_write
from ..networks import NetworkConfig
from ..networks.paper import PaperGenerator
from ..types import RESOLUTION
from ..weights import load_weights, read_manifest
from .batch import pack, unpack
from .checkpoint import config_of, read_checkpoint
from .losses.endpoint import endpoint_errors
from .motion_weights import with_motion_net
from .random_motion import MotionConfig, RandomMotion

_BATCH = 10


@dataclass(frozen=True)
class MotionScore:
    """Endpoint errors in pixels inside the head, of means over the pixels of a pair; ``motion`` is that of no flow."""

    pairs: int
    resolution: int
    mean: float
    median: float
    worst_tenth: float
    """The 90th percentile."""
    motion: float


def score_motion(generator: PaperGenerator, model: FaceModel, pairs: int, seed: int) -> MotionScore:
    """Of random pairs 0 … ``pairs`` − 1 of ``seed``, which must not be that of the training."""
    network = generator.config
    recipe = MotionConfig(resolution=network.resolution, seed=seed, normals=network.mesh_encoder == "cnn")
    maker = RandomMotion(model, recipe)
    errors, motions = [], []
    for start in range(0, pairs, _BATCH):
        made = [maker.make(k) for k in range(start, min(start + _BATCH, pairs))]
        batch = unpack(pack(made, model, "driving_mesh" in network.needs))
        head = batch.inputs.head
        assert head is not None
        with torch.inference_mode():
            flow = generator.estimate_flow(batch.inputs)
        errors.append(endpoint_errors(flow, batch.exact, head).numpy())
        motions.append(endpoint_errors(torch.zeros_like(flow), batch.exact, head).numpy())
    each = np.concatenate(errors)
    quantiles = np.quantile(each, [0.5, 0.9])
    motion = float(np.mean(np.concatenate(motions)))
    return MotionScore(pairs, network.resolution, float(each.mean()), float(quantiles[0]), float(quantiles[1]), motion)


def at_side(network: NetworkConfig, side: int) -> NetworkConfig:
    """The configuration for pictures of ``side`` pixels, the flow decoded at the same side as before: a motion net that
    reads meshes has the same weights.  Raises InputError for other nets."""
    if network.kind != "paper":
        raise InputError(f"{network.name!r} has no motion net; name weights of the paper's nets.")
    if side == network.resolution:
        return network
    if network.mesh_encoder != "gcn" or network.flow_stride * side % network.resolution:
        raise InputError(f"{network.name!r} can only be scored at {network.resolution} pixels; give --resolution.")
    return replace(network, resolution=side, flow_stride=network.flow_stride * side // network.resolution)


def load_generator(name: str, side: int, model: FaceModel) -> PaperGenerator:
    """From ``weights/`` by name, or averaged weights of a training's folder or checkpoint.  Raises InputError."""
    manifest = read_manifest()
    if name in manifest:
        described = json.dumps(manifest[name].get("network"))
        network, tensors = NetworkConfig.from_json(described), load_weights(name)
    else:
        facts, stored = read_checkpoint(Path(name))
        network = config_of(facts).network
        tensors = {key.removeprefix("ema/"): value for key, value in stored.items() if key.startswith("ema/")}
    return with_motion_net(at_side(network, side), model, tensors).eval()


@click.command()
@click.argument("weights")
@click.option("--count", default=1000, show_default=True, type=click.IntRange(1), help="Pairs.")
@click.option("--seed", default=1, show_default=True, help="Of the pairs; trainings take 0.")
@click.option("--resolution", default=RESOLUTION, show_default=True, type=click.IntRange(64, 1024))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="JSON file of the scores.")
def main(weights: str, count: int, seed: int, resolution: int, output: Path | None) -> None:
    """Endpoint error of WEIGHTS: a name in weights/, the folder of a training, or the JSON of a checkpoint."""
    try:
        model = FaceModel.load()
        score = score_motion(load_generator(weights, resolution, model), model, count, seed)
        text = json.dumps({"motion": asdict(score)}, indent=1)
        if output is not None:
            with atomic_write(output) as temporary:
                temporary.write_text(text + "\n", encoding="utf-8")
    except MimeshError as error:
        raise click.ClickException(str(error)) from error
    click.echo(text)


if __name__ == "__main__":
    run_command(main)
