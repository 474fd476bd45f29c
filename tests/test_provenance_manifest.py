"""Manifests: signed in every format, broken by any change, silent about files and people, never left out silently."""

from __future__ import annotations

import contextlib
import getpass
import json
import socket
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image as PillowImage

from core import Reenactor
from core.cli.run import run
from core.errors import OutputError
from core.media.read_video import VideoReader
from core.pipeline.batch import run_batch
from core.pipeline.batch_rows import Row
from core.pipeline.samples import SAMPLES, sample_driving, sample_source
from core.provenance import c2pa_library, certificate
from core.provenance.certificate import load_credentials, self_made_path
from core.provenance.credentials import SigningError
from core.provenance.export import mark, open_marked_animation, write_marked_image
from core.provenance.label import draw_label
from core.provenance.marks import Input, Marks
from core.provenance.read_manifest import read_manifest
from core.provenance.verify import verify
from core.types import Image

SOURCE, DRIVING = str(sample_source()), str(sample_driving())
STILLS, FILMS = (".png", ".jpg", ".webp"), (".gif", ".mp4", ".webp")


@pytest.fixture(autouse=True)
def own_data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A first start: no certificate yet."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setattr(certificate, "data_folder", lambda: folder / "mimesh")
    return folder


@pytest.fixture(autouse=True)
def loaded_once(reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reenactor, "load", classmethod(lambda cls, device="auto", model=None: reenactor))


@pytest.fixture
def picture() -> Image:
    return np.asarray(PillowImage.open(DRIVING).convert("RGB").resize((256, 256)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", STILLS)
def test_stills(tmp_path: Path, picture: Image, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_marked_image(path, picture, Marks().made_from(Input("source", sample_source()), Input("driver")))
    found = verify(path)
    manifest = found.manifest
    assert manifest is not None and manifest.state == "valid" and manifest.of_mimesh and found.of_mimesh
    assert manifest.signer == "this computer"
    assert manifest.actions == ("opened", "edited", "watermarked.unbound")
    assert manifest.sources == ("compositeWithTrainedAlgorithmicMedia",)
    assert [(each.title, each.relationship) for each in manifest.ingredients] == [
        ("source", "parentOf"),
        ("driver", "inputTo"),
    ]
    assert found.watermark.found and found.watermark.right == 32
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", FILMS)
def test_films(tmp_path: Path, picture: Image, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    with open_marked_animation(path, 20.0, (256, 256), Marks(), lambda: False) as animation:
        for shift in range(5):
            animation.add(np.roll(picture, 4 * shift, axis=1))
    found = verify(path)
    assert found.manifest is not None and found.manifest.state == "valid"
    assert found.watermark.found and found.frames > 1
    with VideoReader(path) as video:
        assert sum(1 for _ in video) == 5, "the signed film plays to its end"
    assert names(tmp_path) == [path.name]


def test_a_changed_pixel_is_noticed(tmp_path: Path, picture: Image, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jpg"
    write_marked_image(path, picture, Marks())
    data = bytearray(path.read_bytes())
    data[-200] ^= 0x10  # in the coded pixels
    path.write_bytes(data)
    found = verify(path)
    assert found.manifest is not None and found.manifest.state == "invalid" and found.manifest.problems
    assert not found.of_mimesh and found.watermark.found
    assert run(["verify", str(path)]) == 1
    assert "does not fit" in capsys.readouterr().out


def test_a_manifest_that_an_input_carries_is_kept(tmp_path: Path, picture: Image) -> None:
    first, second = tmp_path / "first.png", tmp_path / "second.webp"
    write_marked_image(first, picture, Marks())
    write_marked_image(second, picture, Marks().made_from(Input("source", first), Input("driver", first)))
    manifest = read_manifest(second)
    assert manifest is not None and manifest.state == "valid"
    assert [each.made_with is not None and each.made_with.startswith("Mimesh") for each in manifest.ingredients] == [
        True,
        True,
    ]


def test_each_of_several_photos_of_a_person_is_an_input(tmp_path: Path, picture: Image) -> None:
    other, path = tmp_path / "other.png", tmp_path / "a.png"
    write_marked_image(other, picture, Marks())
    further = [Input("further source", other), Input("further source")]
    marks = Marks().made_from(Input("source", sample_source()), Input("driver"), further)
    write_marked_image(path, picture, marks)
    manifest = read_manifest(path)
    assert manifest is not None and manifest.state == "valid" and not manifest.problems
    assert [(each.title, each.relationship, each.made_with is not None) for each in manifest.ingredients] == [
        ("source", "parentOf", False),
        ("driver", "inputTo", False),
        ("further source", "inputTo", True),
        ("further source", "inputTo", False),
    ]
    with path.open("rb") as file, c2pa_library.library().Reader("image/png", file) as reader:
        (actions,) = [each for each in reader.get_active_manifest()["assertions"] if "actions" in each["label"]]
        named = [each.get("parameters", {}).get("ingredients", []) for each in actions["data"]["actions"]]
    assert [len(each) for each in named] == [1, 3, 0], "the last is the watermark"


def test_the_photo_that_motion_starts_from_is_an_input(tmp_path: Path, reenactor: Reenactor) -> None:
    row = Row(1, {"source": SOURCE, "driving": DRIVING}, tmp_path)
    for neutral, titles in ((None, ["source", "driver"]), (Path(DRIVING), ["source", "driver", "neutral driver"])):
        (outcome,) = run_batch(reenactor, [row], tmp_path, marks=Marks(watermark=False), neutral=neutral)
        manifest = read_manifest(Path(outcome.output))
        assert manifest is not None and manifest.state == "valid" and not manifest.problems
        assert [each.title for each in manifest.ingredients] == titles


def test_a_file_that_changed_since_it_was_read_is_not_looked_into(tmp_path: Path, picture: Image) -> None:
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    write_marked_image(first, picture, Marks())
    write_marked_image(second, picture, Marks(inputs=(Input("source", first, sha256="0" * 64),)))
    manifest = read_manifest(second)
    assert manifest is not None and [each.made_with for each in manifest.ingredients] == [None]


@pytest.mark.parametrize("content", [b"no picture at all", b"", b"\x89PNG\r\n\x1a\n broken", None])
def test_inputs_that_cannot_be_looked_into_are_still_named(
    tmp_path: Path, picture: Image, content: bytes | None
) -> None:
    odd, path = tmp_path / "odd.png", tmp_path / "a.png"
    if content is not None:
        odd.write_bytes(content)
    write_marked_image(path, picture, Marks(inputs=(Input("source", odd),)))
    manifest = read_manifest(path)
    assert manifest is not None and [each.title for each in manifest.ingredients] == ["source"]


def test_no_name_of_a_file_a_folder_or_a_person(tmp_path: Path) -> None:
    folder = tmp_path / "Private-Folder"
    folder.mkdir()
    source, driving, out = folder / "Jane-Doe.jpg", folder / "John-Roe.png", folder / "Wedding.png"
    exif = PillowImage.Exif()
    exif[0x013B] = "Artist-Name"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    xmp += b"<rdf:Description rdf:about='' xmlns:xmpMM='http://ns.adobe.com/xap/1.0/mm/' "
    xmp += b"xmpMM:InstanceID='Secret-Instance' xmpMM:DocumentID='Secret-Document'/></rdf:RDF></x:xmpmeta>"
    with PillowImage.open(SOURCE) as opened:
        opened.convert("RGB").save(source, exif=exif, xmp=xmp)
    driving.write_bytes(Path(DRIVING).read_bytes())
    assert run(["reenact", str(source), str(driving), "-o", str(out), "--panels", str(folder / "p")]) == 0
    said = [b"Jane", b"John", b"Wedding", b"Private-Folder", b"Artist-Name", b"Secret", socket.gethostname().encode()]
    said += [str(tmp_path).encode(), str(Path.home()).encode() + b"/", getpass.getuser().encode() + b"/"]
    for path in (out, *(folder / "p").iterdir()):
        data = path.read_bytes()
        assert b"c2pa" in data
        for word in (each for each in said if len(each) > 4):  # shorter ones stand in any file by chance
            assert word not in data, (path.name, word)


def test_panels_say_what_they_are(tmp_path: Path) -> None:
    out = tmp_path / "o.png"
    assert run(["reenact", SOURCE, DRIVING, "-o", str(out), "--panels", str(tmp_path / "p")]) == 0
    for path in (tmp_path / "p").iterdir():
        manifest = read_manifest(path)
        assert manifest is not None and manifest.state == "valid"
        assert bool(manifest.sources) == (path.stem in ("result", "panels")), path.name
        assert ("watermarked.unbound" in manifest.actions) == bool(manifest.sources)


def test_every_command_marks_and_verify_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(f"source,driving\n{SOURCE},{DRIVING}\n", encoding="utf-8")
    assert run(["batch", str(pairs), "-o", str(tmp_path / "b")]) == 0
    assert run(["animate", SOURCE, DRIVING, "-o", str(tmp_path / "a.gif"), "--frames", "4"]) == 0
    assert run(["reenact", SOURCE, DRIVING, "-o", str(tmp_path / "full.jpg"), "--paste-back", "--label"]) == 0
    capsys.readouterr()
    for path in (*(tmp_path / "b").glob("*.png"), tmp_path / "a.gif", tmp_path / "full.jpg"):
        assert run(["verify", str(path), "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["mimesh"] and facts["manifest"]["state"] == "valid" and facts["watermark"]["found"], path.name
        assert [each["relationship"] for each in facts["manifest"]["ingredients"]] == ["parentOf", "inputTo"]


def test_what_is_left_out_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "o.png"
    pair = ["reenact", SOURCE, DRIVING, "-o", str(out), "--json"]
    assert run([*pair, "--no-watermark", "--no-manifest"]) == 0
    assert json.loads(capsys.readouterr().out)["marks"] == []
    assert not self_made_path().exists(), "nothing was signed, so nothing was made to sign with"
    assert run(["verify", str(out), "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert (facts["mimesh"], facts["manifest"], facts["watermark"]["found"]) == (False, None, False)


def test_verify_refuses_what_is_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "a.txt"
    text.write_text("no picture")
    for path in (text, tmp_path / "missing.png", tmp_path):
        assert run(["verify", str(path)]) == 2
        assert capsys.readouterr().err.startswith("Error: ")


def test_the_self_made_certificate_is_private_and_stays(tmp_path: Path) -> None:
    first = load_credentials()
    assert first.serial == load_credentials().serial
    path = self_made_path()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.unlink()
    assert load_credentials().serial != first.serial


def own_pair(folder: Path) -> tuple[Path, Path]:
    """A certificate and its key as two files."""
    made = load_credentials()
    files = folder / "mine.pem", folder / "mine.key"
    for path, data in zip(files, (made.chain, made.key)):
        path.write_bytes(data)
    self_made_path().unlink()
    return files


def test_the_users_own_certificate(
    tmp_path: Path, picture: Image, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, key = own_pair(tmp_path)
    out = tmp_path / "o.png"
    assert run(["reenact", SOURCE, DRIVING, "-o", str(out), "--certificate", str(mine), "--key", str(key)]) == 0
    monkeypatch.setenv("MIMESH_CERTIFICATE", str(mine))
    monkeypatch.setenv("MIMESH_KEY", str(key))
    write_marked_image(tmp_path / "p.png", picture, Marks())
    assert not self_made_path().exists()
    for path in (out, tmp_path / "p.png"):
        manifest = read_manifest(path)
        assert manifest is not None and manifest.state == "valid"


def broken(folder: Path, how: str) -> Marks:
    mine, key = own_pair(folder)
    if how == "text":
        mine.write_text("not a certificate")
    if how == "missing":
        mine.unlink()
    if how == "other key":
        other = rsa.generate_private_key(65537, 2048)
        pem, kind, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key.write_bytes(other.private_bytes(pem, kind, plain))
    return Marks(certificate=mine, key=None if how == "no key" else key)


@pytest.mark.parametrize("how", ["text", "missing", "other key", "no key"])
def test_nothing_is_written_unsigned(
    tmp_path: Path, picture: Image, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only who asks for it gets a file without a manifest; what was there before stays."""
    marks = broken(tmp_path, how)
    out = tmp_path / "out"
    out.mkdir()
    (out / "o.png").write_bytes(b"old")
    with pytest.raises(SigningError, match="--no-manifest"):
        write_marked_image(out / "o.png", picture, marks)
    options = ["--certificate", str(marks.certificate), *(["--key", str(marks.key)] if marks.key else [])]
    assert run(["reenact", SOURCE, DRIVING, "-o", str(out / "o.png"), *options]) == 2
    err = capsys.readouterr().err
    assert err.startswith("Error: ") and err.count("\n") == 1 and "--no-manifest" in err
    with pytest.raises(OutputError), open_marked_animation(out / "o.gif", 20.0, (256, 256), marks, lambda: False):
        raise AssertionError("frames were asked for before the certificate was")
    assert names(out) == ["o.png"] and (out / "o.png").read_bytes() == b"old"


def test_a_data_folder_that_cannot_be_written(tmp_path: Path, picture: Image, own_data: Path) -> None:
    (own_data / "mimesh").write_bytes(b"a file where the folder should be")
    with pytest.raises(SigningError, match="--no-manifest"):
        write_marked_image(tmp_path / "o.png", picture, Marks())
    assert names(tmp_path) == []
    write_marked_image(tmp_path / "o.png", picture, Marks(manifest=False))
    assert names(tmp_path) == ["o.png"]


def test_the_library_failing_in_the_middle_leaves_nothing(
    tmp_path: Path, picture: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, target: Path, *_: Any) -> None:
        target.write_bytes(b"half")
        raise SigningError("The file cannot be signed (of all things): check it")

    monkeypatch.setattr("core.provenance.export.sign", fail)
    with pytest.raises(SigningError):
        write_marked_image(tmp_path / "o.png", picture, Marks())
    assert names(tmp_path) == []


def test_no_network(tmp_path: Path, picture: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", forbidden)
    write_marked_image(tmp_path / "o.png", picture, Marks())
    assert verify(tmp_path / "o.png").of_mimesh


@pytest.mark.parametrize("level", [0, 128, 255])
def test_the_label_is_readable_on_everything(level: int) -> None:
    for side in (40, 256, 900):
        image = np.full((side, side, 3), level, np.uint8)
        labelled = draw_label(image)
        corner = labelled[side * 2 // 3 :, side // 4 :]
        assert int(corner.max()) - int(corner.min()) > 120, (level, side)
        assert np.array_equal(labelled[: side // 2], image[: side // 2]), "only the lower corner"


def test_marks_that_are_off_change_no_pixel(picture: Image) -> None:
    assert np.array_equal(mark(picture, Marks(watermark=False)), picture)
    assert not np.array_equal(mark(picture, Marks(watermark=False, label=True)), picture)


def test_a_stranger_verifies_without_a_certificate_of_their_own(tmp_path: Path, picture: Image) -> None:
    write_marked_image(tmp_path / "o.png", picture, Marks())
    with contextlib.suppress(FileNotFoundError):
        self_made_path().unlink()
    manifest = read_manifest(tmp_path / "o.png")
    assert manifest is not None and (manifest.state, manifest.signer) == ("valid", "self-made")
    assert not self_made_path().exists(), "looking makes nothing"


def test_other_pictures_have_none(tmp_path: Path, picture: Image) -> None:
    assert read_manifest(SAMPLES / "hopper.jpg") is None
    odd = tmp_path / "odd.png"
    PillowImage.fromarray(picture).save(odd)
    odd.write_bytes(odd.read_bytes()[:-20])
    assert read_manifest(odd) is None


def test_a_damaged_manifest_is_no_missing_one(tmp_path: Path, picture: Image) -> None:
    path = tmp_path / "o.png"
    write_marked_image(path, picture, Marks())
    data = path.read_bytes()
    place = data.index(b"c2pa.signature") + 200
    path.write_bytes(data[:place] + bytes(b ^ 0xFF for b in data[place : place + 40]) + data[place + 40 :])
    manifest = read_manifest(path)
    assert manifest is not None and manifest.state == "invalid"
