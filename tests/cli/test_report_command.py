"""``rd-contract report`` and ``solve --report``: which files belong together, and what is refused."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from pathlib import Path

import pytest

from commands import flat, invoke, write
from rd_contract import Result, bundled_path, load_bundled, solve

PAIR = str(bundled_path("two_firms"))
VARIED = "firms.*.outside_option=0:1:3"


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with everything that is known of two firms, written by the commands."""
    folder = tmp_path_factory.mktemp("award")
    for arguments in (
        ("solve", PAIR, "-o", str(folder / "result.json")),
        ("explain", PAIR, "-o", str(folder / "explanation.json")),
        ("compare", PAIR, "-o", str(folder / "comparison.json")),
        (
            "sweep",
            PAIR,
            "-o",
            str(folder / "sweep"),
            "--design",
            "one-at-a-time",
            "--vary",
            VARIED,
        ),
    ):
        done = invoke(*arguments)
        assert done.exit_code == 0, done.output
    return folder


@pytest.mark.parametrize("ending", ["html", "xlsx", "docx", "md"])
def test_the_ending_decides_the_form(ending: str, answer: Path, tmp_path: Path) -> None:
    target = tmp_path / f"award.{ending}"
    done = invoke("report", str(answer / "result.json"), "--instance", PAIR, "-o", str(target))
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"Report written to {target}" in flat(done.stderr).replace(" ", "") or target.exists()
    assert target.stat().st_size > 3000


def test_everything_that_is_known_goes_in(answer: Path, tmp_path: Path) -> None:
    target = tmp_path / "award.md"
    files = [str(answer / name) for name in ("comparison.json", "sweep", "result.json", "explanation.json")]
    assert invoke("report", *files, "--instance", PAIR, "-o", str(target), "--lang", "de").exit_code == 0
    text = target.read_text(encoding="utf-8")
    for heading in ("Formen der Zusammenarbeit", "Worauf der \u00dcberschuss"):
        assert heading in text
    little = tmp_path / "little.md"
    assert invoke("report", *files, "--instance", PAIR, "-o", str(target)).exit_code == 0
    assert "Outside option of" in target.read_text(encoding="utf-8")
    assert invoke("report", str(answer / "result.json"), "-o", str(little), "--date", "2026-03-01").exit_code == 0
    assert "As of 1 March 2026" in little.read_text(encoding="utf-8")


def test_solve_writes_a_report_beside_its_result(tmp_path: Path) -> None:
    page, result = tmp_path / "award.html", tmp_path / "result.json"
    done = invoke("solve", PAIR, "-o", str(result), "--report", str(page))
    assert done.exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    again = tmp_path / "again.html"
    assert invoke("report", str(result), "--instance", PAIR, "-o", str(again)).exit_code == 0
    assert again.read_bytes() == page.read_bytes()


def test_files_about_something_else_are_refused(answer: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.json", solve(load_bundled("big_m_trap")).to_dict())
    done = invoke("report", other, str(answer / "explanation.json"), "-o", str(tmp_path / "award.html"))
    assert done.exit_code == 3
    assert "explanation.json cannot be used as an explanation" in flat(done.stderr)
    assert "make the explanation from the same file, with the same --set" in flat(done.stderr)
    twice = invoke("report", str(answer / "result.json"), other, "-o", str(tmp_path / "award.html"))
    assert twice.exit_code == 2
    assert "both of one kind" in flat(twice.stderr)
    without = invoke("report", str(answer / "explanation.json"), "-o", str(tmp_path / "award.html"))
    assert without.exit_code == 2
    assert "a report needs a result" in flat(without.stderr)
    assert not (tmp_path / "award.html").exists()


def test_a_result_that_is_refuted_is_not_reported(solved: Result, file: str, tmp_path: Path) -> None:
    document = solved.to_dict()
    document["members"][0]["share"] += 0.05
    document["members"][1]["share"] -= 0.05
    forged = write(tmp_path / "forged.json", document)
    done = invoke("report", forged, "--instance", file, "-o", str(tmp_path / "award.html"))
    assert done.exit_code == 6
    assert not (tmp_path / "award.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "award.pdf"), "the name must end in .html or .xlsx or .docx or .md"),
        (("-o", "award.html", "--date", "1.3.2026"), "is not a date such as 2026-11-28"),
        (("-o", "award.html", "--lang", "fr"), "fr"),
        (("-o", "award.xlsx", "--page", "terms"), "leave the page out"),
    ],
)
def test_wrong_usage_is_told(
    arguments: tuple[str, ...], said: str, answer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("report", str(answer / "result.json"), *arguments)
    assert done.exit_code == 2
    assert said in flat(done.stderr)
    assert list(tmp_path.iterdir()) == []


def test_the_lead_and_all_are_answered_in_one_line(tmp_path: Path) -> None:
    alliance = str(bundled_path("battery_alliance"))
    done = invoke("solve", alliance)
    opening = flat(done.stdout)
    assert "For Carmaker, the lead: an expected profit of 4.686 EUR million" in opening
    assert "If it wrote the contract to earn most itself, that profit would be 26.743 (+22.057)" in opening
    assert f"rd-contract solve {alliance} --set objective=lead" in flat(done.stderr)
    led = invoke("solve", alliance, "--set", "objective=lead")
    assert "If the contract were written for all members together, that profit would be 4.686" in flat(led.stdout)


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_what_needs_an_extra_is_refused_before_anything_is_solved(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    missing = ("xlsxwriter", "docx")
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name in missing else found(name, *more)
    )
    monkeypatch.setattr("rd_contract.solve", lambda *_, **__: pytest.fail("solved in vain"))
    done = invoke("solve", PAIR, "--report", str(tmp_path / f"award.{ending}"))
    assert done.exit_code == 2
    assert "need the extra: pip install 'rd-contract[office]'" in flat(done.stderr)


def test_an_instance_about_other_firms_is_refused(answer: Path, tmp_path: Path) -> None:
    other = str(bundled_path("big_m_trap"))
    done = invoke("report", str(answer / "result.json"), "--instance", other, "-o", str(tmp_path / "award.html"))
    assert done.exit_code == 3
    assert "a firm of the instance: this is another one" in flat(done.stderr)


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_what_somebody_has_worked_in_is_not_overwritten(ending: str, answer: Path, tmp_path: Path) -> None:
    target = tmp_path / f"award.{ending}"
    arguments = ("report", str(answer / "result.json"), "-o", str(target))
    for _ in range(2):
        assert invoke(*arguments).exit_code == 0
    ours = target.read_bytes()
    with zipfile.ZipFile(io.BytesIO(ours)) as read, zipfile.ZipFile(target, "w") as edited:
        for name in read.namelist():
            saved = read.read(name).replace(b"2000-01-01T00:00:00Z</dcterms:mod", b"2026-11-28T09:00:00Z</dcterms:mod")
            edited.writestr(name, saved)
    mine = target.read_bytes()
    for refused in (arguments, ("solve", PAIR, "--report", str(target))):
        done = invoke(*refused)
        assert done.exit_code == 2
        assert "was worked in; rd-contract report --force overwrites it" in flat(done.stderr)
        assert target.read_bytes() == mine
    assert invoke(*arguments, "--force").exit_code == 0
    assert target.read_bytes() == ours


def test_a_report_that_cannot_be_made_costs_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise KeyError("no such page")

    monkeypatch.setattr("rd_contract.report.award.award_file", broken)
    done = invoke("solve", PAIR, "-o", str(tmp_path / "result.json"), "--report", str(tmp_path / "award.html"))
    assert done.exit_code == 1
    assert Result.from_file(tmp_path / "result.json").proven


def test_a_search_that_a_limit_ended_is_followed_by_no_other(
    solved: Result, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = solved.replace(status="feasible", stop_reason="time_limit")
    monkeypatch.setattr("rd_contract.solve", lambda *_, **__: late)
    monkeypatch.setattr("rd_contract.study.counterpart.solve", lambda *_, **__: pytest.fail("solved after the limit"))
    done = invoke("solve", file, "--time-limit", "1")
    assert done.exit_code == 5
    assert "other objective" not in done.stderr
