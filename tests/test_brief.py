"""Values of strangers inside sentences are short, on one line, and printable; JSON from strangers is JSON."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.brief import MOST, brief
from core.edits import Edits
from core.errors import InputError
from core.media.open_input import MAX_NAME, check_readable, quoted
from core.media.read_json import parse_json
from core.types import Controls


def nested(depth: int) -> object:
    found: object = []
    for _ in range(depth):
        found = [found]
    return found


STRANGE = [
    "x" * 10**6, 10**4000, 10**5000, -1e308, float("nan"), nested(5000), {"a" * 999: {"b": {"c": 1}}}, "\ud800\n\0",
    b"\xff" * 999, None, True, list(range(999)),
]  # fmt: skip


@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_one_short_printable_line(value: object) -> None:
    text = brief(value)
    assert 0 < len(text) <= MOST and text.isprintable()


def test_arrays_too() -> None:
    assert "\n" not in brief(np.zeros((50, 50))) and len(brief(np.zeros((50, 50)))) <= MOST


def test_what_is_short_is_shown_as_it_is() -> None:
    assert [brief(value) for value in ("both", 1.5, None, [1, 2], "ü")] == ["'both'", "1.5", "None", "[1, 2]", "'ü'"]


@pytest.mark.parametrize("value", [value for value in STRANGE if value is not None], ids=range(len(STRANGE) - 1))
@pytest.mark.parametrize("place", ["pose", "placement", "yaw", "unit", "name", "lock"])
def test_controls_refuse_them_in_a_short_sentence(place: str, value: object) -> None:
    text = value if isinstance(value, str) else brief(value)
    with pytest.raises(InputError) as caught:
        if place in ("pose", "placement"):
            Controls(**{place: value})  # type: ignore[arg-type]
        elif place == "yaw":
            Edits.from_json({"yaw": value})
        else:
            Edits.from_json(
                {"unit": {"units": {"jawOpen": value}}, "name": {"units": {text: 99}}}.get(place) or {"locked": [text]}
            )
    assert len(str(caught.value)) < 300 and str(caught.value).isprintable()


def test_thousands_of_units_are_no_edits() -> None:
    with pytest.raises(InputError, match="more than 500 expression units"):
        Edits.from_json({"units": {f"u{k}": 0.1 for k in range(10_000)}})


def test_a_long_path_keeps_its_beginning_and_its_name() -> None:
    path = "/home/somebody/" + "d" * 100_000 + "/" + "n" * 250 + ".png"
    text = quoted(path)
    assert len(text) == MAX_NAME + 2 and text.startswith("'/home/somebody/d") and text.endswith("n" * 250 + ".png'")
    with pytest.raises(InputError, match="usable file name"):
        check_readable(path)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "1" * 5000, r'"\ud800"', r'{"\udfff": 1}', "\ufeff{}", "", "{"]
)
def test_json_is_json_or_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


def test_whole_characters_may_be_written_in_halves(tmp_path: Path) -> None:
    assert parse_json(r'"\ud83d\ude00 \u00fc"') == "😀 ü"
