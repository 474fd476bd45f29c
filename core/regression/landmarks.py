"""478 landmarks of a face: region of interest from a detection or from landmarks, net, and back to the image."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from core.geometry.warp import cut_out
from core.types import Detection, Float, Image
from core.weights import fill

from .detect import FaceDetector
from .landmark_net import INPUT, LandmarkNet
from .layers import as_inference
from .roi import Roi, apply, as_batch, warp
from .threads import single_thread

PRESENCE = 0.5
"""Probability of a face below which a first answer or a tracked one is dropped."""

DOUBT_USUAL = 0.1
"""Probability of *no* face up to which a face from the usual look at the image counts."""

DOUBT_UNUSUAL = 1e-5
"""The same for faces that only a further search brings up; real faces cut in half still reach it."""

DOUBT_SMALL = 1e-7
"""The same for faces narrower than 64 pixels, which all kinds of texture resemble."""

CERTAIN = 1e-9
"""The same, to end the search: upright portraits reach it, faces seen upside down hardly ever."""

LIKELY = 1e-3
"""The same, to forgo the search for small faces."""

_REPLACES = 1e-2
_SMALL = 64.0

MARGIN = 1.5
"""Side of the region of interest over the longer side of the box it is made from."""

_EYE_CORNERS = (33, 263)
_HALF_PIXEL = 0.5


@dataclass(frozen=True)
class Landmarks:
    """``points`` 478×3 float32: x, y in pixel coordinates of the image, z in pixels too, negative towards the camera.

    ``presence`` in [0, 1]: how sure the net is that it saw a face.
    """

    points: Float
    presence: float


@dataclass(frozen=True)
class Face:
    """A face with its detection and its landmarks, both in the coordinates of the image."""

    detection: Detection
    landmarks: Landmarks


def roi_from_detection(detection: Detection) -> Roi:
    """Square around a detection, upright along the eyes' line.

    The box's corner coordinates are taken for pixel coordinates as MediaPipe does: half a pixel of a wide margin.
    """
    (x0, y0), (x1, y1) = detection.keypoints[:2].tolist()
    cx, cy = detection.box.centre
    size = max(detection.box.width, detection.box.height) * MARGIN
    return Roi(cx, cy, size, math.atan2(y1 - y0, x1 - x0))


def roi_from_landmarks(points: Float) -> Roi:
    """Square around landmarks 478×2 or 478×3, upright along the line of the outer eye corners."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    cx, cy = ((low + high) / 2).tolist()
    across = points[_EYE_CORNERS[1], :2] - points[_EYE_CORNERS[0], :2]
    return Roi(cx, cy, float((high - low).max()) * MARGIN, math.atan2(float(across[1]), float(across[0])))


class FaceLandmarker:
    """Detector and landmark net together."""

    def __init__(self, detector: FaceDetector, net: LandmarkNet, device: torch.device) -> None:
        self.detector, self.net, self._device = detector, net, device

    @staticmethod
    def load(device: torch.device | str = "cpu") -> FaceLandmarker:
        """Both with the weights on disk.  Raises WeightsError if they are missing or damaged."""
        return FaceLandmarker(FaceDetector.load(device), load_landmark_net(device), torch.device(device))

    @single_thread()
    def find(self, image: Image) -> list[Face]:
        """Faces of an H×W×3 uint8 RGB image, most prominent (large and central) first; empty if there is none.

        The search stops where the landmark net is certain of a face.  Until then every look at the whole image is
        tried, and a later answer replaces an earlier one only if it is far less doubtful: a face upside down looks a
        little like one the right way up.  The slow search in parts comes last, if there is no likely face yet.
        """
        best: list[Face] = []
        for search in (self.detector.search, self.detector.search_tiles):
            for stage, detections in enumerate(search(image)):
                usual = stage == 0 and search == self.detector.search
                faces = self._verified(image, detections, DOUBT_USUAL if usual else DOUBT_UNUSUAL)
                if faces and _doubt(faces) <= _REPLACES * _doubt(best):
                    best = faces
                if _doubt(best) <= CERTAIN:
                    return best
            if _doubt(best) <= LIKELY:
                return best
        return best

    def _verified(self, image: Image, detections: list[Detection], doubt: float) -> list[Face]:
        """Landmarks of each detection, twice: the second region no longer depends on the detector's accuracy."""
        rough = self.at(image, [roi_from_detection(d) for d in detections])
        likely = [(d, r) for d, r in zip(detections, rough, strict=True) if r.presence >= PRESENCE]
        fine = self.at(image, [roi_from_landmarks(r.points) for _, r in likely])
        faces = [Face(d, f) for (d, _), f in zip(likely, fine, strict=True)]
        faces = [f for f in faces if _doubt([f]) <= (doubt if f.detection.box.width >= _SMALL else DOUBT_SMALL)]
        return sorted(_distinct(faces), key=lambda face: _prominence(face, image), reverse=True)

    @single_thread()
    def track(self, image: Image, previous: Landmarks) -> Landmarks | None:
        """Landmarks of the next frame, looked for where ``previous`` were; None if the face is no longer there."""
        (found,) = self.at(image, [roi_from_landmarks(previous.points)])
        return found if found.presence >= PRESENCE else None

    def at(self, image: Image, rois: list[Roi]) -> list[Landmarks]:
        """Landmarks in each region, whatever their presence."""
        if not rois:
            return []
        crops = [warp(image, roi, INPUT, cv2.BORDER_REPLICATE) for roi in rois]
        with torch.inference_mode():
            points, logits = self.net(as_batch(crops, 0.0, self._device))
            presences = torch.sigmoid(logits.double()).cpu().numpy()
        return [
            Landmarks(_to_image(p, roi), float(presence))
            for p, roi, presence in zip(points.cpu().numpy(), rois, presences, strict=True)
        ]


def load_landmark_net(device: torch.device | str = "cpu") -> LandmarkNet:
    """The landmark net with the weights on disk, frozen.  Raises WeightsError if they are missing or damaged."""
    net = LandmarkNet()
    fill(net, "face_landmarks")
    as_inference(net.join_regions(), device)
    return net


def landmarks_from_tensor(net: LandmarkNet, images: Tensor, rois: Tensor) -> Tensor:
    """Differentiable landmarks, N×478×3 in pixel coordinates of ``images`` (z in pixels).

    ``images`` N×3×H×W in [0, 1]; ``rois`` N×2×3, maps of the input's pixel coordinates to the image's, as
    :meth:`core.regression.roi.Roi.matrix` (with ``side=192``) gives them.
    """
    points = net(cut_out(images, rois, INPUT)).points
    xy = (points[..., :2] - _HALF_PIXEL) @ rois[:, :, :2].transpose(1, 2) + rois[:, None, :, 2]
    scale = rois[:, :, 0].norm(dim=1)[:, None, None]
    return torch.cat([xy, points[..., 2:] * scale], dim=2)


def _to_image(points: Float, roi: Roi) -> Float:
    xy = apply(roi.matrix(INPUT), points[:, :2] - np.float32(_HALF_PIXEL))
    return np.concatenate([xy, points[:, 2:] * np.float32(roi.size / INPUT)], axis=1).astype(np.float32)


def _doubt(faces: list[Face]) -> float:
    """Probability that the surest of the faces is none."""
    return 1.0 - max((face.landmarks.presence for face in faces), default=0.0)


def _extent(face: Face) -> tuple[Float, Float]:
    points = face.landmarks.points[:, :2]
    return points.min(axis=0), points.max(axis=0)


def _distinct(faces: list[Face]) -> list[Face]:
    """Without the less certain of two faces of which one covers more than half of the other."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda f: -f.landmarks.presence):
        low, high = _extent(face)
        if not any(_covered(low, high, *_extent(other)) for other in kept):
            kept.append(face)
    return kept


def _covered(low: Float, high: Float, other_low: Float, other_high: Float) -> bool:
    shared = np.prod(np.maximum(np.minimum(high, other_high) - np.maximum(low, other_low), 0.0))
    return bool(2 * shared > min(np.prod(high - low), np.prod(other_high - other_low)))


def _prominence(face: Face, image: Image) -> float:
    """Area of the landmarks' box, less by half for a face in the image's corner."""
    low, high = _extent(face)
    height, width = image.shape[:2]
    off = (low + high + 1) / np.array([width, height]) - 1
    return float(np.prod(high - low) * (1 - 0.25 * np.sum(np.minimum(off**2, 1))))
