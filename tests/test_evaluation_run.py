"""Protocols, summaries and tables, and the command on a small data folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from core import Reenactor
from core.errors import InputError
from core.evaluation import __main__ as command
from core.evaluation import faces
from core.evaluation.data import Portrait, clip_person, read_split
from core.evaluation.methods import COPY, GEOMETRIC, LearnedModel
from core.evaluation.metrics.kid import ZScore
from core.evaluation.protocols import PROTOCOLS, Pair, draw_pairs, too_alike
from core.evaluation.run_pair import run_pair
from core.evaluation.score import Scores
from core.evaluation.smoothness import Smoothness, ratio
from core.evaluation.summary import RealPicture, kid_values, median_times, summarise
from core.evaluation.tables import ablation_table, scores_table, smoothness_table, times_table
from core.evaluation.tools import Kit, tools
from core.media.read_image import read_image
from core.media.write_image import write_image
from core.pipeline.encoded import EncodedFace
from core.pipeline.samples import SAMPLES

from .evaluation_samples import outcome, seen
from .networks_tiny import tiny


def test_people_are_told_by_their_files() -> None:
    assert Portrait(Path("x/london/012_smiling.jpg")).person == Portrait(Path("x/london/012_neutral.jpg")).person
    assert Portrait(Path("x/us/a_0.jpg")).person != Portrait(Path("x/uk/a_0.jpg")).person
    assert clip_person(Path("clips/WDA_Ann.mp4")) == clip_person(Path("clips/WDA_Ann-b.mp4"))
    assert clip_person(Path("clips/spk-id2.mpg")) != clip_person(Path("clips/spk-id3.mpg"))


def test_two_names_of_one_face_are_one_person(source: EncodedFace) -> None:
    al, alan = seen(source, "al.jpg", "al", code=0.1), seen(source, "alan.jpg", "alan", code=0.5)
    assert too_alike(al, alan)
    assert not too_alike(al, seen(source, "bob.jpg", "bob", code=0.7))
    assert not too_alike(al, seen(source, "bob.jpg", "bob"))
    assert too_alike(al, seen(source, "al_1.jpg", "al", code=3.0))


@pytest.mark.parametrize("text", [None, "", "{}", '{"dev": 3}', "[1]"])
def test_a_folder_without_a_split_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "split.json").write_text(text)
    with pytest.raises(InputError, match=r"split\.json"):
        read_split(tmp_path, "dev")


def test_protocols_depend_on_faces_and_seed_alone(source: EncodedFace) -> None:
    people = [seen(source, f"{person}_{k}.jpg", person) for person in "abc" for k in range(2)]
    people += [seen(source, f"{clip}.mp4#{k}", clip, "clip") for clip in "de" for k in range(3)]
    drawn = {p: [(x.source.name, x.driving.name) for x in draw_pairs(p, people, 40, 7)] for p in PROTOCOLS}
    for protocol, pairs in drawn.items():
        assert len(pairs) == 40
        assert pairs == [(x.source.name, x.driving.name) for x in draw_pairs(protocol, people, 40, 7)]
        assert pairs != [(x.source.name, x.driving.name) for x in draw_pairs(protocol, people, 40, 8)]
    assert all(a[0] == b[0] and a != b and "#" in a for a, b in drawn["self"])
    assert all(a[0] != b[0] and "#" not in a + b for a, b in drawn["cross"] + drawn["pseudo"])
    targets = [b for _, b in drawn["pseudo"]]
    assert {targets.count(name) for name in set(targets)} == {6, 7}  # photos in turn


def test_one_person_alone_gives_no_pairs_of_two(source: EncodedFace) -> None:
    alone = [seen(source, f"a_{k}.jpg", "a") for k in range(3)]
    assert [draw_pairs(p, alone, 5, 0) for p in PROTOCOLS] == [[], [], []]


OUTCOMES = [
    outcome(k, source, {COPY: {"CSIM": 1.0, "PRMSE dlib": None}, GEOMETRIC: {"CSIM": geometric, "PRMSE dlib": 3.0}})
    for k, (source, geometric) in enumerate([("a", 0.9), ("a", 0.7), ("b", 0.5)])
]


def test_clips_of_one_name_in_two_folders_are_not_one_clip(source: EncodedFace, driving: EncodedFace) -> None:
    people = [("anna/1", source), ("ben/1", driving)]
    frames = [seen(face, f"1.mp4#{k}", person, "clip") for person, face in people for k in range(3)]
    assert all(pair.source.person == pair.driving.person for pair in draw_pairs("self", frames, 20, 0))


def test_a_summary_counts_only_what_is_there() -> None:
    copy, geometric = (summarise(OUTCOMES, method, GEOMETRIC) for method in (COPY, GEOMETRIC))
    assert (geometric["CSIM"].mean, geometric["CSIM"].median, geometric["CSIM"].count) == (pytest.approx(0.7), 0.7, 3)
    assert "PRMSE dlib" not in copy
    assert (copy["CSIM"].low, copy["CSIM"].high) == (pytest.approx(0.2), pytest.approx(0.5))
    assert np.isnan(geometric["CSIM"].low)
    assert median_times(OUTCOMES, GEOMETRIC) == {"motion": 10.0, "warp": 1.0}


def test_kid_needs_features_everywhere() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(30, 4)).astype(np.float32)
    real = [RealPicture(each, str(k)) for k, each in enumerate(features)]
    none: dict[str, Scores] = {COPY: {}, GEOMETRIC: {}}
    made = [outcome(k, str(k), none, copy=list(f), geometric=list(f + 2)) for k, f in enumerate(features)]
    score = ZScore.of(features.astype(np.float64))
    values = kid_values(made, real, score, (COPY, GEOMETRIC), GEOMETRIC)
    assert values[COPY].value == pytest.approx(0, abs=1e-9)
    assert values[GEOMETRIC].value > 10
    assert values[COPY].low < values[COPY].value - values[GEOMETRIC].value < values[COPY].high < 0
    assert kid_values(OUTCOMES, real, score, (COPY, GEOMETRIC), GEOMETRIC) == {}


def test_tables_hold_the_numbers() -> None:
    values = {m: summarise(OUTCOMES, m, GEOMETRIC) for m in (COPY, GEOMETRIC)}
    lines = scores_table(values, {})
    assert lines[0] == "|  | copy | geometric |"
    assert lines[2] == "| CSIM ↑ | 1.000 (+0.200 … +0.500) | 0.700 |"
    assert lines[3] == "| PRMSE dlib ↓ (°) | – | 3.00 |"
    assert times_table({GEOMETRIC: {"motion": 12.34, "occlusion": 0.0}})[2:] == [
        "| motion net, or geometric flow | 12.3 |"
    ]
    model = LearnedModel(GEOMETRIC, Path(), True, tiny("ours_paper"), 1000, 8, "abc")
    assert ablation_table(values, [model])[2] == "| geometric | 0.700 | 3.00 | – | 1,000 × 8 = 8,000 |"


def test_smoothness_is_the_largest_step_over_the_mean() -> None:
    assert ratio([1.0, 1.0, 4.0]) == 2.0
    assert ratio([0.0, 0.0]) == 1.0
    rows = smoothness_table({"m": [Smoothness(1.5, 3.0, 20.0), Smoothness(1.1, None, None)]})
    assert rows[2] == "| m | 1.30 / 1.50 | 2 of 2 | 3.00 / 3.00 | 0 of 2 |"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("collins.png", "hopper.jpg"):
        write_image(folder / f"{Path(name).stem}_0.png", read_image(SAMPLES / name).pixels)
    (folder / "talk.mp4").write_bytes((SAMPLES / "driver_talk.mp4").read_bytes())
    (folder / "split.json").write_text(json.dumps({"dev": ["collins_0.png", "hopper_0.png", "talk.mp4"], "none": []}))
    return folder


@pytest.fixture
def without_scorers(monkeypatch: pytest.MonkeyPatch, reenactor: Reenactor) -> Iterator[None]:
    """As on a machine without requirements-eval.txt, with the loaded pipeline."""
    monkeypatch.setattr(Reenactor, "load", classmethod(lambda cls, *_, **__: reenactor))
    monkeypatch.setattr(faces, "FRAMES", 4)
    monkeypatch.setattr(faces, "CROSS_FRAMES", 1)
    for scorer in (command.DlibFaces, command.ImageFeatures):
        monkeypatch.setattr(scorer, "available", staticmethod(lambda: False))
    tools.cache_clear()
    yield
    tools.cache_clear()


def run(data: Path, out: Path, *options: str) -> Any:
    return CliRunner().invoke(command.main, [str(data), "-o", str(out), "--workers", "0", *options])


@pytest.mark.usefixtures("without_scorers")
def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_scored(data: Path, tmp_path: Path) -> None:
    listed = json.loads((data / "split.json").read_text())["dev"]
    (data / "split.json").write_text(json.dumps({"dev": [*listed, "phone.heic", "gone.mp4"]}))
    (data / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(200))
    done = run(data, tmp_path / "out", "--pairs", "2", "--paths", "0", "--grid", "0")
    assert done.exit_code == 0, done.output
    assert done.stderr.count("Left out: ") >= 2 and "phone.heic" in done.stderr and "gone.mp4" in done.stderr


@pytest.mark.usefixtures("without_scorers")
def test_the_command_writes_what_it_found(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(data, out, "--pairs", "3", "--paths", "1", "--grid", "1")
    assert done.exit_code == 0, done.output
    assert "requirements-eval.txt" in done.output and "KID" in done.output
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    found = {(row["protocol"], row["method"]) for row in rows}
    assert found == {(p, m) for p in PROTOCOLS for m in (COPY, GEOMETRIC)} | {("alpha", GEOMETRIC)}

    def mean(protocol: str, method: str, name: str) -> float:
        kept = [r[name] for r in rows if (r["protocol"], r["method"]) == (protocol, method) and r[name] is not None]
        return float(np.mean(kept))

    for protocol in PROTOCOLS:
        assert mean(protocol, GEOMETRIC, "PRMSE 478") < 0.6 * mean(protocol, COPY, "PRMSE 478")
    for protocol in ("self", "pseudo"):
        assert mean(protocol, GEOMETRIC, "PSNR") > mean(protocol, COPY, "PSNR") + 1
    report = (out / "report.md").read_text(encoding="utf-8")
    written = re.findall(r"PRMSE 478 ↓ \(°\) \|.*\| ([\d.]+) \|", report)
    assert written == [f"{mean(protocol, GEOMETRIC, 'PRMSE 478'):.2f}" for protocol in PROTOCOLS]
    assert "| CSIM" not in report and "1 pairs of different people" in report
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["scores"]["self"][GEOMETRIC]["PSNR"]["mean"] == pytest.approx(mean("self", GEOMETRIC, "PSNR"))
    assert {path.name for path in out.glob("*.png")} == {"self.png", "pseudo.png", "cross.png", "grid_geometric.png"}


@pytest.mark.usefixtures("without_scorers")
def test_a_pseudo_source_depends_on_seed_and_number_alone(source: EncodedFace, driving: EncodedFace) -> None:
    kit = Kit(dlib=False, features=False)
    donor, target = seen(driving, "b.jpg", "b"), seen(source, "a.jpg", "a")
    pictures = []
    for seed, number in ((1, 0), (1, 0), (1, 1), (2, 0)):
        made = run_pair(kit, True, Pair("pseudo", number, donor, target, seed))
        assert made is not None
        pictures.append(made.pictures[0])
    assert np.array_equal(pictures[0], pictures[1])
    assert all(np.abs(pictures[0].astype(float) - other).mean() > 1 for other in pictures[2:])


def test_a_kit_says_what_it_leaves_out() -> None:
    assert Kit().missing == []
    (sentence,) = Kit(dlib=False).missing
    assert "CSIM" in sentence and "KID" not in sentence and "requirements-eval.txt" in sentence


@pytest.mark.usefixtures("without_scorers")
@pytest.mark.parametrize(("options", "what"), [(("--model", "nothing"), "nothing"), (("--split", "none"), "none")])
def test_what_is_not_there_is_named(data: Path, tmp_path: Path, options: tuple[str, str], what: str) -> None:
    done = run(data, tmp_path / "out", "--pairs", "2", *options)
    assert isinstance(done.exception, InputError) and what in str(done.exception)
