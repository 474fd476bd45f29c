"""Pictures side by side are those one after the other; errors, order and thread counts stay what they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
import torch

from core import Controls, Reenactor
from core.pipeline.encoded import EncodedFace
from core.pipeline.lanes import in_lanes


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_the_same_pictures_in_the_same_order(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    wanted = [(driving, Controls(alpha, alpha)) for alpha in (0.0, 0.9, 0.3, 1.0, 0.6)]
    alone = [reenactor.render(source, *each) for each in wanted]
    together = list(reenactor.render_many(source, iter(wanted)))
    assert len(together) == len(alone)
    for a, b in zip(together, alone):
        assert np.array_equal(a.driving_mesh, b.driving_mesh)
        assert np.abs(a.image.astype(int) - b.image).mean() < 0.5  # bf16 sums differ with the number of threads


@pytest.mark.parametrize("lanes", [1, 2, 3])
def test_order_holds_though_the_first_is_slowest(lanes: int) -> None:
    def work(k: int) -> int:
        time.sleep(0.05 if k == 0 else 0)
        return k * k

    assert list(in_lanes(work, range(9), lanes)) == [k * k for k in range(9)]


def test_only_a_few_are_made_ahead() -> None:
    begun: list[int] = []
    results = in_lanes(lambda k: begun.append(k) or k, range(100), 2)  # type: ignore[func-returns-value]
    assert next(results) == 0
    time.sleep(0.05)
    assert len(begun) <= 3
    results.close()
    time.sleep(0.05)
    assert len(begun) <= 4


def test_lanes_end_and_compute_with_one_thread_each() -> None:
    def work(_: int) -> tuple[str, int]:
        return threading.current_thread().name, torch.get_num_threads()

    for _ in range(20):  # a lane that begins late must not take the number that the others are given
        seen = set(in_lanes(work, range(8), 2))
        assert {threads for _, threads in seen} == {1} and all(name.startswith("lane") for name, _ in seen)
    assert not [t for t in threading.enumerate() if t.name.startswith("lane")]


def test_other_threads_keep_theirs() -> None:
    found: list[int] = []
    with closing(in_lanes(lambda k: k, range(8), 2)) as results:
        next(results)
        thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
        thread.start()
        thread.join()
    assert found == [2] and torch.get_num_threads() == 2


def test_an_error_comes_where_its_result_would() -> None:
    begun: list[int] = []

    def work(k: int) -> int:
        begun.append(k)
        if k == 3:
            raise ValueError("three")
        return k

    results = in_lanes(work, range(50), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)
    assert max(begun) < 8
    assert torch.get_num_threads() == 2
