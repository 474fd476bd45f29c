"""Measures the usual range of each action quantity: ``python -m core.evaluation.ranges DATA``.

Run once on the training people; the result is written into :mod:`core.evaluation.metrics.actions` by hand.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from ..face_model.model import FaceModel
from ..regression.landmarks import FaceLandmarker
from .command import run_command
from .data import clip_frames, read_split
from .metrics.actions import RANGES, actions
from .metrics.rigid import rigid_pose


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
def main(data: Path) -> None:
    """Print the 5th and 95th percentile of every quantity over DATA's training people."""
    split = read_split(data, "train")
    landmarker, model = FaceLandmarker.load(), FaceModel.load()
    reference = model.landmarks(model.mean)
    images = [p.pixels() for p in split.portraits]
    images += [frame for clip in split.clips for frame in clip_frames(clip, 12)]
    found = [faces[0] for image in images if (faces := landmarker.find(image))]
    values = np.stack([actions(rigid_pose(face.landmarks.points, reference)) for face in found])
    for name, (low, high) in zip(RANGES, np.percentile(values, [5, 95], axis=0).T):
        click.echo(f'    "{name}": ({low:.3f}, {high:.3f}),')


if __name__ == "__main__":
    run_command(main)
