"""Every file of the committed corpus at its door: read or refused in one sentence, in bounded time and memory."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.fuzz.drive import HANG, MEMORY, Worker
from tests.nasty.make import EXPECTED, FILES

CORPUS: dict[str, list[str]] = json.loads(EXPECTED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def worker() -> Iterator[list[Worker]]:
    """One process for all files; a new one where it died."""
    one = [Worker()]
    yield one
    one[0].end()


def test_the_corpus_is_small_and_whole() -> None:
    files = {path.name: path.stat().st_size for path in FILES.iterdir()}
    assert files.keys() == CORPUS.keys() and len(files) > 60 and sum(files.values()) < 300_000


@pytest.mark.parametrize("name", CORPUS)
def test_no_file_gets_further_than_it_may(worker: list[Worker], name: str) -> None:
    door, words = CORPUS[name]
    if not worker[0].alive:
        worker[0] = Worker()
    found = worker[0].judge_file(door, FILES / name)
    assert (found["outcome"], words) == ("refused" if words else "read", words), found["detail"]
    assert words in found["detail"] and found["seconds"] <= HANG and found["peak"] <= MEMORY
