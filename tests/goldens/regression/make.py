"""Record what MediaPipe 0.10.21 itself finds in the variants: ``python -m tests.goldens.regression.make``.

Needs an environment with mediapipe==0.10.21 and safetensors; the tests need neither this file nor that.
Coordinates are MediaPipe's (normalised times width or height), in pixels.
"""

from __future__ import annotations

import mediapipe as mp
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from .variants import GOLDENS, PERSON_GOLDENS, Picture, small_squares, variants


def detections(picture: Picture, model: int) -> NDArray[np.float32]:
    """K×17: score, x, y, width, height, six key points."""
    height, width = picture.shape[:2]
    with mp.solutions.face_detection.FaceDetection(model_selection=model, min_detection_confidence=0.5) as detector:
        found = detector.process(picture).detections or []
    rows = []
    for item in found:
        box = item.location_data.relative_bounding_box
        points = [c for k in item.location_data.relative_keypoints for c in (k.x * width, k.y * height)]
        rows.append(
            [item.score[0], box.xmin * width, box.ymin * height, box.width * width, box.height * height, *points]
        )
    return np.array(rows, np.float32).reshape(-1, 17)


def landmarks(picture: Picture) -> NDArray[np.float32]:
    """2×478×3: from the detection, and then (the next frame, with the same picture) from these landmarks."""
    height, width = picture.shape[:2]
    with mp.solutions.face_mesh.FaceMesh(refine_landmarks=True, max_num_faces=1) as mesh:
        passes = [mesh.process(picture).multi_face_landmarks[0].landmark for _ in range(2)]
    return np.array([[[q.x * width, q.y * height, q.z * width] for q in points] for points in passes], np.float32)


def person(picture: Picture) -> NDArray[np.uint8]:
    """128×128: every other pixel of the mask, 255 = person."""
    with mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0) as segmentation:
        mask = segmentation.process(picture).segmentation_mask
    return np.rint(mask[::2, ::2] * 255).astype(np.uint8)


def main() -> None:
    save_file({name: person(picture) for name, picture in small_squares()}, PERSON_GOLDENS)
    tensors = {}
    for name, picture in variants():
        tensors[f"{name}/short"] = detections(picture, 0)
        tensors[f"{name}/full"] = detections(picture, 1)
        tensors[f"{name}/landmarks"] = landmarks(picture)
        print(name, picture.shape, *(len(tensors[f"{name}/{k}"]) for k in ("short", "full")))  # noqa: T201
    save_file(tensors, GOLDENS)


if __name__ == "__main__":
    main()
