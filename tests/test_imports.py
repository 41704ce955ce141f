"""The one direction of imports between the four packages, and what each may use from outside."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "convviz"

# what a package may import of convviz, beside itself; `paths` and the errors in `spec` are for everyone
INSIDE = {
    "spec": set(),
    "core": {"spec"},
    "cli": {"spec", "core", "ui"},  # ui only to open the window and to paint figures, see ONLY
    "session": {"spec", "core"},
    "ui": {"spec", "session"},
    "paths": {"spec"},
}
OUTSIDE = {
    "spec": {"numpy", "PIL", "safetensors"},
    "core": {"numpy", "PIL", "platformdirs", "safetensors", "torch"},
    "cli": {"numpy", "PIL", "torch", "tqdm", "PySide6"},
    "session": {"numpy"},
    "ui": {"numpy", "PIL", "PySide6", "shiboken6", "platformdirs", "superqt", "pyqtgraph"},
    "paths": {"platformdirs"},
    "__main__": set(),
    "__init__": set(),
}
TYPES_ONLY = {"session": {"torch"}}  # under TYPE_CHECKING: tensors are named, never touched
# modules that only these files may import, and only inside a function or under TYPE_CHECKING
ONLY = {
    "torchvision": {"core/vision.py"},
    "convviz.ui": {"cli/__init__.py", "cli/render.py"},  # the window; figures painted by its code, without a window
}
# where a module is needed at the top, torch must wait: the window opens before torch is imported
LATE = {"cli": {"torch", "convviz.core", "PySide6", "tqdm"}, "session": {"convviz.core"}}


def imports(file: Path, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, full module name) of every import statement under ``tree``, relative ones resolved."""
    parts = ("convviz", *file.relative_to(PACKAGE).with_suffix("").parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parts[: len(parts) - node.level]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def at_runtime(tree: ast.Module) -> ast.Module:
    """The module without what only type checkers see."""

    class Runtime(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST | None:
            return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)

    return Runtime().visit(tree)  # type: ignore[no-any-return]


def at_the_top(tree: ast.Module) -> ast.Module:
    """The module without its functions and without what only type checkers see."""

    class Top(ast.NodeTransformer):
        def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
            return None

    return Top().visit(at_runtime(tree))  # type: ignore[no-any-return]


def under(module: str, name: str) -> bool:
    return module == name or module.startswith(f"{name}.")


def problems(file: Path, text: str) -> Iterator[str]:
    relative = file.relative_to(PACKAGE).as_posix()
    package = relative.split("/")[0].removesuffix(".py")
    inside = INSIDE.get(package, set()) | {package, "paths", "cli" if package == "__main__" else ""}
    running = set(imports(file, at_runtime(ast.parse(text))))
    for line, module in imports(file, ast.parse(text)):
        where = f"convviz/{relative}:{line}"
        top, *rest = module.split(".")
        if top == "convviz":
            target = rest[0] if rest else ""
            if target in (*INSIDE, "cli") and target not in inside:
                yield f"{where}: {package} must not import {module}"
        elif top in TYPES_ONLY.get(package, ()) and (line, module) not in running:
            continue
        elif top not in sys.stdlib_module_names and top not in OUTSIDE[package] and top not in ONLY:
            yield f"{where}: {package} must not import {module}"
        for name, files in ONLY.items():
            if under(module, name) and relative not in files and not under(f"convviz.{package}", name):
                yield f"{where}: only {', '.join(files)} may import {name}"
    for line, module in imports(file, at_the_top(ast.parse(text))):
        for name in [*(n for n in ONLY if not under(f"convviz.{package}", n)), *LATE.get(package, ())]:
            if under(module, name):
                yield f"convviz/{relative}:{line}: {module} must be imported inside the function that needs it"


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way(file: Path) -> None:
    found = list(problems(file, file.read_text(encoding="utf-8")))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("spec/x.py", "import torch", "convviz/spec/x.py:1: spec must not import torch"),
        ("spec/x.py", "from ..core import device", "convviz/spec/x.py:1: spec must not import convviz.core.device"),
        ("ui/pad/x.py", "\nfrom ...core.trace import trace", "convviz/ui/pad/x.py:2: ui must not import"),
        ("ui/x.py", "def f():\n  import torch", "convviz/ui/x.py:2: ui must not import torch"),
        ("core/x.py", "from .. import ui", "convviz/core/x.py:1: core must not import convviz.ui"),
        ("core/x.py", "import torchvision.models", "only core/vision.py may import torchvision"),
        ("core/vision.py", "import torchvision", "must be imported inside the function"),
        ("session/x.py", "from PySide6.QtCore import QObject", "session must not import PySide6"),
        ("session/x.py", "def f():\n  import torch", "session must not import torch"),
        ("ui/x.py", "if TYPE_CHECKING:\n  import torch", "ui must not import torch"),
        ("cli/x.py", "import torch", "must be imported inside the function"),
        ("spec/x.py", "from convviz.session.state import State", "spec must not import convviz.session"),
    ],
)
def test_a_wrong_import_is_found_with_file_and_line(file: str, text: str, expected: str) -> None:
    found = list(problems(PACKAGE / file, text))
    assert any(expected in problem for problem in found), found


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("cli/x.py", "def run():\n  import torch\n  from ..core import zoo"),
        ("core/vision.py", "def f():\n  import torchvision"),
        ("session/x.py", "if TYPE_CHECKING:\n  from torch import Tensor"),
        ("ui/pad/x.py", "from ...spec.strokes import Stroke\nfrom ..look import theme\nfrom ... import paths"),
        ("spec/x.py", "import os.path\nfrom .errors import InputError\nimport numpy as np"),
    ],
)
def test_a_right_import_is_not(file: str, text: str) -> None:
    assert list(problems(PACKAGE / file, text)) == []
