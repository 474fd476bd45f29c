"""Measures the identity prior: ``python -m core.evaluation.calibrate DATA`` writes weights/identity_prior.safetensors.

Only training people are looked at.  It also reports, by five-fold cross-validation over them, how well c_i separates
people where each has two photos.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from ..face_model.model import FaceModel
from ..regression.fit import Fitter
from ..regression.identity import WEIGHTS_NAME, IdentityPrior
from ..regression.landmarks import FaceLandmarker
from ..weights import save_weights
from .data import Portrait, read_split
from .metrics.separation import separation_auc

People = dict[str, NDArray[np.float64]]


def raw_identities(portraits: tuple[Portrait, ...]) -> People:
    """Person → (photos, 50) raw c_i, no prior."""
    landmarker, fitter = FaceLandmarker.load(), Fitter(FaceModel.load())
    people = defaultdict(list)
    for portrait in portraits:
        faces = landmarker.find(portrait.pixels())
        if faces:
            people[portrait.person].append(fitter.fit(faces[0].landmarks.points).identity.astype(np.float64))
    return {person: np.stack(photos) for person, photos in people.items()}


def cross_validated(people: People, folds: int = 5, seed: int = 0) -> float:
    """Mean AUC of the cleaned c_i over people the prior was not measured on."""
    names = sorted(people)
    parts = np.array_split(np.random.default_rng(seed).permutation(len(names)), folds)
    scores = []
    for part in parts:
        held = {names[k] for k in part}
        prior = IdentityPrior.measure([people[n] for n in names if n not in held])
        cleaned = [np.stack([prior.clean(c, 1) for c in people[n]]) for n in held]
        scores.append(separation_auc([photos for photos in cleaned if len(photos) > 1]))
    return float(np.mean(scores))


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
def main(data: Path) -> None:
    """Measure on DATA's training people and write the weights."""
    people = raw_identities(read_split(data, "train").portraits)
    score = cross_validated(people)
    prior = IdentityPrior.measure([people[name] for name in sorted(people)])
    pairs = sum(len(photos) > 1 for photos in people.values())
    facts = {
        "architecture": "mean (50), covariance between people (50×50), covariance between photos of one (50×50)",
        "licence": "Apache-2.0",
        "source": f"measured on {len(people)} training people, {pairs} of them with several photos",
        "scores": {"same-person AUC, five-fold cross-validation": round(score, 4)},
    }
    save_weights(WEIGHTS_NAME, prior.tensors(), facts)
    click.echo(f"{len(people)} people, {pairs} with several photos: cross-validated AUC {score:.4f}")


if __name__ == "__main__":
    main()
