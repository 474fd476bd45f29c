"""The bench counts what is computed, and its history tells what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from core.bench.flops import convolution_peak, gflop
from core.bench.history import compared, differences, keep, last
from core.bench.timing import summary, timed
from core.cli.run import run
from core.errors import InputError, OutputError
from core.networks import GeneratorInput
from core.networks.blocks import folded
from core.networks.inference import for_inference

from .networks_tiny import batch, build, stirred

HISTORY = Path(__file__).parents[1] / "resources" / "bench_history.jsonl"
BACKEND = "learned model live"


@pytest.fixture
def report() -> dict[str, Any]:
    times = {"re-render": {"median": 20.0, "iqr": 1.0}, "new step": {"median": 1.0, "iqr": 0.0}}
    return {
        "counts": {"GFLOP of a re-render": 8.0, "vertices": 4864},
        "times_ms": times,
        "gflop_per_s": {"convolution peak": 400.0, "re-render": 200.0},
        "share_of_peak": 0.5,
        "peak_memory_mb": 600,
        "runs": 15,
        "machine": {"backend": BACKEND},
    }


def test_products_are_counted_by_hand() -> None:
    conv, x = torch.nn.Conv2d(4, 8, 3, padding=1), torch.rand(2, 4, 10, 12)
    a, b = torch.rand(30, 50), torch.rand(50, 70)
    assert gflop(lambda: conv(x)) == round(2 * 2 * 10 * 12 * 4 * 8 * 9 / 1e9, 3)
    assert gflop(lambda: [a @ b for _ in range(100)]) == round(100 * 2 * 30 * 50 * 70 / 1e9, 3)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_fused_layers_are_counted_too(dtype: torch.dtype) -> None:
    """The source's share of a join moves to the encoder, everything else stays: the sums are equal."""
    net, inputs = folded(stirred(build("live", 128, norm="none"))).eval(), batch(1, 128)
    quick = for_inference(net, dtype)

    def both(generator: Any, given: GeneratorInput) -> None:
        with torch.inference_mode():
            generator.render(given, generator.encode_source(given.source))

    plain, fast = gflop(lambda: both(net, inputs)), gflop(lambda: both(quick, inputs))
    assert plain > 0.02 and fast == pytest.approx(plain, rel=0.15)


def test_no_machine_computes_faster_than_its_peak() -> None:
    assert 0.5 < convolution_peak(torch.device("cpu"), torch.float32) < 1e5


def test_medians_and_quartiles() -> None:
    assert summary([1, 2, 3, 4, 100]) == {"median": 3, "iqr": 50.5}
    calls: list[int] = []
    timed(calls.append, 3)
    assert calls == [0, 0, 0, 1, 2]


def test_the_last_line_of_a_backend_is_compared(tmp_path: Path, report: dict[str, Any]) -> None:
    path = tmp_path / "history.jsonl"
    keep(path, report)
    keep(path, report | {"machine": {"backend": "geometric flow"}})
    keep(path, report | {"counts": {"GFLOP of a re-render": 9.0, "triangles": 1}})
    entry = last(path, BACKEND)
    assert entry["counts"]["GFLOP of a re-render"] == 9.0 and len(path.read_text().splitlines()) == 3
    assert differences(report, entry) == [
        "GFLOP of a re-render: 8.0, was 9.0",
        "triangles: gone, was 1",
        "vertices: 4864, was not there",
    ]
    assert differences(report, last(path, "geometric flow")) == []
    entry["times_ms"] = {"re-render": {"median": 40.0, "iqr": 0.0}}
    (_, line) = compared(report, entry)
    assert line.split() == ["re-render", "40.0", "20.0", "0.50"]


@pytest.mark.parametrize("text", ["", "{}\n", "no json\n", '{"machine": 3}\n', '{"machine": {"backend": "other"}}\n'])
def test_a_history_that_is_no_help_says_so(tmp_path: Path, text: str, report: dict[str, Any]) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match=r"history\.jsonl"):
        last(path, BACKEND)
    with pytest.raises(InputError, match="cannot be read"):
        last(tmp_path / "none", BACKEND)
    with pytest.raises(OutputError, match="cannot be written"):
        keep(tmp_path, report)


def test_a_changed_count_fails_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, report: dict[str, Any]
) -> None:
    path = tmp_path / "history.jsonl"
    shown = {"table_5_ms": {}, "machine": dict.fromkeys(("device", "computes in", "threads", "instructions", "torch"))}
    shown["machine"] |= {"backend": "geometric flow", "notice": ""}
    monkeypatch.setattr("core.cli.bench.measure", lambda *_: report | shown)
    command = ["bench", "--model", "geometric"]
    assert run([*command, "--keep", str(path)]) == 0
    assert run([*command, "--compare", str(path)]) == 0
    assert "ratio" in capsys.readouterr().out
    report["counts"]["vertices"] += 1
    assert run([*command, "--compare", str(path)]) == 1
    out, err = capsys.readouterr()
    assert err == "Changed: vertices: 4865, was 4864\n" and "4,865" in out
    assert run([*command, "--compare", str(tmp_path / "none")]) == 2


def test_the_history_that_is_kept_is_of_the_shipped_model() -> None:
    entry = last(HISTORY, BACKEND)
    assert 0 < entry["counts"]["GFLOP of a re-render"] < 12 and entry["counts"]["vertices"] > 4000
