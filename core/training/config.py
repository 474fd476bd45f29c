"""A training as data: one JSON file, read into frozen dataclasses.  Unknown names are errors."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from ..errors import InputError, WeightsError
from ..media.read_json import read_json
from ..networks import VARIANTS, NetworkConfig
from .build_dataclass import build, names
from .colour import ColourJitter
from .make_pair import PairConfig
from .random_motion import MotionConfig

Task = Literal["reenact", "motion"]

_RANGES: dict[str, tuple[float, float]] = {
    "batch": (1, 1_000_000),
    "steps": (0, 99_999_999),
    "seed": (0, 2**31),
    "threads": (0, 4096),
    "log_every": (1, math.inf),
    "score_every": (1, math.inf),
    "checkpoint_minutes": (0, math.inf),
    "keep": (0, math.inf),
    "data.workers": (0, 4096),
    "optimiser.learning_rate": (0, math.inf),
    "optimiser.critic_rate": (0, math.inf),
    "optimiser.clip": (0, math.inf),
    "optimiser.warm_up": (0, math.inf),
    "optimiser.decay_from": (0, 1),
    "optimiser.ema": (0, 1),
}
"""Least and greatest value of what would else fail, or do nothing, in the middle of a training."""


@dataclass(frozen=True)
class DataConfig:
    """Where pairs come from.  Stored pairs are used where ``pairs`` is given, else they are made as they are needed."""

    faces: str = ""
    """Folder of prepared faces (``core.training.prepare``)."""
    pairs: str = ""
    """Folder of stored pairs (``core.training.pair_cache``)."""
    dev_pairs: str = ""
    """The same of held-out people, to score on; empty = no score."""
    making: PairConfig = field(default_factory=PairConfig)
    """How pairs are made when they are not stored; the resolution and the seed are the network's and the training's."""
    motion: MotionConfig = field(default_factory=MotionConfig)
    """The same for the task "motion"."""
    colour: ColourJitter = field(default_factory=ColourJitter)
    mirror: bool = True
    """Flip half of the pairs."""
    workers: int = 1
    """Processes that make or read pairs; 0 = none but the training's own."""


@dataclass(frozen=True)
class LossWeights:
    """λ of each term; 0 leaves it out."""

    squared: float = 0.0
    charbonnier: float = 0.0
    perceptual: float = 10.0
    coefficients: float = 1.0
    """Left out for variants whose network configuration says so (Table 3)."""
    feature_matching: float = 10.0
    adversarial: float = 1.0
    painted: float = 0.0
    """Mean of 1 − O: what can be taken from the source is not to be painted."""
    flow: float = 0.0
    """Endpoint error of the flow against the mesh's own motion, mostly inside the head, in pixels."""


@dataclass(frozen=True)
class OptimiserConfig:
    """Adam, of generator and critic."""

    learning_rate: float = 2e-4
    critic_rate: float = 2e-4
    betas: tuple[float, float] = (0.5, 0.999)
    clip: float = 0.0
    """Longest gradient of the generator; 0 = any."""
    warm_up: int = 0
    """Steps over which the rates rise from zero."""
    decay_from: float = 1.0
    """Share of the steps after which the rates fall to zero along a cosine; 1 = never."""
    ema: float = 0.999
    """Decay of the averaged weights, which are scored and exported."""


@dataclass(frozen=True)
class TrainConfig:
    """Everything that a training depends on."""

    name: str
    network: NetworkConfig
    task: Task = "reenact"
    data: DataConfig = field(default_factory=DataConfig)
    losses: LossWeights = field(default_factory=LossWeights)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    critic_sees: Literal["picture", "mouth", "features"] = "picture"
    """What the critic judges: all of a picture, the mouth cut out of it, or the perceptual loss's features of it."""
    features: str = "efficientnet"
    """Of the perceptual loss: "efficientnet", or "vgg" with ``features_path``."""
    features_path: str = ""
    levels: tuple[int, ...] = (256, 128, 64, 32)
    """Sides of the perceptual pyramid; those above the resolution are left out."""
    start_from: str = ""
    """A training's folder, or the name of exported weights: their generator's weights are taken where names and shapes
    agree (the pre-trained motion net; the released net on other data)."""
    batch: int = 8
    """Pairs per step and process."""
    steps: int = 100_000
    seed: int = 0
    autocast: Literal["off", "bf16", "fp16"] = "off"
    """Mixed precision; fp16 is for CUDA only."""
    threads: int = 0
    """Torch's threads on the CPU; 0 = as many as there are cores."""
    log_every: int = 20
    """Steps."""
    score_every: int = 500
    """Steps between held-out scores, contact sheets and plots."""
    checkpoint_minutes: float = 5.0
    keep: int = 2
    """Checkpoints that stay on disk."""
    output: str = ""
    """Folder of logs and checkpoints; empty = out/training/<name>."""

    @property
    def folder(self) -> Path:
        return Path(self.output or f"out/training/{self.name}")

    @property
    def uses_coefficients(self) -> bool:
        return self.losses.coefficients > 0 and self.network.coefficient_loss

    @property
    def uses_critic(self) -> bool:
        return self.losses.adversarial > 0 or self.losses.feature_matching > 0

    def to_dict(self) -> dict[str, Any]:
        """What :func:`from_dict` takes."""
        return asdict(self)


def read_config(path: Path, overrides: dict[str, Any] | None = None) -> TrainConfig:
    """Read a file; ``overrides`` like ``{"data.faces": "out/x", "steps": 10}`` win.  Raises InputError."""
    try:
        values = read_json(path)
    except (OSError, ValueError) as error:
        raise InputError(f"The configuration {path} cannot be read ({error}); give a JSON file.") from error
    for name, value in (overrides or {}).items():
        _put(values, name, value)
    return from_dict(values)


def _put(values: Any, name: str, value: Any) -> None:
    """Set what ``name`` ("data.faces") says.  Raises InputError where a part of it holds no values."""
    *way, last = name.split(".")
    place = values
    for step in (*way, None):
        if not isinstance(place, dict):
            raise InputError(f"{name} cannot be set: what it is in holds no values of its own.")
        if step is not None:
            place = place.setdefault(step, {})
    place[last] = value


def from_dict(values: dict[str, Any]) -> TrainConfig:
    """Raises InputError naming what is unknown or does not fit."""
    try:
        values = dict(names(values, "the configuration"))
        if not values.get("name") or "network" not in values:
            raise ValueError("it needs a name and a network")
        network = _network(dict(names(values.pop("network"), "network")))
        config: TrainConfig = build(TrainConfig, {**values, "network": network}, "")
        _check_ranges(config)
    except (TypeError, ValueError, WeightsError) as error:
        raise InputError(f"The training configuration is not usable: {error}") from error
    if config.task == "motion" and network.kind != "paper":
        raise InputError(f'The task "motion" trains the paper\'s motion net, which {network.name!r} does not have.')
    side = network.resolution
    making = replace(config.data.making, resolution=side, seed=config.seed)
    motion = replace(config.data.motion, resolution=side, seed=config.seed)
    return replace(config, data=replace(config.data, making=making, motion=motion))


def _network(values: dict[str, Any]) -> NetworkConfig:
    """``variant`` names the configuration that the other values change."""
    variant = values.pop("variant", None)
    known = {each.name for each in fields(NetworkConfig)}
    unknown = set(values) - known
    if unknown:
        raise ValueError(f"network.{min(unknown)} is unknown")
    if variant is not None and variant not in VARIANTS:
        raise ValueError(f"network.variant must be one of {', '.join(VARIANTS)}, not {variant!r}")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return NetworkConfig(**values) if variant is None else replace(VARIANTS[variant], **values)


def _check_ranges(config: TrainConfig) -> None:
    for name, (low, high) in _RANGES.items():
        value: Any = config
        for step in name.split("."):
            value = getattr(value, step)
        if not low <= value <= high:
            most = "" if high == math.inf else f" and at most {high}"
            raise ValueError(f"{name} must be at least {low}{most}, not {value}")
