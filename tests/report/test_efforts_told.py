"""Efforts that each scenario has its own of: nowhere does their average stand as if it were agreed."""

from __future__ import annotations

import functools
import re
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract import Instance, Result, SweepPlan, compare, compare_results, evaluate, explain, load_bundled, solve
from rd_contract.outcome.contract import efforts_by_scenario
from rd_contract.report.award import Award
from rd_contract.report.award.content import award_page
from rd_contract.report.award.sheet import term_sheet
from rd_contract.report.content.comparison import comparison_report
from rd_contract.report.content.contract import contract_report
from rd_contract.report.content.contract_figures import contract_figures
from rd_contract.report.content.explanation import explanation_report
from rd_contract.report.content.scenarios import scenarios_summary
from rd_contract.report.content.worlds import worlds_summary
from rd_contract.report.frames.comparison import forms_table
from rd_contract.report.page import Language
from rd_contract.report.render.markdown import markdown
from rd_contract.report.words.efforts import ENGLISH, IN_A_SENTENCE, EffortWords
from rd_contract.study.worlds import over_worlds

#: Two firms that stay idle where the market is bad.
BAD = {"name": "bad", "probability": 0.25, "changes": [{"path": "firms.*.contribution", "factor": 0.4}]}
GOOD = {"name": "good", "probability": 0.75, "changes": []}

#: Their effort, which is 0 in one scenario and 1 in the other.
AVERAGE = "0.750"


@functools.cache
def planned() -> tuple[Instance, Result]:
    document = load_bundled("two_firms").to_dict()
    instance = Instance.from_dict(document | {"scenarios": [BAD, GOOD], "uncertainty": {"agreement": "by_scenario"}})
    return instance, solve(instance)


def bare_averages(text: str) -> list[str]:
    """Return what stands around every average effort that is not said to be one."""
    return [
        text[max(at.start() - 60, 0) : at.end() + 30]
        for at in re.finditer(rf"(?<![\d.]){AVERAGE}(?!\d| on average)", text)
    ]


def test_the_instance_is_what_the_tests_are_about() -> None:
    _, result = planned()
    assert [member.effort_level for member in result.members] == [0.75, 0.75]
    assert {member.effort_label for member in result.members} == {""}
    assert efforts_by_scenario(result.scenarios, "Supplier") == {"bad": 0.0, "good": 1.0}


def test_an_effort_that_is_the_same_in_all_scenarios_is_none_of_several() -> None:
    _, result = planned()
    alike = [one.model_copy(update={"efforts": {"Supplier": 1.0}}) for one in result.scenarios]
    assert efforts_by_scenario(alike, "Supplier") == {}
    assert efforts_by_scenario([one.model_copy(update={"efforts": None}) for one in alike], "Supplier") == {}


# --- words -------------------------------------------------------------------------------------------------


def test_a_cell_has_the_average_a_sentence_each_effort() -> None:
    plan = {"bad": 0.5, "so so": 1.0, "good": 1.0}
    assert ENGLISH.short(0.8, "", plan) == "0.800 on average"
    assert ENGLISH.full(0.8, "", plan) == "0.500 in bad, 1.00 in so so and good"
    assert ENGLISH.of_firm("A", 0.8, plan) == "A (0.500 in bad, 1.00 in so so and good)"
    assert (ENGLISH.short(0.5, "half"), ENGLISH.full(0.5, "half")) == ("half (0.500)", "half (0.500)")
    assert ENGLISH.of_firm("A", 0.5) == "A 0.500"


@given(st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=1, max_size=IN_A_SENTENCE + 3))
def test_every_scenario_is_told_with_its_effort_or_none_is(levels: list[float]) -> None:
    words = EffortWords(number=str, listing="+".join, each="{what}:{scenarios}", comma=";")
    plan = {f"s{at}": level for at, level in enumerate(levels)}
    told = words.full(0.4, "", plan)
    if len(levels) > IN_A_SENTENCE:
        assert told == "0.4 on average"
    else:
        parts = dict(part.split(":")[::-1] for part in told.split(";"))
        assert {name: float(level) for names, level in parts.items() for name in names.split("+")} == plan


# --- pages -------------------------------------------------------------------------------------------------


def test_a_report_says_that_efforts_are_averages_and_what_they_are() -> None:
    instance, result = planned()
    text = markdown(contract_report(result, instance))
    assert text.count("0.750 on average") == 2
    assert bare_averages(text) == []


def test_notebooks_and_pictures_say_it_too() -> None:
    instance, result = planned()
    network = contract_figures(result, instance)[0]
    for text in (str(result), result._repr_html_(), " ".join(re.findall(r">([^<]+)<", network.svg))):
        assert "0.750 on average" in text
        assert bare_averages(text) == []


@pytest.mark.parametrize("language", get_args(Language))
def test_awards_say_what_is_agreed_in_each_scenario(language: Language) -> None:
    instance, result = planned()
    award = Award(result, instance, explain(instance, result), language=language)
    average = {"en": "0.750 on average", "de": "im Mittel 0,750", "zh": "平均0.750"}[language]
    each = {"en": "0 in bad, 1.00 in good", "de": "0 in bad, 1,00 in good", "zh": "bad情景下0，good情景下1.00"}[
        language
    ]
    board, sheet = markdown(award_page(award)), markdown(term_sheet(award))
    assert average in board
    assert average in sheet
    assert each in board
    assert each in sheet


def test_breaches_are_told_against_what_is_agreed_in_each_scenario() -> None:
    instance, result = planned()
    explanation = explain(instance, result)
    lazy = next(one for one in explanation.breaches if one.firm == "Supplier" and one.level == 0.0)
    assert lazy.agreed_by_scenario == {"bad": 0.0, "good": 1.0}
    assert lazy.agreed_level == pytest.approx(0.75)
    text = markdown(explanation_report(explanation))
    assert "not 0.750 on average" in text
    assert "instead of 0 in bad, 1.00 in good" in text
    assert bare_averages(text) == []


def test_a_breach_in_one_scenario_is_one_though_it_is_more_than_the_average() -> None:
    """Half effort everywhere is less than agreed in the good scenario, and more than 0.25."""
    instance, result = planned()
    explanation = explain(instance, result)
    [at] = [at for at, one in enumerate(explanation.breaches) if one.firm == "Supplier" and one.level == 0.0]
    half = explanation.breaches[at].model_copy(
        update={"level": 0.5, "label": "half", "agreed_level": 0.25, "detection": 0.1}
    )
    sheet = markdown(term_sheet(Award(result, instance, explanation.model_copy(update={"breaches": (half,)}))))
    assert "Supplier works at half (0.500) instead of 0 in bad, 1.00 in good" in sheet


def test_comparisons_say_it() -> None:
    instance, result = planned()
    several = compare_results({"one": result, "other": result}, [instance])
    assert several.scenarios[0].efforts_by_scenario["Supplier"] == {"bad": 0.0, "good": 1.0}
    text = markdown(comparison_report(several))
    assert "Supplier (0 in bad, 1.00 in good)" in text
    assert "| Effort, average |" in text
    assert "| Surplus, average |" in text
    assert forms_table(several)["efforts"][0] == (
        "Manufacturer (0 in bad, 1.00 in good); Supplier (0 in bad, 1.00 in good)"
    )
    forms = markdown(comparison_report(compare(instance)))
    assert "Effort levels, on average where scenarios have their own" in forms
    certain = load_bundled("two_firms")
    assert "on average" not in markdown(comparison_report(compare(certain)))


def test_evaluations_say_it() -> None:
    instance, result = planned()
    text = markdown(scenarios_summary({"own": evaluate(instance, result)}, instance))
    assert text.count("0.750 on average") == 2
    assert bare_averages(text) == []


def test_contracts_over_worlds_are_told_apart_by_their_plans() -> None:
    instance, result = planned()
    swapped = [
        one.model_copy(update={"efforts": dict.fromkeys(one.efforts or {}, level)})
        for one, level in zip(result.scenarios, (1.0, 2.0 / 3.0), strict=True)
    ]
    other = result.replace(scenarios=tuple(swapped))  # 0.75 on average, too
    plan = SweepPlan.from_options(("project.base_value=0:1",), "grid", None, 0)
    text = markdown(worlds_summary(over_worlds(instance, plan, {"own": result, "other": other})))
    assert "Supplier (0 in bad, 1.00 in good)" in text
    assert "Supplier (1.00 in bad, 0.667 in good)" in text
    assert "to the last term" not in text


def field_words(result: Any) -> str:
    return " ".join(field.description or "" for field in type(result.members[0]).model_fields.values())


def test_the_format_says_what_the_number_is() -> None:
    assert "where efforts are agreed by scenario, its average" in field_words(planned()[1])
