"""The source's detail stays where it shows what belongs there, and the net's where it does not."""

from __future__ import annotations

import pytest
import torch

from core.networks.detail import with_own_detail

SIDE = 64


def maps(**changed: torch.Tensor) -> dict[str, torch.Tensor]:
    known = {
        "visibility": torch.ones(1, 1, SIDE, SIDE),
        "hidden": torch.zeros(1, 3, SIDE, SIDE),
        "uncovered": torch.zeros(1, 1, SIDE, SIDE),
    }
    return {**known, **changed}


def chequered() -> torch.Tensor:
    index = torch.arange(SIDE)
    return ((index[:, None] + index) % 2 * 2.0 - 1).expand(1, 3, SIDE, SIDE)


def test_light_changes_and_detail_does_not() -> None:
    shade = torch.linspace(0, 1, SIDE).expand(1, 3, SIDE, SIDE)
    found = with_own_detail(shade + chequered(), **maps())
    assert torch.allclose(found[..., 2:-2], shade[..., 2:-2], atol=0.01)


@pytest.mark.parametrize(
    "lost",
    [
        {"visibility": torch.zeros(1, 1, SIDE, SIDE)},
        {"uncovered": torch.ones(1, 1, SIDE, SIDE)},
    ],
    ids=["hidden from the camera", "uncovered"],
)
def test_what_the_source_lacks_is_the_nets(lost: dict[str, torch.Tensor]) -> None:
    assert torch.equal(with_own_detail(chequered(), **maps(**lost)), chequered())


def test_what_the_geometry_paints_stays_the_geometrys() -> None:
    hidden = torch.zeros(1, 3, SIDE, SIDE)
    hidden[..., SIDE // 2 :] = -0.1
    lost = {"visibility": torch.zeros(1, 1, SIDE, SIDE)}
    strength = with_own_detail(chequered(), **maps(hidden=hidden, **lost)).abs().mean((0, 1, 2))
    assert torch.equal(strength[SIDE // 2 :], torch.zeros(SIDE // 2))
    assert torch.allclose(strength[: SIDE // 2 - 8], torch.ones(SIDE // 2 - 8))
    assert strength.diff().abs().max() < 0.5, "without a seam"


def test_the_two_meet_without_a_seam() -> None:
    visibility = torch.ones(1, 1, SIDE, SIDE)
    visibility[..., : SIDE // 2] = 0
    change = chequered().clone()
    strength = with_own_detail(change, **maps(visibility=visibility)).abs().mean((0, 1, 2))
    assert torch.allclose(strength[: SIDE // 2], torch.ones(SIDE // 2)), "all that is lost is the net's"
    assert strength[SIDE // 2 + 8 :].max() < 0.01
    assert strength.diff().abs().max() < 0.5
