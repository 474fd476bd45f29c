"""Every text of the window goes through tr(), and every other language says all of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app import tr
from app.sentences import tr_sentence
from app.store.settings import Settings
from app.views.shortcuts_dialog import plain
from core import Reenactor
from core.errors import MimeshError
from core.media.read_image import read_image
from core.pipeline.learned_weights import choose_backend
from tests.app.conftest import opened
from tests.app.fake_engine import FakeEngine
from tests.app.texts import APP, ROOT, called, calls, catalogue, core_keys, parse, placeholders, window_keys
from tests.test_learned_weights import flip, store

LANGUAGES = [code for code in tr.LANGUAGES if code != "en"]
SHOWN = (
    "setText", "setToolTip", "setWindowTitle", "setPlaceholderText", "setStatusTip", "setWhatsThis", "setTitle",
    "setAccessibleName", "setAccessibleDescription", "setFormat", "setInformativeText", "setLabelText", "setSuffix",
    "setPrefix", "setSpecialValueText", "addAction", "addMenu", "addItem", "addItems", "addTab", "addSection", "addRow",
    "add_button", "_action", "_entry", "_toggle", "_muted", "set_full_text", "set_subtitle", "set_message", "offer",
    "set_render_problem", "show_busy", "show_problem", "show_drop", "QLabel", "QPushButton", "QToolButton", "QCheckBox",
    "QRadioButton", "QAction", "QMenu", "QGroupBox", "Button", "ElidedLabel", "Panel", "PhotoPanel", "MapPanel",
    "AlphaSlider", "Overlay", "QMessageBox", "getOpenFileName", "getSaveFileName", "getExistingDirectory", "getItem",
    "getText", "ask_open", "ask_save", "ask_name", "ask_replace", "ask_delete", "InputError", "OutputError",
)  # fmt: skip
"""Calls whose strings somebody reads."""
WORDS = re.compile(r"[A-Za-z]{2,}")
ALIKE = re.compile(
    r"<[^>]*>|\*\.\w+|(Ctrl|Alt|Shift)\+\S+|^(F\d+|Space|Home|End|PgUp|PgDown)$|^(system|source|driving)$|"
    r"\b(Mimesh|PNG|JPEG|WebP|GIF|MP4|CSV|JSON|C2PA|ms|px)\b"
)
"""What is the same in every language: names, units, markup, keys on the keyboard, and keys of choices."""


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    tr.use("en", [])


def readable(node: ast.expr) -> Iterator[str]:
    """The literal texts an expression can become, outside of tr()."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from readable(part.value if isinstance(part, ast.FormattedValue) else part)
    elif isinstance(node, ast.IfExp):
        yield from [*readable(node.body), *readable(node.orelse)]
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in readable(value))
    elif isinstance(node, ast.BinOp):
        yield from [*readable(node.left), *readable(node.right)]
    elif isinstance(node, (ast.List, ast.Tuple)):
        yield from (text for value in node.elts for text in readable(value))


def bare(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of what is shown without tr()."""
    for call in calls(tree, SHOWN):
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
            for text in readable(argument):
                if WORDS.search(ALIKE.sub("", text)):
                    yield call.lineno, text


@pytest.mark.parametrize("path", APP, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_shown_goes_through_tr(path: Path) -> None:
    assert not list(bare(parse(path)))


@pytest.mark.parametrize(
    "code",
    [
        'label.setText("Hello")',
        'x.setToolTip(f"{n} faces")',
        'QLabel("A" if b else "Of course")',
        'Button("Go" + tr("x"))',
    ],
)
def test_a_text_without_tr_is_found(code: str) -> None:
    assert list(bare(ast.parse(code)))


@pytest.mark.parametrize("path", APP, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_keys_are_whole_and_their_placeholders_filled(path: Path) -> None:
    for call in calls(parse(path), ("tr", "later")):
        text = call.args[0]
        assert not isinstance(text, (ast.JoinedStr, ast.BinOp)), f"line {call.lineno}: a key that is put together"
        given = {keyword.arg for keyword in call.keywords}
        if called(call) == "tr" and isinstance(text, ast.Constant) and None not in given:
            assert given == placeholders(str(text.value)), f"line {call.lineno}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["window", "core"])
def test_a_language_says_everything_and_nothing_else(language: str, part: str) -> None:
    keys, known = {"window": window_keys, "core": core_keys}[part](), catalogue(language)[part]
    assert not {key: where for key, where in keys.items() if not known.get(key)}, "not translated"
    assert not set(known) - set(keys), "dead keys"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_placeholders_and_shape(language: str) -> None:
    for part in catalogue(language).values():
        for key, text in part.items():
            assert placeholders(key) == placeholders(text), key
            assert sorted(re.findall("%[a-z]", key)) == sorted(re.findall("%[a-z]", text)), key
            assert re.findall(r"\*\.\w+", key) == re.findall(r"\*\.\w+", text), key
            assert bool(re.search("&[A-Za-z]", key)) == bool(re.search("&[A-Za-zÄÖÜäöü]", text)), key
            assert key.endswith((".", "…")) == text.endswith((".", "…")), key
            assert text == text.strip() or key != key.strip(), key


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_no_two_entries_of_a_menu_share_a_letter(
    language: str, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, FakeEngine, tmp_path, Settings(noticed=True, language=language)) as desk:
        bar = desk.window.menuBar()
        menus = [[action.text() for action in bar.actions()]]
        menus += [[action.text() for action in menu.actions()] for menu in bar.findChildren(QMenu)]
    assert len(menus) > 5
    for texts in menus:
        letters = [found[1].lower() for text in texts if (found := re.search("&([^&])", text.replace("&&", "")))]
        assert len(letters) == len(set(letters)), texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_core_speaks_the_language_too(language: str, tmp_path: Path, reenactor: Reenactor) -> None:
    tr.use(language, [])
    said = []
    for name, content in (("missing.png", None), ("empty.png", b""), ("text.png", b"no picture")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(MimeshError) as caught:
            read_image(tmp_path / name)
        said.append(tr_sentence(str(caught.value)))
    store("live", tmp_path, use="default")
    flip(tmp_path / "live.safetensors")
    notice = choose_backend(None, reenactor.model, torch.device("cpu"), tmp_path)[1]
    said.append(tr_sentence(notice))
    for other in said:
        assert str(tmp_path) in other or "live.safetensors" in other, other
        assert not re.search(r"\b(the|is|not|file|give)\b", other), other


def test_an_unknown_sentence_stays_english() -> None:
    tr.use("de", [])
    assert tr_sentence("Nobody foresaw this: 42.") == "Nobody foresaw this: 42."
    assert tr.tr("Nobody translated {this}.", this="it") == "Nobody translated it."


def test_a_catalogue_that_is_damaged_leaves_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tr, "FOLDER", tmp_path)
    for content in ("{", "[]", '{"window": {}}', '{"window": [], "core": []}'):
        (tmp_path / "de.json").write_text(content, encoding="utf-8")
        tr.use("de", [])
        assert tr.tr("Save") == "Save" and tr.language() == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_in_another_language(
    language: str, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, FakeEngine, tmp_path, Settings(noticed=True, language=language)) as desk:
        window = desk.window
        window.resize(1180, 700)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (1180, 700)
        for alpha in window.controls.sliders.values():
            assert alpha.slider.width() >= 110
            assert alpha.name.sizeHint().width() <= alpha.name.width(), alpha.name.text()
        titles = [dock.windowTitle() for dock in window.docks.values()]
        assert [plain(action) for action in window.menus.panels.actions()] == titles
