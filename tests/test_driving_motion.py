"""A driver that moves: followed, smoothed, absolute or relative to a neutral frame; part of it written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core import Reenactor
from core.cli.run import run
from core.errors import InputError, NoFaceError
from core.media.frame_store import FrameStore
from core.media.read_video import VideoReader
from core.pipeline import follow
from core.pipeline.encoded import EncodedFace
from core.pipeline.live_driver import LiveDriver
from core.pipeline.motion import Motion, transplant
from core.pipeline.samples import sample_source
from core.pipeline.smoothing import smooth_at
from core.pipeline.video_track import Span, _evenly, open_driver, track_video
from core.regression.driving_mesh import mix
from core.regression.landmarks import FaceLandmarker
from core.regression.pose import angles, compose, rotation_from_angles
from core.types import Coefficients, Controls, Image
from tests.media_samples import colourful, film

TALK = sample_source().parent / "driver_talk.mp4"
RAW = Motion(smoothing=0.0)


def coefficients(yaw: float = 0.0, jaw: float = 0.0, scale: float = 50.0, x: float = 128.0) -> Coefficients:
    expression = np.zeros(51, np.float32)
    expression[0] = jaw
    pose = compose(scale, rotation_from_angles(yaw, 0, 0), np.array([x, 128.0, 0.0]))
    return Coefficients(np.zeros(50, np.float32), expression, pose)


@pytest.fixture(scope="module")
def frames() -> list[Image]:
    with VideoReader(TALK) as video:
        return [frame.pixels for frame in video]


def test_the_neutral_frame_moves_nothing() -> None:
    source, neutral = coefficients(10, 0.2, 60, 100), coefficients(-7, 0.5, 45, 140)
    moved = transplant(source, neutral, neutral)
    np.testing.assert_allclose(moved.pose, source.pose, atol=1e-4)
    np.testing.assert_allclose(moved.expression, source.expression, atol=1e-6)


def test_relative_motion_is_added_to_the_source() -> None:
    source, neutral = coefficients(10, 0.2, 60, 100), coefficients(-7, 0.5, 45, 140)
    moved = transplant(source, coefficients(5, 0.6, 54, 149), neutral)
    assert angles(moved.pose)[0] == pytest.approx(22, abs=1e-3)
    assert moved.expression[0] == pytest.approx(0.3, abs=1e-6)
    scale = float(np.linalg.norm(moved.matrix[0, :3]))
    assert scale == pytest.approx(72, rel=1e-5)
    assert moved.matrix[0, 3] == pytest.approx(100 + 9 * 60 / 45, abs=1e-4)


def test_strength_beyond_one_exaggerates_relative_motion() -> None:
    source, neutral = coefficients(2, 0.3), coefficients(-3, 0.5)
    moved = transplant(source, coefficients(7, 0.7), neutral)
    mixed = mix(source, moved, Controls(pose=1.5, expression=1.5))
    assert angles(mixed.pose)[0] == pytest.approx(2 + 1.5 * 10, abs=1e-3)
    assert mixed.expression[0] == pytest.approx(0.3 + 1.5 * 0.2, abs=1e-6)


def test_live_smoothing_uses_what_is_known_and_ends_as_that_of_the_whole_clip() -> None:
    names = [f"unit{k}" for k in range(51)]
    rng = np.random.default_rng(0)
    track = [coefficients(10 + float(rng.normal(0, 1))) for _ in range(41)]
    times = np.arange(41) / 25
    yaw = [angles(smooth_at(20, times[:n], track[:n], 1.0, names).pose)[0] for n in (21, 41)]
    raw = angles(track[20].pose)[0]
    assert abs(yaw[1] - 10) < abs(raw - 10) or abs(yaw[1] - 10) < 0.3
    live = [angles(smooth_at(k, times[: k + 1], track[: k + 1], 1.0, names).pose)[0] for k in range(15, 41)]
    assert np.std(live) < 0.6
    assert yaw[0] != yaw[1], "the frames after count once they are known"


@pytest.mark.parametrize(
    "wrong", [{"smoothing": 1.1}, {"smoothing": float("nan")}, {"smoothing": True}, {"relative": 1}]
)
def test_motion_refuses_nonsense(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Motion(**wrong)  # type: ignore[arg-type]


def test_playing_tracks_and_searches_once(
    reenactor: Reenactor, frames: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[int] = []
    find = FaceLandmarker.find
    monkeypatch.setattr(FaceLandmarker, "find", lambda self, image: searches.append(1) or find(self, image))
    driver = LiveDriver(reenactor)
    yaws = []
    for k in range(0, 80, 4):
        yaws.append(angles(driver.see(k, k / 25, frames[k]).coefficients.pose)[0])
    assert len(searches) == 1
    driver.see(40, 40 / 25, frames[40])
    assert len(searches) == 1, "a known frame is not looked at again"
    assert np.ptp(yaws) > 5
    driver.see(2, 10.0, frames[2])
    assert len(searches) == 2, "after a jump the face is looked for anew"


def test_tracked_frames_agree_with_searched_ones(reenactor: Reenactor, frames: list[Image]) -> None:
    tracked, searched = LiveDriver(reenactor), LiveDriver(reenactor)
    for driver in (tracked, searched):
        driver.learn(frames[:1])
    for k in (0, 5, 10):
        a = tracked.see(k, k / 25, frames[k])
        b = searched.see(k, k * 10.0, frames[k])
        assert np.abs(a.landmarks - b.landmarks)[:, :2].mean() < 1.0
        assert a.crop == tracked.see(0, 0, frames[0]).crop, "one crop for all: the head does not pulse"


def test_a_frame_without_a_face_is_told_and_the_next_one_found(reenactor: Reenactor, frames: list[Image]) -> None:
    driver = LiveDriver(reenactor)
    driver.see(0, 0.0, frames[0])
    with pytest.raises(NoFaceError):
        driver.see(1, 0.04, np.zeros_like(frames[0]))
    assert not driver.knows(1)
    driver.see(2, 0.08, frames[2])
    assert driver.knows(2)


def test_the_face_that_was_chosen_is_followed_not_the_larger_one(reenactor: Reenactor, frames: list[Image]) -> None:
    def pair(k: int) -> Image:
        small = frames[k][::2, ::2]
        picture = np.full((320, 520, 3), 120, np.uint8)
        picture[:, :320] = frames[0]
        picture[80:240, 340:500] = small
        return picture

    boxes = LiveDriver(reenactor).see(0, 0.0, pair(0)).boxes
    assert len(boxes) == 2
    right = next(k for k, box in enumerate(boxes) if box.centre[0] > 320)
    driver = LiveDriver(reenactor, right)
    for k in (0, 4, 8):
        assert driver.see(k, k / 25, pair(k)).box.centre[0] > 320
    jumped = driver.see(60, 60 / 25 + 2 * follow.REACH, pair(60))
    assert jumped.box.centre[0] > 320


def test_a_part_of_a_video_relative_to_a_frame_of_it(reenactor: Reenactor, source: EncodedFace) -> None:
    span = Span(10, 16, neutral=13)
    track = track_video(reenactor, TALK, source.coefficients, Motion(True, 0.0), span)
    assert len(track.coefficients) == 7 and track.missing == 0
    np.testing.assert_allclose(track.coefficients[3].expression, source.coefficients.expression, atol=1e-5)
    np.testing.assert_allclose(track.coefficients[3].pose, source.coefficients.pose, atol=1e-3)
    absolute = track_video(reenactor, TALK, source.coefficients, RAW, span)
    assert np.abs(absolute.coefficients[3].expression - source.coefficients.expression).max() > 0.05


def test_the_window_and_the_export_see_the_same(reenactor: Reenactor, source: EncodedFace) -> None:
    motion = Motion(True, 0.6)
    track = track_video(reenactor, TALK, source.coefficients, motion, Span(0, 15))

    driver, moving = open_driver(reenactor, TALK)
    store = FrameStore(moving)
    for k in range(16):
        frame = store.get(k)
        assert frame is not None
        driver.see(k, frame.seconds, frame.pixels)
    shown = driver.driving(10, source.coefficients, motion, 0)
    store.close()
    np.testing.assert_allclose(shown.vector, track.coefficients[10].vector, atol=1e-4)


def test_spans_that_are_not_there(reenactor: Reenactor, source: EncodedFace) -> None:
    for span in (Span(80), Span(20, 10), Span(0, 5, 99)):
        with pytest.raises(InputError, match="has 80 frames"):
            track_video(reenactor, TALK, source.coefficients, RAW, span)


def test_uneven_frames_are_shown_at_an_even_rate() -> None:
    assert _evenly(np.arange(7) / 25 + 1e-4, 25).tolist() == list(range(7))
    assert _evenly(np.array([0.0, 0.1, 0.5, 0.6]), 10).tolist() == [0, 1, 1, 1, 2, 2, 3]
    assert _evenly(np.array([3.0]), 10).tolist() == [0]


def test_animate_takes_a_part_relative(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "o.mp4"
    part = ["--first", "10", "--last", "15", "--relative", "--neutral", "10", "--smoothing", "0"]
    common = ["--model", "geometric", "--no-manifest", "--no-watermark", "--json"]
    assert run(["animate", str(sample_source()), str(TALK), "-o", str(out), *part, "--alpha", "1.5", *common]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 6


def test_animate_takes_a_folder(tmp_path: Path, frames: list[Image], capsys: pytest.CaptureFixture[str]) -> None:
    from core.media.write_image import write_image

    folder, out = tmp_path / "faces", tmp_path / "o.gif"
    folder.mkdir()
    for k in (0, 20, 40):
        write_image(folder / f"{k}.png", frames[k])
    write_image(folder / "99.png", colourful())
    common = ["--model", "geometric", "--no-watermark", "--json"]
    assert run(["animate", str(sample_source()), str(folder), "-o", str(out), *common]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["frames"] == 4 and "1 of 4 frames show no face" in " ".join(facts["notes"])


def test_a_film_without_faces_is_told(tmp_path: Path, reenactor: Reenactor, source: EncodedFace) -> None:
    path = film(tmp_path / "a.mp4", [np.full((48, 64, 3), 90, np.uint8)] * 2)
    with pytest.raises(NoFaceError, match="No face was found in any frame"):
        track_video(reenactor, path, source.coefficients)
