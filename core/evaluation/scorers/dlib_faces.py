"""dlib's face detectors, 68 landmarks and 128-d face embedding.

The weights are those of the Python package ``face_recognition_models``.  It is not imported: its own code needs
``pkg_resources``, which newer Pythons no longer have.  The landmarks were trained on iBUG 300-W, whose licence excludes
commercial use; they score here and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import WeightsError
from ...types import Float, Image
from .installed import HINT, package_folder

_UPSAMPLINGS = 1
"""The first detector sees faces from 80 pixels; enlarged once, from 40."""


@dataclass(frozen=True)
class DlibFace:
    """``points`` 68×2 float32 in pixels; ``embedding`` (128,) float64, distances below 0.6 mean one person."""

    points: Float
    embedding: NDArray[np.float64]


class DlibFaces:
    """The most prominent face of a picture, as dlib sees it.  Build it with :meth:`load`."""

    def __init__(self, detector: Any, second: Any, landmarks: Any, embedding: Any) -> None:
        self._detector, self._second, self._landmarks, self._embedding = detector, second, landmarks, embedding

    @staticmethod
    def available() -> bool:
        """Are dlib and its weights installed?"""
        return package_folder("dlib") is not None and package_folder("face_recognition_models") is not None

    @classmethod
    def load(cls) -> DlibFaces:
        """Raises WeightsError where dlib or its weights are missing or damaged."""
        folder = package_folder("face_recognition_models")
        if folder is None or not cls.available():
            raise WeightsError(f"dlib and its weights are not installed; {HINT}.")
        try:
            dlib = import_module("dlib")
            models = folder / "models"
            return cls(
                dlib.get_frontal_face_detector(),
                dlib.cnn_face_detection_model_v1(str(models / "mmod_human_face_detector.dat")),
                dlib.shape_predictor(str(models / "shape_predictor_68_face_landmarks.dat")),
                dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat")),
            )
        except (ImportError, RuntimeError) as error:
            raise WeightsError(f"dlib or its weights cannot be loaded ({error}); {HINT} --force-reinstall.") from error

    def find(self, image: Image) -> DlibFace | None:
        """The largest face of H×W×3 uint8 RGB: by the histogram detector, else by the convolutional one."""
        boxes = list(self._detector(image, _UPSAMPLINGS)) or [found.rect for found in self._second(image, 0)]
        if not boxes:
            return None
        shape = self._landmarks(image, max(boxes, key=lambda box: box.area()))
        points = np.array([(p.x, p.y) for p in shape.parts()], np.float32)
        return DlibFace(points, np.array(self._embedding.compute_face_descriptor(image, shape), np.float64))
