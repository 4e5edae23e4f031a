"""What is said of groups with firms from outside (M37), and of terms that were to keep every group."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from printing import sentences
from rd_contract import Award, Instance, Result, bundled_path, explain, load_bundled, solve
from rd_contract.outcome.claims import Outsiders
from rd_contract.report.award.content import award_page
from rd_contract.report.award.languages import tongue
from rd_contract.report.content.contract import contract_report
from rd_contract.report.content.explanation import explanation_report
from rd_contract.report.page import Language
from rd_contract.report.render.markdown import markdown
from rd_contract.report.words.results import overpaid
from rd_contract_cli.main import app

NAME = "seller_and_buyers"


@cache
def solved(*, stable: bool = False) -> Result:
    return solve(load_bundled(NAME), stability=True, stable=stable)


def report(result: Result) -> str:
    return sentences(contract_report(result, load_bundled(NAME)))


def with_outsiders(**changes: Any) -> Result:
    """Return the plain result with something else said of groups with firms from outside."""
    stability = solved().stability
    assert stability is not None
    assert stability.outsiders is not None
    return solved().replace(
        stability=stability.model_copy(update={"outsiders": stability.outsiders.model_copy(update=changes)})
    )


def test_who_could_bid_for_whom_is_named_and_who_gets_too_much() -> None:
    text = report(solved())
    assert "Stable: no part of the alliance would earn more on its own." in text
    assert "Not stable against firms outside: Laboratory; Small firm would reach a surplus of 80.00" in text
    assert "30.00 k€ more than the 50.00 k€ that members among them have here" in text
    assert (
        "Large firm gets more than it adds: without it 80.00 k€ could be reached, so that it adds at most 20.00" in text
    )
    assert "Laboratory gets more" not in text


def test_terms_that_keep_every_group_are_called_so() -> None:
    text = report(solved(stable=True))
    assert "No group with firms from outside would earn more by another alliance." in text
    assert "As asked for, no group of firms gains by another alliance." in text
    assert "gets more than it adds" not in text


def test_what_is_missing_and_what_is_open_is_told() -> None:
    result = solved(stable=True)
    assert result.stable_terms is not None
    short = result.replace(stable_terms=result.stable_terms.model_copy(update={"missing": 2.5}))
    assert "is at most 2.50 k€, the least there can be" in report(short)
    early = result.replace(stable_terms=result.stable_terms.model_copy(update={"proven": False}))
    assert "what they would reach by leaving; others may still gain." in report(early)
    both = early.replace(stable_terms=result.stable_terms.model_copy(update={"missing": 2.5, "proven": False}))
    assert "found by then, 1, what they would reach by leaving, but for 2.50 k€ each; others" in report(both)
    none = result.replace(stable_terms=result.stable_terms.model_copy(update={"claims": (), "proven": False}))
    assert "ended before it found one: the terms are those that the division rule gives." in report(none)
    assert "As asked for, no group" not in report(early)
    stability = solved().stability
    assert stability is not None
    unknown = solved().replace(stability=stability.model_copy(update={"outsiders": None}))
    assert "Whether a group with firms from outside would earn more was not found out." in report(unknown)


def test_claims_that_are_not_proven_are_not_taken_for_a_division_that_is_missing() -> None:
    result = solved(stable=True)
    assert result.stable_terms is not None
    open_claims = result.stable_terms.model_copy(update={"proven": False})
    early = result.replace(status="feasible", stop_reason="division_time_limit", stable_terms=open_claims)
    text = report(early)
    assert "Recommended, on terms that may not keep every group: an alliance of 2 firms" in text
    assert "groups that would gain by leaving stopped at the time limit." in text
    assert "divided as asked" not in text
    assert "The surplus is divided as equally as the rules allow." in text
    award = markdown(award_page(Award(early, load_bundled(NAME)))).replace("\\", "")
    assert "Only its division is not the one asked for" not in award
    assert "The search for groups that would gain by leaving ended early" in award


def test_what_a_member_adds_is_told_only_where_it_is_known() -> None:
    """What all could reach is known by the bound on the joint surplus, and not for another objective."""
    for change in ({"objective": "lead"}, {"bound": None}, {"bound": 131.0}):
        assert overpaid(solved().replace(**change)) == []
    [one] = overpaid(solved())
    assert one.firm == "Large firm"
    assert (one.surplus, one.without) == pytest.approx((50.0, 80.0))
    assert one.added == pytest.approx(20.0, abs=1e-3)


def test_a_part_of_the_alliance_is_not_named_twice() -> None:
    part = {"stable": False, "coalition": ("Laboratory",), "value": 80.0, "surplus": 50.0}
    result = with_outsiders(group=("Laboratory",))
    assert result.stability is not None
    text = report(result.replace(stability=result.stability.model_copy(update=part)))
    assert "No group with firms from outside would gain more than that." in text
    assert "Not stable against firms outside" not in text


NOBODY = "All firms that may join are members: there is nobody outside to leave with."


@pytest.mark.parametrize("why", ["all are members", "the others are excluded", "the others are not trusted"])
@pytest.mark.parametrize("stable", [True, False])
def test_of_firms_from_outside_nothing_is_said_where_there_are_none(why: str, stable: bool) -> None:
    raw = load_bundled("two_firms").to_dict()
    other = {**raw["firms"][0], "name": "Stranger"}
    if why == "the others are excluded":
        raw["firms"].append({**other, "membership": "excluded"})
    elif why == "the others are not trusted":
        raw["firms"].append({**other, "credit": 0.5})
        raw["project"]["min_credit"] = 0.7
    instance = Instance.from_dict(raw)
    result = solve(instance, stability=True)
    assert len(result.members) == 2
    found = result.stability
    assert found is not None
    if not stable:
        part = {"coalition": ("Supplier",), "value": 9.0, "surplus": 3.0}
        outsiders = Outsiders(stable=False, group=("Supplier",), value=9.0, surplus=3.0)
        found = found.model_copy(update={**part, "stable": False, "outsiders": outsiders})
    for told in (found, found.model_copy(update={"outsiders": None})):
        one = result.replace(stability=told)
        page = sentences(contract_report(one, instance))
        assert NOBODY in page
        assert "from outside" not in page
        for language in get_args(Language):
            award = markdown(award_page(replace(Award(one, instance), language=language))).replace("\\", "")
            assert tongue(language).say("nobody_outside") in award
            assert tongue(language).say("stable_outside") not in award
            assert tongue(language).say("risk_outsiders_unknown") not in award
        assert "from outside" not in sentences(contract_report(one)) or told.outsiders is None


def test_an_explanation_knows_whether_somebody_is_outside() -> None:
    alone = sentences(explanation_report(explain(load_bundled("two_firms"))))
    assert NOBODY in alone
    assert "from outside" not in alone
    beside = explain(load_bundled(NAME))
    assert NOBODY not in sentences(explanation_report(beside))
    assert "Not stable against firms outside" in sentences(explanation_report(beside))


@pytest.mark.parametrize("language", get_args(Language))
def test_awards_say_it_in_every_language(language: Language) -> None:
    def said(result: Result) -> str:
        award = replace(Award(result, load_bundled(NAME)), language=language)
        return markdown(award_page(award)).replace("\\", "")

    words = {
        "en": ("expect an offer from outside", "adds at most", "No group with firms from outside", "As asked for, no"),
        "de": ("Angebot von außen", "bringt höchstens", "Keine Gruppe mit Firmen von außen", "Wie verlangt, gewinnt"),
        "zh": ("预计会有外部邀约", "至多带来", "没有任何含外部企业的群体", "按要求，没有任何企业群体"),
    }[language]
    plain, kept = said(solved()), said(solved(stable=True))
    assert [phrase in plain for phrase in words] == [True, True, False, False]
    assert [phrase in kept for phrase in words] == [False, False, True, True]
    assert solved(stable=True).stable_terms is not None
    missing = solved(stable=True).stable_terms.model_copy(update={"missing": 2.5})  # type: ignore[union-attr]
    short = said(solved(stable=True).replace(stable_terms=missing))
    assert {"en": "2.50", "de": "2,50", "zh": "2.50"}[language] in short
    assert words[3] not in short


def test_the_command_offers_the_option_where_it_helps() -> None:
    offer = "--stable asks for terms under which no group gains by another alliance"
    path = str(bundled_path(NAME))
    plain = CliRunner().invoke(app, ["solve", path])
    assert offer in plain.stderr
    kept = CliRunner().invoke(app, ["solve", path, "--stable"])
    assert (kept.exit_code, offer in kept.stderr) == (0, False)
    assert "80.00" in kept.stdout
