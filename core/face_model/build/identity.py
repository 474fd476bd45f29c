"""Identity: random people out of MakeHuman's macros and face targets, Procrustes alignment, PCA (Eq. 1, V_id)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from .source import AnnySource, Doubles, Integers
from .topology import HeadTopology

SAMPLES = 3000
SEED = 20240
TARGET_SIGMA = 0.45
NECK_SIGMA = 0.15
"""Pictures hardly show necks: with the spread of the face they would swamp the variance."""

COMPONENTS = 50

_FOLDERS = ("head", "nose", "mouth", "eyes", "chin", "cheek", "forehead", "eyebrows", "ears", "neck")
_RACES = ("african", "asian", "caucasian")
_SEXES = ("female", "male")
_AGES = ("child", "young", "old")
_MUSCLES = ("minmuscle", "averagemuscle", "maxmuscle")
_WEIGHTS = ("minweight", "averageweight", "maxweight")


@dataclass(frozen=True)
class IdentityModel:
    """``mean`` n×3, ``basis`` k×n×3 (one standard deviation each), ``parity`` (k,) +1 symmetric, -1 antisymmetric."""

    mean: Doubles
    basis: Doubles
    parity: Integers

    def share(self, people: Doubles, vertices: Integers) -> float:
        """Share of the variance of ``people`` (s×n×3) at some ``vertices`` that the basis keeps."""
        total = ((people[:, vertices] - self.mean[vertices]) ** 2).sum() / len(people)
        return round(float((self.basis[:, vertices] ** 2).sum() / total), 4)


def target_axes(source: AnnySource) -> list[tuple[list[str], list[str]]]:
    """Axes of shape: names of the targets of its positive and of its negative end, left and right tied together."""
    table = source.json("targets/target.json")
    axes: list[tuple[list[str], list[str]]] = []
    for folder in _FOLDERS:
        for category in table[folder]["categories"]:
            opposites = category.get("opposites")
            if opposites is None and category["has_left_and_right"]:
                names = category["targets"]
                axes.append((_in(folder, names, "convex"), _in(folder, names, "concave")))
            elif opposites is None:
                axes.append(([f"{folder}/{category['name']}"], []))
            else:
                named = [(end, f"{folder}/{name}") for end, name in sorted(opposites.items()) if name]
                positive = [name for end, name in named if end.startswith("positive")]
                axes.append((positive, [name for end, name in named if end.startswith("negative")]))
    return axes


def _in(folder: str, names: list[str], word: str) -> list[str]:
    return [f"{folder}/{name}" for name in sorted(names) if name.endswith(word)]


def _macro_targets(source: AnnySource, head: HeadTopology, count: int) -> Doubles:
    """(54 + 18)×3n offsets: universal sex×age×muscle×weight, then race×sex×age."""
    names = [f"universal-{s}-{a}-{m}-{w}" for s in _SEXES for a in _AGES for m in _MUSCLES for w in _WEIGHTS]
    names += [f"{r}-{s}-{a}" for r in _RACES for s in _SEXES for a in _AGES]
    return np.stack([(head.gather @ source.target(f"macrodetails/{name}", count)).ravel() for name in names])


def _two_ended(value: Doubles) -> Doubles:
    """(…, 3) weights of (low, middle, high) at ``value`` in [0, 1], the middle at 0.5."""
    high = np.clip(2 * value - 1, 0, 1)
    low = np.clip(1 - 2 * value, 0, 1)
    return np.stack([low, 1 - low - high, high], -1)


def _macro_weights(random: np.random.Generator, samples: int) -> Doubles:
    """(samples, 72) products of the macro sliders, as MakeHuman blends them.

    Adults mainly: one in eight is between ten and twenty-five.
    """
    race = random.dirichlet([0.7] * 3, samples)
    male = random.beta(0.6, 0.6, samples)
    sex = np.stack([1 - male, male], -1)
    minor = random.random(samples) < 0.125
    age = np.where(minor, random.uniform(0.2, 0.5, samples), random.uniform(0.5, 0.95, samples))
    child = np.clip((0.5 - age) / 0.3125, 0, 1)
    old = np.clip(2 * age - 1, 0, 1)
    ages = np.stack([child, 1 - child - old, old], -1)
    muscle = _two_ended(np.clip(random.normal(0.5, 0.15, samples), 0, 1))
    weight = _two_ended(np.clip(random.normal(0.5, 0.2, samples), 0, 1))
    universal = np.einsum("ns,na,nm,nw->nsamw", sex, ages, muscle, weight).reshape(samples, -1)
    racial = np.einsum("nr,ns,na->nrsa", race, sex, ages).reshape(samples, -1)
    return np.concatenate([universal, racial], 1)


def sample_people(source: AnnySource, head: HeadTopology, samples: int = SAMPLES, seed: int = SEED) -> Doubles:
    """(samples, n, 3) random heads in MakeHuman's frame."""
    base = source.mesh().vertices
    random = np.random.default_rng(seed)
    people = (head.gather @ base).ravel() + _macro_weights(random, samples) @ _macro_targets(source, head, len(base))
    for positive, negative in target_axes(source):
        sigma = NECK_SIGMA if positive[0].startswith("neck/") else TARGET_SIGMA
        amount = np.clip(random.normal(0, sigma, samples), -1, 1)
        for names, part in ((positive, np.maximum(amount, 0)), (negative, np.maximum(-amount, 0))):
            if names:
                offset = sum((source.target(name, len(base)) for name in names), np.zeros_like(base))
                people += part[:, None] * (head.gather @ offset).ravel()
    return people.reshape(samples, -1, 3)


def align(people: Doubles, face: Integers, rounds: int = 3) -> Doubles:
    """Generalised Procrustes (rotation, translation, scale) on the vertices ``face``; the mean keeps its size.

    People who differ only by pose or size become equal.
    """
    aligned = people.copy()
    reference = people[:, face].mean(0)
    for _ in range(rounds):
        centre = reference.mean(0)
        for i, person in enumerate(people):
            aligned[i] = similarity(person[face], reference).apply(person)
        update = aligned[:, face].mean(0) - centre
        reference = centre + update * (np.linalg.norm(reference - centre) / np.linalg.norm(update))
    return aligned


@dataclass(frozen=True)
class Similarity:
    """x → scale · rotation · (x − source) + target."""

    scale: float
    rotation: Doubles
    source: Doubles
    target: Doubles

    def apply(self, points: Doubles) -> Doubles:
        """Transform …×3 points."""
        return np.asarray(self.scale * (points - self.source) @ self.rotation.T + self.target)


def similarity(points: Doubles, onto: Doubles) -> Similarity:
    """Least-squares similarity that takes ``points`` (n×3) onto ``onto`` (Umeyama 1991)."""
    source, target = points.mean(0), onto.mean(0)
    u, s, vt = np.linalg.svd((onto - target).T @ (points - source))
    flip = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    scale = float((s * flip).sum() / ((points - source) ** 2).sum())
    return Similarity(scale, (u * flip) @ vt, source, target)


def principal_components(
    people: Doubles, mirror: Integers, weight: Doubles, components: int = COMPONENTS
) -> IdentityModel:
    """PCA of the people and their mirror images together, so each component is symmetric or antisymmetric.

    Mirroring a person then only flips the sign of the antisymmetric coefficients.  ``weight`` (n,) says how much a
    vertex counts; vertices that count little follow the others as far as they correlate.
    """
    flipped = people[:, mirror] * [-1, 1, 1]
    even, odd = (people + flipped) / 2, (people - flipped) / 2
    mean, count = even.mean(0), len(people)
    scale = np.repeat(np.sqrt(weight), 3)
    found: list[tuple[float, int, Doubles]] = []
    for parity, half in ((1, even - mean), (-1, odd)):
        flat = half.reshape(count, -1)
        scaled = flat * scale
        values, vectors = eigh(scaled @ scaled.T / count, subset_by_index=(count - components, count - 1))
        for value, vector in zip(values, vectors.T):
            # The scores √count·vector have unit variance; regressing the shapes on them gives one deviation.
            found.append((float(value), parity, vector @ flat / np.sqrt(count)))
    found.sort(key=lambda item: -item[0])
    chosen = found[:components]
    basis = np.stack([_signed(direction) for _, _, direction in chosen]).reshape(len(chosen), -1, 3)
    return IdentityModel(mean, basis, np.array([parity for _, parity, _ in chosen]))


def _signed(direction: Doubles) -> Doubles:
    """Fix the sign: the largest entry is positive."""
    return np.asarray(direction * np.sign(direction[np.argmax(np.abs(direction).round(9))]))
