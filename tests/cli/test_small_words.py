"""Small things that are said at the right place: what helps, what is swapped, what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

import rd_contract
from commands import flat, invoke, write
from printing import sentences
from rd_contract.formats.hints import meant
from rd_contract.report.content.contract import contract_report
from rd_contract.report.content.explanation import explanation_report
from rd_contract.report.page import Page, paragraph
from samples import CASES, case

DRONE = str(CASES / "drone.json")


def test_the_remedy_against_other_equilibria_is_an_option() -> None:
    answer = invoke("solve", DRONE)
    others = "Caution:" in answer.stdout
    assert ("--robust unique" in answer.stderr) == others
    assert "--robust" not in answer.stdout
    assert "--robust unique" not in invoke("solve", DRONE, "--robust", "unique").stderr


def test_alone_says_what_it_leaves_aside() -> None:
    assert "Alone: each firm without partners; rules about teams are set aside." in flat(invoke("solve", DRONE).stdout)


def test_members_that_do_not_work_are_named() -> None:
    document = rd_contract.load_bundled("two_firms").to_dict()
    menu = [{"level": 0.0, "cost": 0.0}]
    document["firms"].append({"name": "Patent Holder Ltd.", "efforts": menu, "membership": "required"})
    document["project"]["team_size"] = {"min": 3, "max": 3}
    instance = rd_contract.Instance.from_dict(document)
    page = sentences(contract_report(rd_contract.solve(instance), instance))
    assert "Patent Holder Ltd. does no work: it is in for" in page


def test_what_is_not_complete_says_so_first() -> None:
    instance = case("drone")
    found = rd_contract.explain(instance, rd_contract.solve(instance), time_limit=1e-3)
    page = sentences(explanation_report(found))
    assert not found.complete
    assert page.index("Not complete:") < page.index("The contract:")


def test_swapped_files_are_told(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    assert invoke("solve", DRONE, "-o", str(result)).exit_code == 0
    answer = invoke("verify", str(result), DRONE)
    assert answer.exit_code == 3
    assert "seem to be swapped" in answer.stderr
    assert "seem to be swapped" not in invoke("verify", str(result), str(result)).stderr


def test_a_missing_format_says_which(tmp_path: Path) -> None:
    told = flat(invoke("check", write(tmp_path / "a.json", {"firms": []})).stderr)
    assert 'format found nothing expected "rd-contract/1"' in told


@pytest.mark.parametrize(
    ("word", "near"), [("TU Nord", "TU Nordstadt"), ("tu nord", "TU Nordstadt"), ("TU", None), ("", None)]
)
def test_the_beginning_of_a_name_is_enough_where_no_other_begins_so(word: str, near: str | None) -> None:
    assert meant(word, ["TU Nordstadt", "TU Sued", "Lab"]) == ("" if near is None else f'; did you mean "{near}"?')


def test_names_that_end_with_a_full_stop_end_a_sentence() -> None:
    assert (
        sentences(Page.of([paragraph("Best: CheapCell Inc.. Wait... 0..1.")])) == "Best: CheapCell Inc. Wait... 0..1."
    )


def test_the_version_has_a_short_option() -> None:
    assert invoke("-V").stdout == invoke("--version").stdout
