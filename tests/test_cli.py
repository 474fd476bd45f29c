"""The commands as other programs call them: outputs, JSON, exit codes, one line of error, nothing left behind."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image as PillowImage

from core import Reenactor
from core.cli.run import run
from core.errors import WeightsError
from core.media.read_image import read_image
from core.media.read_video import VideoReader
from core.pipeline.samples import SAMPLES, sample_driving, sample_source

SOURCE, DRIVING = str(sample_source()), str(sample_driving())
VIDEO = str(SAMPLES / "driver_talk.mp4")


@pytest.fixture(autouse=True)
def loaded_once(reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands load the same pipeline again and again; here one serves them all."""
    monkeypatch.setattr(Reenactor, "load", classmethod(lambda cls, device="auto", model=None: reenactor))


def fails(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    """Runs a command that must fail: its code, one line on stderr, no traceback, nothing on stdout."""
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def hidden_files(folder: Path) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.name.startswith(".")]


def test_reenact_writes_the_crop_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "with space ü.png"
    assert run(["reenact", SOURCE, DRIVING, "-o", str(out), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert read_image(out).pixels.shape == (256, 256, 3)
    assert facts["output"] == str(out)
    assert facts["patch"] == 256
    assert set(facts["timings_ms"]) == {"regression", "motion", "occlusion", "warp", "decode"}
    assert facts["source"]["faces"] == 1


def test_alpha_zero_is_the_source_and_one_is_not(tmp_path: Path, reenactor: Reenactor) -> None:
    crop = reenactor.encode_source(read_image(SOURCE).pixels).image
    for alpha in ("0", "1"):
        out = ["-o", str(tmp_path / f"{alpha}.png"), "--no-watermark"]
        assert run(["reenact", SOURCE, DRIVING, *out, "--alpha", alpha]) == 0
    assert np.array_equal(read_image(tmp_path / "0.png").pixels, crop)
    assert np.abs(read_image(tmp_path / "1.png").pixels.astype(int) - crop).mean() > 3


def test_alpha_equals_pose_and_expression(tmp_path: Path) -> None:
    once = ["--alpha", "0.6", "--no-manifest"]  # a manifest is numbered anew each time
    assert run(["reenact", SOURCE, DRIVING, "-o", str(tmp_path / "a.png"), *once]) == 0
    both = ["--pose", "0.6", "--expression", "0.6", "--no-manifest"]
    assert run(["reenact", SOURCE, DRIVING, "-o", str(tmp_path / "b.png"), *both]) == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_whole_crop_is_256(tmp_path: Path) -> None:
    out = tmp_path / "o.png"
    assert run(["reenact", SOURCE, DRIVING, "-o", str(out), "--crop", "whole", "--placement", "driving"]) == 0
    assert read_image(out).pixels.shape == (256, 256, 3)


def test_paste_back_is_the_full_size(tmp_path: Path) -> None:
    out = tmp_path / "o.png"
    assert run(["reenact", SOURCE, DRIVING, "-o", str(out), "--paste-back", "--no-watermark"]) == 0
    pasted, original = read_image(out).pixels, read_image(SOURCE).pixels
    assert pasted.shape == original.shape
    assert np.array_equal(pasted[-60:], original[-60:])  # the suit, far below the face
    assert not np.array_equal(pasted, original)


def test_panels(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "panels"
    assert run(["reenact", SOURCE, DRIVING, "-o", str(tmp_path / "o.jpg"), "--panels", str(folder)]) == 0
    names = {"source", "driving", "source_mesh", "driving_mesh", "flow", "occlusion", "change", "result", "panels"}
    assert {p.stem for p in folder.iterdir()} == names


@pytest.mark.parametrize("suffix", [".gif", ".mp4", ".webp"])
def test_animate_a_still(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"o{suffix}"
    assert run(["animate", SOURCE, DRIVING, "-o", str(out), "--frames", "4"]) == 0
    with VideoReader(out) as video:
        assert sum(1 for _ in video) == 6  # 0 1 2 3 2 1


def test_animate_a_video(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "o.mp4"
    assert run(["animate", SOURCE, VIDEO, "-o", str(out), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["frames"], facts["fps"], facts["driving"]) == (80, 25.0, "video")
    with VideoReader(out) as video:
        frames = [frame.pixels.astype(int) for frame in video]
    assert len(frames) == 80
    steps = [np.abs(b - a).mean() for a, b in pairwise(frames)]
    assert max(steps) < 6  # nothing jumps
    assert np.abs(frames[20] - frames[60]).mean() > 2  # and it moves


def test_batch_goes_on_past_bad_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "out"
    pairs.write_text(
        "source,driving,alpha,pose,expression,placement,crop\n"
        f"{SOURCE},{DRIVING},,,,,\n"
        f"{SOURCE},missing.png,1,,,,\n"
        f"{SOURCE},{DRIVING},0.5,,,driving,whole\n"
        f"{SOURCE},{DRIVING},0.5,1,,,\n"
        f"{SOURCE},{DRIVING},much,,,,\n",
        encoding="utf-8",
    )
    assert run(["batch", str(pairs), "-o", str(out), "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert (facts["done"], facts["failed"]) == (2, 3)
    with (out / "results.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["source", "driving", "output", "status", "error", "milliseconds"]
    assert [row["status"] for row in rows] == ["done", "failed", "done", "failed", "failed"]
    assert Path(rows[0]["output"]).name == "collins__driver_smile.png"
    assert Path(rows[2]["output"]).name == "collins__driver_smile__2.png"
    assert all(Path(row["output"]).exists() for row in rows if row["status"] == "done")
    assert all(row["error"] and not row["output"] for row in rows if row["status"] == "failed")
    assert hidden_files(tmp_path) == []


def test_batch_finds_paths_beside_the_csv(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(Path(SOURCE).read_bytes())
    (tmp_path / "p.csv").write_text("﻿Source,DRIVING\na.png,a.png\n", encoding="utf-8")
    assert run(["batch", str(tmp_path / "p.csv"), "-o", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "a__a.png").exists()


@pytest.mark.parametrize("text", ["", "source\nx\n", "source,driving\n", "\x00\xff\xfe", 'source,driving\n"x'])
def test_batch_refuses_what_is_no_pairs_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(text.encode("latin-1", "replace"))
    fails(capsys, "batch", str(path), "-o", str(tmp_path / "out"))
    fails(capsys, "batch", str(tmp_path), "-o", str(tmp_path / "out"))
    fails(capsys, "batch", str(tmp_path / "no.csv"), "-o", str(tmp_path / "out"))


def test_inspect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mesh = tmp_path / "head.glb"
    assert run(["inspect", SOURCE, "--json", "--mesh", str(mesh)]) == 0
    facts = json.loads(capsys.readouterr().out)
    (face,) = facts["faces"]
    assert len(face["coefficients"]["identity"]) == 50
    assert len(face["coefficients"]["expression"]) == 51
    assert len(face["coefficients"]["pose"]) == 12
    assert face["coefficients"]["expression"]["mouthSmileLeft"] > 0.05
    assert set(face["pose"]) == {"yaw", "pitch", "roll"}
    assert len(trimesh.load(mesh, force="mesh").faces) == 9592


def test_inspect_sees_the_drivers_turn(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(SAMPLES / "driver_turn.png"), "--json"]) == 0
    pose = json.loads(capsys.readouterr().out)["faces"][0]["pose"]
    assert 22 < pose["yaw"] < 34  # the picture was rendered at 26°
    assert -12 < pose["pitch"] < 0  # at −6°


def test_inspect_without_a_face_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "grey.png"
    PillowImage.new("RGB", (300, 300), "grey").save(path)
    assert run(["inspect", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["faces"] == []
    assert "grey.png" in fails(capsys, "inspect", str(path), "--mesh", str(tmp_path / "m.obj"))


def test_two_faces(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    collins, hopper = (PillowImage.open(SAMPLES / name).convert("RGB") for name in ("collins.png", "hopper.jpg"))
    both = PillowImage.new("RGB", (1024, 600))
    both.paste(collins, (0, 0))
    both.paste(hopper, (512, 0))
    path, out = tmp_path / "both.png", tmp_path / "o.png"
    both.save(path)
    assert run(["reenact", str(path), DRIVING, "-o", str(out)]) == 0
    assert "2 faces" in capsys.readouterr().out
    first = read_image(out).pixels
    assert run(["reenact", str(path), DRIVING, "-o", str(out), "--source-face", "1"]) == 0
    assert np.abs(read_image(out).pixels.astype(int) - first).mean() > 20
    capsys.readouterr()
    assert "counted from 0" in fails(capsys, "reenact", str(path), DRIVING, "-o", str(out), "--source-face", "7")


def bad_inputs(folder: Path) -> dict[str, Path]:
    """Name → file that reenact must refuse."""
    grey = PillowImage.new("RGB", (200, 200), "grey")
    paths = {name: folder / f"{name}.png" for name in ("text", "empty", "tiny", "truncated", "faceless", "missing")}
    paths["text"].write_text("this is not an image")
    paths["empty"].write_bytes(b"")
    PillowImage.new("RGB", (1, 1)).save(paths["tiny"])
    paths["truncated"].write_bytes(Path(SOURCE).read_bytes()[:40_000])
    grey.save(paths["faceless"])
    paths["folder"] = folder
    return paths


@pytest.mark.parametrize("kind", ["text", "empty", "tiny", "truncated", "faceless", "missing", "folder"])
@pytest.mark.parametrize("role", ["source", "driving"])
def test_bad_input_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, role: str
) -> None:
    bad = bad_inputs(tmp_path)[kind]
    before = sorted(tmp_path.iterdir())
    out = tmp_path / "out.png"
    pair = (str(bad), DRIVING) if role == "source" else (SOURCE, str(bad))
    message = fails(capsys, "reenact", *pair, "-o", str(out), "--json")
    assert bad.name in message
    fails(capsys, "animate", *pair, "-o", str(tmp_path / "out.gif"), "--json")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "I;16"])
def test_every_kind_of_pixels(tmp_path: Path, mode: str) -> None:
    picture = PillowImage.open(SOURCE)
    path = tmp_path / ("o.jpg" if mode == "CMYK" else "o.png")
    if mode == "I;16":
        grey = np.asarray(picture.convert("L")).astype(np.uint16) * 257
        PillowImage.fromarray(grey).save(path)
    else:
        picture.convert(mode).save(path)
    out = tmp_path / "out.png"
    assert run(["reenact", str(path), DRIVING, "-o", str(out)]) == 0
    assert read_image(out).pixels.shape == (256, 256, 3)


@pytest.mark.parametrize(
    "output",
    ["no/such/folder/o.png", "o.tiff2", "o", "file.txt/o.png", "."],
    ids=["parent", "suffix", "bare", "file", "dir"],
)
def test_unwritable_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("x")
    for command in ("reenact", "animate"):
        fails(capsys, command, SOURCE, DRIVING, "-o", output)
    assert [p.name for p in tmp_path.iterdir()] == ["file.txt"]


def test_the_output_may_not_be_an_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "me.png"
    path.write_bytes(Path(SOURCE).read_bytes())
    assert "inputs" in fails(capsys, "reenact", str(path), DRIVING, "-o", str(path))
    assert path.read_bytes() == Path(SOURCE).read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["reenact", SOURCE],
        ["reenact", SOURCE, DRIVING],
        ["reenact", SOURCE, DRIVING, "-o", "x.png", "--alpha", "2"],
        ["reenact", SOURCE, DRIVING, "-o", "x.png", "--alpha", "nan"],
        ["animate", SOURCE, VIDEO, "-o", "x.mp4", "--smoothing", "nan"],
        ["reenact", SOURCE, DRIVING, "-o", "x.png", "--alpha", "1", "--pose", "1"],
        ["reenact", SOURCE, DRIVING, "-o", "x.png", "--placement", "left"],
        ["reenact", SOURCE, DRIVING, "-o", "x.png", "--crop", "round"],
        ["nonsense"],
        ["--nonsense"],
        ["inspect", SOURCE, "--mesh", "head.stl2"],
        ["reenact", VIDEO, DRIVING, "-o", "x.png"],
    ],
)
def test_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fails(capsys, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_an_unexpected_error_is_one_line_and_logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("core.log.file.state_folder", lambda: tmp_path)
    monkeypatch.setattr(Reenactor, "render", broken)
    message = fails(capsys, "reenact", SOURCE, DRIVING, "-o", str(tmp_path / "o.png"), code=1)
    assert "RuntimeError" in message
    assert "boom" in (tmp_path / "mimesh.log").read_text()


def test_interrupting_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, reenactor: Reenactor
) -> None:
    calls = []
    whole = Reenactor.render

    def interrupted(self: Reenactor, *arguments: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Reenactor, "render", interrupted)
    assert run(["animate", SOURCE, DRIVING, "-o", str(tmp_path / "o.gif")]) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("short_bench")
def test_bench_and_doctor_speak_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--json", "--runs", "3"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["times_ms"]["re-render"]["median"] > 0
    assert {"motion", "warp"} <= set(report["stages_ms"])
    assert report["counts"]["GFLOP of a re-render"] == 0  # no network draws
    assert report["machine"]["computes in"] == "float32" and report["peak_memory_mb"] > 100
    assert run(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["healthy"] is True


@pytest.mark.parametrize("role", [0, 1])
def test_panels_never_overwrite_an_input(tmp_path: Path, capsys: pytest.CaptureFixture[str], role: int) -> None:
    mine = tmp_path / "result.png"
    before = Path(SOURCE).read_bytes()
    mine.write_bytes(before)
    pair = [SOURCE, DRIVING]
    pair[role] = str(mine)
    fails(capsys, "reenact", *pair, "-o", str(tmp_path / "o.png"), "--panels", str(tmp_path))
    assert mine.read_bytes() == before


def test_panels_never_overwrite_the_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fails(capsys, "reenact", SOURCE, DRIVING, "-o", str(tmp_path / "flow.png"), "--panels", str(tmp_path))


def test_a_mesh_never_overwrites_its_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "photo.glb"
    picture.write_bytes(Path(SOURCE).read_bytes())
    fails(capsys, "inspect", str(picture), "--mesh", str(picture))


def test_results_never_overwrite_the_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = tmp_path / "results.csv"
    pairs.write_text(f"source,driving\n{SOURCE},{DRIVING}\n", encoding="utf-8")
    fails(capsys, "batch", str(pairs), "-o", str(tmp_path))


def test_results_that_cannot_be_written_are_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(f"source,driving\n{SOURCE},{DRIVING}\n", encoding="utf-8")
    (tmp_path / "out" / "results.csv").mkdir(parents=True)
    fails(capsys, "batch", str(pairs), "-o", str(tmp_path / "out"))
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["results.csv"]


def test_a_device_is_no_pairs_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fails(capsys, "batch", "/dev/zero", "-o", str(tmp_path))


def test_a_name_that_is_too_long(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "o.png").touch()
    assert "usable file name" in fails(capsys, "reenact", "a" * 300 + ".png", DRIVING, "-o", str(tmp_path / "o.png"))


def test_kill_leaves_nothing_behind(tmp_path: Path) -> None:
    """As `timeout` and service managers end a command: in the middle of the writing."""
    code = "import sys; from core.cli.run import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "animate", SOURCE, DRIVING, "-o", str(tmp_path / "a.gif"), "--frames", "600"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not hidden_files(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert hidden_files(tmp_path)
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_json_goes_through_any_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A Windows pipe is cp1252; the names of files are anything."""
    picture = tmp_path / "照片.png"
    picture.write_bytes(Path(SOURCE).read_bytes())
    assert run(["inspect", str(picture), "--json"]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out)["file"] == str(picture)


def test_stopping_a_batch_keeps_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reenactor: Reenactor, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs, out = tmp_path / "p.csv", tmp_path / "out"
    pairs.write_text("source,driving,alpha\n" + "".join(f"{SOURCE},{DRIVING},{a}\n" for a in (0.2, 0.4, 0.6)))
    calls = []
    whole = Reenactor.render

    def interrupted(self: Reenactor, *arguments: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Reenactor, "render", interrupted)
    assert run(["batch", str(pairs), "-o", str(out)]) == 130
    with (out / "results.csv").open(newline="", encoding="utf-8") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["done"]


def test_a_swallowed_interrupt_still_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some libraries swallow KeyboardInterrupt while they are imported; the request is remembered."""
    asked = []
    whole = Reenactor.render

    def swallowing(self: Reenactor, *arguments: object) -> object:
        asked.append(1)
        if len(asked) == 2:
            with contextlib.suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        return whole(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Reenactor, "render", swallowing)
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    try:
        assert run(["animate", SOURCE, DRIVING, "-o", str(tmp_path / "o.gif")]) == 130
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])
    assert list(tmp_path.iterdir()) == []


def test_a_failed_job_makes_no_panels_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = bad_inputs(tmp_path)["faceless"]
    fails(
        capsys, "reenact", str(bad), DRIVING, "-o", str(tmp_path / "o.png"), "--panels", str(tmp_path / "new" / "dir")
    )
    assert not (tmp_path / "new").exists()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert (
        tomllib.loads((SAMPLES.parents[1] / "pyproject.toml").read_text())["project"]["version"]
        in capsys.readouterr().out
    )


def test_doctor_names_damaged_weights(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def damaged(name: str) -> None:
        raise WeightsError(f"The weights file {name}.safetensors is damaged.")

    monkeypatch.setattr("core.weights.load_weights", damaged)
    assert run(["doctor", "--json"]) == 1
    out, err = capsys.readouterr()
    facts = json.loads(out)
    assert facts["healthy"] is False
    (weights,) = [check for check in facts["checks"] if check["name"] == "weights"]
    assert "damaged" in weights["says"]
    assert err.startswith("Error: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["bench"], []])
@pytest.mark.parametrize("missing", ["click", "platformdirs"])
def test_a_python_without_the_packages_is_told_what_to_do(arguments: list[str], missing: str) -> None:
    hide = f"import sys, runpy; sys.modules[{missing!r}] = None; sys.argv = ['main.py', *{arguments!r}]; "
    command = [sys.executable, "-c", hide + "runpy.run_path('main.py', run_name='__main__')"]
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert missing in done.stderr and "make setup" in done.stderr and "Traceback" not in done.stderr
