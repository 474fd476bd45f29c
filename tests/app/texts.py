"""What the window can say, read from the code.  ``python -m tests.app.texts de`` prints what a language still lacks."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from app.controls import PART_WORDS, numbers
from app.tr import FOLDER
from core.edits import REGIONS
from core.face_model.storage import DEFAULT

ROOT = Path(__file__).resolve().parents[2]
APP = sorted(ROOT.glob("app/**/*.py"))
ENGLISH_ONLY = ("bench", "cli", "training", "evaluation", "face_model/build", "face_model/bfm", "face_model/matlab",
                "networks", "regression/convert", "pipeline/health", "pipeline/machine",
                "pipeline/panels", "provenance/measure", "log")  # fmt: skip
"""Parts of core whose sentences do not reach the window: commands, tools, training."""
CORE = [path for path in sorted(ROOT.glob("core/**/*.py"))
        if not path.relative_to(ROOT / "core").as_posix().startswith(ENGLISH_ONLY)]  # fmt: skip
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def calls(tree: ast.AST, names: tuple[str, ...]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def window_keys() -> dict[str, str]:
    """Every key of tr() → where it stands."""
    found: dict[str, str] = {}
    for path in APP:
        for call in calls(parse(path), ("tr", "later")):
            for text in call.args[:1]:
                if isinstance(text, ast.Constant) and text.value:
                    found[str(text.value)] = f"{path.relative_to(ROOT)}:{call.lineno}"
    units = tuple(json.loads(DEFAULT.with_suffix(".json").read_text(encoding="utf-8"))["expression_names"])
    made = [*(n.words for n in numbers(units)), *(n.section for n in numbers(units)), *PART_WORDS.values()]
    for text in [*made, *REGIONS, *(region.capitalize() for region in REGIONS)]:
        found.setdefault(text, "names of controls and regions")
    return found


def core_keys() -> dict[str, str]:
    """Template of every sentence that core can hand to the window → where it is made."""
    found: dict[str, str] = {}
    for path in CORE:
        tree = parse(path)
        left = {id(doc) for doc in _docstrings(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                left |= {id(part) for part in ast.walk(node) if part is not node}
            if isinstance(node, (ast.JoinedStr, ast.Constant)) and id(node) not in left:
                template = _template(node)
                if _is_sentence(template):
                    found[template] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def catalogue(language: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):  # a string that is a statement of its own explains something
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _template(node: ast.JoinedStr | ast.Constant) -> str:
    """The literal with its values as named placeholders."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    names: list[str] = []
    text = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            if text.endswith("}"):  # nothing between them that would tell them apart
                continue
            name = _name(part.value)
            names.append(name)
            text += f"{{{name if names.count(name) == 1 else f'{name}{names.count(name)}'}}}"
        else:
            text += str(getattr(part, "value", ""))
    return text


def _name(node: ast.expr) -> str:
    """A name for a value in a sentence: the last name in its expression that says something."""
    names = [n.attr if isinstance(n, ast.Attribute) else n.id
             for n in ast.walk(node) if isinstance(n, (ast.Attribute, ast.Name))]  # fmt: skip
    dull = ("quoted", "brief", "said", "str", "len", "join", "self", "lower", "sorted", "error", "strerror", "or",
            "list", "max", "min", "set", "int")  # fmt: skip
    return next((name.strip("_").lower() for name in names if name.strip("_") not in dull), "why")


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "; {hint}")) and len(text.split()) > 3 and not text.startswith((" ", "http"))


def lacking(language: str) -> dict[str, dict[str, str]]:
    """Keys without a translation → "" each, to be filled in."""
    known = catalogue(language)
    return {
        part: {key: "" for key in keys if key not in known[part]}
        for part, keys in (("window", window_keys()), ("core", core_keys()))
    }


if __name__ == "__main__":
    print(json.dumps(lacking(sys.argv[1]), indent=1, ensure_ascii=False))  # noqa: T201
