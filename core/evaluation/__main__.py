"""``python -m core.evaluation DATA -o OUT``: copy, geometric flow and learned models on the same held-out pairs."""

from __future__ import annotations

from pathlib import Path

import click

from ..cli.run import run_command
from ..media.atomic import atomic_write, make_folder
from .data import read_split
from .evaluate import Request, evaluate
from .methods import find_model
from .report import json_lines, markdown, model_scores, summary_json
from .scorers.dlib_faces import DlibFaces
from .scorers.image_features import ImageFeatures
from .tools import Kit


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out/evaluation"), show_default=True)
@click.option("--model", "models", multiple=True, help="Weights by name, or a training's folder; may be repeated.")
@click.option("--split", default="dev", show_default=True, help="Which list of people.")
@click.option("--pairs", type=click.IntRange(2), default=300, show_default=True, help="Pairs per protocol.")
@click.option("--paths", type=click.IntRange(0), default=24, show_default=True, help="Pairs whose α is followed.")
@click.option("--grid", type=click.IntRange(0), default=10, show_default=True, help="Sources and drivers of the grid.")
@click.option("--seed", default=0, show_default=True)
@click.option("--workers", type=click.IntRange(0), default=2, show_default=True, help="Processes; 0 = only this one.")
def main(
    data: Path,
    output: Path,
    models: tuple[str, ...],
    split: str,
    pairs: int,
    paths: int,
    grid: int,
    seed: int,
    workers: int,
) -> None:
    """Write report.md, results.jsonl, summary.json, scores_<model>.json and contact sheets."""
    listed = read_split(data, split)
    kit = Kit(tuple(find_model(name) for name in models), DlibFaces.available(), ImageFeatures.available())
    make_folder(output)
    for sentence in kit.missing:
        click.echo(sentence, err=True)
    run = evaluate(Request(kit, listed, split, pairs, paths, grid, seed, workers), output)
    texts = {"results.jsonl": json_lines(run), "summary.json": summary_json(run), "report.md": markdown(run)}
    texts |= {f"scores_{model.name}.json": model_scores(run, model.name) for model in kit.models}
    for name, text in texts.items():
        with atomic_write(output / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
    click.echo(texts["report.md"])


if __name__ == "__main__":
    run_command(main)
