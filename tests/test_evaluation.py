"""The metrics against hand-made cases, and the command on a small data folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from core import Reenactor
from core.errors import InputError
from core.evaluation.__main__ import main
from core.evaluation.data import Portrait, read_split
from core.evaluation.metrics.actions import RANGES, actions, aucon, expression_error
from core.evaluation.metrics.pose_rmse import pose_rmse
from core.evaluation.metrics.psnr import psnr
from core.evaluation.metrics.rigid import RigidPose, rigid_pose
from core.evaluation.metrics.separation import separation_auc
from core.evaluation.metrics.ssim import ssim
from core.evaluation.score import summary
from core.face_model.model import FaceModel
from core.media.read_image import read_image
from core.media.write_image import write_image
from core.pipeline.samples import SAMPLES
from core.regression.pose import apply, compose, rotation_from_angles


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


def seen(model: FaceModel, yaw: float = 0, pitch: float = 0, roll: float = 0, **units: float) -> RigidPose:
    expression = np.zeros(51, np.float32)
    for name, value in units.items():
        expression[model.expression_names.index(name)] = value
    vertices = model.vertices(np.zeros(50, np.float32), expression)
    pose = compose(60, rotation_from_angles(yaw, pitch, roll), np.array([128.0, 120.0, 0.0]))
    return rigid_pose(apply(pose, model.landmarks(vertices)), model.landmarks(model.mean))


def test_pose_rmse_of_known_turns(model: FaceModel) -> None:
    assert pose_rmse(seen(model, 10), seen(model, 10)) == pytest.approx(0, abs=1e-4)
    assert pose_rmse(seen(model, 10), seen(model, 4)) == pytest.approx(6 / 3**0.5, abs=0.02)
    assert pose_rmse(seen(model, 3, -6, 9), seen(model)) == pytest.approx((126 / 3) ** 0.5, abs=0.05)
    assert pose_rmse(RigidPose((0, 0, 179), np.zeros((478, 3))), RigidPose((0, 0, -179), np.zeros((478, 3)))) < 1.2


def test_pose_is_not_moved_by_expression(model: FaceModel) -> None:
    talking = seen(model, 12, jawOpen=0.7, mouthSmileLeft=0.5, browInnerUp=0.5)
    assert pose_rmse(talking, seen(model, 12)) < 0.8


@pytest.mark.parametrize(
    ("unit", "names"),
    [
        ("jawOpen", ["lips parted"]),
        ("eyeBlinkLeft", ["right lid closed"]),
        ("eyeBlinkRight", ["left lid closed"]),
        ("browInnerUp", ["left brow up", "right brow up"]),
    ],
)
def test_each_unit_moves_its_quantity(model: FaceModel, unit: str, names: list[str]) -> None:
    """Quantities are named as in the image: the person's left is the image's right."""
    rest, moved = actions(seen(model)), actions(seen(model, **{unit: 0.8}))
    low, high = np.array(list(RANGES.values())).T
    change = dict(zip(RANGES, (moved - rest) / (high - low)))
    assert all(change[name] > 0.15 for name in names)
    assert {name for name, value in change.items() if value > 0.15} == set(names)


def test_expression_error_ignores_pose(model: FaceModel) -> None:
    assert expression_error(seen(model, 20, 5), seen(model, -20)) < 1e-3
    assert expression_error(seen(model, jawOpen=0.6), seen(model)) > 0.1
    assert aucon(seen(model, 20), seen(model)) == 1
    assert aucon(seen(model, jawOpen=0.8), seen(model)) < 1


def test_ssim_and_psnr_of_known_pictures() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (64, 64, 3), dtype=np.uint8)
    assert ssim(image, image) == 1
    assert psnr(image, image) == 100
    assert psnr(np.zeros_like(image), np.full_like(image, 255)) == 0
    assert psnr(image, image ^ 1) == pytest.approx(20 * np.log10(255), abs=1e-6)
    assert ssim(image, rng.integers(0, 255, image.shape, dtype=np.uint8)) < 0.1


def test_ssim_against_the_plain_formula() -> None:
    rng = np.random.default_rng(1)
    x, y = (rng.integers(0, 255, (13, 13, 3)).astype(np.uint8) for _ in range(2))
    taps = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    window = np.outer(taps, taps) / taps.sum() ** 2
    values = []
    for c in range(3):
        for i in range(5, 8):
            for j in range(5, 8):
                a, b = (p[i - 5 : i + 6, j - 5 : j + 6, c].astype(float) for p in (x, y))
                ma, mb = (window * a).sum(), (window * b).sum()
                va, vb = (window * (a - ma) ** 2).sum(), (window * (b - mb) ** 2).sum()
                cov = (window * (a - ma) * (b - mb)).sum()
                c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
                values.append((2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2)))
    assert ssim(x, y) == pytest.approx(np.mean(values), abs=1e-9)


def test_separation() -> None:
    people = [np.array([[0.0], [1.0]]), np.array([[10.0], [11.0]])]
    assert separation_auc(people) == 1
    assert separation_auc([np.array([[0.0], [11.0]]), np.array([[1.0], [10.0]])]) == 0.25
    assert separation_auc([np.zeros((2, 3)), np.zeros((2, 3))]) == 0.5


def test_summary_counts_only_what_is_there() -> None:
    result = summary([{"a": 1.0, "b": None}, {"a": 3.0, "b": 4.0}])
    assert result == {"pairs": 2, "a": {"mean": 2.0, "median": 2.0}, "b": {"mean": 4.0, "median": 4.0}}


def test_people_are_told_by_their_files() -> None:
    assert Portrait(Path("x/london/012_smiling.jpg")).person == Portrait(Path("x/london/012_neutral.jpg")).person
    assert Portrait(Path("x/us/a_0.jpg")).person != Portrait(Path("x/uk/a_0.jpg")).person


@pytest.mark.parametrize("text", [None, "", "{}", '{"dev": 3}', "[1]"])
def test_a_folder_without_a_split_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "split.json").write_text(text)
    with pytest.raises(InputError, match=r"split\.json"):
        read_split(tmp_path, "dev")


def test_the_command_writes_report_and_sheets(
    tmp_path: Path, reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reenactor, "load", classmethod(lambda cls, device="auto": reenactor))
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    for name in ("collins.png", "hopper.jpg"):
        write_image(data / f"{Path(name).stem}_0.png", read_image(SAMPLES / name).pixels)
    (data / "talk.mp4").write_bytes((SAMPLES / "driver_talk.mp4").read_bytes())
    (data / "split.json").write_text(json.dumps({"dev": ["collins_0.png", "hopper_0.png", "talk.mp4"]}))
    done = CliRunner().invoke(main, [str(data), "-o", str(out), "--pairs", "6"])
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    assert {(row["protocol"], row["method"]) for row in rows} == {
        (p, m) for p in ("self", "cross") for m in ("copy the source", "geometric flow")
    }
    flow, copy = (
        np.mean([row["PRMSE"] for row in rows if row["method"] == method and row["PRMSE"] is not None])
        for method in ("geometric flow", "copy the source")
    )
    assert flow < 0.6 * copy
    assert (out / "self.png").exists()
    assert (out / "cross.png").exists()
    assert "PRMSE" in (out / "report.md").read_text()
