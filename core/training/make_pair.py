"""Pairs from prepared faces: two frames of a clip, or a still with a pseudo-source made from it.

Pair k depends on the seed and on k alone, so any process can make any pair.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import torch

from ..face_model.model import FaceModel
from ..geometry.flow import geometric_flow
from ..geometry.layers import background_plate, layers, own_light
from ..geometry.paint import hidden_change
from ..geometry.warp import warp
from ..networks import GeneratorInput
from ..networks.layers import Layers
from ..networks.whole_head import Back, OtherHalf, before_back, whole
from ..pipeline.crop import resize
from ..pipeline.learned_inputs import fields_of, planes
from ..regression.landmarks import roi_from_landmarks
from ..regression.person import PersonSegmenter
from ..regression.pose import angles, compose, decompose, rotation_from_angles
from ..types import RESOLUTION, Coefficients, Float, Image
from .cache import Face, FaceCache
from .maps import Geometry
from .noise import FitNoise, Spread, misfitted, moved
from .pair import Pair

VERSION = 3
"""To be raised whenever equal configurations make other pairs: stored ones are then made again."""

_TURNED = 10.0
"""Degrees of yaw from which a head counts as turned."""


@dataclass(frozen=True)
class PairConfig:
    """How pairs are made."""

    resolution: int = 256
    """Side R of pictures and maps; pseudo-sources are always warped at 256² and then reduced."""
    seed: int = 0
    clip_share: float = 0.4
    """Share of pairs from clips; the others are pseudo-pairs."""
    candidates: int = 3
    """Of so many random frames of a clip the one most unlike the source is the target."""
    spread: Spread = field(default_factory=Spread)
    """How far pseudo-sources are turned away from the target."""
    turned: float = 0.0
    """Share of the pseudo-pairs whose target is a turned head, more often the farther it is turned, and whose
    pseudo-source looks at the camera: what the side of a head looks like where the source hides it."""
    strength: tuple[float, float] = (0.5, 1.1)
    """Range of the factor on the other person's expression."""
    noise: FitNoise = field(default_factory=FitNoise)


class PairMaker:
    """Makes pair k of a cache; holds no state that later pairs depend on."""

    def __init__(self, cache: FaceCache, model: FaceModel, config: PairConfig) -> None:
        self.cache, self.config = cache, config
        self._full, self._small = Geometry(model, RESOLUTION), Geometry(model, config.resolution)
        self._segmenter = PersonSegmenter.load()
        self._people = np.array([entry.person for entry in cache.entries])
        clips: dict[tuple[str, str], list[int]] = defaultdict(list)  # a shard each: folders may share their names
        for k, entry in enumerate(cache.entries):
            if entry.clip:
                clips[entry.clip, entry.shard].append(k)
        self._clips = [frames for _, frames in sorted(clips.items()) if len(frames) > 1]
        self._stills = [k for k, entry in enumerate(cache.entries) if not entry.clip] or list(range(len(cache)))
        yaws = np.abs([angles(cache.coefficients(k).pose)[0] for k in self._stills]) if config.turned else np.zeros(1)
        self._turn_weights = np.where(yaws > _TURNED, yaws, 0)

    def make(self, k: int) -> Pair:
        """Pair ``k`` ≥ 0, without augmentation of colour or mirror."""
        rng = np.random.default_rng([self.config.seed, k])
        pseudo = not self._clips or rng.random() >= self.config.clip_share
        source, target = self._from_still(rng) if pseudo else self._from_clip(rng)
        exact = self._small.scaled(source.coefficients), self._small.scaled(target.coefficients)
        seen = misfitted(exact, self.config.noise, rng, self.config.resolution)
        images = self._reduced(source.image), self._reduced(target.image)
        seen_layers = layers(source.image, self._segmenter.matte(source.image), self.config.resolution)
        meshes = self._small.mesh(seen[0]), self._small.mesh(seen[1])
        maps, completed = self._small.completed(*meshes, images[0], seen_layers[0])
        hidden = hidden_change(images[0], maps.motion, self._small.model.faces, self._small.parts)
        # A pseudo-source is the target, warped: the flow brings all of its head back, and nothing goes on behind it.
        completed = replace(completed, back=None) if pseudo else completed
        return Pair.of(images, seen, maps, hidden, seen_layers, completed, self._roi(target), pseudo)

    def _from_clip(self, rng: np.random.Generator) -> tuple[Face, Face]:
        frames = self._clips[rng.integers(len(self._clips))]
        source = self.cache[int(rng.choice(frames))]
        targets = [self.cache[int(k)] for k in rng.choice(frames, self.config.candidates)]
        unlike = [float(np.abs(each.landmarks - source.landmarks)[:, :2].mean()) for each in targets]
        return source, targets[int(np.argmax(unlike))]

    def _from_still(self, rng: np.random.Generator) -> tuple[Face, Face]:
        turned = self.config.turned > 0 and self._turn_weights.any() and rng.random() < self.config.turned
        weights = self._turn_weights / self._turn_weights.sum() if turned else None
        k = int(rng.choice(self._stills, p=weights))
        target = self.cache[k]
        others = np.flatnonzero(self._people != self._people[k])
        other = int(rng.choice(others)) if len(others) else k
        start = brought_to_front(target.coefficients, rng) if turned else target.coefficients
        c = drawn_away(start, self.cache.coefficients(other).expression, self.config, rng)
        person = self._segmenter.matte(target.image)
        make = whole_source if turned else pseudo_source
        picture = make(self._full, target.image, person, target.coefficients, c)
        return Face(picture, c, target.landmarks), target

    def _reduced(self, image: Image) -> Image:
        return image if self.config.resolution == RESOLUTION else resize(image, self.config.resolution)

    def _roi(self, target: Face) -> Float:
        roi = roi_from_landmarks(target.landmarks).scaled(self.config.resolution / RESOLUTION)
        return np.array([roi.cx, roi.cy, roi.size, roi.angle], np.float32)


def brought_to_front(c: Coefficients, rng: np.random.Generator) -> Coefficients:
    """The face, its yaw taken back by 0.7 to 1.3 of it, about the model's origin."""
    scale, rotation, translation = decompose(c.pose)
    turn = rotation_from_angles(-angles(c.pose)[0] * rng.uniform(0.7, 1.3), 0, 0)
    return Coefficients(c.identity, c.expression, compose(scale, turn @ rotation, translation))


def drawn_away(target: Coefficients, expression: Float, config: PairConfig, rng: np.random.Generator) -> Coefficients:
    """What a pseudo-source of ``target`` looks like: a random pose, and another person's ``expression`` (51,)."""
    expression = expression * np.float32(rng.uniform(*config.strength))
    posed = moved(target, config.spread, rng)
    return Coefficients(posed.identity, expression, posed.pose)


def pseudo_source(geometry: Geometry, target: Image, person: Float, seen: Coefficients, wanted: Coefficients) -> Image:
    """The target, fitted by ``seen``, as ``wanted`` would have it: the ``person`` (H×W in [0, 1], 1 = person) warped by
    the geometric flow and painted, over a background that stays.

    Picture, coefficients and ``geometry`` of one resolution; mouth and lids are painted where the target hides them.
    """
    model, parts, side = geometry.model, geometry.parts, geometry.resolution
    motion = geometric_flow(geometry.mesh(seen), geometry.mesh(wanted), model.faces, side, side, parts=parts)
    plate = background_plate(target, person)
    moved = sharp_warp(own_light(target, person, plate), motion.flow)
    over = moved + (1 - warp(person, motion.flow))[..., None] * plate
    painted = over + 255 * hidden_change(target, motion, model.faces, parts)
    return np.rint(np.clip(painted, 0, 255)).astype(np.uint8)


def whole_source(geometry: Geometry, target: Image, person: Float, seen: Coefficients, wanted: Coefficients) -> Image:
    """:func:`pseudo_source` of a head that is turned, with its other half and its back: or it would look at the camera
    as half a face, which no photo does."""
    maps, completed = geometry.completed(geometry.mesh(seen), geometry.mesh(wanted), target, person)
    motion, plate = maps.motion, background_plate(target, person)
    picture, mask, behind = (planes(each).float() for each in (target / 255, person, plate / 255))
    layers = Layers.of(picture, mask, behind)
    inputs = GeneratorInput(picture, **{name: planes(values) for name, values in fields_of(completed).items()})
    fade = torch.ones(1, 1, 1, 1)
    with torch.inference_mode():
        back = Back.of(inputs, fade, layers)
        moved, there = before_back(layers, back).moved(torch.from_numpy(motion.flow)[None], fade)
        moved = whole(moved, there, OtherHalf.of(inputs, fade, moved, layers), back).moved
    _, hidden = completed.shown(motion.visibility, hidden_change(target, motion, geometry.model.faces, geometry.parts))
    return np.rint(np.clip(255 * (moved[0].numpy() + hidden), 0, 255)).astype(np.uint8)


def sharp_warp(image: Float, flow: Float) -> Float:
    """:func:`core.geometry.warp.warp` with a bicubic kernel: a pseudo-source should be no blurrier than a photo."""
    height, width = image.shape[:2]
    x = np.clip(flow[..., 0] + np.arange(width, dtype=np.float32), 0, width - 1)
    y = np.clip(flow[..., 1] + np.arange(height, dtype=np.float32)[:, None], 0, height - 1)
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.float32)
