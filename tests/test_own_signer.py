"""A certificate of one's own is tried by signing; whatever is wrong with it is one sentence that says what."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

import numpy as np
import pytest

from core.provenance.choice import choice_path, keep_choice, read_choice
from core.provenance.credentials import SigningError
from core.provenance.export import write_marked_image
from core.provenance.marks import Marks
from core.provenance.own_signer import try_signer
from core.provenance.read_manifest import read_manifest
from tests.certificates import BAD, OWNER, own_pair


def test_one_that_is_good_says_whom_it_names_and_until_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    signer = try_signer(*own_pair(tmp_path))
    assert signer.owner == OWNER
    assert signer.last_day - datetime.datetime.now(datetime.UTC).date() == datetime.timedelta(days=30)
    assert not list((tmp_path / "temp").iterdir()), "the trial stayed"


def test_both_may_be_in_one_file(tmp_path: Path) -> None:
    certificate, key = own_pair(tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    assert try_signer(both, both).owner == OWNER


@pytest.mark.parametrize("wrong", BAD)
def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path: Path, wrong: str) -> None:
    certificate, key = own_pair(tmp_path, wrong)
    with pytest.raises(SigningError, match=BAD[wrong]) as caught:
        try_signer(certificate, key)
    assert caught.value.why.endswith(".") and "\n" not in caught.value.why and "--no-manifest" not in caught.value.why
    picture = np.zeros((32, 32, 3), np.uint8)
    with pytest.raises(SigningError, match="--no-manifest"):
        write_marked_image(tmp_path / "a.png", picture, Marks(certificate=certificate, key=key))
    assert not list(tmp_path.glob("*.png"))


@pytest.fixture
def own_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.provenance.choice.config_folder", lambda: tmp_path / "kept")


def test_the_choice_is_remembered_and_signs(tmp_path: Path, own_choice: None) -> None:
    certificate, key = own_pair(tmp_path)
    keep_choice(Marks(certificate=certificate, key=key, label=True))
    found = read_choice()
    assert (found.certificate, found.key, found.label) == (certificate, key, True)
    write_marked_image(tmp_path / "a.png", np.zeros((32, 32, 3), np.uint8), found)
    manifest = read_manifest(tmp_path / "a.png")
    assert manifest is not None and (manifest.state, manifest.signer, manifest.issuer) == ("valid", "other", OWNER)
    keep_choice(Marks())
    assert read_choice() == Marks()


@pytest.mark.parametrize("kept", ['{"certificate": "/a.pem"}', '{"certificate": 1, "key": 2}', '{"key": "", "x": 1}'])
def test_half_a_pair_is_none(own_choice: None, kept: str) -> None:
    choice_path().parent.mkdir(parents=True)
    choice_path().write_text(kept, encoding="utf-8")
    assert read_choice() == Marks()
