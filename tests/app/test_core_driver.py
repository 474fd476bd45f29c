"""A film with the real core: any frame in any order, smoothed, relative, and written between its marks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.application import SAMPLES
from app.choice import PhotoChoice
from app.clip import Clip, FilmOrder
from app.progress import MAKING, READING
from app.rendering import RenderRequest
from app.slot import PhotoOrder
from app.workers.core_engine import CoreEngine
from app.workers.drivers import Drivers
from core import Reenactor
from core.errors import Cancelled
from core.media.read_video import VideoReader
from core.pipeline.encoded import EncodedFace
from core.provenance.marks import Marks
from core.types import Controls

TALK = SAMPLES / "driver_talk.mp4"


def test_a_film_is_seen_smoothed_and_relative(reenactor: Reenactor, source: EncodedFace) -> None:
    drivers, engine = Drivers(), CoreEngine(reenactor)
    order = PhotoOrder(1, "driving", PhotoChoice(TALK, TALK.name))
    photo = drivers.photo(engine, order)
    assert photo is not None and photo.footage is not None and photo.footage.count == 80 and len(photo.sha256) == 64
    request = RenderRequest(1, None, order, Controls(), Clip(frame=30, smoothing=0.5))
    seen = drivers.look(engine, request)
    assert seen is not None and seen.number == 30
    alone = drivers.driving(request, seen, source).coefficients
    near = drivers.unseen(request)
    assert len(near) >= 4 and all(abs(number - 30) < 8 for number in near)
    for number in near:
        drivers.look_at(number)
    assert not drivers.unseen(request)
    assert not drivers.unseen(replace(request, playing=True))
    smoothed = drivers.driving(request, seen, source).coefficients
    assert not np.array_equal(alone.expression, smoothed.expression)

    still = replace(request, clip=Clip(frame=30, neutral=30, relative=True))
    assert np.allclose(drivers.driving(still, seen, source).coefficients.expression, source.coefficients.expression)
    drivers.close()


def test_a_still_picture_is_no_film(reenactor: Reenactor) -> None:
    path = SAMPLES / "driver_smile.png"
    assert CoreEngine(reenactor).open_driver(path, None) is None


def test_the_driven_film_has_the_frames_between_the_marks(
    reenactor: Reenactor, source: EncodedFace, tmp_path: Path
) -> None:
    engine, path, told = CoreEngine(reenactor), tmp_path / "out.mp4", []
    plain = Marks(manifest=False, watermark=False)
    film = FilmOrder(source, TALK, None, Clip(first=20, last=24, relative=True), Controls(), plain)
    engine.save_film(path, film, lambda *at, step: told.append((step, *at)), lambda: False)
    with VideoReader(path) as written:
        assert len(written.times) == 5 and written.size == (256, 256)
    assert told == [(step, done, 5) for step in (READING, MAKING) for done in range(1, 6)], "the film's own frames"
    with pytest.raises(Cancelled):
        engine.save_film(tmp_path / "no.mp4", film, lambda *_, step: None, lambda: True)
    assert [each.name for each in tmp_path.iterdir()] == ["out.mp4"]
