"""What a process needs to encode, render and score, loaded once in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import torch

from ..pipeline.geometric import GeometricBackend
from ..pipeline.reenactor import Reenactor
from ..regression.calibration import Calibration
from ..regression.person import PersonSegmenter
from ..training.maps import Geometry
from ..types import RESOLUTION
from .look import Observer
from .methods import COPY, GEOMETRIC, LearnedModel, load_backend
from .scorers.dlib_faces import DlibFaces
from .scorers.image_features import ImageFeatures
from .scorers.installed import HINT


@dataclass(frozen=True)
class Kit:
    """What is to be loaded: the learned models, and which of the optional scorers."""

    models: tuple[LearnedModel, ...] = ()
    dlib: bool = True
    features: bool = True

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of all methods, in the order of the tables."""
        return (COPY, GEOMETRIC, *(model.name for model in self.models))

    @property
    def missing(self) -> list[str]:
        """For people: what is left out, and how to get it."""
        left_out = []
        if not self.dlib:
            left_out.append("CSIM, identity distance, and pose and expression by dlib")
        if not self.features:
            left_out.append("KID")
        return [f"Left out: {', and '.join(left_out)}; for these {HINT}."] if left_out else []


@dataclass(frozen=True)
class Tools:
    """``reenactor`` with the geometric flow; ``renderers`` all methods' but that of the copy, which has none."""

    reenactor: Reenactor
    renderers: dict[str, Reenactor]
    observer: Observer
    geometry: Geometry
    segmenter: PersonSegmenter


@cache
def tools(kit: Kit) -> Tools:
    """Load what ``kit`` names; one thread a process."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    reenactor = Reenactor.load("cpu", model=GEOMETRIC)
    model, landmarker, calibration = reenactor.model, reenactor.landmarker, Calibration.load()
    backends = {GEOMETRIC: GeometricBackend(model)} | {m.name: load_backend(m, model) for m in kit.models}
    renderers = {name: Reenactor(model, landmarker, calibration, each, "cpu") for name, each in backends.items()}
    dlib = DlibFaces.load() if kit.dlib else None
    observer = Observer(landmarker, model, dlib, ImageFeatures.load() if kit.features else None)
    return Tools(renderers[GEOMETRIC], renderers, observer, Geometry(model, RESOLUTION), PersonSegmenter.load())
