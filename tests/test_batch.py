"""A batch on two cores: rows at a time, names and results in the order of the rows, each picture looked at once."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from app.application import SAMPLES
from app.workers.core_engine import CoreEngine
from core import Reenactor
from core.edits import Edits
from core.errors import Cancelled, InputError
from core.media.read_image import read_image
from core.pipeline.batch import run_batch
from core.pipeline.batch_rows import Row, read_rows
from core.provenance.marks import Marks
from core.types import Controls

PATIENCE = 60.0
BARE = Marks(manifest=False, watermark=False, label=False)


@pytest.fixture(autouse=True)
def two_cores() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def rows(*alphas: str, source: str = "collins.png") -> list[Row]:
    values = {"source": str(SAMPLES / source), "driving": str(SAMPLES / "driver_smile.png")}
    return [Row(k, {**values, "alpha": alpha}, SAMPLES) for k, alpha in enumerate(alphas, 1)]


def test_two_rows_are_made_at_a_time_and_named_in_order(
    tmp_path: Path, reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first row is held until the second is done, which it could not be on one core after the other."""
    second, looked, whole, look = threading.Event(), [], Reenactor.render, Reenactor.encode_source

    def render(self: Reenactor, source: Any, driving: Any, controls: Any) -> Any:
        if controls.pose == 0.25:
            assert second.wait(PATIENCE), "the rows are made one after the other"
        done = whole(self, source, driving, controls)
        if controls.pose == 0.75:
            second.set()
        return done

    def encode(self: Reenactor, *arguments: Any, **named: Any) -> Any:
        looked.append(1)
        return look(self, *arguments, **named)

    monkeypatch.setattr(Reenactor, "render", render)
    monkeypatch.setattr(Reenactor, "encode_source", encode)
    told: list[int] = []
    outcomes = run_batch(reenactor, rows("0.25", "0.75", "much"), tmp_path, lambda n, _: told.append(n), marks=BARE)
    assert [Path(each.output).name for each in outcomes] == [
        "collins__driver_smile.png",
        "collins__driver_smile__2.png",
        "",
    ]
    assert [each.status for each in outcomes] == ["done", "done", "failed"] and told == [1, 2, 3]
    assert len(looked) == 1, "both lanes want the same picture"


def test_stopped_what_was_begun_is_in_the_results(
    tmp_path: Path, reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, whole = [], Reenactor.render

    def render(self: Reenactor, *arguments: Any) -> Any:
        begun.append(1)
        return whole(self, *arguments)

    monkeypatch.setattr(Reenactor, "render", render)
    with pytest.raises(Cancelled):
        run_batch(reenactor, rows(*["0.5"] * 9), tmp_path, should_stop=lambda: len(begun) >= 2, marks=BARE)
    with (tmp_path / "results.csv").open(newline="", encoding="utf-8") as file:
        listed = [Path(row["output"]).name for row in csv.DictReader(file)]
    assert sorted(listed) == sorted(path.name for path in tmp_path.glob("*.png"))
    assert 2 <= len(listed) < 9


def test_a_bad_picture_fails_its_row_alone(tmp_path: Path, reenactor: Reenactor) -> None:
    wrong = rows("1", source="nothing.png")
    outcomes = run_batch(reenactor, [*wrong, *rows("1")], tmp_path, marks=BARE)
    assert [each.status for each in outcomes] == ["failed", "done"] and "nothing.png" in outcomes[0].error


def test_every_row_gets_the_edits(tmp_path: Path, reenactor: Reenactor) -> None:
    """As the same controls and edits give it for one pair."""
    edits = Edits(yaw=12.0, units=(("jawOpen", 0.6),), locked=frozenset({"eyes"}))
    (outcome,) = run_batch(reenactor, rows("0.5"), tmp_path, marks=BARE, edits=edits)
    source = reenactor.encode_source(read_image(SAMPLES / "collins.png").pixels)
    driving = reenactor.encode_driving(read_image(SAMPLES / "driver_smile.png").pixels)
    alone = reenactor.render(source, driving, Controls(0.5, 0.5, edits=edits)).image
    plain = reenactor.render(source, driving, Controls(0.5, 0.5)).image
    made = read_image(Path(outcome.output)).pixels
    assert np.abs(made.astype(int) - alone).max() <= 1 < np.abs(made.astype(int) - plain).max()


def test_relative_to_itself_a_driver_leaves_the_source_as_it_is(tmp_path: Path, reenactor: Reenactor) -> None:
    rest = SAMPLES / "driver_smile.png"
    run_batch(reenactor, rows("1"), tmp_path / "still", marks=BARE, neutral=rest)
    run_batch(reenactor, rows("0"), tmp_path / "none", marks=BARE)
    run_batch(reenactor, rows("1"), tmp_path / "taken over", marks=BARE)
    still, none, taken = (
        read_image(tmp_path / name / "collins__driver_smile.png").pixels.astype(int)
        for name in ("still", "none", "taken over")
    )
    assert np.abs(still - none).mean() < 0.5 < np.abs(taken - none).mean()


def test_a_neutral_picture_without_a_face_is_said_once(tmp_path: Path, reenactor: Reenactor) -> None:
    blank = tmp_path / "blank.png"
    PillowImage.new("RGB", (200, 200), "grey").save(blank)
    with pytest.raises(InputError, match="blank"):
        run_batch(reenactor, rows("1", "1"), tmp_path / "out", marks=BARE, neutral=blank)


def test_how_all_rows_were_made_stands_beside_the_results(tmp_path: Path, reenactor: Reenactor) -> None:
    """What is read back makes the same picture; the columns of the table stay as they are."""
    controls = Controls(0.5, 0.25, "source", Edits(yaw=9.0, units=(("jawOpen", 0.5),), locked=frozenset({"brows"})))
    pairs, rest = [(SAMPLES / "collins.png", SAMPLES / "driver_smile.png")], SAMPLES / "driver_turn.png"
    CoreEngine(reenactor).run_batch(pairs, tmp_path, controls, lambda *_: None, lambda: False, BARE, rest)
    found = json.loads((tmp_path / "batch.json").read_text(encoding="utf-8"))
    read = Controls(found["pose"], found["expression"], found["placement"], Edits.from_json(found["edits"]))
    assert read == controls and found["neutral"] == str(rest) and found["model"] == reenactor.backend
    with (tmp_path / "results.csv").open(newline="", encoding="utf-8") as file:
        assert next(csv.reader(file)) == ["source", "driving", "output", "status", "error", "milliseconds"]


def test_a_batch_of_the_command_writes_no_settings_and_one_that_cannot_begin_nothing(
    tmp_path: Path, reenactor: Reenactor
) -> None:
    run_batch(reenactor, [], tmp_path / "command", marks=BARE)
    with pytest.raises(InputError):
        run_batch(reenactor, [], tmp_path / "none", marks=BARE, neutral=tmp_path / "nothing.png", settings={})
    assert [path.name for path in sorted(tmp_path.rglob("*.*"))] == ["results.csv"]


def test_a_table_with_semicolons_is_told_from_one_without_columns(tmp_path: Path) -> None:
    """As Excel writes it in half of Europe: the columns are there, and to say they are missing would mislead."""
    table = tmp_path / "pairs.csv"
    table.write_text("\ufeffsource;driving;alpha\na.png;b.png;0,5\n", encoding="utf-8")
    with pytest.raises(InputError, match="semicolons"):
        read_rows(table)
