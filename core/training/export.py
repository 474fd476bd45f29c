"""``python -m core.training.export CHECKPOINT NAME``: the averaged weights as fp16 into ``weights/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from ..errors import MimeshError
from ..weights import WEIGHTS, save_weights
from .checkpoint import Facts, config_of, read_checkpoint
from .record import LOG, read_log

LICENCE = "Apache-2.0"


def export(checkpoint: Path, name: str, data: str, licence: str = LICENCE, folder: Path = WEIGHTS) -> Path:
    """Write ``<name>.safetensors`` and its entry in the manifest; raises InputError for a damaged checkpoint.

    Weights become float16; what batch norm counted stays as it is, for its range is wider.
    """
    facts, tensors = read_checkpoint(checkpoint)
    averaged = {key.removeprefix("ema/"): value for key, value in tensors.items() if key.startswith("ema/")}
    half = {key: value if _counted(key, value) else value.to(torch.float16) for key, value in averaged.items()}
    log = checkpoint if checkpoint.is_dir() else checkpoint.parent
    return save_weights(name, half, _entry(facts, data, licence, read_log(log / LOG)), folder)


def _counted(name: str, value: Tensor) -> bool:
    return not value.is_floating_point() or name.endswith(("running_mean", "running_var"))


def _entry(facts: Facts, data: str, licence: str, log: list[dict[str, Any]]) -> dict[str, Any]:
    config = config_of(facts)
    scored = [line for line in log if line["step"] <= facts["step"] and any(k.startswith("dev ") for k in line)]
    scores = {k.removeprefix("dev "): v for k, v in scored[-1].items() if k.startswith("dev ")} if scored else {}
    return {
        "architecture": "core.networks.build.build_generator",
        "network": json.loads(config.network.to_json()),
        "licence": licence,
        "data": data,
        "training": {
            "configuration": config.name,
            "steps": facts["step"],
            "batch": config.batch,
            "seed": config.seed,
            "commit": facts["commit"],
        },
        "scores": {"people": "held out, never trained on", **scores},
    }


@click.command()
@click.argument("checkpoint", type=click.Path(path_type=Path, exists=True))
@click.argument("name")
@click.option("--data", required=True, help="What it was trained on, in one sentence.")
@click.option("--licence", default=LICENCE, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=WEIGHTS, show_default=True)
def main(checkpoint: Path, name: str, data: str, licence: str, folder: Path) -> None:
    """Export CHECKPOINT (its JSON, or the folder of a training) as NAME."""
    try:
        path = export(checkpoint, name, data, licence, folder)
    except MimeshError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
