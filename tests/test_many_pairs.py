"""The command that renders a thousand pairs, for three: pictures differ, and growth would be seen."""

from __future__ import annotations

import numpy as np
import pytest

from core import Reenactor

from .many_pairs import GROWTH_MB, growth, pairs, run


def test_no_two_pairs_are_the_same() -> None:
    found = [source for source, _, _ in pairs(6)]
    assert all(not np.array_equal(a, b) for k, a in enumerate(found) for b in found[:k])


def test_it_measures_while_it_renders(reenactor: Reenactor, capsys: pytest.CaptureFixture[str]) -> None:
    memory = run(reenactor, 3, every=1)
    assert len(memory) == 3 and min(memory) > 100
    assert [int(line.split()[0]) for line in capsys.readouterr().out.splitlines()] == [1, 2, 3]


def test_growth_is_seen() -> None:
    assert growth([500.0, 620.0, 622.0, 621.0] * 5) < GROWTH_MB
    assert growth([500.0 + 10.0 * k for k in range(20)]) > GROWTH_MB
