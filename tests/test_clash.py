"""Where a file is there already a command replaces it and says so, or with ``--keep`` refuses before it begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import Reenactor
from core.cli.run import run
from core.pipeline.samples import sample_driving, sample_source

SOURCE, DRIVING = str(sample_source()), str(sample_driving())
MINE = b"of somebody"


@pytest.fixture(autouse=True)
def loaded_once(reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reenactor, "load", classmethod(lambda cls, device="auto", model=None: reenactor))


def command(name: str, out: Path) -> list[str]:
    pairs = out.parent / "pairs.csv"
    pairs.write_text(f"source,driving\n{SOURCE},{DRIVING}\n")
    return {
        "reenact": ["reenact", SOURCE, DRIVING, "-o", str(out / "a.png"), "--flow", str(out / "a.flo")],
        "panels": ["reenact", SOURCE, DRIVING, "-o", str(out / "a.png"), "--panels", str(out)],
        "animate": ["animate", SOURCE, DRIVING, "-o", str(out / "a.gif"), "--frames", "2", "--one-way"],
        "inspect": ["inspect", SOURCE, "--mesh", str(out / "a.obj")],
        "batch": ["batch", str(pairs), "-o", str(out)],
    }[name]


PICTURE = f"{Path(SOURCE).stem}__{Path(DRIVING).stem}.png"
THERE = {"reenact": "a.flo", "panels": "flow.png", "animate": "a.gif", "inspect": "a.obj", "batch": PICTURE}


@pytest.mark.parametrize("name", THERE)
def test_what_is_replaced_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    mine = out / THERE[name]
    mine.write_bytes(MINE)
    assert run([*command(name, out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["replaced"] == [str(mine)]
    assert mine.read_bytes() != MINE


@pytest.mark.parametrize("name", THERE)
def test_keep_refuses_and_leaves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    mine = out / THERE[name]
    mine.write_bytes(MINE)
    assert run([*command(name, out), "--keep"]) == (1 if name == "batch" else 2)
    said = capsys.readouterr().err
    assert mine.name in said and "is there already" in said
    assert mine.read_bytes() == MINE
    expected = [mine.name, "results.csv"] if name == "batch" else [mine.name]
    assert sorted(path.name for path in out.iterdir()) == expected


def test_a_person_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["-o", str(tmp_path / "a.png"), "--no-manifest"]
    assert run(["reenact", SOURCE, DRIVING, *out]) == 0
    assert "Replaced" not in capsys.readouterr().out
    assert run(["reenact", SOURCE, DRIVING, *out]) == 0
    assert f"Replaced what was there before: {tmp_path / 'a.png'}." in capsys.readouterr().out


def test_results_of_a_batch_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(command("batch", out)) == 0
    before = (out / "results.csv").read_bytes()
    assert run([*command("batch", out), "--keep"]) == 2
    assert "results.csv" in capsys.readouterr().err and (out / "results.csv").read_bytes() == before
