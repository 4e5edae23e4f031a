"""``rd-contract import cordis``: from the register's files to a contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import flat, invoke
from rd_contract import Instance, bundled_path
from registers import write_register

#: The register that comes along: organisations that do not exist.
EXAMPLE = bundled_path("two_firms").parent / "data" / "cordis_example"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, ...]:
    organizations, projects, topics = map(str, write_register(tmp_path))
    return ("--organizations", organizations, "--projects", projects, "--topics", topics)


def test_from_the_files_to_a_contract(tmp_path: Path, files: tuple[str, ...]) -> None:
    target = str(tmp_path / "mine.json")
    done = invoke("import", "cordis", *files, "--lead", "NORDZELLE AG", "--candidates", "4", "-o", target)
    assert done.exit_code == 0, done.output
    assert "NORDZELLE AG" in done.stdout
    assert done.stdout == invoke("check", target).stdout
    assert f"rd-contract solve {target}" in flat(done.stderr)
    instance = Instance.from_file(target)
    assert len(instance.firms) == 4
    assert str(tmp_path) not in instance.source
    assert invoke("check", target).exit_code == 0
    assert invoke("solve", target, "--time-limit", "60").exit_code == 0


@pytest.mark.parametrize("name", ["mine.xlsx", "mine"])
def test_in_any_form(tmp_path: Path, files: tuple[str, ...], name: str) -> None:
    target = tmp_path / name
    assert invoke("import", "cordis", *files, "--lead", "NZ", "-o", str(target)).exit_code == 0
    assert len(Instance.from_file(target).firms) == 5


def test_filters(tmp_path: Path, files: tuple[str, ...]) -> None:
    target = tmp_path / "mine.json"
    some = ("--country", "AT", "--country", "IE", "--kind", "PRC", "--kind", "HES")
    more = ("--min-projects", "2", "--level", "1")
    assert invoke("import", "cordis", *files, "--lead", "1", *some, *more, "-o", str(target)).exit_code == 0
    names = [firm.name for firm in Instance.from_file(target).firms]
    assert names == ["NORDZELLE AG", "Klein & Fein GmbH", "UNIVERSITY OF NOWHERE"]


def test_broken_files_are_refused_whole(tmp_path: Path, files: tuple[str, ...]) -> None:
    path = tmp_path / "organization.csv"
    path.write_text(path.read_text(encoding="utf-8").replace('"REC"', '"RE"'), encoding="utf-8")
    target = tmp_path / "mine.json"
    done = invoke("import", "cordis", *files, "--lead", "NZ", "-o", str(target))
    assert (done.exit_code, done.stdout, target.exists()) == (3, "", False)
    assert "organization.csv line 3, activityType" in flat(done.stderr)
    assert "organization.csv line 6, activityType" in flat(done.stderr)


def test_wrong_usage(tmp_path: Path, files: tuple[str, ...]) -> None:
    target = str(tmp_path / "mine.json")
    for wrong in (("--lead", "Nobody"), ("--lead", "NZ", "--kind", "X"), ("--lead", "NZ", "--level", "9")):
        assert invoke("import", "cordis", *files, *wrong, "-o", target).exit_code == 2
    assert invoke("import", "cordis", *files, "--lead", "NZ", "-o", files[1]).exit_code == 2
    assert invoke("import", "cordis", *files, "--lead", "NZ").exit_code == 2


def test_the_example_is_the_register_of_the_tests(tmp_path: Path) -> None:
    for path in write_register(tmp_path):
        assert (EXAMPLE / path.name).read_bytes() == path.read_bytes()
