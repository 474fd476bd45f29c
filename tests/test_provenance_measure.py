"""The measurement of the marks keeps what it has when it is stopped."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from core.media.write_image import write_image
from core.provenance import measure
from core.provenance.detect import Reading

NOTHING = Reading(False, 4.0, 0.0, (False,) * 32, 16, 1.0, False)


@pytest.mark.parametrize("pictures", [11, 14])
def test_what_was_measured_is_kept_when_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pictures: int
) -> None:
    """Stopped at the thirteenth picture: the figures of ten are there, and are not called complete."""
    data, report, seen = tmp_path / "data", tmp_path / "report.json", []
    data.mkdir()
    for k in range(pictures):
        write_image(data / f"{k}.png", np.full((48, 48, 3), 10 * k, np.uint8))

    def looked(frames: list[np.ndarray]) -> Reading:
        seen.append(frames)
        if len(seen) > 16:  # twelve pictures, and every third of them once more
            raise KeyboardInterrupt
        return NOTHING

    monkeypatch.setattr(measure, "detect", looked)
    monkeypatch.setattr(measure, "ATTACKS", {"none": lambda image: image, "as it is": lambda image: image})
    options = ["--outputs", "0", "--unmarked", str(pictures), "--runs", "1", "-o", str(report)]
    CliRunner().invoke(measure.main, [str(data), *options])
    found = json.loads(report.read_text())
    assert found["complete"] is (pictures == 11)
    assert found["unmarked"]["pictures"] == (11 if pictures == 11 else 10)
    assert found["unmarked"]["found"] == 0
    expected = [(side, suffix) for side in (256, 512) for suffix in ("png", "jpg")]
    assert [(row["side"], row["format"]) for row in found["cost"]] == expected
    assert all(0 < row["watermark_ms"] < row["both_ms"] for row in found["cost"])
