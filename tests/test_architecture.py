"""The shape of the code: core knows nothing of the app, nothing unpickles, plain values come without torch."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("app/**/*.py"), ROOT / "main.py"])


def imports(path: Path) -> set[str]:
    """Modules a file imports, absolute."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            found.add(".".join([*base, *([node.module] if node.module else [])]))
    return found


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("path", [p for p in SOURCES if p.parts[len(ROOT.parts)] == "core"], ids=str)
def test_core_knows_nothing_of_the_app(path: Path) -> None:
    for name in imports(path):
        assert not name.startswith(("app", "PySide6", "qtpy", "pyqtgraph", "qdarkstyle")), name


def test_the_whole_of_core_loads_without_qt() -> None:
    code = (
        "import sys, core.cli.run, core.evaluation.__main__; "
        "print([m for m in sys.modules if m.split('.')[0] in ('PySide6', 'qtpy', 'app')])"
    )
    assert run(code) == "[]"


@pytest.mark.parametrize("module", ["core.types", "core.errors", "core", "main"])
def test_plain_values_come_without_torch(module: str) -> None:
    assert run(f"import sys, {module}; print('torch' in sys.modules)") == "False"


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_nothing_is_unpickled(path: Path) -> None:
    assert not imports(path) & {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            called = (node.func.value.id, node.func.attr)
            if called == ("torch", "load"):  # weights of others, which only training and evaluation read
                safe = [k.arg for k in node.keywords if getattr(k.value, "value", None) is True]
                here = path.relative_to(ROOT).as_posix()
                allowed_here = here.startswith(("core/training/", "core/evaluation/"))
                assert allowed_here, f"line {node.lineno}: torch.load unpickles"
                assert "weights_only" in safe, f"line {node.lineno}: torch.load without weights_only=True"
            if called in {("np", "load"), ("numpy", "load")}:
                allowed = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
                assert allowed.get("allow_pickle") in (None, False), f"line {node.lineno}"


def test_training_and_evaluation_are_imported_by_nothing_else() -> None:
    for path in SOURCES:
        inside = path.relative_to(ROOT).as_posix()
        if not inside.startswith(("core/evaluation", "core/training")):
            assert not [n for n in imports(path) if n.startswith(("core.evaluation", "core.training"))], inside


def test_top_level_is_what_the_customer_fixed() -> None:
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=True).stdout.split()
    folders = {name.split("/")[0] for name in tracked if "/" in name and not name.startswith(".")}
    assert folders <= {"app", "core", "resources", "weights", "tests"}
