"""What small firms get is said wherever one is a member, or a rule asks for them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, get_args

import pytest

from rd_contract import Award, Instance, Result, load_bundled, solve
from rd_contract.report.award.content import award_page
from rd_contract.report.content.contract import contract_report
from rd_contract.report.content.small_firms import small_firms
from rd_contract.report.page import Language
from rd_contract.report.render.markdown import markdown


@cache
def call() -> tuple[Instance, Result]:
    instance = load_bundled("european_call")
    return instance, solve(instance)


def marked(instance: Instance, result: Result, small: bool, **more: Any) -> Instance:
    """Return the instance with all members of a contract marked as small, or none."""
    document = instance.to_dict() | more
    for firm in document["firms"]:
        firm["sme"] = small and firm["name"] in [member.firm for member in result.members]
    return instance.unjudged(**{name: getattr(Instance.from_dict(document), name) for name in ("firms", "rules")})


def test_parts_are_what_the_contract_says() -> None:
    instance, result = call()
    group = small_firms(result, instance)
    assert group is not None
    joining = {firm.name: firm.joining_cost for firm in instance.firms}
    small = {firm.name for firm in instance.firms if firm.sme}
    members = [member for member in result.members if member.firm in small]
    costs = {member.firm: member.effort_cost + joining[member.firm] for member in result.members}
    assert set(group.names) == {member.firm for member in members}
    assert group.share == pytest.approx(sum(member.share for member in members))
    assert group.cost == pytest.approx(sum(costs[name] for name in group.names) / sum(costs.values()))
    assert group.cost >= 0.3
    assert group.surplus == pytest.approx(sum(member.surplus for member in members))


def test_nothing_is_said_where_nobody_asks() -> None:
    instance, result = call()
    assert small_firms(result, None) is None
    assert small_firms(result, marked(instance, result, False, rules=[])) is None
    everybody = small_firms(result, marked(instance, result, True, rules=[]))
    assert everybody is not None
    assert [everybody.share, everybody.cost] == pytest.approx([1.0, 1.0])


def test_a_rule_that_nobody_fulfils_is_answered() -> None:
    instance, result = call()
    rule = {"name": "small", "group": {"sme": False}, "max": 9}
    group = small_firms(result, marked(instance, result, False, rules=[rule]))
    assert group is not None
    assert (group.names, group.share, group.surplus) == ((), 0.0, 0.0)
    off = marked(instance, result, False, rules=[{**rule, "active": False}])
    assert small_firms(result, off) is None


def test_the_report_says_it() -> None:
    instance, result = call()
    text = " ".join(markdown(contract_report(result, instance)).replace("\\", "").split())
    assert "Small and medium-sized: Element Energy (UK), Bax & Willems (ES) and Amires Sro (CZ) get " in text
    assert "Small and medium-sized" not in markdown(contract_report(result))


@pytest.mark.parametrize("language", get_args(Language))
def test_awards_say_it_in_their_language(language: Language) -> None:
    instance, result = call()
    award = Award(result, instance, language=language)
    said = markdown(award_page(award)).replace("\\", "")
    assert award.say("small_firms", names="|", share="|", cost="|", surplus="|").split("|")[0].strip() in said
    none = replace(award, instance=None)
    assert award.say("no_small_firms") not in markdown(award_page(none))
