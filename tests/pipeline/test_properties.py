"""What must hold for every instance: more freedom never hurts, names and units do not matter, answers repeat."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from oracles.random_instances import random_instance
from oracles.validity import violations
from rd_contract import Instance, Result, solve

Raw = dict[str, Any]

# A failing example takes long to shrink, and a smaller seed is not a simpler instance.
PROPERTY = settings(
    derandomize=True,
    deadline=None,
    max_examples=10,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

PROJECT_MONEY = ("value", "base_value", "budget", "cost_sharing_budget", "volatility")
FIRM_MONEY = (
    "contribution",
    "joining_cost",
    "outside_option",
    "private_benefit",
    "liquidity",
    "max_deposit",
    "reputation_stake",
)
PAIR_MONEY = ("synergy", "spillover", "coordination_cost")


# --- instances -------------------------------------------------------------------------------------------

whole = st.integers(0, 12).map(float)


@st.composite
def plain_firm(draw: st.DrawFn, name: str) -> Raw:
    """Draw a firm in small whole numbers, which make ties likely."""
    cost = draw(whole)
    middle = [{"level": 0.5, "cost": cost / 4}] if draw(st.booleans()) else []
    return {
        "name": name,
        "contribution": draw(whole),
        "efforts": [{"level": 0.0, "cost": 0.0}, *middle, {"level": 1.0, "cost": cost}],
        "outside_option": draw(st.sampled_from([0.0, 0.0, 1.0])),
        "liquidity": draw(st.sampled_from([None, None, 0.0, 1.0])),
        "max_reimbursement": draw(st.sampled_from([0.0, 0.0, 0.25])),
    }


@st.composite
def plain_instance(draw: st.DrawFn) -> Raw:
    """Draw two or three firms with one synergy."""
    firms = [draw(plain_firm(name)) for name in ("Ada", "Bolt", "Cell")[: draw(st.integers(2, 3))]]
    synergy = {"between": ["Ada", "Bolt"], "synergy": draw(st.integers(-4, 12).map(float))}
    return {"format": "rd-contract/1", "name": "plain", "project": {}, "firms": firms, "relations": [synergy]}


seeds = st.integers(0, 9999).map(random_instance)
instances = st.one_of(seeds, seeds, plain_instance())


def answer(raw: Raw) -> Result:
    """Solve an instance, and check what every result must satisfy."""
    result = solve(Instance.from_dict(raw))
    assert result.status in ("optimal", "no_contract")
    if result.members:
        assert result.certificate is not None
        assert result.certificate.holds, result.certificate.failures
    return result


def worth(result: Result) -> float:
    """Return the objective; minus infinity without a contract."""
    return float("-inf") if result.objective_value is None else result.objective_value


def slack(*values: float) -> float:
    """Return what two solves within their gaps may differ by."""
    return 2e-6 * max([1.0, *(abs(value) for value in values if value > float("-inf"))])


def assert_no_worse(freer: Result, tighter: Result) -> None:
    more, less = worth(freer), worth(tighter)
    assert more >= less - slack(more, less)


def assert_same_worth(one: Result, other: Result, tolerance: float = 1e-9) -> None:
    assert one.status == other.status
    if one.objective_value is not None and other.objective_value is not None:
        error = abs(one.objective_value - other.objective_value)
        assert error <= tolerance * max(1.0, abs(one.objective_value))


def terms(result: Result, rename: Callable[[str], str] = str) -> dict[str, Raw]:
    """Return everything agreed with each member, by name."""
    members = {rename(member.firm): member.model_dump() for member in result.members}
    for name, member in members.items():
        member["firm"] = name
    return members


def summary(result: Result) -> Raw:
    """Return what a result says of the alliance as a whole."""
    return result.model_dump(include={"status", "mode", "monitoring", "joint_surplus", "objective_value", "bound"})


# --- more freedom never hurts, more rules never help -------------------------------------------------------


def _free_reimbursement(firm: Raw, project: Raw) -> None:
    firm["max_reimbursement"] = round(1.0 - project.get("subsidy_rate", 0.0), 3)


def _free_deposit(firm: Raw, _project: Raw) -> None:
    firm["max_deposit"] = 2.0 * firm.get("max_deposit", 0.0) + 1.0


def _free_liquidity(firm: Raw, _project: Raw) -> None:
    limit = firm.get("liquidity")
    firm["liquidity"] = None if limit is None else 2.0 * limit + 0.5


def _drop_liquidity(firm: Raw, _project: Raw) -> None:
    firm["liquidity"] = None


RELAXATIONS = (_free_reimbursement, _free_deposit, _free_liquidity, _drop_liquidity)


@PROPERTY
@given(raw=instances, relax=st.sampled_from(RELAXATIONS), everyone=st.booleans())
def test_higher_caps_never_lower_the_value(raw: Raw, relax: Callable[[Raw, Raw], None], everyone: bool) -> None:
    freer = deepcopy(raw)
    for firm in freer["firms"] if everyone else freer["firms"][:1]:
        relax(firm, freer["project"])
    assert_no_worse(answer(freer), answer(raw))


def _tighten(raw: Raw, rule: str, rng: Random) -> None:
    """Make one rule of an instance stricter."""
    project, firm = raw["project"], rng.choice(raw["firms"])
    if rule == "budget":
        spending = sum(level["cost"] for each in raw["firms"] for level in _menu(each)[-1:])
        limit = project.get("budget")
        project["budget"] = 0.6 * (spending if limit is None else limit)
    elif rule == "team size":
        size = project.setdefault("team_size", {})
        size["max"] = (size.get("max") or len(raw["firms"])) - 1
    elif rule == "fewest":
        size = project.setdefault("team_size", {})
        size["min"] = size.get("min", 1) + 1
    elif rule == "share cap":
        bounds = firm.setdefault("share", {})
        bounds["max"] = 0.7 * bounds.get("max", 1.0)
    elif rule == "required":
        firm["membership"] = "required"
    elif rule == "excluded":
        firm["membership"] = "excluded"
    elif rule == "outside option":
        firm["outside_option"] = firm.get("outside_option", 0.0) + 1.0


RULES = ("budget", "team size", "fewest", "share cap", "required", "excluded", "outside option")


def _menu(firm: Raw) -> list[Raw]:
    menu = firm["efforts"]
    return [{"cost": menu["full_cost"]}] if isinstance(menu, dict) else list(menu)


@PROPERTY
@given(raw=instances, rule=st.sampled_from(RULES), rng=st.randoms(use_true_random=False))
def test_tighter_rules_never_raise_the_value(raw: Raw, rule: str, rng: Random) -> None:
    tighter = deepcopy(raw)
    _tighten(tighter, rule, rng)
    assume(not violations(tighter))
    assert_no_worse(answer(raw), answer(tighter))


@PROPERTY
@given(raw=instances, factor=st.sampled_from([0.7, 1.0, 1.3]), monitored=st.booleans())
def test_another_regime_never_lowers_the_value(raw: Raw, factor: float, monitored: bool) -> None:
    richer = deepcopy(raw)
    if monitored:
        extra = {"name": "new", "cost": 0.2 * factor, "detection": 0.5}
        richer["monitoring"] = [*raw.get("monitoring", [{"name": "none"}]), extra]
    else:
        mode = {"name": "new", "value_factor": factor, "cost_factor": factor**2}
        richer["modes"] = [*raw.get("modes", [{"name": "baseline"}]), mode]
    before, after = answer(raw), answer(richer)
    assert_no_worse(after, before)
    assert len(after.regimes) > len(before.regimes)


@PROPERTY
@given(raw=instances, cost=st.floats(0.0, 8.0), contribution=st.floats(-2.0, 12.0))
def test_another_candidate_never_lowers_the_value(raw: Raw, cost: float, contribution: float) -> None:
    richer = deepcopy(raw)
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": cost}]
    richer["firms"].append({"name": "Newcomer", "contribution": contribution, "efforts": menu})
    assert_no_worse(answer(richer), answer(raw))


@PROPERTY
@given(raw=instances)
def test_moral_hazard_never_pays(raw: Raw) -> None:
    result = answer(raw)
    if result.members:
        assert result.first_best is not None
        assert result.joint_surplus is not None
        ideal = result.first_best.joint_surplus
        assert result.joint_surplus <= ideal + slack(ideal)
        assert -slack(ideal) <= result.joint_surplus
        assert result.first_best.bound >= ideal - slack(ideal)


@PROPERTY
@given(raw=instances, extra=st.sampled_from([0.5, 3.0]))
def test_the_dearer_of_two_equal_monitoring_options_is_never_chosen(raw: Raw, extra: float) -> None:
    doubled = deepcopy(raw)
    options = raw.get("monitoring", [{"name": "none"}])
    copies = [{**option, "name": f"dear {option['name']}"} for option in options]
    for copy in copies:
        copy["cost"] = copy.get("cost", 0.0) + extra
    doubled["monitoring"] = [*copies, *options]
    result = answer(doubled)
    assert result.monitoring in (None, *(option["name"] for option in options))
    assert_same_worth(result, answer(raw), 2e-6)


# --- names, order and units do not matter ------------------------------------------------------------------


def scale_money(raw: Raw, factor: float) -> Raw:
    """Return an instance in another currency unit."""
    scaled = deepcopy(raw)

    def scale(owner: Raw, fields: tuple[str, ...]) -> None:
        for field in fields:
            if owner.get(field) is not None:
                owner[field] *= factor

    scale(scaled["project"], PROJECT_MONEY)
    for option in scaled.get("monitoring", []):
        scale(option, ("cost",))
    for relation in scaled.get("relations", []):
        scale(relation, PAIR_MONEY)
    for firm in scaled["firms"]:
        scale(firm, FIRM_MONEY)
        menu = firm["efforts"]
        for entry in [menu] if isinstance(menu, dict) else menu:
            scale(entry, ("cost", "full_cost"))
        if "risk_aversion" in firm:
            firm["risk_aversion"] /= factor
    return scaled


@PROPERTY
@given(raw=instances, factor=st.sampled_from([2.0**-9, 2.0**7, 2.0**20, 1e3, 1e-3, 1e6]))
def test_the_currency_unit_does_not_matter(raw: Raw, factor: float) -> None:
    plain, scaled = answer(raw), answer(scale_money(raw, factor))
    assert plain.status == scaled.status
    if plain.objective_value is not None and scaled.objective_value is not None:
        assert abs(scaled.objective_value / factor - plain.objective_value) <= slack(plain.objective_value)
        assert plain.first_best is not None
        assert scaled.first_best is not None
        ideal = plain.first_best.joint_surplus
        assert abs(scaled.first_best.joint_surplus / factor - ideal) <= slack(ideal)


def rename_firms(raw: Raw, rename: Callable[[str], str]) -> Raw:
    renamed = deepcopy(raw)
    for firm in renamed["firms"]:
        firm["name"] = rename(firm["name"])
    for relation in renamed.get("relations", []):
        relation["between"] = [rename(name) for name in relation["between"]]
    if renamed["project"].get("lead") is not None:
        renamed["project"]["lead"] = rename(renamed["project"]["lead"])
    return renamed


# One keeps the alphabetical order of the names, the other reverses it.
RENAMINGS: tuple[Callable[[str], str], ...] = (
    lambda name: f"New {name}",
    lambda name: f"{chr(ord('z') - ord(name[0]) + ord('A'))} was {name}",
)


@PROPERTY
@given(raw=seeds, rename=st.sampled_from(RENAMINGS))
def test_names_do_not_matter(raw: Raw, rename: Callable[[str], str]) -> None:
    # Names decide only between firms of equal data, which the generator does not draw: the terms are the same.
    plain, renamed = answer(raw), answer(rename_firms(raw, rename))
    assert summary(plain) == summary(renamed)
    assert terms(plain, rename) == terms(renamed)


@PROPERTY
@given(raw=plain_instance(), rename=st.sampled_from(RENAMINGS))
def test_names_do_not_matter_for_twins(raw: Raw, rename: Callable[[str], str]) -> None:
    # Between twins the name may decide who joins; what the alliance is worth does not depend on it.
    raw["firms"].append({**raw["firms"][0], "name": "Twin"})
    assert_same_worth(answer(raw), answer(rename_firms(raw, rename)))


@PROPERTY
@given(raw=seeds, rng=st.randoms(use_true_random=False))
def test_the_order_in_the_file_does_not_matter(raw: Raw, rng: Random) -> None:
    shuffled = deepcopy(raw)
    rng.shuffle(shuffled["firms"])
    for relation in shuffled.get("relations", []):
        rng.shuffle(relation["between"])
    if "relations" in shuffled:
        rng.shuffle(shuffled["relations"])
    plain, other = answer(raw), answer(shuffled)
    assert summary(plain) == summary(other)
    assert terms(plain) == terms(other)
    names = [firm["name"] for firm in shuffled["firms"]]
    assert [member.firm for member in other.members] == [name for name in names if name in terms(other)]


STRONG: Raw = {"contribution": 50.0, "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 0.5}]}


@PROPERTY
@given(raw=seeds, distrusted=st.booleans(), position=st.integers(0, 5))
def test_who_may_not_join_changes_nothing(raw: Raw, distrusted: bool, position: int) -> None:
    project = raw["project"]
    if distrusted:
        # the generator draws no credit this low, so the limit bars the outsider only
        project["min_credit"] = max(0.05, project.get("min_credit", 0.0))
    barred = {"credit": 0.01} if distrusted else {"membership": "excluded"}
    crowded = deepcopy(raw)
    crowded["firms"].insert(position, {"name": "Outsider", **STRONG, **barred})
    partner = raw["firms"][0]["name"]
    crowded["relations"] = [*raw.get("relations", []), {"between": ["Outsider", partner], "synergy": 30.0}]
    plain, other = answer(raw), answer(crowded)
    assert summary(plain) == summary(other)
    assert terms(plain) == terms(other)


# --- answers repeat, and survive a file --------------------------------------------------------------------


@PROPERTY
@given(raw=instances)
def test_two_solves_give_the_same_result(raw: Raw) -> None:
    documents = [answer(raw).to_dict() for _ in range(2)]
    for document in documents:
        document["solver"].pop("seconds")
    assert json.dumps(documents[0]) == json.dumps(documents[1])


@PROPERTY
@given(raw=instances)
def test_a_result_survives_json(raw: Raw) -> None:
    result = answer(raw)
    assert Result.from_dict(json.loads(result.to_json())) == result
    assert result.instance.sha256 == Instance.from_dict(raw).sha256
