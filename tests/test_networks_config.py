"""The configuration that travels with the weights."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.errors import WeightsError
from core.networks import VARIANTS, GeneratorInput, NetworkConfig


@pytest.mark.parametrize("config", VARIANTS.values(), ids=lambda config: config.name)
def test_json_round_trip(config: NetworkConfig) -> None:
    assert NetworkConfig.from_json(config.to_json()) == config
    assert VARIANTS[config.name] is config
    assert config.needs <= set(GeneratorInput._fields)


def test_variants_are_the_rows_of_table_3() -> None:
    """They differ in what the paper says, and in nothing else."""
    ours = VARIANTS["ours_paper"]
    for name, changes in {
        "baseline": {"occlusion": False, "coefficient_loss": False},
        "baseline_lc": {"occlusion": False},
        "baseline_o": {"coefficient_loss": False},
        "gcn_to_cnn": {"mesh_encoder": "cnn"},
    }.items():
        assert VARIANTS[name] == replace(ours, name=name, **changes)  # type: ignore[arg-type]
    assert ours.chebyshev_order == 3
    assert len(ours.graph_widths) == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", 3),
        ("kind", "magic"),
        ("kind", None),
        ("kind", {}),
        ("resolution", 100),
        ("resolution", 32),
        ("resolution", 256.0),
        ("resolution", "256"),
        ("resolution", True),
        ("occlusion", 1),
        ("occlusion", "yes"),
        ("chebyshev_order", 0),
        ("graph_widths", []),
        ("graph_widths", [32, -1]),
        ("graph_widths", [32, 1.5]),
        ("graph_widths", [1] * 9),
        ("graph_widths", 32),
        ("latent", 10**9),
        ("flow_stride", 3),
        ("width", 0),
        ("downs", 9),
        ("live_widths", [32]),
        ("live_blocks", [1, 1, -1]),
        ("live_source_blocks", [1, 1]),
        ("norm", "layer"),
    ],
)
def test_nonsense_is_refused_by_its_field(field: str, value: Any) -> None:
    values = json.loads(VARIANTS["live"].to_json()) | {field: value}
    with pytest.raises(WeightsError, match="live_blocks" if field.startswith("live_") else field):
        NetworkConfig.from_json(json.dumps(values))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"live"', "{}", '{"name": "live"}'])
def test_what_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(WeightsError, match="network configuration"):
        NetworkConfig.from_json(text)


def test_unknown_fields_are_refused_by_name() -> None:
    values = json.loads(VARIANTS["live"].to_json()) | {"depth": 3}
    with pytest.raises(WeightsError, match="depth"):
        NetworkConfig.from_json(json.dumps(values))


def test_flow_needs_room() -> None:
    with pytest.raises(WeightsError, match="flow_stride"):
        replace(VARIANTS["ours_paper"], resolution=64, flow_stride=16)
