"""Measures the usual range of each action quantity: ``python -m core.evaluation.ranges DATA``.

Run once on the training people; the result is written into :mod:`core.evaluation.metrics.actions` by hand.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from ..cli.run import run_command
from ..face_model.model import FaceModel
from ..pipeline.crop import cut, face_crop
from ..regression.landmarks import FaceLandmarker
from .data import clip_frames, read_split
from .look import Observer
from .metrics.actions import SCHEME_68, SCHEME_478, actions
from .scorers.dlib_faces import DlibFaces


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
def main(data: Path) -> None:
    """Print the 5th and 95th percentile of every quantity over DATA's training people."""
    split = read_split(data, "train")
    landmarker, model = FaceLandmarker.load(), FaceModel.load()
    observer = Observer(landmarker, model, DlibFaces.load(), None)
    images = [p.pixels() for p in split.portraits]
    images += [frame for clip in split.clips for frame in clip_frames(clip, 12)]
    crops = [cut(i, face_crop(f[0].landmarks.points, i)) for i in images if (f := landmarker.find(i))]
    looks = [observer.look(crop) for crop in crops]
    found = {
        "478": (SCHEME_478, [look.pose for look in looks if look.pose]),
        "68": (SCHEME_68, [look.dlib.pose for look in looks if look.dlib]),
    }
    for name, (scheme, poses) in found.items():
        click.echo(f"{name}: {len(poses)} faces")
        values = np.stack([actions(pose, scheme) for pose in poses])
        for quantity, (low, high) in zip(scheme.ranges, np.percentile(values, [5, 95], axis=0).T):
            click.echo(f'        "{quantity}": ({low:.3f}, {high:.3f}),')


if __name__ == "__main__":
    run_command(main)
