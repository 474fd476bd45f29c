"""What does not depend on how fast a machine is: sizes and arithmetic.  They change only if the program does."""

from __future__ import annotations

from dataclasses import replace

from ..pipeline.encoded import EncodedFace
from ..pipeline.reenactor import Reenactor
from ..regression.landmarks import Landmarks
from ..types import Controls
from .flops import gflop

Counts = dict[str, float]


def count(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace, points: Landmarks) -> Counts:
    """GFLOP of the steps of a render, and sizes of the mesh and the networks."""
    picture = driving.original

    def render(face: EncodedFace, draft: bool = False) -> float:
        return gflop(lambda: reenactor.render(face, driving, Controls(), draft))

    render(source)
    again, first = render(source), render(replace(source))  # another object: its features are not known yet
    drafts = {}
    if reenactor.drafts:
        render(source, draft=True)
        drafts = {"GFLOP of a draft": render(source, draft=True)}
    return {
        "GFLOP of a re-render": again,
        **drafts,
        "GFLOP of the encoder, once a source": round(first - again, 3),
        "GFLOP to find the faces of a photo": gflop(lambda: reenactor.landmarker.find(picture)),
        "GFLOP to track a face": gflop(lambda: reenactor.landmarker.track(picture, points)),
        "vertices": len(reenactor.model.mean),
        "triangles": len(reenactor.model.faces),
        "parameters of the generator": reenactor.parameters,
    }
