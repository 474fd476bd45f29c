"""A name that was free when it was chosen: what appears there is left, whatever the file system can do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import OutputError
from core.media.atomic import atomic_write
from core.media.new_only import NewOnly


def write(path: Path, text: str, meanwhile: str = "") -> None:
    with atomic_write(path) as temporary:
        temporary.write_text(text)
        if meanwhile:
            path.write_text(meanwhile)


@pytest.mark.parametrize("links", [True, False])
def test_what_has_appeared_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "not here")))
    path, old = tmp_path / "new.txt", tmp_path / "old.txt"
    old.write_text("before")
    names = NewOnly([path, old])
    with names.held():
        with pytest.raises(OutputError, match="has appeared"):
            write(path, "ours", meanwhile="of somebody")
        with pytest.raises(OutputError, match="has appeared"):
            write(path, "ours")
        assert path.read_text() == "of somebody"
        path.unlink()
        write(path, "ours")
        write(path, "ours again")
        write(old, "after")
    assert (path.read_text(), old.read_text()) == ("ours again", "after")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["new.txt", "old.txt"]
    path.unlink()
    write(path, "ours", meanwhile="of somebody")
    assert path.read_text() == "ours", "outside of the block as ever"
