"""The sample drivers: pictures and a short film of the model's own head (CC0), so that no person's face is needed.

``python -m core.face_model.build.drivers OUT`` writes them.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from ...media.write_animation import open_animation
from ...media.write_image import write_image
from ...types import Float, Image
from ..model import FaceModel
from .portrait import SOFT, View, portrait

FILM_FPS = 25
FILM_SECONDS = 3.2
FILM_SIDE = 320

STILLS: dict[str, tuple[float, float, dict[str, float]]] = {
    "driver_smile": (
        14, 3, {"mouthSmileLeft": 0.75, "mouthSmileRight": 0.75, "cheekSquintLeft": 0.5, "cheekSquintRight": 0.5,
                "jawOpen": 0.12, "mouthUpperUpLeft": 0.35, "mouthUpperUpRight": 0.35}),
    "driver_surprise": (
        -8, 4, {"jawOpen": 0.6, "browInnerUp": 0.9, "browOuterUpLeft": 0.8, "browOuterUpRight": 0.8,
                "eyeWideLeft": 0.6, "eyeWideRight": 0.6}),
    "driver_wink": (
        -16, -4, {"eyeBlinkLeft": 1.0, "cheekSquintLeft": 0.6, "mouthSmileLeft": 0.7, "mouthDimpleRight": 0.3}),
    "driver_turn": (
        26, -6, {"browDownLeft": 0.6, "browDownRight": 0.6, "mouthPucker": 0.5, "eyeLookOutLeft": 0.4,
                 "eyeLookInRight": 0.4}),
}  # fmt: skip
"""Name → yaw, pitch in degrees and active units."""


def draw(model: FaceModel, yaw: float, pitch: float, units: dict[str, float], side: int) -> Image:
    """side×side picture of the mean head."""
    expression = np.zeros(model.n_expression, np.float32)
    for name, value in units.items():
        expression[model.expression_names.index(name)] = value
    vertices = model.vertices(np.zeros(model.n_identity, np.float32), expression)
    return portrait(model, vertices, View(yaw, pitch, side), _middle(model), SOFT)


def film_frame(time: float) -> tuple[float, float, dict[str, float]]:
    """A head that nods, looks about, speaks, blinks and smiles; the last frame leads back to the first."""
    turn = 2 * np.pi * time / FILM_SECONDS
    speech = max(0.0, np.sin(4 * turn)) * max(0.0, np.sin(turn))
    smile = max(0.0, -np.sin(turn))
    blink = float(np.exp(-(((time - 0.55 * FILM_SECONDS) / 0.07) ** 2)))
    units = {"jawOpen": 0.4 * speech + 0.08 * smile, "mouthFunnel": 0.3 * speech, "eyeBlinkLeft": blink,
             "eyeBlinkRight": blink, "mouthSmileLeft": 0.8 * smile, "mouthSmileRight": 0.8 * smile,
             "browInnerUp": 0.5 * speech}  # fmt: skip
    return 18 * float(np.sin(turn)), 5 * float(np.sin(2 * turn)), {k: float(v) for k, v in units.items()}


def _middle(model: FaceModel) -> Float:
    head = ~model.regions["neck"]
    return np.asarray((model.mean[head].min(axis=0) + model.mean[head].max(axis=0)) / 2 * (0, 1, 1), np.float32)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(folder: Path) -> None:
    """Write the stills and the film to FOLDER."""
    model = FaceModel.load()
    for name, (yaw, pitch, units) in STILLS.items():
        write_image(folder / f"{name}.png", draw(model, yaw, pitch, units, 512))
    with open_animation(folder / "driver_talk.mp4", FILM_FPS, (FILM_SIDE, FILM_SIDE)) as film:
        for k in range(round(FILM_SECONDS * FILM_FPS)):
            film.add(draw(model, *film_frame(k / FILM_FPS), FILM_SIDE))


if __name__ == "__main__":
    main()
