"""How program and tests are built: modules are short; what several tests share stands in modules of its own."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from documented import ROOT

MODULES = sorted((ROOT / "tests").rglob("*.py"))

#: Most lines of a module of the program: what is longer is about more than one thing, and is split between them.
LONGEST = 400


def test_modules_of_the_program_are_short() -> None:
    modules = [path for room in ("optimizer", "cli") for path in sorted((ROOT / room).rglob("*.py"))]
    assert modules
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules}
    assert not {name: count for name, count in lines.items() if count > LONGEST}


def imported(path: Path) -> Iterator[str]:
    """Yield the last names of the modules that a module imports, or may import."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.name.rpartition(".")[2] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.rpartition(".")[2]


def test_no_module_imports_from_a_test() -> None:
    tests = {path.stem for path in MODULES if path.name.startswith("test_")}
    assert tests
    wrong = {str(path.relative_to(ROOT)): found for path in MODULES if (found := tests.intersection(imported(path)))}
    assert not wrong, "move what is shared into a module beside documented.py"


def test_every_test_has_a_name_of_its_own() -> None:
    """Folders of tests are no packages: modules of the same name would push each other out."""
    count = Counter(path.name for path in MODULES if path.name.startswith("test_"))
    assert not [name for name, times in count.items() if times > 1]


def test_folders_of_tests_are_rooms_of_the_source() -> None:
    library = ROOT / "optimizer" / "rd_contract"
    rooms = {path.stem for path in library.iterdir() if path.suffix in ("", ".py")}
    known = rooms | {"cli", "web", "project", "cases", "benchmarks", "oracles", "__pycache__"}
    assert {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} <= known
