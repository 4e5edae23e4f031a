"""Every small number of the package stands in one place, once, with its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rd_contract
import rd_contract_cli
from rd_contract.base import tolerances

#: Small numbers that are no tolerances: seconds.
ELSEWHERE = {
    "search/state.py": {5e-5},  # what a regime takes of the certificate's time
    "search/extensive.py": {1e-4},  # what a product takes to build
}


def small_numbers(source: str) -> Iterator[tuple[int, float]]:
    """Yield the line and the value of every literal between 0 and 1e-3, or power of ten or two that is written out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and 0.0 < node.value < 1e-3:
            yield node.lineno, node.value
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            try:
                value = float(eval(ast.unparse(node), {}))
            except NameError:  # no literal
                continue
            if 0.0 < value < 1e-3:
                yield node.lineno, value
        if isinstance(node, ast.Attribute) and node.attr in ("epsilon", "eps"):
            yield node.lineno, 0.0


@pytest.mark.parametrize("package", [rd_contract, rd_contract_cli], ids=lambda package: package.__name__)
def test_small_numbers_stand_in_one_place(package: object) -> None:
    root = Path(str(package.__file__)).parent  # type: ignore[attr-defined]
    found: dict[str, float] = {}
    for path in root.rglob("*.py"):
        name = path.relative_to(root).as_posix()
        if name == "base/tolerances.py":
            continue
        allowed = ELSEWHERE.get(name, set())
        found |= {
            f"{name}:{line}": value
            for line, value in small_numbers(path.read_text(encoding="utf-8"))
            if value not in allowed
        }
    assert not found


@pytest.mark.parametrize("source", ["x < 1e-9", "TINY = 0.0005", "10.0**-6", "2**-40", "sys.float_info.epsilon"])
def test_a_new_one_is_found(source: str) -> None:
    assert list(small_numbers(source))


def test_no_exception_is_left_over() -> None:
    for name, values in ELSEWHERE.items():
        source = (Path(rd_contract.__file__).parent / name).read_text(encoding="utf-8")
        assert values == {value for _, value in small_numbers(source)}, name


def test_each_has_its_reason_and_its_use() -> None:
    """A tolerance stands below a comment, and something reads it."""
    root = Path(rd_contract.__file__).parent
    used = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py") if path.name != "tolerances.py")
    lines = (root / "base" / "tolerances.py").read_text(encoding="utf-8").splitlines()
    for name in (name for name in vars(tolerances) if name.isupper()):
        [at] = [at for at, line in enumerate(lines) if line.startswith(f"{name} = ")]
        assert lines[at - 1].startswith("#:") or lines[at - 1].split(" = ")[0].isupper(), name
        assert name in used, name


def test_they_stand_in_the_order_that_their_reasons_ask_for() -> None:
    """What one step leaves must be seen by the next, and forgiven by the certificate."""
    t = tolerances
    assert t.SUMS < t.ROUNDING < t.FEASIBILITY < t.PREMIUM < t.LEXICOGRAPHIC < t.CERTIFICATE < t.STRICT
    assert t.FINEST_GAP < t.SAME_EXCESS < t.CERTIFICATE
    assert pytest.approx(t.CERTIFICATE) == 100.0 * t.FEASIBILITY
    assert t.ABSOLUTE_GAP < t.RESOLUTION <= t.GAP < t.REMARKED
    assert t.FINEST_GAP < t.LEXICOGRAPHIC < t.STATED_GAP < t.GAP
