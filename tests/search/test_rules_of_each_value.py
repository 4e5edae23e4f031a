"""Rules with a limit for each value of an attribute: of which values they ask, and that messages name the value."""

from __future__ import annotations

from typing import Any

import pytest

from oracles.enumeration import best_contract
from rd_contract import Instance, InstanceError, explain, explain_obstacles, find_warnings, solve, verify
from rd_contract.search.method import MethodName

METHODS: tuple[MethodName, ...] = ("decomposed", "extensive")


def firm(name: str, worth: float, country: str | None, **fields: Any) -> dict[str, Any]:
    """Return a firm that works fully for a cost of 1, or idles."""
    menu = [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}]
    attributes = {} if country is None else {"country": country}
    return {"name": name, "contribution": worth, "efforts": menu, "attributes": attributes, **fields}


def document(firms: list[dict[str, Any]], *rules: dict[str, Any], **project: Any) -> dict[str, Any]:
    named = [{"name": f"rule {at}", **rule} for at, rule in enumerate(rules)]
    return {"format": "rd-contract/1", "firms": firms, "rules": named, "project": project}


def problems(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict(raw)
    assert {problem.rule for problem in caught.value.problems} == {"rule-met"}
    return [f"{problem.path}: found {problem.found}; expected {problem.expected}" for problem in caught.value.problems]


# --- of which values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("absent", [{"membership": "excluded"}, {"credit": 0.1}])
@pytest.mark.parametrize(
    "rule",
    [{"min": 1}, {"min_fraction": 0.2}, {"measure": "cost", "min": 0.5}, {"measure": "revenue_share", "min": 0.1}],
)
def test_nobody_is_asked_for_from_where_nobody_may_join(absent: dict[str, Any], rule: dict[str, Any]) -> None:
    firms = [firm("A", 10.0, "DE"), firm("B", 8.0, "DE"), firm("C", 0.6, "FR", joining_cost=0.5)]
    firms.append(firm("X", 9.0, "ES", **absent))
    raw = document(firms, {"each": "country", **rule}, min_credit=0.5)
    free, answer = best_contract(document(firms, min_credit=0.5)), best_contract(raw)
    assert answer is not None
    assert free is not None
    # C costs more than it brings, and FR asks for it all the same.
    assert answer.objective_value < free.objective_value - 0.1
    instance = Instance.from_dict(raw)
    for method in METHODS:
        result = solve(instance, method=method)
        assert {member.firm for member in result.members} == {"A", "B", "C"}
        assert result.objective_value == pytest.approx(answer.objective_value, abs=1e-6)
        assert verify(instance, result).holds


def test_a_firm_that_may_join_brings_its_country_with_it() -> None:
    firms = [firm("A", 10.0, "DE"), firm("X", 0.5, "ES")]
    assert len(solve(Instance.from_dict(document(firms, {"each": "country", "min": 1}))).members) == 2
    firms[1]["membership"] = "excluded"
    assert len(solve(Instance.from_dict(document(firms, {"each": "country", "min": 1}))).members) == 1


def test_what_a_firm_out_brings_with_it_hides_no_cost_of_another_rule() -> None:
    """Without the exclusion of X the rule asks for a member from ES, who costs more than C brings."""
    firms = [
        firm("A", 10.0, "DE"),
        firm("X", 0.5, "ES", membership="excluded", outside_option=8.5),
        firm("C", 9.0, "DE", membership="excluded"),
    ]
    costs = {
        cost.path: cost.cost
        for cost in explain(Instance.from_dict(document(firms, {"each": "country", "min": 1}))).rules
    }
    assert costs["firms[2].membership"] == pytest.approx(8.0)
    assert costs["firms[1].membership"] == 0.0


# --- what is said ------------------------------------------------------------------------------------------


def test_each_value_that_cannot_be_met_is_named() -> None:
    firms = [
        firm("A", 9.0, "DE"),
        firm("B", 9.0, "DE"),
        firm("C", 9.0, "FR"),
        firm("D", 9.0, "ES"),
        firm("E", 9.0, None),
    ]
    assert problems(document(firms, {"each": "country", "min": 2})) == [
        f"rules[0].min: found 2; expected at most 1, what eligible firms of country {country} can reach"
        for country in ("ES", "FR")
    ]
    firms[0]["membership"] = firms[1]["membership"] = "required"
    assert problems(document(firms, {"each": "country", "max": 1})) == [
        "rules[0].max: found 1; expected at least 2, what eligible firms of country DE can keep to"
    ]
    assert problems(document(firms, {"each": "sme", "measure": "effort", "min": 9})) == [
        "rules[0].min: found 9; expected at most 5, what eligible large firms can reach"
    ]
    firms[2]["sme"] = True
    assert problems(document(firms, {"each": "sme", "min_fraction": 0.7})) == [
        "rules[0].min_fraction: found 0.7; expected a part that eligible small and medium-sized firms can reach, "
        "with the lead and required firms in the alliance"
    ]


def test_the_certificate_names_the_value_that_breaks_a_rule() -> None:
    firms = [firm("A", 9.0, "DE"), firm("B", 9.0, "FR"), firm("C", 9.0, "FR", sme=True), firm("D", 9.0, "FR")]
    result = solve(Instance.from_dict(document(firms)))
    assert len(result.members) == 4
    rules = [{"each": "country", "max": 2}, {"each": "sme", "measure": "cost", "max": 2.5}]
    certificate = verify(Instance.from_dict(document(firms, *rules)), result)
    broken = {check.detail: (check.value, check.limit) for check in certificate.failures if check.id == "rule"}
    assert broken == {
        'Rule "rule 0", firms of country FR: members at most 2 (M33).': (3.0, 2.0),
        'Rule "rule 1", large firms: cost at most 2.5 (M33).': (3.0, 2.5),
    }


#: A brings B and C along, all of them from FR, where two may join; others are in no conflict.
CONFLICT = document(
    [
        firm("A", 9.0, "FR", membership="required"),
        firm("B", 9.0, "FR"),
        firm("C", 9.0, "FR"),
        firm("D", 9.0, "DE"),
        firm("E", 9.0, "ES"),
        firm("F", 9.0, "IT"),
    ],
    {"each": "country", "max": 2},
    {"if_member": "A", "then_members": ["B", "C"]},
)


def test_a_conflict_names_the_values_it_is_about() -> None:
    instance = Instance.from_dict(CONFLICT)
    said = "rule 0: at most 2 members among firms of each country (here FR)"
    [warning] = [problem for problem in find_warnings(instance) if problem.rule == "rules-together"]
    assert said in warning.found
    obstacles = {obstacle.path: obstacle for obstacle in explain_obstacles(instance)}
    assert obstacles["rules[0].max"].detail == said
    eased = {relaxation.path: relaxation for relaxation in explain(instance).relaxations}
    assert (eased["rules[0].max"].detail, eased["rules[0].max"].value) == (said, 3.0)


def test_a_conflict_names_all_values_that_it_needs() -> None:
    """Two from each of FR and DE are three too many only together."""
    firms = [
        firm(name, 9.0, country)
        for name, country in zip("ABCDEFGH", ("FR", "DE", "FR", "DE", "ES", "ES"), strict=False)
    ]
    firms += [firm("Z", 9.0, None, membership="required")]
    floor, ceiling = {"each": "country", "min": 1}, {"group": {"country": ["FR", "DE"]}, "max": 1}
    [warning] = [
        one
        for one in find_warnings(Instance.from_dict(document(firms, floor, ceiling)))
        if one.rule == "rules-together"
    ]
    assert "rule 0: at least 1 member among firms of each country (here DE and FR)" in warning.found
