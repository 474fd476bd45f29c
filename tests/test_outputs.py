"""What a result is made of, for other programs: panels sheet, flow, meshes, coefficients."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image as PillowImage

from core import Controls, Reenactor
from core.cli.run import run
from core.errors import OutputError
from core.geometry.flo import read_flo
from core.media.read_image import read_image
from core.pipeline.change import change_of
from core.pipeline.encoded import EncodedFace
from core.pipeline.outputs import write_coefficients, write_flow, write_meshes
from core.pipeline.panels import NAMES, draw_panels, sheet, write_sheet
from core.pipeline.samples import sample_driving, sample_source
from core.provenance.marks import ALL_MARKS
from core.provenance.verify import verify
from core.types import RenderResult

SOURCE, DRIVING = str(sample_source()), str(sample_driving())
CONTROLS = Controls(0.8, 0.6)


@pytest.fixture(scope="module")
def rendered(reenactor: Reenactor) -> tuple[EncodedFace, EncodedFace, RenderResult]:
    source = reenactor.encode_source(read_image(Path(SOURCE)).pixels)
    driving = reenactor.encode_driving(read_image(Path(DRIVING)).pixels)
    return source, driving, reenactor.render(source, driving, CONTROLS)


Rendered = tuple[EncodedFace, EncodedFace, RenderResult]


def test_the_change_is_what_was_painted_over_the_moved_source(rendered: Rendered) -> None:
    _, _, result = rendered
    image = result.warped.copy()
    image[10, 20] = result.warped[10, 20] ^ np.array([1, 2, 128], np.uint8)
    change = change_of(replace(result, image=image))
    assert change.dtype == np.float32 and change.shape == (256, 256)
    assert change[10, 20] == np.float32(128 / 255) and np.count_nonzero(change) == 1


def test_the_sheet_has_every_panel_under_its_caption(reenactor: Reenactor, rendered: Rendered, tmp_path: Path) -> None:
    panels = draw_panels(reenactor.model, *rendered)
    assert tuple(panels) == NAMES
    page = sheet(panels)
    assert np.array_equal(page[36:292, 10:266], panels["source"])
    assert np.array_equal(page[-266:-10, -266:-10], panels["result"])
    captions = page[10:36]
    assert all((captions[:, 10 + k * 266 : 266 + k * 266] < 120).any() for k in range(4)), "a caption is missing"
    path = tmp_path / "sheet.webp"
    write_sheet(path, reenactor.model, *rendered, ALL_MARKS, 90)
    assert read_image(path).pixels.shape == page.shape
    found = verify(path)
    assert found.manifest is not None and found.manifest.state == "valid" and found.of_mimesh


def test_the_quality_is_that_of_the_file(tmp_path: Path, rendered: Rendered) -> None:
    sizes = []
    for quality in (40, 95):
        out = tmp_path / f"{quality}.jpg"
        assert run(["reenact", SOURCE, DRIVING, "-o", str(out), "--quality", str(quality), "--no-manifest"]) == 0
        sizes.append(out.stat().st_size)
    assert sizes[0] < sizes[1] / 2


def test_flow_and_meshes_come_back_as_they_were(reenactor: Reenactor, rendered: Rendered, tmp_path: Path) -> None:
    _, _, result = rendered
    write_flow(tmp_path / "a.flo", result.flow)
    assert np.array_equal(read_flo((tmp_path / "a.flo").read_bytes()), result.flow)
    paths = write_meshes(tmp_path / "a.ply", reenactor.model, result)
    assert [path.name for path in paths] == ["a_source.ply", "a_driving.ply"]
    for path, mesh in zip(paths, (result.source_mesh, result.driving_mesh)):
        loaded = trimesh.load(path, process=False)
        assert np.allclose(np.asarray(loaded.vertices) * [1, -1, -1], mesh, atol=1e-3)


def test_coefficients_are_named(reenactor: Reenactor, rendered: Rendered, tmp_path: Path) -> None:
    source, driving, result = rendered
    write_coefficients(tmp_path / "c.json", reenactor.model, source, driving, result, CONTROLS)
    facts = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
    assert facts["controls"] == {"pose": 0.8, "expression": 0.6, "placement": "source"}
    everyone = {"source": source.coefficients, "driving": driving.coefficients, "result": result.coefficients}
    for name, c in everyone.items():
        assert tuple(facts[name]["expression"]) == reenactor.model.expression_names
        assert np.allclose(list(facts[name]["expression"].values()), c.expression, atol=1e-5)
        assert np.allclose(facts[name]["pose"], c.pose, atol=1e-5) and len(facts[name]["identity"]) == 50


@pytest.mark.parametrize("name", ["a.txt", "a", "no folder/a.flo"])
def test_a_flow_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        write_flow(tmp_path / name, np.zeros((2, 2, 2), np.float32))
    assert not list(tmp_path.iterdir())


def test_the_command_writes_them_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extras = {"mesh": tmp_path / "m.glb", "flow": tmp_path / "f.flo", "coefficients": tmp_path / "c.json"}
    options = [word for name, path in extras.items() for word in (f"--{name}", str(path))]
    assert run(["reenact", SOURCE, DRIVING, "-o", str(tmp_path / "o.png"), *options, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert {name: facts[name] for name in extras} == {name: str(path) for name, path in extras.items()}
    assert read_flo(extras["flow"].read_bytes()).shape == (256, 256, 2)
    assert json.loads(extras["coefficients"].read_text())["kind"] == "mimesh coefficients"
    with PillowImage.open(tmp_path / "o.png") as picture:
        assert picture.size == (256, 256)


@pytest.mark.parametrize(("option", "name"), [("--mesh", "m.stl"), ("--flow", "f.png"), ("--coefficients", "c.txt")])
def test_the_command_refuses_other_formats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, name: str
) -> None:
    assert run(["reenact", SOURCE, DRIVING, "-o", str(tmp_path / "o.png"), option, str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.startswith("Error: ") and not list(tmp_path.iterdir())
