"""The architecture as data: it travels with the weights and is checked before anything is built from it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from ..brief import brief
from ..errors import WeightsError
from ..media.read_json import parse_json

Kind = Literal["paper", "live"]
MeshEncoderKind = Literal["gcn", "cnn"]
Norm = Literal["batch", "group", "none"]


@dataclass(frozen=True)
class NetworkConfig:
    """Every number of a generator and its discriminator.  Raises :class:`WeightsError` on values that make no net."""

    name: str
    """What the variant is called in tables, files and error messages."""
    kind: Kind = "paper"
    """``paper``: motion net and reenacting module (3.2, 3.3).  ``live``: geometric flow refined, for CPUs."""
    resolution: int = 256
    """Side R of the pictures in pixels: a power of two from 64 to 1024."""
    mesh_encoder: MeshEncoderKind = "gcn"
    """What the motion net reads: ``gcn`` the stacked mesh n×6, ``cnn`` the two rendered meshes (Table 3)."""
    occlusion: bool = True
    """Whether there is an occlusion net giving O and M; without, both are 1."""
    coefficient_loss: bool = True
    """Whether the variant is trained with L_c (Eq. 6); the net is the same."""
    chebyshev_order: int = 3
    """K of Eq. 2."""
    graph_widths: tuple[int, ...] = (16, 32, 32, 32)
    """Channels of the spectral residual blocks, a mesh down-sampling between each two."""
    latent: int = 512
    """Length of the motion feature F_m."""
    flow_widths: tuple[int, ...] = (128, 64, 32)
    """Channels of the flow decoder's up-sampling blocks from 8×8 on, each doubling the side; the last is repeated."""
    flow_residuals: int = 2
    """Residual blocks that refine the flow."""
    flow_stride: int = 4
    """The flow is decoded at R / flow_stride and enlarged bilinearly."""
    splat: bool = False
    """Beyond the paper: whether the flow decoder also gets the vertices' features where they are in the picture."""
    width: int = 32
    """Channels of the reenacting module's first layer; doubled by each down-sampling block.  Also the hourglass's."""
    downs: int = 2
    """Down-sampling blocks of the reenacting module's encoder, and up-sampling blocks of its decoder."""
    residuals: int = 4
    """Residual blocks of the reenacting module's decoder, on the fused features."""
    discriminator_widths: tuple[int, ...] = (32, 64, 128, 256)
    """Channels of the discriminator's layers, each halving the side."""
    live_widths: tuple[int, ...] = (96, 128, 160)
    """``live``: channels at R/4, R/8 and R/16."""
    live_blocks: tuple[int, ...] = (1, 1, 2)
    """``live``: residual blocks at these sides, both on the way down and on the way up."""
    live_source_blocks: tuple[int, ...] = (2, 1, 0)
    """``live``: residual blocks at these sides in the source's encoder, which runs once for a source."""
    norm: Norm = "batch"
    """``live``: batch norm folds into the convolutions at inference; the others do not depend on the batch."""

    def __post_init__(self) -> None:
        for field in fields(self):
            problem = _problem(field.name, getattr(self, field.name))
            if problem:
                raise WeightsError(
                    f"The network configuration {brief(self.name)} is not usable: {field.name} {problem}."
                )
        if self.flow_stride * 16 > self.resolution:
            raise WeightsError(
                f"The network configuration {brief(self.name)} is not usable: flow_stride leaves no flow."
            )
        if self.splat and self.mesh_encoder != "gcn":
            raise WeightsError(
                f"The network configuration {brief(self.name)} is not usable: splat needs a mesh to read."
            )
        if not len(self.live_blocks) == len(self.live_source_blocks) == len(self.live_widths):
            raise WeightsError(
                f"The network configuration {brief(self.name)} needs live_blocks for each of live_widths."
            )

    @property
    def needs(self) -> frozenset[str]:
        """The fields of ``GeneratorInput`` that this variant reads."""
        if self.kind == "live":
            return frozenset(_LIVE_NEEDS)
        meshes = {"source_mesh", "driving_mesh"} if self.mesh_encoder == "gcn" else {"normals", "source_normals"}
        return frozenset({"source", *meshes})

    def to_json(self) -> str:
        """One JSON object with every field; :meth:`from_json` gives the equal configuration."""
        return json.dumps(asdict(self), indent=2)

    @staticmethod
    def from_json(text: str) -> NetworkConfig:
        """Inverse of :meth:`to_json`.  Raises :class:`WeightsError` on anything that is not a whole configuration."""
        try:
            values = parse_json(text)
        except ValueError as error:
            raise WeightsError(
                f"The network configuration is not JSON ({error}); take the one of the weights."
            ) from error
        expected = {field.name for field in fields(NetworkConfig)}
        if not isinstance(values, dict) or set(values) != expected:
            different = sorted(expected.symmetric_difference(values if isinstance(values, dict) else ()))
            raise WeightsError(f"The network configuration lacks fields or has unknown ones: {', '.join(different)}.")
        arguments: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
        return NetworkConfig(**arguments)


_LIVE_NEEDS = ("source", "geometric_flow", "visibility", "head", "normals", "hidden", "person", "background")
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "mesh_encoder": get_args(MeshEncoderKind),
    "norm": get_args(Norm),
}
_RANGES = {
    "resolution": (64, 1024),
    "chebyshev_order": (1, 16),
    "latent": (1, 8192),
    "flow_residuals": (0, 32),
    "flow_stride": (1, 16),
    "width": (1, 1024),
    "downs": (1, 4),
    "residuals": (0, 32),
}
_WIDTHS = {"graph_widths": 8, "flow_widths": 8, "discriminator_widths": 6, "live_widths": 4}
_COUNTS = ("live_blocks", "live_source_blocks")


def _problem(name: str, value: Any) -> str:
    """What is wrong with a field's value; empty when nothing is."""
    if name in _CHOICES:
        return "" if value in _CHOICES[name] else f"must be one of {', '.join(_CHOICES[name])}, not {brief(value)}"
    if name in _RANGES:
        low, high = _RANGES[name]
        if type(value) is not int or not low <= value <= high:
            return f"must be a whole number from {low} to {high}, not {brief(value)}"
        power = name in ("resolution", "flow_stride") and value & (value - 1)
        return f"must be a power of two, not {value}" if power else ""
    if name in _WIDTHS:
        good = _whole(value, 1, 4096) and 0 < len(value) <= _WIDTHS[name]
        return "" if good else f"must be one to {_WIDTHS[name]} whole numbers from 1 to 4096, not {brief(value)}"
    if name in _COUNTS:
        return "" if _whole(value, 0, 16) else f"must be whole numbers from 0 to 16, not {brief(value)}"
    if name == "name":
        return "" if isinstance(value, str) and value else "must be a text that is not empty"
    return "" if type(value) is bool else f"must be true or false, not {brief(value)}"


def _whole(value: Any, low: int, high: int) -> bool:
    """Whether it is a tuple of whole numbers in this range."""
    return type(value) is tuple and all(type(each) is int and low <= each <= high for each in value)


VARIANTS: dict[str, NetworkConfig] = {
    config.name: config
    for config in (
        NetworkConfig("baseline", occlusion=False, coefficient_loss=False),
        NetworkConfig("baseline_lc", occlusion=False, coefficient_loss=True),
        NetworkConfig("baseline_o", occlusion=True, coefficient_loss=False),
        NetworkConfig("gcn_to_cnn", mesh_encoder="cnn"),
        NetworkConfig("ours_paper"),
        NetworkConfig("ours_splat", splat=True),
        NetworkConfig("live", kind="live", norm="none"),
    )
}
"""The rows of Table 3, the last with a motion net that goes beyond it, and the one built for live use on a CPU."""
