"""Signed contracts in the scenarios of an instance: what is played where, what it comes to, and how that is told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from builders import Document
from commands import flat, invoke, write
from rd_contract import Instance, Result, SweepPlan, evaluate, over_worlds
from rd_contract.study.worlds import NOTHING
from uncertain_contracts import AFTER, LOW_HIGH, Part, halves, known, scenarios, told, two


def signed(document: Document, parts: dict[str, Part]) -> Result:
    """Return a contract as it is written down, whatever it breaks."""
    return Result.from_dict(told(document, parts)[1])


def test_members_who_know_the_scenario_stop_where_work_does_not_pay() -> None:
    document = two(4.0, *LOW_HIGH)
    found = evaluate(Instance.from_dict(document), signed(document, halves()))
    worse, better = (one.outcome for one in found.scenarios)
    assert worse.efforts == {"A": 0.0, "B": 0.0}  # half of 7 is less than 4
    assert worse.shirkers == ("A", "B")
    assert (better.efforts, better.shirkers) == ({"A": 1.0, "B": 1.0}, ())
    assert [worse.value, better.value, found.value] == pytest.approx([0.0, 18.0, 9.0])
    assert found.efforts == {"A": 0.5, "B": 0.5}
    assert found.shirkers == ("A", "B")
    assert found.losers == ()


def test_members_who_do_not_know_it_play_the_same_in_all() -> None:
    document = two(4.0, *LOW_HIGH, uncertainty=AFTER)
    found = evaluate(Instance.from_dict(document), signed(document, halves()))
    assert [one.outcome.value for one in found.scenarios] == pytest.approx([6.0, 18.0])
    assert [found.value, found.joint_surplus] == pytest.approx([12.0, 12.0])
    dear = two(6.0, *LOW_HIGH, uncertainty=AFTER)  # half of 10 on average is less than 6, half of 13 is not
    found = evaluate(Instance.from_dict(dear), signed(dear, halves()))
    assert [one.outcome.efforts for one in found.scenarios] == [{"A": 0.0, "B": 0.0}] * 2
    assert found.shirkers == ("A", "B")


def test_a_plan_is_kept_where_its_scenario_comes_and_nobody_follows_it_unseen() -> None:
    document, result = known("planned")
    contract = Result.from_dict(result)
    found = evaluate(Instance.from_dict(document), contract)
    assert [one.outcome.efforts for one in found.scenarios] == [{"A": 1.0, "B": 0.0}, {"A": 1.0, "B": 1.0}]
    assert found.shirkers == ()
    after = Instance.from_dict(document | {"uncertainty": AFTER})
    assert len({tuple(one.outcome.efforts.items()) for one in evaluate(after, contract).scenarios}) == 1
    plain = Instance.from_dict(
        {key: value for key, value in document.items() if key not in ("scenarios", "uncertainty")}
    )
    assert evaluate(plain, contract).scenarios == ()


def test_who_loses_loses_on_average() -> None:
    document = two(2.0, {"firms.B.outside_option": 0.0}, {"firms.B.outside_option": 10.0})
    found = evaluate(Instance.from_dict(document), signed(document, halves()))
    assert [one.outcome.losers for one in found.scenarios] == [(), ("B",)]
    assert found.losers == ()  # it has 8, and 5 outside


def test_what_never_happens_counts_for_nothing_and_is_told_all_the_same() -> None:
    document = two(4.0, *LOW_HIGH)
    document["scenarios"] = scenarios(*LOW_HIGH, probabilities=[0.0, 1.0])
    found = evaluate(Instance.from_dict(document), signed(document, halves()))
    assert found.value == pytest.approx(18.0)
    assert [one.outcome.value for one in found.scenarios] == pytest.approx([0.0, 18.0])


@pytest.mark.parametrize(
    ("uncertainty", "outside"),
    [({}, 2.0), ({"objective": "worst"}, 1.0), ({"objective": "cvar", "alpha": 0.75}, 5 / 3)],
)
def test_doing_without_is_judged_as_contracts_are(uncertainty: Document, outside: float) -> None:
    changes = ({"firms.A.outside_option": 1.0}, {"firms.A.outside_option": 3.0})
    document = two(2.0, *changes, uncertainty=uncertainty, objective="lead", project={"lead": "A"})
    plan = SweepPlan.from_options(("project.base_value=0,1",), "grid", None, 0)
    found = over_worlds(Instance.from_dict(document), plan, {"ours": signed(document, halves())})
    by_name = {one.name: one.value.tolist() for one in found.contracts}
    assert by_name[NOTHING] == pytest.approx([outside, outside])
    assert by_name["ours"] == pytest.approx([8.0, 8.5])


# --- on the command line -------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    """Return an instance where the better case is not so much better, its contract, and the same with a worse case."""
    document, result = known("value .9/1.1")
    return (
        write(tmp_path / "uncertain.json", document),
        write(tmp_path / "signed.json", result),
        write(tmp_path / "worse.json", two(4.0, *LOW_HIGH)),
    )


def test_evaluate_tells_every_scenario(files: tuple[str, str, str], tmp_path: Path) -> None:
    _, contract, worse = files
    folder = tmp_path / "tables"
    done = invoke("evaluate", worse, contract, "-o", str(folder))
    assert done.exit_code == 0, done.output
    words = flat(done.stdout)
    assert "What signed comes to in each scenario" in words
    assert "case 1 50.00% 0.000 0.000 A; B -" in words
    assert "On average 9.000" in words
    assert "not verified here, it was made for other data" in flat(done.stderr)
    with (folder / "scenarios.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["scenario"], float(row["value"]), row["work_less"]) for row in rows] == [
        ("case 1", 0.0, "A; B"),
        ("case 2", pytest.approx(18.0), ""),
    ]
    with (folder / "members.csv").open(encoding="utf-8") as stream:
        assert [float(row["effort"]) for row in csv.DictReader(stream)] == [0.0, 0.0, 1.0, 1.0]


def test_evaluate_takes_points_of_a_plan_as_scenarios_and_shows_the_worst(
    files: tuple[str, str, str], tmp_path: Path
) -> None:
    instance, contract, _ = files
    plan: Document = {
        "format": "rd-contract-sweep/1",
        "vary": [{"path": "modes.*.value_factor", "low": 0.9, "high": 1.3, "steps": 20}],
    }
    done = invoke("evaluate", instance, contract, "--scenarios", write(tmp_path / "plan.json", plan))
    assert done.exit_code == 0, done.output
    assert "The 12 worst of 20 scenarios:" in flat(done.stdout)


def test_scenarios_are_drawn_and_other_worlds_may_be_asked_for(files: tuple[str, str, str], tmp_path: Path) -> None:
    instance, contract, _ = files
    drawn = tmp_path / "drawn.svg"
    done = invoke("evaluate", instance, contract, "--figure", str(drawn))
    assert done.exit_code == 0, done.output
    assert "case 1" in drawn.read_text(encoding="utf-8")
    varied = invoke("evaluate", instance, contract, "--vary", "project.base_value=0,1", "--jobs", "1")
    assert varied.exit_code == 0, varied.output
    assert "1 contract at 2 points" in flat(varied.stdout)


def test_verify_tells_what_the_contract_comes_to_in_each_scenario(files: tuple[str, str, str]) -> None:
    instance, contract, _ = files
    done = invoke("verify", instance, contract)
    assert done.exit_code == 0, done.output
    words = flat(done.stdout)
    assert "case 1 50.00% 18.000 10.000" in words
    assert "A case 1 0.500" in words
    assert "was not examined: there are scenarios" in words
