"""What is said of many scenarios: who is named is shown, what was not found out is not."""

from __future__ import annotations

from typing import Any

import pytest

from printing import printed
from rd_contract import ScenarioValues, explain, load_bundled
from rd_contract.report.content.explanation import explanation_report
from rd_contract.report.content.scenario_values import values_of_scenarios
from rd_contract.report.content.scenarios import lowest
from rd_contract.report.page import Bullets, Page, Paragraph, Table
from rd_contract.study.asking import NotExamined, Settings, Unanswered
from rd_contract.study.worth import NominalContract, PlayedScenario, ScenarioWorth

COUNT = 40


def worth(at: int, **fields: Any) -> ScenarioWorth:
    known: dict[str, Any] = {
        "contract_without": True,
        "alone": 2.0 + at,
        "contribution": 0.0,
        "without": 3.0,
        "cost": 0.5,
        "learning": 0.0,
        "binds": (),
    }
    return ScenarioWorth(
        name=f"case {at}",
        probability=1.0 / COUNT,
        value=float(at),
        **{**known, **fields},
    )


def nominal(lazy: tuple[int, ...] = ()) -> NominalContract:
    return NominalContract(
        has_contract=True,
        mode="plain",
        monitoring="none",
        efforts={"Manufacturer": 1.0, "Supplier": 1.0, "Lab": 1.0},
        expected_value=6.0,
        value=4.0,
        joint_surplus=4.0,
        below_outside=(),
        scenarios=tuple(
            PlayedScenario(
                name=f"case {at}",
                probability=1.0 / COUNT,
                value=1.0,
                joint_surplus=1.0,
                works_less=("Manufacturer", "Supplier") if at in lazy else (),
                below_outside=(),
            )
            for at in range(COUNT)
        ),
    )


def values(scenarios: list[ScenarioWorth], played: NominalContract | None, **fields: Any) -> ScenarioValues:
    known = all(one.alone is not None for one in scenarios)
    told: dict[str, Any] = {
        "objective": "joint",
        "judged_by": "expected",
        "alpha": None,
        "has_contract": True,
        "objective_value": 5.0,
        "nominal": played,
        "price_of_robustness": None if played is None else 1.0,
        "stochastic_solution": None if played is None else 1.0,
        "wait_and_see": 6.0 if known else None,
        "perfect_information": 1.0 if known else None,
        "scenarios": tuple(scenarios),
        "gap": 1e-6,
        "tolerance": 1e-5,
    }
    return ScenarioValues(**{**told, **fields})


def page(found: ScenarioValues) -> Page:
    return Page.of(values_of_scenarios(found, "EUR million"))


def tables(shown: Page) -> list[Table]:
    return [block for block in shown.blocks if isinstance(block, Table)]


def names(table: Table) -> list[str]:
    return [row[0].plain for row in table.rows]


def titles(table: Table) -> list[str]:
    return [column.title for column in table.columns]


def sentences(shown: Page) -> str:
    return " ".join(block.text.plain for block in shown.blocks if isinstance(block, Paragraph))


def test_every_scenario_that_is_named_is_shown_and_what_is_left_out_is_said_before() -> None:
    scenarios = [worth(at) for at in range(COUNT)]
    scenarios[37] = worth(37, contribution=0.7)
    scenarios[38] = worth(38, learning=0.6)
    shown = page(values(scenarios, nominal(lazy=(39,))))
    for name in ("case 37", "case 38", "case 39"):
        assert f'"{name}"' in sentences(shown)
    first, second = tables(shown)
    assert names(first) == names(second) == [f"case {at}" for at in (*range(9), 37, 38, 39)]
    note = next(block for block in shown.blocks if isinstance(block, Paragraph) and "40 scenarios" in block.text.plain)
    assert note.text.plain == "Of 40 scenarios, the 3 named above and the 9 worst others:"
    assert shown.blocks.index(note) < shown.blocks.index(first)


def test_of_many_scenarios_the_worst_come_first_and_few_stay_in_their_order() -> None:
    amounts = [float((7 * at) % 20) for at in range(COUNT)]  # each of them twice
    scenarios = [worth(at, contribution=1.0 if at == 17 else 0.0) for at in range(COUNT)]
    shown = lowest(scenarios, amounts, [scenarios[17]])
    found = [amounts[scenarios.index(one)] for one in shown]
    assert found == [*sorted(amounts)[:11], amounts[17]]
    assert all(
        scenarios.index(one) < scenarios.index(other) for one, other in zip(shown[:10:2], shown[1:10:2], strict=True)
    )
    few = scenarios[:12]
    assert lowest(few, amounts[:12]) == few


def test_scenarios_that_alone_stand_in_the_way_are_named_and_shown() -> None:
    scenarios = [worth(at, contract_without=at >= 30) for at in range(COUNT)]
    shown = page(values(scenarios, None, has_contract=False))
    assert 'these scenarios there would be a contract: "case 30", ' in sentences(shown)
    assert '"case 35" and 4 more.' in sentences(shown)
    assert names(tables(shown)[0])[-6:] == [f"case {at}" for at in range(30, 36)]


def test_nothing_is_shown_of_what_was_not_found_out() -> None:
    unknown = dict.fromkeys(("alone", "contribution", "without", "cost", "learning", "contract_without"))
    shown = page(values([worth(at, **unknown) for at in range(COUNT)], None))
    [only] = tables(shown)
    assert titles(only) == ["Scenario", "Probability", "This contract", "Binds"]
    assert sentences(shown).endswith(
        "Not found out, for the reasons given at the end: what the contract that ignores uncertainty comes to, what "
        "knowing it is worth for 40 of 40 scenarios and what reckoning with it costs for 40 of 40."
    )


def test_a_part_that_was_found_out_is_shown_alone() -> None:
    missed = NotExamined(part="scenario", subject='the contract without scenario "case 5"', reason="time ran out")
    lacking = {"without": None, "cost": None, "learning": None}
    scenarios = [worth(at, **({} if at == 4 else lacking)) for at in range(COUNT)]
    scenarios[4] = worth(4, learning=0.6)
    shown = page(values(scenarios, nominal(), not_examined=(missed,)))
    _, table = tables(shown)
    assert titles(table) == ["Scenario", "Known", "Its part", "Costs", "Learning"]
    assert '"case 4" is worth most, as far as that was found out' in sentences(shown)
    assert "Not found out, for the reasons given at the end: what reckoning with it costs for 39 of 40." in sentences(
        shown
    )
    scenarios = [worth(at, **lacking, **({"alone": None, "contribution": None} if at < 6 else {})) for at in range(8)]
    _, table = tables(page(values(scenarios, nominal(), not_examined=(missed,))))
    assert (titles(table), names(table)) == (["Scenario", "Known", "Its part"], ["case 6", "case 7"])


def test_tables_of_scenarios_fit_eighty_columns() -> None:
    """Titles of numbers go over two lines where names and numbers would have no room otherwise."""
    scenarios = [worth(at, binds=("Manufacturer",)) for at in range(COUNT)]
    lines = [line.rstrip() for line in printed(page(values(scenarios, nominal(lazy=(3, 4)))), 80).splitlines()]
    at = lines.index("Scenario   Probability   contract   Binds                it   Works less then")
    assert lines[at - 1].split() == ["This", "Ignoring"]
    assert "case 3           2.50%      3.000   Manufacturer      1.000   Manufacturer;" in lines


@pytest.mark.parametrize(
    ("slow", "others", "said"),
    [(1, 0, "For it, a solve"), (3, 0, "For all of them, a solve"), (2, 1, "For 2 of them, a solve"), (0, 2, "")],
)
def test_how_many_questions_asked_too_much_of_a_solve_is_said_first(slow: int, others: int, said: str) -> None:
    with pytest.raises(Unanswered) as reason:
        Settings(1e-6, patience=1e-9).solve(load_bundled("two_firms"))
    reasons = [str(reason.value)] * slow + ["time ran out"] * others
    missed = tuple(NotExamined(part="rule", subject="a rule", reason=one) for one in reasons)
    found = explain(load_bundled("two_firms"), firms=[], most=0)
    shown = explanation_report(found.model_copy(update={"not_examined": missed, "complete": False}))
    first = [block.text.plain for block in shown.blocks if isinstance(block, Paragraph)][1]  # behind the title
    assert first.startswith(f"Not complete: {slow + others} question")
    assert said in first
    assert ("a time limit lets it take longer" in first) == bool(slow)


def test_of_many_questions_that_were_not_examined_a_few_are_listed() -> None:
    missed = [NotExamined(part="candidate", subject="Supplier", reason="time ran out")]
    names = [f'scenario "{at}" alone' for at in range(80)]
    missed += [NotExamined(part="scenario", subject=name, reason="time ran out") for name in names]
    found = explain(load_bundled("two_firms"), firms=[], most=0)
    told = [
        entry.plain
        for block in explanation_report(found.model_copy(update={"not_examined": tuple(missed)})).blocks
        if isinstance(block, Bullets)
        for entry in block.entries
    ]
    assert told[0] == "why Supplier is not in"
    assert told[-2:] == ['scenario "11" alone', "and 68 more about scenarios, in the JSON file"]
    assert len(told) == 14
