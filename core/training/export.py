"""``python -m core.training.export CHECKPOINT NAME``: the averaged weights as fp16 into ``weights/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from ..cli.run import run_command
from ..errors import InputError, MimeshError
from ..face_model.model import FaceModel
from ..media.atomic import make_folder
from ..pipeline.learned_weights import ARCHITECTURE, GEOMETRIC, assemble
from ..weights import WEIGHTS, Use, default_model, save_weights
from .checkpoint import Facts, config_of, read_checkpoint
from .motion_weights import ARCHITECTURE as MOTION_NET
from .motion_weights import of_motion_net, with_motion_net
from .record import LOG, read_log

LICENCE = "Apache-2.0"

Scores = dict[str, Any]


def export(
    checkpoint: Path,
    name: str,
    data: str,
    licence: str = LICENCE,
    folder: Path = WEIGHTS,
    scores: Scores | None = None,
    use: Use = "",
) -> Path:
    """Write ``<name>.safetensors`` and its entry in the manifest, once it makes a generator as it will in the app.

    Of a training of the task "motion" the motion net alone is written, which draws nothing: trainings start from it.

    Weights become float16; what batch norm counted stays as it is, for its range is wider.  ``scores`` join the
    held-out ones of the training's log.  ``use``: "default" = the app uses it from now on, "draft" = while
    something moves.

    Raises InputError for a damaged checkpoint, a name that cannot be used, and weights beyond float16; WeightsError
    for a checkpoint of an older code's network.
    """
    if not name.replace("_", "").replace("-", "").isalnum() or name == GEOMETRIC:
        raise InputError(f"The name {name!r} cannot be used; take letters, digits, - and _, and not {GEOMETRIC!r}.")
    facts, tensors = read_checkpoint(checkpoint)
    averaged = {key.removeprefix("ema/"): value for key, value in tensors.items() if key.startswith("ema/")}
    motion = config_of(facts).task == "motion"
    if motion and use:
        raise InputError(f"A motion net draws no pictures, so it cannot be the {use}; export it without --{use}.")
    averaged = of_motion_net(averaged) if motion else averaged
    half = {key: value if _counted(key, value) else value.to(torch.float16) for key, value in averaged.items()}
    bad = [key for key, value in half.items() if not bool(torch.isfinite(value).all())]
    if bad:
        raise InputError(f"The weights {bad[0]} of {checkpoint} are not finite in float16; take an older checkpoint.")
    log = read_log((checkpoint if checkpoint.is_dir() else checkpoint.parent) / LOG)
    entry = {**_entry(facts, data, licence), "scores": {**_held_out(facts, log), **(scores or {})}}
    entry["parameters"] = sum(value.numel() for value in half.values() if value.is_floating_point())
    if motion:
        entry["architecture"] = MOTION_NET
        with_motion_net(config_of(facts).network, FaceModel.load(), half)
    else:
        assemble(entry, half, FaceModel.load())
    make_folder(folder)
    return save_weights(name, half, entry, folder, use)


def _counted(name: str, value: Tensor) -> bool:
    return not value.is_floating_point() or name.endswith(("running_mean", "running_var"))


def _entry(facts: Facts, data: str, licence: str) -> dict[str, Any]:
    config = config_of(facts)
    return {
        "architecture": ARCHITECTURE,
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
    }


def _held_out(facts: Facts, log: list[dict[str, Any]]) -> Scores:
    """The last scores in the log up to the checkpoint's step, on the training's own held-out pairs."""
    scored = [line for line in log if line["step"] <= facts["step"] and any(k.startswith("dev ") for k in line)]
    if not scored:
        return {}
    values = {k.removeprefix("dev "): v for k, v in scored[-1].items() if k.startswith("dev ")}
    return {"held-out pairs": {"people": "never trained on", "step": scored[-1]["step"], **values}}


def read_scores(path: Path) -> Scores:
    """A JSON object, such as an evaluation leaves.  Raises InputError."""
    try:
        scores = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (OSError, ValueError) as error:
        raise InputError(f"The scores {path} cannot be read ({error}); give a JSON object.") from error
    if not isinstance(scores, dict) or not scores:
        raise InputError(f"The scores {path} are no JSON object with names; give one.")
    return scores


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no score")


@click.command()
@click.argument("checkpoint", type=click.Path(path_type=Path, exists=True))
@click.argument("name")
@click.option("--data", required=True, help="What it was trained on, in one sentence.")
@click.option("--scores", type=click.Path(path_type=Path), help="JSON object of scores, to stand in the manifest.")
@click.option("--default", "use", flag_value="default", default="", help="Let the app use it from now on.")
@click.option("--draft", "use", flag_value="draft", help="Let the app draw with it while something moves.")
@click.option("--licence", default=LICENCE, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=WEIGHTS, show_default=True)
def main(checkpoint: Path, name: str, data: str, scores: Path | None, use: Use, licence: str, folder: Path) -> None:
    """Export CHECKPOINT (its JSON, or the folder of a training) as NAME."""
    try:
        found = None if scores is None else read_scores(scores)
        path = export(checkpoint, name, data, licence, folder, found, use)
        default = default_model(folder)
    except MimeshError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB); used by default there: {default or 'none, geometry'}")


if __name__ == "__main__":
    run_command(main)
