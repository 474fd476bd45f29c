"""From a folder of photos and clips to a cache of faces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from core import Reenactor, processes
from core.errors import InputError
from core.evaluation.data import read_split, split_of
from core.media.write_image import write_image
from core.pipeline.encoded import EncodedFace
from core.pipeline.samples import sample_driving, sample_source
from core.training import encode, prepare
from core.training.cache import FaceCache, read_facts
from core.training.listing import Medium, list_media
from core.training.prepare import main

from .training_samples import InProcess, make_cache


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_split_json_decides_who_trains(tmp_path: Path) -> None:
    touch(tmp_path, "a/x_0.jpg", "a/x_1.jpg", "b.mp4")
    (tmp_path / "split.json").write_text(json.dumps({"train": ["a/x_0.jpg", "b.mp4"], "dev": ["a/x_1.jpg"]}))
    assert [(m.path.name, m.kind) for m in list_media(tmp_path, "train")] == [("x_0.jpg", "still"), ("b.mp4", "clip")]
    assert [m.path.name for m in list_media(tmp_path, "dev")] == ["x_1.jpg"]


def test_a_plain_folder_is_split_by_person(tmp_path: Path) -> None:
    touch(tmp_path, *(f"p{k}_{shot}.jpg" for k in range(60) for shot in (0, 1)), "notes.txt")
    lists = {name: list_media(tmp_path, name) for name in ("train", "dev")}
    people = {name: {m.person for m in media} for name, media in lists.items()}
    assert not people["train"] & people["dev"]
    assert sum(map(len, lists.values())) == 120 and 0 < len(people["dev"]) < 20
    assert all(split_of(person) == name for name in people for person in people[name])


def test_what_phones_write_is_found_to_be_used_or_named(tmp_path: Path) -> None:
    touch(tmp_path, *(f"p{k}_0.{suffix}" for k, suffix in enumerate(("heic", "avif", "JPG", "m4v", "3gp"))))
    (tmp_path / "folder.jpg").mkdir()
    found = {m.path.name: m.kind for name in ("train", "dev") for m in list_media_or_none(tmp_path, name)}
    assert found == {"p0_0.heic": "still", "p1_0.avif": "still", "p2_0.JPG": "still", "p3_0.m4v": "clip",
                     "p4_0.3gp": "clip"}  # fmt: skip


def list_media_or_none(folder: Path, name: str) -> list[Medium]:
    try:
        return list_media(folder, name)
    except InputError:
        return []


def test_training_and_evaluation_hold_out_the_same_people(tmp_path: Path) -> None:
    touch(tmp_path, *(f"group {k % 3}/p{k}_{shot}.jpg" for k in range(60) for shot in (0, 1)), "group 1/film.mp4")
    for name in ("train", "dev"):
        split = read_split(tmp_path, name)
        listed = [portrait.path for portrait in split.portraits] + list(split.clips)
        assert sorted(listed) == [medium.path for medium in list_media(tmp_path, name)]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no photo or video"):
        list_media(tmp_path, "train")


def test_faces_come_back_as_they_were(
    tmp_path: Path, reenactor: Reenactor, source: EncodedFace, driving: EncodedFace
) -> None:
    cache = FaceCache(make_cache(tmp_path / "faces", reenactor, source, driving))
    assert [entry.person for entry in cache.entries] == ["collins", "hopper", "collins", "collins", "collins"]
    face = cache[1]
    np.testing.assert_array_equal(face.image, driving.image)
    np.testing.assert_array_equal(face.coefficients.vector, driving.coefficients.vector)
    np.testing.assert_array_equal(face.landmarks, driving.landmarks)
    np.testing.assert_array_equal(cache[2].image, source.image)


def test_a_folder_without_a_cache_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"core\.training\.prepare"):
        FaceCache(tmp_path)


@pytest.fixture
def photos(tmp_path: Path, collins: np.ndarray, monkeypatch: pytest.MonkeyPatch, reenactor: Reenactor) -> Path:
    """Two photos with a face, one without, one that is none."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "collins_0.jpg").write_bytes(Path(sample_source()).read_bytes())
    (folder / "hopper_0.jpg").write_bytes(Path(sample_driving()).read_bytes())
    write_image(folder / "wall_0.png", np.full((200, 200, 3), 90, np.uint8))
    (folder / "broken_0.jpg").write_bytes(b"no picture")
    names = sorted(p.name for p in folder.iterdir())
    (folder / "split.json").write_text(json.dumps({"train": names}))
    monkeypatch.setattr(processes, "ProcessPoolExecutor", InProcess)
    monkeypatch.setattr(prepare, "_reenactor", lambda: reenactor)
    return folder


def test_preparation_keeps_faces_and_names_what_it_could_not_read(photos: Path, source: EncodedFace) -> None:
    cache_folder = photos.parent / "cache"
    done = CliRunner().invoke(main, [str(photos), "-o", str(cache_folder)])
    assert done.exit_code == 0 and done.output.startswith("2 faces of 2 people")
    assert "Left out: broken_0.jpg" in done.output
    cache = FaceCache(cache_folder)
    assert [entry.file for entry in cache.entries] == ["collins_0.jpg", "hopper_0.jpg"]
    assert [line.split(":")[0] for line in cache.facts["unreadable"]] == ["broken_0.jpg"]
    np.testing.assert_array_equal(cache[0].image, source.image)
    np.testing.assert_array_equal(cache[0].coefficients.vector, source.coefficients.vector)


def test_preparation_goes_on_where_it_stopped(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = photos.parent / "cache"
    prepare.prepare(photos, cache)
    shard = cache / "stills_00000.safetensors"
    whole, index = shard.read_bytes(), (cache / "index.json").read_bytes()
    made: list[Any] = []
    run = prepare.run
    monkeypatch.setattr(prepare, "run", lambda job: made.append(job) or run(job))
    prepare.prepare(photos, cache)
    assert not made and shard.read_bytes() == whole
    # Pairs are made anew where the index changed: it still names the file that nobody tried to read again.
    assert (cache / "index.json").read_bytes() == index and b"broken_0.jpg" in index
    shard.write_bytes(whole[:1000])
    assert read_facts(shard) == ("", [])
    prepare.prepare(photos, cache)
    assert len(made) == 1 and shard.read_bytes() == whole and (cache / "index.json").read_bytes() == index


def test_a_link_to_nowhere_is_named_and_the_rest_goes_on(photos: Path) -> None:
    (photos / "split.json").unlink()
    (photos / "collins_9.jpg").symlink_to(photos / "gone.jpg")
    cache = photos.parent / "cache"
    assert prepare.prepare(photos, cache) > 0
    assert any(line.startswith("collins_9.jpg") for line in FaceCache(cache).facts["unreadable"])


def test_a_folder_that_cannot_be_made_is_one_sentence(photos: Path) -> None:
    file = photos.parent / "file"
    file.touch()
    done = CliRunner().invoke(main, [str(photos), "-o", str(file)])
    assert done.exit_code == 1 and "cannot be made" in done.output and "Traceback" not in done.output


def test_a_shard_that_was_deleted_says_how_to_make_it_again(photos: Path) -> None:
    cache = photos.parent / "cache"
    prepare.prepare(photos, cache)
    (cache / "stills_00000.safetensors").unlink()
    with pytest.raises(InputError, match=r"stills_00000.*core\.training\.prepare"):
        FaceCache(cache)[0]


def test_preparation_refuses_a_folder_without_faces(photos: Path) -> None:
    (photos / "split.json").write_text(json.dumps({"train": ["wall_0.png"]}))
    done = CliRunner().invoke(main, [str(photos), "-o", str(photos.parent / "cache")])
    assert done.exit_code == 1 and "No usable face" in done.output and "Traceback" not in done.output


class Film:
    """A clip of the sample that wanders two pixels a frame to the right; the third frame shows nobody."""

    def __init__(self, path: Path) -> None:
        self.picture = np.asarray(Film.shown)

    def __enter__(self) -> Film:
        return self

    def __exit__(self, *error: object) -> None: ...

    def __iter__(self) -> Iterator[Any]:
        for k in range(8):
            moved = np.roll(self.picture, 2 * k, axis=1)
            yield SimpleNamespace(pixels=np.zeros_like(moved) if k == 4 else moved)

    shown: Any = None


def test_frames_of_a_clip_share_crop_and_identity(
    reenactor: Reenactor, collins: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Film, "shown", collins)
    monkeypatch.setattr(encode, "VideoReader", Film)
    found = list(encode.encode_clip(reenactor, Medium(Path("film.mp4"), "collins", "clip"), every=2))
    assert [facts["frame"] for _, facts in found] == [0, 2, 6]
    faces = [face for face, _ in found]
    for face in faces[1:]:
        np.testing.assert_array_equal(face.coefficients.identity, faces[0].coefficients.identity)
    moves = [float((f.landmarks - faces[0].landmarks)[:, 0].mean()) for f in faces]
    places = [f.coefficients.matrix[0, 3] - faces[0].coefficients.matrix[0, 3] for f in faces]
    assert moves[2] == pytest.approx(3 * moves[1], rel=0.25) and moves[1] > 1
    np.testing.assert_allclose(places, moves, atol=2.0)  # a turn of the head explains a little
