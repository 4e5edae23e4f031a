"""Malformed instances: what is changed in a valid document, and what must be said about it."""

from __future__ import annotations

import copy
import inspect
import re
from dataclasses import dataclass
from typing import Any

from rd_contract.instance import context as context_module
from rd_contract.instance import groups as groups_module
from rd_contract.instance import scenarios as scenarios_module
from rd_contract.instance import schema as schema_module

Document = dict[str, Any]

VALID: Document = {
    "format": "rd-contract/1",
    "name": "Solid-state battery",
    "objective": "lead",
    "division": "lead",
    "project": {
        "lead": "Carmaker",
        "value": 20.0,
        "technologies": [{"name": "cathode", "requirement": 0.5}, {"name": "software"}],
        "team_size": {"min": 1, "max": 3},
        "subsidy_rate": 0.25,
        "min_credit": 0.25,
        "default_relation": {"trust": 0.5},
    },
    "modes": [{"name": "exploit"}, {"name": "explore", "value_factor": 1.5}],
    "monitoring": [{"name": "none"}, {"name": "ledger", "cost": 0.25, "detection": 0.5}],
    "firms": [
        {
            "name": "Cellmaker",
            "capabilities": {"cathode": 0.75},
            "efforts": [{"level": 0, "cost": 0}, {"level": 0.5, "cost": 1}, {"level": 1, "cost": 3}],
            "share": {"min": 0.25, "max": 0.75},
        },
        {
            "name": "Carmaker",
            "capabilities": {"software": 0.5},
            "efforts": {"full_cost": 4.0, "exponent": 2.0, "steps": 4},
            "max_reimbursement": 0.5,
        },
        {
            "name": "Institute",
            "capabilities": {"cathode": 0.25},
            "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 2}],
            "credit": 0.5,
        },
    ],
    "relations": [{"between": ["Cellmaker", "Carmaker"], "trust": 0.75}],
}


def paths(node: Any, path: str = "") -> list[str]:
    """Return the path of everything that stands in a document, or in a part of it at a path."""
    inside: list[tuple[str, Any]] = []
    if isinstance(node, dict):
        inside = [(f"{path}.{key}" if path else key, item) for key, item in node.items()]
    elif isinstance(node, list):
        inside = [(f"{path}[{index}]", item) for index, item in enumerate(node)]
    return [place for where, item in inside for place in (where, *paths(item, where))]


class _Absent:
    """Stands for a field that is taken out."""


ABSENT = _Absent()


def places(path: str) -> list[str | int]:
    """Return ``firms[0].name`` as ``["firms", 0, "name"]``."""
    return [int(index) if index else key for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)]


def change(document: Document, path: str, value: Any) -> None:
    """Set, append (one past the end of a list) or take out what stands at a path."""
    *parents, last = places(path)
    node: Any = document
    for part in parents:
        node = node.setdefault(part, {}) if isinstance(node, dict) else node[part]
    if value is ABSENT:
        del node[last]
    elif isinstance(node, list) and last == len(node):
        node.append(value)
    else:
        node[last] = value


def misspelled(document: Document, path: str) -> tuple[Document, str]:
    """Return a copy of a document with the last letter of a key twice, and where that stands."""
    changed = copy.deepcopy(document)
    node: Any = changed
    for part in places(path)[:-1]:
        node = node[part]
    key = str(places(path)[-1])
    node[key + key[-1]] = node.pop(key)
    return changed, path + key[-1]


@dataclass(frozen=True)
class Case:
    """Changes to :data:`VALID` and the problems they cause: path and a phrase of the message."""

    id: str
    changes: dict[str, Any]
    expected: tuple[tuple[str, str], ...]
    rule: str = "schema"

    def document(self) -> Document:
        document = copy.deepcopy(VALID)
        for path, value in self.changes.items():
            change(document, path, value)
        return document


def one(id: str, path: str, value: Any, phrase: str, rule: str = "schema", at: str | None = None) -> Case:
    """Return the case of one change that causes one problem, at the same path unless ``at`` says where."""
    return Case(id, {path: value}, ((path if at is None else at, phrase),), rule)


def unknown(path: str, near: str, value: Any = 1) -> Case:
    """Return the case of an unknown key, with the key that was probably meant."""
    phrase = f"expected a key of the format (did you mean '{near}'?)"
    return one(f"unknown {path}", path, value, phrase, "unknown-key")


def deep(levels: int) -> Any:
    """Return lists in lists."""
    nest: Any = 1
    for _ in range(levels):
        nest = [nest]
    return nest


UNKNOWN_KEYS = [
    unknown("currrency", "currency"),
    unknown("firm", "firms"),
    one("unknown zzz", "zzz", 1, "expected a key of the format (the nearest known key is", "unknown-key"),
    unknown("project.leed", "lead"),
    unknown("project.technologies[0].wieght", "weight"),
    unknown("project.team_size.maximum", "max"),
    unknown("project.default_relation.trsut", "trust"),
    unknown("modes[1].value-factor", "value_factor"),
    unknown("monitoring[1].detect", "detection"),
    unknown("firms[0].liquidty", "liquidity"),
    unknown("firms[0].efforts[1].costs", "cost"),
    unknown("firms[1].efforts.step", "steps"),
    unknown("firms[0].share.mim", "min"),
    unknown("relations[0].sinergy", "synergy"),
    one("unknown key with a line break", "a\nb", 1, 'found unknown key "a\\nb"', "unknown-key", '["a\\nb"]'),
    one(
        "unknown empty key",
        "project",
        {**VALID["project"], "": 1},
        'found unknown key ""',
        "unknown-key",
        'project[""]',
    ),
]

TYPES = [
    one("bool for number", "project.value", True, "found true; expected a number"),
    one("bool for count", "project.team_size.min", True, "found true; expected a whole number"),
    one("text for number", "firms[0].credit", "0.5", 'found "0.5"; expected a number'),
    one("number for text", "name", 7, "found 7; expected text"),
    one("number for name", "modes[0].name", 7, "found 7; expected text"),
    one("number for flag", "firms[0].sme", 1, "found 1; expected true or false"),
    one("text for flag", "relations[0].exclusive", "no", 'found "no"; expected true or false'),
    one("null for number", "firms[0].joining_cost", None, "found null; expected a number"),
    one("null for text", "name", None, "found null; expected text"),
    one("null for list", "relations", None, "found null; expected a list"),
    one("null for object", "firms[0].share", None, "found null; expected an object"),
    one("part for count", "project.team_size.min", 1.5, "found 1.5; expected a whole number"),
    one("float for steps", "firms[1].efforts.steps", 2.5, "found 2.5; expected a whole number"),
    *(
        one(
            f"{kind} for how many",
            "rules",
            [{"name": "r", "if_member": "Carmaker", "then_members": ["Institute"], "how_many": value}],
            f'found {found}; expected "all", "any", or a whole number of at least 1',
            at="rules[0].how_many",
        )
        for kind, value, found in (("part", 0.5, "0.5"), ("nothing", 0, "0"), ("text", "both", '"both"'))
    ),
    one("object for list", "firms[0].efforts[0]", [], "found []; expected an object"),
    one("list for object", "project", [], "found []; expected an object"),
    one("text for list", "relations[0].between", "AB", 'found "AB"; expected a list'),
    one("object for pair", "relations[0].between", {"a": 1}, 'found {"a": 1}; expected a list'),
    one("list for capabilities", "firms[2].capabilities", [1], "found [1]; expected an object"),
    one("text for firm", "firms[3]", "Startup", 'found "Startup"; expected an object'),
    one("text for menu", "firms[0].efforts", "convex", "a list of levels, or an object with full_cost"),
    one("null for menu", "firms[0].efforts", None, "a list of levels, or an object with full_cost"),
    one("long text", "firms[0].credit", "x" * 999, f'found "{"x" * 56}...; expected a number'),
    one("unknown objective", "objective", "profit", "found \"profit\"; expected 'joint' or 'lead'"),
    one("unknown division", "division", "fair", "'equal', 'proportional', 'nash', 'shapley'"),
    one("unknown membership", "firms[2].membership", "maybe", "'optional', 'required' or 'excluded'"),
    one("unknown dimension", "project.technologies[1].dimension", "cost", "'viability', 'development' or"),
    one("wrong version", "format", "rd-contract/2", "found \"rd-contract/2\"; expected 'rd-contract/1'"),
    one("no format", "format", ABSENT, 'found nothing; expected "rd-contract/1"'),
    one("a result's format", "format", "rd-contract-result/1", "expected 'rd-contract/1'"),
    one(
        "key that is not text", "project", {**VALID["project"], 3: 1}, "expected text of valid Unicode", at="project.3"
    ),
]

MISSING = [
    one(f"missing {path}", path, ABSENT, "found nothing; expected a value, the field has no default")
    for path in (
        "firms",
        "firms[0].name",
        "firms[2].efforts",
        "firms[0].efforts[1].level",
        "firms[0].efforts[1].cost",
        "firms[1].efforts.full_cost",
        "relations[0].between",
        "project.technologies[1].name",
        "modes[0].name",
        "monitoring[1].name",
    )
]

RANGES = [
    one("negative value", "project.value", -1, "found -1; expected a number of at least 0"),
    one("huge value", "project.value", 2e15, "expected a number of at most 1e+15"),
    one("share above 1", "firms[0].share.max", 1.5, "found 1.5; expected a number of at most 1"),
    one("level above 1", "firms[0].efforts[2].level", 1.01, "found 1.01; expected a number of at most 1"),
    one("level below 0", "firms[0].efforts[0].level", -0.1, "found -0.1; expected a number of at least 0"),
    one("negative cost", "firms[0].efforts[0].cost", -1, "found -1; expected a number of at least 0"),
    one("capability above 1", "firms[0].capabilities.cathode", 80, "found 80; expected a number of at most 1"),
    one("very negative option", "firms[0].outside_option", -1e16, "at least -1e+15"),
    one("no team", "project.team_size.min", 0, "found 0; expected a number of at least 1"),
    one("negative weight", "project.technologies[0].weight", -1, "expected a number of at least 0"),
    one("no steps", "firms[1].efforts.steps", 0, "found 0; expected a number of at least 1"),
    one("flat curve", "firms[1].efforts.exponent", 0, "found 0; expected a number above 0"),
    one("NaN", "project.value", float("nan"), "found NaN; expected a finite number"),
    one("infinity", "firms[0].liquidity", float("inf"), "found Infinity; expected a finite number"),
    one("minus infinity", "firms[0].outside_option", float("-inf"), "found -Infinity; expected a finite"),
    one("400 digits", "project.value", 10**400, "...; expected a finite number"),
    one("400 digits for a count", "project.team_size.max", 10**400, "...; expected a finite number"),
    one("5,000 digits", "project.value", 10**5000, "4,300 digits or more; expected a finite number"),
    one("5,000 digits for a count", "project.team_size.min", 10**5000, "4,300 digits or more"),
    one("no firms", "firms", [], "found 0 entries; expected at least 1 entry"),
    one("no modes", "modes", [], "found 0 entries; expected at least 1 entry"),
    one("no monitoring", "monitoring", [], "found 0 entries; expected at least 1 entry"),
    one("empty menu", "firms[0].efforts", [], "found 0 entries; expected at least 1 entry"),
    one("pair of one", "relations[0].between", ["Cellmaker"], "found 1 entry; expected at least 2 entries"),
    one("pair of three", "relations[0].between", ["Cellmaker", "Carmaker", "Institute"], "at most 2 entries"),
    Case(
        "100 levels",
        {"firms[0].name": deep(100)},
        (
            ("firms[0].name[0][0][0]...", "found deeper nesting; expected at most 32 nested levels"),
            ("firms[0].name", "found a list of 1; expected text"),
        ),
        "file",
    ),
]

NAMES = [
    one("empty name", "modes[0].name", "", 'found ""; expected a name: non-empty text on one line', "name"),
    one("blank name", "firms[2].name", " \t ", "expected a name: non-empty text on one line", "name"),
    one("line break in a name", "firms[2].name", "Insti\ntute", 'found "Insti\\ntute"; expected a name', "name"),
    one("escape in a name", "monitoring[0].name", "\x1b[31mred", 'found "\\u001b[31mred"; expected a name', "name"),
    one("invisible character", "modes[0].name", "ex\u200bploit", "without control or invisible characters", "name"),
    one("lone surrogate", "firms[2].name", "\ud800", 'found "\\ud800"; expected text of valid Unicode'),
    one("lone surrogate in a text", "description", "a\udfffz", "expected text of valid Unicode characters"),
    one(
        "lone surrogate in a key",
        "firms[2].capabilities",
        {"\ud800": 1, "cathode": 0.25},
        "expected text of valid Unicode characters",
        at='firms[2].capabilities["\\ud800"]',
    ),
]

RULES = [
    one(
        "unknown lead",
        "project.lead",
        "Carmakers",
        "unknown firm 'Carmakers'; expected one of 'Cellmaker', 'Carmaker', 'Institute' (did you mean 'Carmaker'?)",
        "known-lead",
    ),
    one(
        "unknown partner",
        "relations[0].between",
        ["Cellmaker", "Institut"],
        "unknown firm 'Institut'; expected one of 'Cellmaker', 'Carmaker', 'Institute' (did you mean 'Institute'?)",
        "known-partners",
        at="relations[0].between[1]",
    ),
    one(
        "unknown technology",
        "firms[1].capabilities.sofware",
        0.5,
        "unknown technology 'sofware'; expected one of 'cathode', 'software' (did you mean 'software'?)",
        "known-capabilities",
    ),
    one(
        "unknown technology with a line break",
        "firms[1].capabilities.a\nb",
        0.5,
        "unknown technology 'a\\nb'",
        "known-capabilities",
        at='firms[1].capabilities["a\\nb"]',
    ),
    Case(
        "technology twice in a firm",
        {"firms[0].capabilities": {"cathode": 0.5, " cathode": 0.5}},
        (("firms[0].capabilities", 'every technology once ("cathode" and " cathode" are one name)'),),
        "unique-capabilities",
    ),
    one("partner of itself", "relations[0].between", ["Carmaker", "Carmaker"], "two different", "relation-pair"),
    one(
        "pair twice",
        "relations[1]",
        {"between": ["Cellmaker", "Carmaker"]},
        "a pair listed once (relations[0] describes the same pair)",
        "unique-pairs",
        at="relations[1].between",
    ),
    one(
        "pair twice, reversed",
        "relations[1]",
        {"between": ["Carmaker", "Cellmaker"]},
        "found 'Carmaker' and 'Cellmaker'; expected a pair listed once",
        "unique-pairs",
        at="relations[1].between",
    ),
    one("firm twice", "firms[2].name", "Cellmaker", "used once (firms[0].name has the same name)", "unique-firms"),
    Case(
        "lead and floor twice",
        {"firms[2].name": "Carmaker", "firms[1].share.min": 0.75, "firms[2].share.min": 0.75},
        (("firms[2].name", "a name used once (firms[1].name has the same name)"),),
        "unique-firms",
    ),
    one(
        "technology twice",
        "project.technologies[2]",
        {"name": "cathode"},
        "a name used once (project.technologies[0].name has the same name)",
        "unique-technologies",
        at="project.technologies[2].name",
    ),
    one("mode twice", "modes[1].name", "exploit", "'exploit'; expected a name used once", "unique-modes"),
    one("monitoring twice", "monitoring[1].name", "none", "expected a name used once", "unique-monitoring"),
    one(
        "levels that stand still",
        "firms[0].efforts[2].level",
        0.5,
        "found 0.5; expected a level above 0.5, the one before (sort the menu by level)",
        "levels-increase",
    ),
    Case(
        "levels that fall twice",
        {"firms[0].efforts[1].level": 1, "firms[0].efforts[3]": {"level": 0.25, "cost": 3}},
        (
            ("firms[0].efforts[2].level", "found 1; expected a level above 1"),
            ("firms[0].efforts[3].level", "found 0.25; expected a level above 1"),
        ),
        "levels-increase",
    ),
    one(
        "costs that fall",
        "firms[0].efforts[2].cost",
        0.999999999,
        "found 0.999999999; expected a cost of at least 1, that of the level below",
        "costs-increase",
    ),
    one(
        "floor above cap",
        "firms[0].share",
        {"min": 0.8, "max": 0.75},
        'found {"min": 0.8, "max": 0.75}; expected min of at most max (0.75)',
        "share-order",
    ),
    one(
        "team min above max",
        "project.team_size",
        {"min": 3, "max": 2},
        "expected min of at most max (2)",
        "team-size-order",
    ),
    Case(
        "weights all zero",
        {"project.technologies[0].weight": 0, "project.technologies[1].weight": 0.0},
        (("project.technologies", "weights that are all 0; expected at least one weight above 0"),),
        "technology-weights",
    ),
    Case(
        "lead rules without a lead",
        {"project.lead": None},
        (
            ("objective", 'found "lead"; expected another value, or a firm named in project.lead'),
            ("division", 'found "lead"; expected another value, or a firm named in project.lead'),
        ),
        "lead-needed",
    ),
    one(
        "lead excluded",
        "firms[1].membership",
        "excluded",
        '"optional" or "required" for the lead',
        "lead-excluded",
    ),
    one(
        "lead of too little credit",
        "firms[1].credit",
        0.2499999,
        "found 0.2499999; expected credit of at least min_credit (0.25)",
        "compelled-credit",
    ),
    Case(
        "required firm of too little credit",
        {"firms[2].membership": "required", "firms[2].credit": 0.125},
        (("firms[2].credit", "found 0.125; expected credit of at least min_credit (0.25)"),),
        "compelled-credit",
    ),
    Case(
        "required firms that exclude each other",
        {"firms[0].membership": "required", "relations[0].exclusive": True},
        (("relations[0].exclusive", "false for a pair that every alliance contains"),),
        "compelled-exclusive",
    ),
    Case(
        "more required firms than fit",
        {"firms[0].membership": "required", "firms[2].membership": "required", "project.team_size.max": 2},
        (("project.team_size.max", "found 2; expected at least 3, the number of required firms"),),
        "team-size-compelled",
    ),
    Case(
        "team larger than all eligible firms",
        {"firms[2].membership": "excluded", "project.team_size.min": 3},
        (("project.team_size.min", "found 3; expected at most 2, the number of eligible firms"),),
        "team-size-eligible",
    ),
    Case(
        "nobody eligible",
        {
            "objective": "joint",
            "division": "equal",
            "project.lead": None,
            **{f"firms[{index}].membership": "excluded" for index in range(3)},
        },
        (("firms", "no eligible firm; expected at least one firm that is neither excluded nor below"),),
        "team-size-eligible",
    ),
    one(
        "requirement that nobody meets",
        "project.technologies[0].requirement",
        0.76,
        "found 0.76; expected at most 0.75, the best mastery of 'cathode' among eligible firms",
        "requirement-met",
    ),
    one(
        "requirement that only an excluded firm meets",
        "firms[0].membership",
        "excluded",
        "found 0.5; expected at most 0.25, the best mastery of 'cathode' among eligible firms",
        "requirement-met",
        at="project.technologies[0].requirement",
    ),
    one(
        "requirement that only a firm of little credit meets",
        "firms[0].credit",
        0.0,
        "found 0.5; expected at most 0.25, the best mastery of 'cathode' among eligible firms",
        "requirement-met",
        at="project.technologies[0].requirement",
    ),
    one(
        "subsidy and reimbursement above 1",
        "firms[1].max_reimbursement",
        0.8,
        "found 0.8; expected at most 0.75, so that with the subsidy rate it does not exceed 1",
        "subsidy-and-reimbursement",
    ),
    Case(
        "floors above 1",
        {"firms[0].membership": "required", "firms[0].share.min": 0.7, "firms[1].share.min": 0.4},
        (("firms", "share floors of the lead and required firms that sum to 1.1; expected at most 1"),),
        "share-floors",
    ),
    Case(
        "caps below 1",
        {"firms[0].share.max": 0.5, "firms[1].share.max": 0.25, "firms[2].membership": "excluded"},
        (("firms", "share caps of the eligible firms that sum to 0.75; expected at least 1"),),
        "share-caps",
    ),
]

ATTRIBUTES: Document = {
    "firms[0].attributes": {"country": "DE", "kind": "company"},
    "firms[1].attributes": {"country": "FR", "kind": "company"},
    "firms[2].attributes": {"country": "DE", "kind": "institute"},
}


def ruled(id: str, rule: Document, place: str, phrase: str, law: str) -> Case:
    """Return the case of one rule over groups that causes one problem, at a place within the rule."""
    at = f"rules[0]{place}"
    return Case(id, {**ATTRIBUTES, "rules": [{"name": "r", **rule}]}, ((at, phrase),), law)


GROUP_RULES = [
    ruled("rule of no kind", {"min": 1}, "", "found none of them; expected exactly one of distinct, each", "rule-kind"),
    ruled(
        "rule of two kinds",
        {"distinct": "country", "group": {"sme": True}},
        "",
        "found distinct and group; expected exactly one of",
        "rule-kind",
    ),
    ruled(
        "rule with what another kind has",
        {"distinct": "country", "min_fraction": 0.5},
        "",
        "found min_fraction; expected for a rule with distinct only distinct, max, min",
        "rule-kind",
    ),
    ruled(
        "rule with crossed limits",
        {"each": "country", "min": 3, "max": 2},
        "",
        "expected min of at most",
        "rule-order",
    ),
    ruled("rule with half a member", {"group": {"sme": False}, "max": 1.5}, "", "a whole number in max", "rule-whole"),
    ruled(
        "rule with more than the revenue",
        {"group": {"sme": False}, "measure": "revenue_share", "min": 1.5},
        "",
        "a part of the revenue, at most 1, in min",
        "rule-share",
    ),
    ruled("rule on nobody", {"if_member": "Carmaker"}, "", "at least one name in then_members", "rule-members"),
    ruled("rule on one firm", {"together": ["Carmaker", "Carmaker"]}, "", "two different names", "rule-members"),
    ruled("empty group", {"group": {}, "max": 1}, ".group", "at least one attribute", "group"),
    ruled("text for sme", {"group": {"sme": "yes"}, "max": 1}, ".group", "true or false for 'sme'", "group"),
    ruled(
        "blank for an attribute", {"group": {"country": " "}, "max": 1}, ".group", "a text, or a list of texts", "group"
    ),
    ruled(
        "attribute twice in a group",
        {"group": {"country": "DE", " country": "FR"}, "max": 1},
        ".group",
        "every attribute once",
        "unique-group",
    ),
    ruled(
        "unknown attribute to count",
        {"distinct": "county", "min": 1},
        ".distinct",
        "unknown attribute 'county'; expected one of 'country', 'kind', 'role', 'sme' (did you mean 'country'?)",
        "known-attributes",
    ),
    ruled(
        "unknown attribute of a group",
        {"group": {"land": "DE"}, "max": 1},
        ".group.land",
        "unknown attribute 'land'; expected one of 'country', 'kind', 'role', 'sme', 'firms'",
        "known-attributes",
    ),
    ruled(
        "unknown firm in a rule",
        {"if_member": "Carmaker", "then_members": ["Institut"]},
        ".then_members[0]",
        "unknown firm 'Institut'",
        "known-rule-firms",
    ),
    ruled(
        "rule that asks a firm for itself",
        {"if_member": "Carmaker", "then_members": ["Carmaker", "Institute"]},
        ".then_members[0]",
        "other firms than the one that depends on them",
        "rule-on-itself",
    ),
    ruled(
        "rule that asks for more than are named",
        {"if_member": "Carmaker", "then_members": ["Institute"], "how_many": 2},
        ".how_many",
        "found 2; expected at most 1, as many as are named",
        "rule-on-itself",
    ),
    ruled(
        "value that no firm has",
        {"group": {"country": "GER"}, "max": 1},
        ".group.country",
        "'GER', which no firm has; expected one of 'DE', 'FR'",
        "group-of-nobody",
    ),
    ruled(
        "group without a firm",
        {"group": {"country": "FR", "kind": "institute"}, "max": 1},
        ".group",
        "found a group without a firm",
        "group-of-nobody",
    ),
    ruled(
        "more countries than there are",
        {"distinct": "country", "min": 3},
        ".min",
        "found 3; expected at most 2, the different values among eligible firms",
        "rule-met",
    ),
    ruled(
        "no room for the lead",
        {"group": {"country": "FR"}, "max": 0},
        ".max",
        "found 0; expected at least 1, what eligible firms can keep to",
        "rule-met",
    ),
    ruled(
        "more members than there are",
        {"group": {"country": "DE"}, "min": 3},
        ".min",
        "found 3; expected at most 2, what eligible firms can reach",
        "rule-met",
    ),
    ruled(
        "more cost than there can be",
        {"group": {"country": "DE"}, "measure": "cost", "min": 100},
        ".min",
        "found 100; expected at most 5, what eligible firms can reach",
        "rule-met",
    ),
    ruled(
        "a part that nobody can have",
        {"group": {"kind": "institute"}, "min_fraction": 1.0},
        ".min_fraction",
        "a part that eligible firms can reach",
        "rule-met",
    ),
    Case(
        "rule twice",
        {"rules": [{"name": "r", "distinct": "sme", "max": 2}, {"name": "r", "distinct": "role", "max": 2}]},
        (("rules[1].name", "a name used once (rules[0].name has the same name)"),),
        "unique-rules",
    ),
    one("reserved attribute", "firms[0].attributes", {"sme": "yes"}, "another name than 'sme'", "attribute-name"),
    one(
        "attribute twice",
        "firms[0].attributes",
        {"country": "DE", " country": "FR"},
        "every attribute once",
        "unique-attributes",
    ),
    one("unknown unions", "division_unions", "country", "unknown attribute 'country'", "known-attributes"),
    one(
        "no unions", "division", "owen", "the attribute whose values are the unions", "unions-named", "division_unions"
    ),
]
RULES += GROUP_RULES

RULES += [
    one(
        "one mode for both",
        "context.exploratory_mode",
        "exploitative",
        'found "exploitative" twice; expected two different modes',
        "context-modes",
        "context",
    ),
    one(
        "unknown mode of the context",
        "context.exploratory_mode",
        "exploratry",
        "unknown mode 'exploratry'; expected one of",
        "known-context-modes",
    ),
    Case(
        "factors of two positions",
        {
            "firms[0].role": "",
            "firms[1].role": "",
            "firms[2].role": "",
            "context": {"supplier_distance_difference": 0.5, "information_integration": 0.5},
        },
        (("context.position", 'found nothing; expected "manufacturer" or "distributor" (manufacturers and'),),
        "context-position",
    ),
]
RANGES += [
    one("unknown orientation", "context.strategic_orientation", "tecnology", "did you mean 'technology'?", "schema"),
    one("unknown factor", "context.network_tie", 0.5, "did you mean 'network_ties'?", "unknown-key"),
    one("unknown weight", "context.weights.network", 2.0, "unknown key", "unknown-key"),
    one("weight below 0", "context.weights.network_ties", -1.0, "a number of at least 0", "schema"),
    one("factor above 1", "context.policy_support", 1.5, "a number of at most 1", "schema"),
]


def uncertain(id: str, changes: list[Document], place: str, phrase: str, law: str = "scenario-changes") -> Case:
    """Return the case of one scenario that causes one problem, at a place within its changes."""
    scenarios = [{"name": "as it is"}, {"name": "bad", "changes": changes}]
    return Case(id, {"scenarios": scenarios}, ((f"scenarios[1].changes{place}", phrase),), law)


def refused(path: str, reason: str) -> Case:
    """Return the case of a change of what scenarios may not change, with the reason."""
    phrase = f'found "{path}"; expected a number that scenarios may change ({reason}'
    return uncertain(f"scenario that changes {path}", [{"path": path, "value": 1}], "[0].path", phrase)


_TWO = [{"name": "bad"}, {"name": "good"}]
_PLANS = {"agreement": "by_scenario"}

SCENARIOS = [
    uncertain(
        "change of nothing", [{"path": "project.value"}], "[0]", "found neither; expected either", "scenario-change"
    ),
    uncertain(
        "change by value and factor",
        [{"path": "project.value", "value": 1, "factor": 2}],
        "[0]",
        "found value 1 and factor 2; expected either value or factor",
        "scenario-change",
    ),
    uncertain(
        "scenario whose path leads nowhere",
        [{"path": "firms.Carmakr.cooperation", "value": 1}],
        "[0].path",
        'found "Carmakr"; expected one of "Cellmaker", "Carmaker", "Institute" (did you mean "Carmaker"?)',
    ),
    uncertain(
        "scenario that changes a number twice",
        [{"path": "firms.*.cooperation", "factor": 0.5}, {"path": "firms.Institute.cooperation", "value": 1}],
        "[1].path",
        "found firms.Institute.cooperation, as in scenarios[1].changes[0]; expected every number changed once",
    ),
    uncertain(
        "scenario that changes numbers twice",
        [{"path": "firms.Institute.cooperation", "value": 1}, {"path": "firms[2].cooperation", "factor": 0.5}],
        "[1].path",
        "found firms.Institute.cooperation, as in scenarios[1].changes[0]",
    ),
    uncertain(
        "scenario that changes an unlisted pair twice",
        [
            {"path": "relations.Carmaker & Institute.synergy", "value": 1},
            {"path": "relations.Institute & Carmaker.synergy", "value": 2},
        ],
        "[1].path",
        "found relations.Institute & Carmaker.synergy, as in scenarios[1].changes[0]",
    ),
    uncertain(
        "factor on nothing",
        [{"path": "firms.*.contribution", "factor": 0.5}],
        "[0].factor",
        "found nothing at firms.Cellmaker.contribution, and 2 more; expected a number that a factor can change",
    ),
    uncertain(
        "scenario with parts above 1",
        [{"path": "firms.*.cooperation", "factor": 1.25}],
        "[0].factor",
        "found 1.25 at firms.Cellmaker.cooperation, and 2 more; expected a number of at most 1",
    ),
    uncertain(
        "scenario with percent",
        [{"path": "firms.Cellmaker.capabilities.software", "value": 80}],
        "[0].value",
        "found 80 at firms.Cellmaker.capabilities.software; expected a number of at most 1 (write 0.8 if 80% is meant)",
    ),
    uncertain(
        "scenario with a cost below 0",
        [{"path": "relations.Carmaker & Institute.coordination_cost", "value": -1}],
        "[0].value",
        "found -1 at relations.Carmaker & Institute.coordination_cost; expected a number of at least 0",
    ),
    uncertain(
        "scenario with a menu whose costs fall",
        [{"path": "firms.Cellmaker.efforts.2.cost", "factor": 0.25}],
        "[0]",
        "found 0.75 at firms[0].efforts[2].cost (Cellmaker); expected a cost of at least 1, that of the level below",
    ),
    uncertain(
        "scenario with a menu whose first cost rises",
        [{"path": "project.value", "factor": 2}, {"path": "firms.Cellmaker.efforts.1.cost", "factor": 4}],
        "",
        "found 3 at firms[0].efforts[2].cost (Cellmaker); expected a cost of at least 4, that of the level below",
    ),
    uncertain(
        "scenario without weights",
        [{"path": "project.technologies.*.weight", "value": 0}],
        "",
        "found weights that are all 0 at project.technologies; expected at least one weight above 0",
    ),
    refused("firms.Carmaker.name", "it is a name or a text"),
    refused("objective", "what is aimed at, and how it is divided, is agreed once"),
    uncertain(
        "scenario that excludes a pair, and changes more",
        [{"path": "relations.Institute & Carmaker.exclusive", "value": 1}, {"path": "project.value", "value": 1}],
        "[0].path",
        "the alliance is formed before anybody knows which scenario comes",
    ),
    refused("firms.*.credit", "the alliance is formed before anybody knows which scenario comes"),
    refused("project.budget", "a budget is set with the contract, and holds in every scenario"),
    refused("firms.Carmaker.share.max", "terms are agreed before anybody knows which scenario comes"),
    refused("firms.Cellmaker.efforts.1.level", "what a firm can do is the same in every scenario"),
    refused("uncertainty.alpha", "what may happen, and how it is judged, is said once"),
    refused("context.network_ties", "it is what advice on the mode rests on, and decides no contract"),
    one("scenario twice", "scenarios", [*_TWO, {"name": "bad"}], "used once", "unique-scenarios", "scenarios[2].name"),
    one(
        "probability of one scenario only",
        "scenarios",
        [{"name": "bad", "probability": 0.5}, {"name": "good"}],
        "found nothing; expected a probability in every scenario, or in none: all are equally probable then",
        "scenario-probabilities",
        "scenarios[1].probability",
    ),
    one(
        "probabilities that miss 1",
        "scenarios",
        [{"name": name, "probability": 0.333} for name in ("bad", "usual", "good")],
        "found probabilities that add to 0.999; expected probabilities that add to 1 (leave all of them out",
        "scenario-probabilities",
        "scenarios[0].probability",
    ),
    Case(
        "plans without knowing the scenario",
        {"scenarios": _TWO, "uncertainty": {**_PLANS, "timing": "after_effort"}},
        (("uncertainty.agreement", 'found "by_scenario"; expected "same", or timing "before_effort"'),),
        "plans-before-effort",
    ),
    Case(
        "too many plans",
        {"scenarios": [{"name": f"{at}"} for at in range(6)], "uncertainty": _PLANS},
        (
            (
                "uncertainty.agreement",
                "found 729 plans for 'Cellmaker' and 1 more: 3 levels in 6 scenarios; expected at most 500 plans",
            ),
        ),
        "too-many-plans",
    ),
    Case(
        "coalitions in the worst scenario",
        {"scenarios": _TWO, "uncertainty": {"objective": "worst"}, "division": "shapley"},
        (("division", 'found "shapley"; expected "equal", "proportional" or "lead" with the uncertainty objective'),),
        "division-of-the-worst",
    ),
]
RULES += SCENARIOS

#: Identifiers of the rules that are validators of the format's types.
VALIDATORS = set(
    re.findall(
        r'(?:broken|named_once)\([^"]*?"([^"]+)"',
        "".join(map(inspect.getsource, (schema_module, context_module, groups_module, scenarios_module))),
    )
)

SINGLE = [*UNKNOWN_KEYS, *TYPES, *MISSING, *RANGES, *NAMES, *RULES]
