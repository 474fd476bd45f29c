"""One pair, by every method: rendered, looked at, scored."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..errors import NoFaceError
from ..pipeline.encoded import EncodedFace
from ..training.make_pair import PairConfig, drawn_away, pseudo_source
from ..types import Float, Image
from .faces import SeenFace, slim
from .methods import COPY
from .protocols import Pair, Protocol
from .score import Scores, pixel_scores, score
from .tools import Kit, Tools, tools

_TRIES = 5
"""A pseudo-source in which no face is found is drawn anew."""


@dataclass(frozen=True)
class Outcome:
    """Of one pair, per method.

    ``unit``      names what outputs have in common that are not independent: see :func:`unit_of`.
    ``pictures``  where they were asked for: source (which the copy is), driver, then each other method's.
    """

    protocol: Protocol
    number: int
    source: str
    driving: str
    unit: str
    scores: dict[str, Scores]
    features: dict[str, Float | None]
    times_ms: dict[str, dict[str, float]]
    pictures: tuple[Image, ...] = ()


def run_pair(kit: Kit, pictures: bool, pair: Pair) -> Outcome | None:
    """None where no usable pseudo-source could be made."""
    kept = tools(kit)
    source = _pseudo(kept, pair) if pair.protocol == "pseudo" else pair.source
    if source is None:
        return None
    driving = pair.driving
    images: dict[str, Image] = {COPY: source.face.image}
    looks, times = {COPY: source.look}, {}
    for name, reenactor in kept.renderers.items():
        result = reenactor.render(source.face, driving.face, pair.controls)
        images[name], times[name] = result.image, result.timings_ms
        looks[name] = kept.observer.look(result.image)
    scores = {name: score(looks[name], source.look, driving.look) for name in kit.methods}
    if pair.same_person:
        for name in kit.methods:
            scores[name] |= pixel_scores(images[name], driving.face.image)
    shown = (source.face.image, driving.face.image, *(images[name] for name in kept.renderers)) if pictures else ()
    features = {name: looks[name].features for name in kit.methods}
    unit = unit_of(pair.protocol, source)
    return Outcome(pair.protocol, pair.number, source.name, driving.name, unit, scores, features, times, shown)


def unit_of(protocol: Protocol, face: SeenFace) -> str:
    """The person, or the frame where there are only a few people's clips."""
    return face.name if protocol == "self" else face.person


def render_one(kit: Kit, pair: Pair) -> dict[str, Image]:
    """The pictures alone, by every method that makes any."""
    return {
        name: reenactor.render(pair.source.face, pair.driving.face, pair.controls).image
        for name, reenactor in tools(kit).renderers.items()
    }


def _pseudo(kept: Tools, pair: Pair) -> SeenFace | None:
    """The driver's photo turned and with another's expression, found and fitted like any photo."""
    target = pair.driving.face
    # The net's mask as it is: the protocol's pictures stay what they were when outlines get better.
    person = kept.segmenter.mask(target.image)
    for attempt in range(_TRIES):
        rng = np.random.default_rng([pair.seed, pair.number, attempt])
        c = drawn_away(target.coefficients, pair.source.face.coefficients.expression, PairConfig(), rng)
        picture = pseudo_source(kept.geometry, target.image, person, target.coefficients, c)
        face = _encoded(kept, picture)
        if face is not None:
            return replace(pair.driving, face=slim(face), look=kept.observer.look(picture))
    return None


def _encoded(kept: Tools, picture: Image) -> EncodedFace | None:
    try:
        return kept.reenactor.encode_source(picture, crop="whole")
    except NoFaceError:
        return None
