"""What the scorers see in a picture: pose and landmarks twice, the face's embedding, the features of KID."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..face_model.model import FaceModel
from ..regression.landmarks import FaceLandmarker
from ..types import Float, Image
from .metrics.rigid import RigidPose, reference_68, rigid_pose, rigid_pose_68
from .scorers.dlib_faces import DlibFaces
from .scorers.image_features import ImageFeatures


@dataclass(frozen=True)
class DlibLook:
    """Pose from dlib's 68 points, and its embedding (128,) float64."""

    pose: RigidPose
    embedding: NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """None where no face was found, or where the scorer is not installed.

    ``landmarks``  478×3 float32 in pixels and ``pose`` from them, by the network that also drives.
    ``features``   (1280,) float32, of the whole picture.
    """

    landmarks: Float | None
    pose: RigidPose | None
    dlib: DlibLook | None
    features: Float | None


class Observer:
    """Looks at 256×256×3 uint8 pictures with every scorer there is."""

    def __init__(
        self, landmarker: FaceLandmarker, model: FaceModel, dlib: DlibFaces | None, features: ImageFeatures | None
    ) -> None:
        self._landmarker, self._dlib, self._features = landmarker, dlib, features
        self._reference = model.landmarks(model.mean)
        self._reference_68 = reference_68(self._reference)

    @property
    def uses_dlib(self) -> bool:
        return self._dlib is not None

    @property
    def uses_features(self) -> bool:
        return self._features is not None

    def look(self, image: Image) -> Look:
        """Everything the scorers see in one picture."""
        faces = self._landmarker.find(image)
        points = faces[0].landmarks.points if faces else None
        pose = None if points is None else rigid_pose(points, self._reference)
        return Look(points, pose, self._dlib_look(image), None if self._features is None else self._features.of(image))

    def _dlib_look(self, image: Image) -> DlibLook | None:
        face = None if self._dlib is None else self._dlib.find(image)
        return None if face is None else DlibLook(rigid_pose_68(face.points, self._reference_68), face.embedding)
