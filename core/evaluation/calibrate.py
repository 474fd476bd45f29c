"""Measures the fit's calibration: ``python -m core.evaluation.calibrate DATA`` writes weights/fit_calibration.

Only training people are looked at.  It also reports, by five-fold cross-validation over them, how well c_i separates
people where each has two photos.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from ..cli.run import run_command
from ..face_model.model import FaceModel
from ..regression.calibration import WEIGHTS_NAME, Calibration, IdentityPrior
from ..regression.fit import Fitter
from ..regression.landmarks import FaceLandmarker
from ..regression.pose import FLIP, decompose
from ..types import Coefficients, Float
from ..weights import save_weights
from .data import read_split
from .metrics.separation import separation_auc

Array = NDArray[np.float64]
Photos = list[tuple[str, Float]]
People = dict[str, Array]

AT_REST = 1 / 3
"""So large a share of the photos, those with the least mouth and jaw activity, gives the offsets."""

ROUNDS = 3


def find_landmarks(data: Path) -> Photos:
    """(person, landmarks) of every training portrait that shows a face."""
    landmarker = FaceLandmarker.load()
    portraits = read_split(data, "train").portraits
    return [(p.person, faces[0].landmarks.points) for p in portraits if (faces := landmarker.find(p.pixels()))]


def measure_offsets(model: FaceModel, photos: Photos) -> Array:
    """Mean residual of the landmarks in the model frame over photos at rest, in a few rounds of fitting."""
    mouth = np.array([name.startswith(("jaw", "mouth")) for name in model.expression_names])
    offsets = np.zeros((len(model.landmark_faces), 3))
    for _ in range(ROUNDS):
        fitter = Fitter(model, Calibration(offsets, None))
        fits = [(points, fitter.fit(points)) for _, points in photos]
        fits.sort(key=lambda fit: float(fit[1].expression[mouth].sum()))
        rest = fits[: int(len(fits) * AT_REST)]
        offsets = offsets + np.mean([residual(fitter, model, *fit) for fit in rest], axis=0)
    return offsets


def residual(fitter: Fitter, model: FaceModel, points: Float, c: Coefficients) -> Array:
    """Landmarks as seen less landmarks as fitted, l×3 in the model frame; of irises, as if the gaze were straight.

    People photographed at rest look into the camera: what is left of their mean gaze is an error of the embedding.
    """
    gaze = np.array([name.startswith("eyeLook") for name in model.expression_names])
    straight = Coefficients(c.identity, np.where(gaze, 0, c.expression).astype(np.float32), c.pose)
    fitted, unturned = fitter.landmarks(c), fitter.landmarks(straight)
    difference = points - fitted
    difference[468:] = points[468:] - unturned[468:]
    difference[:, 2] -= (points - fitted)[:, 2].mean()
    scale, rotation, _ = decompose(c.pose)
    return np.asarray(difference @ (FLIP @ rotation) / scale)


def raw_identities(model: FaceModel, offsets: Array, photos: Photos) -> People:
    """Person → (photos, 50) raw c_i."""
    fitter = Fitter(model, Calibration(offsets, None))
    people = defaultdict(list)
    for person, points in photos:
        people[person].append(fitter.fit(points).identity.astype(np.float64))
    return {person: np.stack(people[person]) for person in sorted(people)}


def cross_validated(people: People, folds: int = 5, seed: int = 0) -> float:
    """Mean AUC of the cleaned c_i over people the prior was not measured on."""
    names = sorted(people)
    parts = np.array_split(np.random.default_rng(seed).permutation(len(names)), folds)
    scores = []
    for part in parts:
        held = {names[k] for k in part}
        prior = IdentityPrior.measure([people[n] for n in names if n not in held])
        cleaned = [np.stack([prior.clean(c, 1) for c in people[n]]) for n in sorted(held)]
        scores.append(separation_auc([photos for photos in cleaned if len(photos) > 1]))
    return float(np.mean(scores))


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
def main(data: Path) -> None:
    """Measure on DATA's training people and write the weights."""
    model, photos = FaceModel.load(), find_landmarks(data)
    offsets = measure_offsets(model, photos)
    people = raw_identities(model, offsets, photos)
    score = cross_validated(people)
    calibration = Calibration(offsets, IdentityPrior.measure(list(people.values())))
    pairs = sum(len(identities) > 1 for identities in people.values())
    facts = {
        "architecture": "landmark offsets (478×3), mean (50) and covariances between and within people (50×50) of c_i",
        "licence": "Apache-2.0",
        "source": f"measured on {len(people)} training people, {pairs} of them with several photos",
        "scores": {"same-person AUC, five-fold cross-validation": round(score, 4)},
    }
    save_weights(WEIGHTS_NAME, calibration.tensors(), facts)
    click.echo(f"{len(people)} people, {pairs} with several photos: cross-validated AUC {score:.4f}")


if __name__ == "__main__":
    run_command(main)
