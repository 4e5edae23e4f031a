"""What awards say in words: true of every contract, one or several of a thing, in every language."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

import rd_contract
from builders import firm, make_document, make_instance, pair
from rd_contract import Award, Instance, load_bundled, solve
from rd_contract.instance import Edit, variant
from rd_contract.outcome.claims import Outsiders, Stability
from rd_contract.outcome.contract import Demands
from rd_contract.report import award as room
from rd_contract.report import party
from rd_contract.report.award.content import award_page
from rd_contract.report.award.languages import Tongue, tongue
from rd_contract.report.award.languages.phrases import KINDS
from rd_contract.report.award.payments import payments
from rd_contract.report.award.sheet import term_sheet
from rd_contract.report.page import Language, Page, Table
from rd_contract.report.render.markdown import markdown
from rd_contract.study.obstacles import explain_obstacles
from rd_contract.study.rulebook import droppable_rules

OTHERS: tuple[Language, ...] = ("de", "zh")


def said(award: Award) -> str:
    """Return an award as plain text."""
    return markdown(award_page(award)).replace("\\", "")


@cache
def solved(name: str) -> Award:
    """Return what there is to report of a bundled instance."""
    instance = load_bundled(name)
    return Award(solve(instance, stability=True), instance)


def award_of(name: str, language: Language = "en") -> Award:
    """Return the award of a bundled instance, in a language."""
    return replace(solved(name), language=language)


# --- the program's own phrases in other languages ----------------------------------------------------------


def every_rule() -> Instance:
    """Return an instance with every kind of rule; solving it is of no interest."""
    document = make_document(
        [
            firm("A: B", 9.0, 1.0, membership="required", share={"min": 0.1, "max": 0.9}, liquidity=2.5),
            firm("C", 9.0, 1.0, membership="excluded", outside_option=0.25, credit=0.5),
            firm("D", 9.0, 1.0, capabilities={"cathode": 0.8}),
            firm("E", 9.0, 1.0),
        ],
        {
            "team_size": {"min": 2, "max": 3},
            "budget": 10.0,
            "cost_sharing_budget": 3.5,
            "min_credit": 0.4,
            "technologies": [{"name": "cathode", "requirement": 0.6}],
        },
        relations=[pair("D", "E", exclusive=True)],
    )
    return Instance.from_dict(document)


def obstacle_words() -> set[str]:
    """Return what explanations say of rules, and of what else stands in the way."""
    instance = every_rule()
    single = variant(instance, [Edit("project.team_size.min", 1), Edit("project.team_size.max", 1)])
    poor = make_instance([firm("A", 1.0, 5.0, outside_option=1.0)])
    asked = make_instance([firm("A", 10.0, 2.0), firm("B", 8.0, 2.0)])
    words = {rule.detail for one in (instance, single) for rule in droppable_rules(one)}
    words |= {one.detail for one in explain_obstacles(poor)}
    words |= {one.detail for one in explain_obstacles(asked, demands=Demands(1e6, None))}
    return words


@pytest.mark.parametrize("language", OTHERS)
def test_rules_are_told_in_the_language_of_the_report(language: Language) -> None:
    words, speaks = obstacle_words(), tongue(language)
    assert len(words) > 14
    for english in words:
        phrase = speaks.rephrased(english)
        assert phrase != english
        for number in re.findall(r"\d+(?:\.\d+)?(?=$| )", english):
            assert speaks.written(number) in phrase
    assert "A: B" in speaks.rephrased("A: B: must join")
    for foreign in ("what nobody ever said", "A and " * 200_000 + "B"):
        assert speaks.rephrased(foreign) == foreign


def test_other_languages_know_the_same_phrases_with_their_gaps() -> None:
    kinds = (*(f"{kind}:" for kind in KINDS), "list:", "attribute:")
    german, chinese = ({name for name in tongue(code).texts if name.startswith(kinds)} for code in OTHERS)
    assert german == chinese
    for code in OTHERS:
        for name in german:
            text = tongue(code).texts[name]
            if name.startswith("list:"):
                continue
            assert set(re.findall(r"{\w+}", text)) <= set(re.findall(r"{\w+}", name)), name


@pytest.mark.parametrize(
    ("language", "currency", "unit"),
    [
        ("de", "EUR million", "Mio. EUR"),
        ("de", "USD thousand", "Tsd. USD"),
        ("zh", "EUR million", "\u767e\u4e07\u6b27\u5143"),
        ("zh", "SEK billion", "\u5341\u4ebfSEK"),
        ("de", "points", "points"),
        ("de", "EUR million a year", "EUR million a year"),
        ("en", "EUR million", "EUR million"),
    ],
)
def test_units_are_words_of_the_language_where_they_are_ours(language: Language, currency: str, unit: str) -> None:
    assert tongue(language).unit(currency) == unit


@pytest.mark.parametrize(
    ("language", "label"), [("de", "Verdient sonst: Supplier"), ("en", "Outside option of Supplier")]
)
def test_parameters_have_names_in_every_language(language: Language, label: str) -> None:
    award = award_of("two_firms", language)
    assert award.parameter("firms.Supplier.outside_option") == label
    assert award.parameter("no.such.path") == "no.such.path"
    assert award.value("unchanged") == {"de": "unver\u00e4ndert", "en": "unchanged"}[language]


#: Sentences whose names are put together: by how they begin, or of values of a file and terms that are not used.
FAMILIES = ("form:", "status:", "word:", "method:", "tab_", "worth_", "recommend_", "found_")
COMPOSED = {
    "equal",
    "proportional",
    "nash",
    "shapley",
    "nucleolus",
    "weights",
    "owen",
    "lead",
    "no_reimbursed",
    "no_transfer",
    "no_deposit",
}
COMPOSED |= {"outside_option", "joining_cost", "contribution"}


def test_every_sentence_is_said_somewhere() -> None:
    """What no module names, whole or by what it is put together of, is dead."""
    folders = [Path(str(one.__file__)).parent for one in (room, party)]
    source = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    for name in tongue("en").texts:
        bare = re.sub(r"_(one|firm|lead|judged)$", "", name)
        named = any(re.search(f"[\"']{re.escape(one)}[\"']", source) for one in (name, bare))
        assert named or name in COMPOSED or name.startswith(FAMILIES), name


# --- one, or several ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", get_args(Language))
def test_one_of_a_thing_is_not_several(language: Language) -> None:
    speaks: Tongue = tongue(language)
    for name in speaks.texts:
        if name.endswith("_one"):
            assert "{count}" not in speaks.texts[name]
            assert "{count}" in speaks.texts[name.removesuffix("_one")]
    assert tongue("en").counted("members_count", 1, count="1") == "1 member"
    assert tongue("en").counted("members_count", 2, count="2") == "2 members"


def test_reports_of_small_things_speak_of_one() -> None:
    instance = make_instance([firm("Alone", 10.0, 2.0)])
    text = said(Award(solve(instance), instance))
    assert "1 candidate was considered." in text
    assert not re.search(r"\b1 (firms|candidates|regimes|members|profiles|other effort profiles)", text)
    assert "1 other effort profile is stable" in said(award_of("battery_alliance"))


#: Words of several firms, by language; Chinese has the same for one.
SEVERAL = {
    "en": r"\b(they|their|them|firms|payments)\b",
    "de": r"\b(sie|ihnen|würden|können|Firmen|Zahlungen)\b",
    "zh": r"它们|他们",
}


@pytest.mark.parametrize("language", get_args(Language))
def test_sentences_about_firms_have_a_form_for_one(language: Language) -> None:
    """Wherever a list of firms may be one firm, and several are spoken of, there is a sentence for one."""
    texts = tongue(language).texts
    asked = 0
    for name, text in texts.items():
        if "{names}" in text and "{count}" not in text and not name.endswith("_firm"):
            single = texts.get(f"{name}_firm", text)
            plain = re.sub(r"sie es kann|die Firma", "", single)
            assert not re.search(SEVERAL[language], plain), name
            asked += 1
    assert asked > 10


@pytest.mark.parametrize("language", get_args(Language))
def test_a_single_firm_is_not_spoken_of_as_several(language: Language) -> None:
    award = replace(award_of("battery_alliance"), language=language)
    result = award.result
    first, second = (member.firm for member in result.members[:2])

    def leaving(*coalition: str) -> str:
        outside = Outsiders(stable=False, group=coalition[:1], value=9.0, surplus=1.0)
        away = Stability(stable=False, coalition=coalition, value=9.0, surplus=1.0, outsiders=outside)
        return said(replace(award, result=result.replace(stability=away)))

    say, gain = award.say, award.full(8.0)
    assert say("risk_unstable_firm", names=first, gain=gain) in leaving(first)
    assert say("risk_unstable", names=award.names([first, second]), gain=gain) in leaving(first, second)
    assert say("risk_outsiders_firm", names=first, gain=gain) in leaving(first, second)


def test_one_small_firm_is_one() -> None:
    firms = [firm("A", 30.0, 6.0, sme=True), firm("B", 6.0, 5.0)]
    instance = make_instance(firms, relations=[pair("A", "B", synergy=4.0)])
    assert "Small or medium-sized firm (A): " in said(Award(solve(instance), instance))


# --- risks -------------------------------------------------------------------------------------------------


def paying(**fields: Any) -> Award:
    """Return the award of two firms, one of which pays the other."""
    firms = [firm("A", 30.0, 6.0, **fields), firm("B", 6.0, 5.0, max_reimbursement=0.5, **fields)]
    instance = make_instance(firms, relations=[pair("A", "B", synergy=4.0)], currency="EUR million")
    return Award(solve(instance), instance)


def test_large_payments_that_nothing_limits_are_a_risk() -> None:
    award = paying()
    payer = min(award.result.members, key=lambda member: member.transfer)
    assert payer.transfer < -0.1 * payer.effort_cost
    assert f"A large payment at signing: {payer.firm} ({award.term(-payer.transfer)} EUR million)." in said(award)
    assert "at signing:" not in said(replace(award, instance=None))
    assert "at signing:" not in said(paying(liquidity=100.0))


def test_who_has_no_margin_is_named_and_no_error_of_size_nothing() -> None:
    text = said(award_of("battery_alliance"))
    assert "No safety margin (Carmaker" in text
    assert "an error of that size" not in text
    assert "an error of that size" in said(award_of("two_firms"))


# --- true of every contract --------------------------------------------------------------------------------


def test_a_wide_gap_is_no_proof_that_nothing_does_better() -> None:
    award = award_of("two_firms")
    wide = award.result.replace(gap=0.05, bound=1.05 * (award.result.joint_surplus or 0.0))
    text = said(replace(award, result=wide))
    assert "No other contract does better" not in text
    assert "No other contract is worth more than 6.3" in text


def test_what_is_best_for_the_lead_is_said_to_be() -> None:
    instance = load_bundled("horizon2020_12").model_copy(update={"objective": "lead"})
    text = said(Award(solve(instance), instance))
    assert "No other contract earns the lead more" in text
    assert "The lead's profit was made as large as possible first." in text
    assert "Lead at most" in text


def test_what_must_not_be_signed_is_not_asked_for() -> None:
    award = award_of("two_firms")
    assert "The board is asked" in said(award)
    changed = replace(award, instance=load_bundled("two_firms").model_copy(update={"name": "Another"}))
    for doubtful in (replace(award, result=award.result.replace(certificate=None)), changed):
        assert "The board is asked" not in said(doubtful)


@pytest.mark.parametrize("name", ["two_firms", "battery_alliance", "automotive_cluster", "horizon2020_12"])
def test_what_the_pool_gets_it_pays(name: str) -> None:
    award = award_of(name)
    balance = 0.0
    for block in payments(award):
        for row in block.rows if isinstance(block, Table) else ():
            number = row[-1].number
            assert number is not None
            if award.say("pays_deposit") not in row[3].plain:
                balance += number.value * ((row[2].plain == "common pool") - (row[1].plain == "common pool"))
    assert balance == pytest.approx(0.0, abs=1e-4)


def test_terms_that_a_contract_does_not_use_are_left_out() -> None:
    instance = make_instance([firm("A", 10.0, 2.0), firm("B", 10.0, 2.0)], relations=[pair("A", "B", synergy=2.0)])
    text = said(Award(solve(instance), instance))
    assert "R&D cost is not reimbursed. There are no fixed payments. No deposits are needed." in text
    assert "Deposit" not in text
    assert "The pool balances" not in text


def test_a_contract_without_choice_of_regime_names_none() -> None:
    instance = make_instance([firm("A", 10.0, 2.0), firm("B", 10.0, 2.0)])
    assert "A and B.**" in said(Award(solve(instance), instance))
    two = make_instance([firm("A", 10.0, 2.0)], modes=[{"name": "fast"}, {"name": "slow", "value_factor": 0.5}])
    assert "goes alone, in mode \u201cfast\u201d without monitoring." in said(Award(solve(two), two))


@pytest.mark.parametrize("language", get_args(Language))
def test_an_instance_without_a_name_is_called_by_its_members(language: Language) -> None:
    firms = [firm(name, 10.0, 2.0) for name in "ABCDE"]
    instance = make_instance(firms).model_copy(update={"name": ""})
    award = Award(solve(instance), instance, language=language)
    for page in (award_page(award), term_sheet(award)):
        assert "A" in page.title
        assert "D" not in page.title.replace("AWARD", "")
    assert award_page(replace(award, language="en")).title == "Award recommendation: A, B, C and 2 more"


def test_without_a_contract_the_smallest_changes_are_told() -> None:
    instance = load_bundled("no_contract")
    result = solve(instance)
    page: Page = award_page(Award(result, instance, rd_contract.explain(instance, result), language="de"))
    text = markdown(page)
    assert "h\u00f6chstens 3 Mitglieder | 3 | 4 |" in text
    assert "streichen" in text


def test_what_would_win_a_place_is_rounded_to_the_side_that_does() -> None:
    instance = load_bundled("battery_alliance")
    award = replace(
        award_of("battery_alliance"),
        explanation=rd_contract.explain(instance, award_of("battery_alliance").result, firms=["Cell Foundry"]),
    )
    (one,) = award.explanation.candidates if award.explanation is not None else ()
    text = said(award)
    for change in one.changes:
        if change.value is not None:
            assert f"\u2192 {award.enough(change.value, upward=change.kind == 'contribution')}" in text
    assert award.enough(1.0004, upward=True) == "1.001"
    assert award.enough(1.0006, upward=False) == "1.000"


def test_who_goes_alone_is_asked_for_no_contract() -> None:
    instance = make_instance([firm("Alone", 10.0, 2.0)])
    text = said(Award(solve(instance), instance))
    assert "It gains 8.000 more" in text
    assert "Together" not in text
    assert "contract drawn up" not in text


def test_what_gains_nothing_is_said_to() -> None:
    instance = make_instance([firm("A", 2.0, 2.0), firm("B", 2.0, 2.0)])
    assert "Nothing is gained over what would be earned outside." in said(Award(solve(instance), instance))
