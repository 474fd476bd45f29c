"""The source's detail stays where it shows what belongs there, and the net's where it does not."""

from __future__ import annotations

import pytest
import torch

from core.networks.detail import own_detail_last, with_own_detail

SIDE = 256


def maps(**changed: torch.Tensor) -> dict[str, torch.Tensor]:
    known = {
        "visibility": torch.ones(1, 1, SIDE, SIDE),
        "head": torch.zeros(1, 1, SIDE, SIDE),
        "hidden": torch.zeros(1, 3, SIDE, SIDE),
        "uncovered": torch.zeros(1, 1, SIDE, SIDE),
    }
    return {**known, **changed}


def chequered() -> torch.Tensor:
    index = torch.arange(SIDE)
    return ((index[:, None] + index) % 2 * 2.0 - 1).expand(1, 3, SIDE, SIDE)


def stripes() -> torch.Tensor:
    """As long as a square: nothing of them is light."""
    return torch.cos(torch.arange(SIDE) * (torch.pi / 4)).expand(1, 3, SIDE, SIDE)


def rows() -> torch.Tensor:
    """The same across."""
    return stripes().transpose(2, 3)


FINE = (1 + 2 * 0.5**0.5) / 4
"""What weights 1, 2, 2, 2, 1 of eighths leave of them."""


def test_light_changes_and_detail_does_not() -> None:
    shade = torch.linspace(0, 1, SIDE).expand(1, 3, SIDE, SIDE)
    found = with_own_detail(shade + chequered(), **maps())
    assert torch.allclose(found[..., 2:-2], shade[..., 2:-2], atol=0.01)


def test_inside_the_head_light_is_broader_and_the_heads_own() -> None:
    """A blot of four squares outside the head stays, inside it spreads; what is beside the head does not shine in."""
    wide = SIDE // 32
    blot = torch.zeros(1, 3, SIDE, SIDE)
    blot[..., 8 * wide : 9 * wide, 8 * wide : 9 * wide] = 1
    outside = with_own_detail(blot, **maps())
    inside = with_own_detail(blot, **maps(head=torch.ones(1, 1, SIDE, SIDE)))
    assert outside.max() > 2 * inside.max() and inside.sum().item() == pytest.approx(outside.sum().item(), rel=0.05)
    beside, head = torch.ones(1, 3, SIDE, SIDE), torch.zeros(1, 1, SIDE, SIDE)
    beside[..., 32:], head[..., 32:] = 0, 1
    found = with_own_detail(beside, **maps(head=head))
    assert found[..., 32 + wide :].abs().max() < 0.15, "the lattice is smoothed across"
    assert found[..., 32 + 3 * wide :].abs().max() < 0.01


@pytest.mark.parametrize(
    "lost",
    [
        {"visibility": torch.zeros(1, 1, SIDE, SIDE)},
        {"uncovered": torch.ones(1, 1, SIDE, SIDE)},
    ],
    ids=["hidden from the camera", "uncovered"],
)
def test_what_the_source_lacks_is_the_nets(lost: dict[str, torch.Tensor]) -> None:
    found = with_own_detail(stripes(), **maps(**lost))
    assert torch.allclose(found[..., 2:-2], FINE * stripes()[..., 2:-2], atol=1e-5)


@pytest.mark.parametrize("period", [2, 4])
def test_a_lattice_of_unfolded_channels_is_nobodys_detail(period: int) -> None:
    pattern = torch.randn(1, 3, period, period, generator=torch.Generator().manual_seed(0))
    lattice = (pattern - pattern.mean((2, 3), keepdim=True)).repeat(1, 1, SIDE // period, SIDE // period)
    found = with_own_detail(lattice, **maps(visibility=torch.zeros(1, 1, SIDE, SIDE)))
    assert found[..., 2:-2, 2:-2].abs().max() < 1e-5


def test_what_the_geometry_paints_stays_the_geometrys() -> None:
    hidden = torch.zeros(1, 3, SIDE, SIDE)
    hidden[..., SIDE // 2 :] = -0.1
    lost = {"visibility": torch.zeros(1, 1, SIDE, SIDE)}
    whole = with_own_detail(rows(), **maps(**lost)).abs().mean((0, 1, 2))
    strength = with_own_detail(rows(), **maps(hidden=hidden, **lost)).abs().mean((0, 1, 2))
    assert torch.equal(strength[SIDE // 2 :], torch.zeros(SIDE // 2)) and whole.min() > 0.1
    assert torch.equal(strength[: SIDE // 2 - 8], whole[: SIDE // 2 - 8])
    assert strength.diff().abs().max() < 0.5, "without a seam"


def test_the_two_meet_without_a_seam() -> None:
    visibility = torch.ones(1, 1, SIDE, SIDE)
    visibility[..., : SIDE // 2] = 0
    whole = with_own_detail(rows(), **maps(visibility=torch.zeros_like(visibility))).abs().mean((0, 1, 2))
    strength = with_own_detail(rows(), **maps(visibility=visibility)).abs().mean((0, 1, 2))
    assert torch.allclose(strength[: SIDE // 2], whole[: SIDE // 2]), "all that is lost is the net's"
    assert strength[SIDE // 2 + 8 :].max() < 0.01
    assert strength.diff().abs().max() < 0.5


def test_channels_last_and_first_are_one() -> None:
    generator = torch.Generator().manual_seed(2)
    change = torch.randn(2, 3, SIDE, SIDE, generator=generator)
    visibility, uncovered = ((torch.rand(2, 1, SIDE, SIDE, generator=generator) > 0.9).float() for _ in range(2))
    head = torch.zeros(2, 1, SIDE, SIDE)
    head[..., 40:200, 80:164] = 1
    hidden = torch.zeros(2, 3, SIDE, SIDE)
    hidden[0, 1, 80:116, 120:172] = -0.3
    wanted = with_own_detail(change, 1 - visibility, head, hidden, uncovered)
    last = (each.permute(0, 2, 3, 1) for each in (change, 1 - visibility, head, hidden, uncovered))
    assert torch.allclose(own_detail_last(*last).permute(0, 3, 1, 2), wanted, atol=1e-5)
    assert (wanted[0, :, 88:108, 130:160] == 0).all() and wanted[1].abs().mean() > 0.1
