"""Rules over groups in awards of other languages: every kind, measure and limit, names as they are."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract import Award, Instance, load_bundled, solve, verify
from rd_contract.instance import MEASURES, Rule, here_words
from rd_contract.report.award.content import award_page
from rd_contract.report.award.languages import tongue
from rd_contract.report.page import Language
from rd_contract.report.render.markdown import markdown
from rd_contract.study.rulebook import droppable_rules

OTHERS: tuple[Language, ...] = ("de", "zh")

#: Who and what rules name: no words of a language.
FIRMS, VALUES = ("Xq1", "Xq2", "Xq3", "Xq4", "Xq5", "Xq6", "Xq7"), ("Vq1", "Vq2")


def instance_with(*rules: dict[str, Any], firms: tuple[str, ...] = FIRMS) -> Instance:
    """Return an instance of firms with attributes "aq" and "bq cq", and rules by the names Rq0, Rq1, ..."""
    listed = [
        {
            "name": name,
            "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}],
            "role": VALUES[at % 2],
            "attributes": {"aq": VALUES[at % 2], "bq cq": VALUES[at % 2]},
            "sme": at % 3 == 0,
            "max_reimbursement": 0.5,
        }
        for at, name in enumerate(firms)
    ]
    named = [{"name": f"Rq{at}", **rule} for at, rule in enumerate(rules)]
    raw = {"format": "rd-contract/1", "firms": listed, "rules": named, "project": {"subsidy_rate": 0.5}}
    return Instance.from_dict(raw)


def rules_of_every_kind() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = [
        {"group": {"sme": True}},
        {"group": {"sme": [True, False]}},
        {"group": {"sme": [False, True], "aq": "Vq1"}},
        {"group": {"aq": ["Vq1", "Vq2"], "firms": ["Xq1", "Xq2"]}},
        {"group": {"bq cq": "Vq2"}},
        {"group": {"firms": list(FIRMS)}},
        {"group": {"firms": ["Xq1", "Xq2"], "sme": [True, False]}},
        {"each": "aq"},
        {"each": "bq cq"},
        {"each": "sme"},
        {"each": "role"},
    ]
    limits = [{"min_fraction": 0.001}, {"max_fraction": 0.999}, {"min": 0}, {"max": 1}]
    rules = [
        {**group, "measure": measure, **limit} for group, measure, limit in itertools.product(groups, MEASURES, limits)
    ]
    rules += [
        {"group": {"sme": False}, "measure": measure, "max": limit}
        for measure in ("members", "working")
        for limit in (0, 2)
    ]
    rules += [
        {"distinct": name, limit: number}
        for name in ("aq", "bq cq", "sme")
        for limit in ("min", "max")
        for number in (1, 2)
    ]
    rules += [{"if_member": "Xq1", "then_members": ["Xq2", "Xq3"], "how_many": how} for how in ("all", "any", 2)]
    rules += [{"if_member": "Xq1", "then_members": ["Xq2"]}, {"together": ["Xq1", "Xq2"]}, {"together": list(FIRMS)}]
    return rules


def details(instance: Instance) -> list[str]:
    """Return what is said of rules over groups, and of those for each value where some are in the way."""
    rules = [rule for rule in droppable_rules(instance) if rule.rule == "group-rule"]
    said = [rule.detail for rule in rules]
    for rule in rules:
        groups = getattr(rule.subject, "groups", ())
        said += [f"{rule.detail} ({here_words(some)})" for some in (groups[:1], groups[1:], groups) if some]
    return said


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_of_any_rule(language: Language) -> None:
    said = details(instance_with(*rules_of_every_kind()))
    assert len(said) > 300
    speaks = tongue(language)
    for english in said:
        phrase = speaks.rephrased(english)
        names = re.findall(r"[A-Za-z]q\d?", english)
        words = set(re.findall(r"[A-Za-z]+", re.sub(r"[A-Za-z]q\d?", "", english)))
        assert sorted(re.findall(r"[A-Za-z]q\d?", phrase)) == sorted(names), phrase
        left = re.findall(r"[A-Za-z]+", re.sub(r"[A-Za-z]q\d?", "", phrase))
        assert not (words & set(left) if language == "de" else left), phrase
        assert '"' not in phrase


# Names that hold what divides a list, and other things that the program says.
PARTS = st.lists(st.sampled_from(["Ab", " and ", " or ", ", ", " among ", "(here", ": "]), min_size=1, max_size=4)
NAMES = st.lists(PARTS.map(lambda parts: " ".join(f"X{''.join(parts)}Z".split())), min_size=3, max_size=6, unique=True)


@given(NAMES)
@settings(max_examples=100, deadline=None)
def test_names_are_left_as_they_are(names: list[str]) -> None:
    first, *others = names
    instance = instance_with({"if_member": first, "then_members": others}, {"together": others}, firms=tuple(names))
    depends, together = (tongue("de").rephrased(english) for english in details(instance))
    listed = f"{', '.join(others[:-1])} und {others[-1]}"
    assert depends == f"Rq0: {first} nur mit {listed}"
    assert together == f"Rq1: {listed} sind alle dabei oder keiner"


@pytest.mark.parametrize(
    ("rule", "english", "german", "chinese"),
    [
        (
            {"each": "aq", "max": 2},
            "Rq0: at most 2 members among firms of each aq",
            "Rq0: h\u00f6chstens 2 Mitglieder unter Firmen mit jeweils demselben Wert von \u201eaq\u201c",
            "Rq0\uff1a\u201caq\u201d\u76f8\u540c\u7684\u6bcf\u7ec4\u4f01\u4e1a\u4e2d\u81f3\u591a2\u4e2a\u6210\u5458",
        ),
        (
            {"group": {"sme": True}, "measure": "cost", "min_fraction": 0.125},
            "Rq0: at least 12.5% of the R&D and joining cost with small and medium-sized firms",
            "Rq0: mindestens 12,5\u00a0% der F&E- und Beitrittskosten bei kleinen und mittleren Unternehmen",
            "Rq0\uff1a\u4e2d\u5c0f\u4f01\u4e1a\u627f\u62c5\u81f3\u5c1112.5%\u7684\u7814\u53d1\u4e0e\u52a0\u5165\u6210\u672c",
        ),
        (
            {"group": {"sme": True, "bq cq": ["Vq1", "Vq2"]}, "max": 1},
            'Rq0: at most 1 member among firms of "bq cq" Vq1 or Vq2 that are also small and medium-sized firms',
            "Rq0: h\u00f6chstens 1 Mitglied unter Firmen mit \u201ebq cq\u201c Vq1 oder Vq2, zugleich "
            "kleinen und mittleren Unternehmen",
            "Rq0\uff1a\u201cbq cq\u201d\u4e3aVq1\u6216Vq2\u7684\u4f01\u4e1a\uff0c\u540c\u65f6\u4e3a"
            "\u4e2d\u5c0f\u4f01\u4e1a\u4e2d\u81f3\u591a1\u4e2a\u6210\u5458",
        ),
        (
            {"group": {"firms": ["Xq1", "Xq2", "Xq3"]}, "max": 1},
            "Rq0: at most 1 member among Xq1, Xq2 and Xq3",
            "Rq0: h\u00f6chstens 1 Mitglied unter Xq1, Xq2 und Xq3",
            "Rq0\uff1aXq1\u3001Xq2\u548cXq3\u4e2d\u81f3\u591a1\u4e2a\u6210\u5458",
        ),
        (
            {"group": {"aq": "Vq1", "firms": ["Xq1", "Xq2"]}, "min": 1},
            "Rq0: at least 1 member among firms of aq Vq1 that are also Xq1 or Xq2",
            "Rq0: mindestens 1 Mitglied unter Firmen mit \u201eaq\u201c Vq1, zugleich Xq1 oder Xq2",
            "Rq0\uff1a\u201caq\u201d\u4e3aVq1\u7684\u4f01\u4e1a\uff0c\u540c\u65f6\u4e3aXq1\u6216Xq2"
            "\u4e2d\u81f3\u5c111\u4e2a\u6210\u5458",
        ),
    ],
)
def test_some_rules_in_all_languages(rule: dict[str, Any], english: str, german: str, chinese: str) -> None:
    [said] = details(instance_with(rule))[:1]
    assert said == english
    assert (tongue("de").rephrased(said), tongue("zh").rephrased(said)) == (german, chinese)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "de",
            [
                "Regel \u201esmall ones' part\u201c: nicht",
                "Regel \u201eone each\u201c, bei Firmen mit \u201ecountry\u201c UK: nicht",
            ],
        ),
        (
            "zh",
            [
                "\u89c4\u5219\u201csmall ones' part\u201d",
                "\u89c4\u5219\u201cone each\u201d\uff08\u201ccountry\u201d\u4e3aUK\u7684\u4f01\u4e1a\uff09",
            ],
        ),
    ],
)
def test_a_broken_rule_is_called_by_its_name(language: Language, told: list[str]) -> None:
    free = load_bundled("european_call").model_copy(update={"rules": ()})
    result = solve(free)
    floor = Rule(name="small ones' part", group={"sme": True}, measure="revenue_share", min=0.9)
    cap = Rule(name="one each", each="country", max=1)
    certificate = verify(free.model_copy(update={"rules": (floor, cap)}), result)
    broken = [check.detail for check in certificate.failures if check.id == "rule"]
    assert len(broken) >= 2
    award = Award(result.replace(certificate=certificate), free, language=language)
    text = markdown(award_page(award)).replace("\\", "")
    assert all(words in text for words in told)
    assert not any(detail in text for detail in broken)
