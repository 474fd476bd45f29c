"""Made-up faces, pairs and outcomes for the tests of the evaluation."""

from __future__ import annotations

import numpy as np

from core.evaluation.faces import Kind, SeenFace
from core.evaluation.look import DlibLook, Look
from core.evaluation.metrics.rigid import RigidPose
from core.evaluation.run_pair import Outcome
from core.evaluation.score import Scores
from core.pipeline.encoded import EncodedFace


def seen(face: EncodedFace, name: str, person: str, kind: Kind = "still", code: float | None = None) -> SeenFace:
    """``code`` is the first number of an embedding that is 0 elsewhere."""
    embedding = np.zeros(128)
    embedding[0] = code or 0.0
    dlib = None if code is None else DlibLook(RigidPose((0, 0, 0), np.zeros((68, 2))), embedding)
    return SeenFace(name, person, kind, face, Look(None, None, dlib, None))


def outcome(number: int, source: str, scores: dict[str, Scores], **features: list[float]) -> Outcome:
    arrays = {m: np.array(features[m], np.float32) if m in features else None for m in scores}
    times = {m: {"motion": 10.0 * number, "warp": 1.0} for m in scores if m != "copy"}
    return Outcome("cross", number, f"{source}.jpg", "driver.jpg", source, scores, arrays, times)
