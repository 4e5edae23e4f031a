"""Attributes and rules over groups in spreadsheets: as people write them, back and forth without loss."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import flat, invoke
from oracles.random_rules import random_ruled_instance
from rd_contract import Instance, InstanceError
from rd_contract.sheets.grid import CellError
from rd_contract.sheets.notation import attribute_in, attribute_text, group_in, group_text, names_in, names_text
from spreadsheets import plain, problems_of, read, workbook

FORMS = ("a.xlsx", "a")

FIRMS = (
    ("Firm", "SME", "Attribute: country", "Attribute: kind", "Contribution", "Cost of full effort"),
    ("Pump Works", "no", "DE", "company", 9, 4),
    ("Sensor Lab", "yes", "AT", "company", 6, 2),
    ("TU Wien", None, "AT", "university", 5, 2),
    ("Inst; Ltd", None, None, "institute", 4, 2),
)

RULES = (
    ("Rule", "Group", "For each", "Different values of", "What is counted", "At least", "At most", "At least of all"),
    ("two countries", None, None, "country", None, 2, None, None),
    ("per country", None, "country", None, None, None, 2, None),
    ("small cost", "sme = yes", None, None, "cost", None, None, "30%"),
    ("small part", "SME = ja", None, None, "Erlösanteil", "20%", 0.5, None),
    ("few academics", "kind = university or institute", None, None, "Mitglieder", None, 1, None),
    ("spending", 'firms = Pump Works; "Inst; Ltd"', None, None, "cost", "1,5 EUR", None, None),
)


def again(instance: Instance, folder: Path, form: str) -> Instance:
    instance.to_file(folder / form)
    return Instance.from_file(folder / form)


def agree(seed: int, folder: Path) -> bool:
    """Return whether an instance is one, after sending it through both forms."""
    try:
        instance = Instance.from_dict(random_ruled_instance(seed))
    except InstanceError:  # rules that no team can keep
        return False
    by_csv = again(again(instance, folder, "a.xlsx"), folder, "a")
    assert by_csv.canonical_json() == instance.canonical_json(), seed
    return True


def test_instances_with_rules_come_back(tmp_path: Path) -> None:
    assert sum(agree(seed, tmp_path) for seed in range(25)) > 12


@pytest.mark.slow
def test_many_instances_with_rules_come_back(tmp_path: Path) -> None:
    assert sum(agree(seed, tmp_path) for seed in range(25, 400)) > 200


def test_a_sheet_of_rules_is_read_as_it_is_meant(tmp_path: Path) -> None:
    instance, notes = read(workbook(tmp_path / "a.xlsx", {"Firms": FIRMS, "Rules": RULES}))
    assert [dict(firm.attributes) for firm in instance.firms] == [
        {"country": "DE", "kind": "company"},
        {"country": "AT", "kind": "company"},
        {"country": "AT", "kind": "university"},
        {"kind": "institute"},
    ]
    assert [
        (law.kind, law.group or law.each or law.distinct, law.measure, law.min, law.max, law.min_fraction)
        for law in instance.rules
    ] == [
        ("distinct", "country", "members", 2, None, None),
        ("each", "country", "members", None, 2, None),
        ("group", {"sme": (True,)}, "cost", None, None, 0.3),
        ("group", {"sme": (True,)}, "revenue_share", 0.2, 0.5, None),
        ("group", {"kind": ("university", "institute")}, "members", None, 1, None),
        ("group", {"firms": ("Pump Works", "Inst; Ltd")}, "cost", 1.5, None, None),
    ]
    assert "understood: attribute: country: DE, AT, from Firms column C" in notes
    assert "understood: at least: 2, from Rules column F" in notes
    _, notes = read(workbook(tmp_path / "b.xlsx", {"Firms": FIRMS, "Rules": (RULES[0], RULES[-1])}))
    assert 'understood: group: firms = Pump Works; "Inst; Ltd", from Rules column B' in notes
    assert "understood: at least: 1.5 EUR, from Rules column F" in notes


def test_dependence_is_read(tmp_path: Path) -> None:
    rows = (
        ("Rule", "Active", "If member", "Then members", "How many of them", "All or none"),
        ("help", None, "Pump Works", 'Sensor Lab; "Inst; Ltd"', None, None),
        ("some help", "no", "Pump Works", "TU Wien; Sensor Lab", "at least one", None),
        ("two of them", None, "Pump Works", "TU Wien; Sensor Lab", 2, None),
        ("twins", None, None, None, None, "Sensor Lab; TU Wien"),
    )
    instance = Instance.from_file(workbook(tmp_path / "a.xlsx", {"Firms": FIRMS, "Rules": rows}))
    assert [(law.active, law.then_members, law.how_many, law.together) for law in instance.rules] == [
        (True, ("Sensor Lab", "Inst; Ltd"), "all", ()),
        (False, ("TU Wien", "Sensor Lab"), "any", ()),
        (True, ("TU Wien", "Sensor Lab"), 2, ()),
        (True, (), "all", ("Sensor Lab", "TU Wien")),
    ]


@pytest.mark.parametrize(
    ("firms", "rules", "headed", "group"),
    [
        (
            ("Firma", "KMU", "Merkmal: Land", "Beitrag", "Kosten bei vollem Einsatz"),
            ("Regel", "Gruppe", "Was gezählt wird", "Mindestens", "Aktiv"),
            "Land",
            "KMU = ja; Land = A oder B",
        ),
        (
            ("企业", "中小企业", "属性：国家", "贡献", "全力成本"),
            ("规则名称", "群组", "计量", "至少", "启用"),
            "国家",
            "中小企业 ＝ 是；国家 = A 或 B",
        ),
    ],
)
def test_three_languages(firms: Any, rules: Any, headed: str, group: str, tmp_path: Path) -> None:
    sheets = {
        "Firms": (firms, ("X", "x", "A", 2, 1), ("Y", None, "B", 2, 1)),
        "Rules": (rules, ("r", group, "members", 1, None)),
    }
    instance = Instance.from_file(workbook(tmp_path / "a.xlsx", sheets))
    assert instance.rules[0].group == {"sme": (True,), headed: ("A", "B")}
    assert [firm.attributes[headed] for firm in instance.firms] == ["A", "B"]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown measure": (
        {"What is counted": "costs", "Group": "sme = yes", "At least": "20%"},
        'Rules!E2: found "costs"; expected members, working, effort, cost, revenue_share, reimbursement or subsidy '
        "(did you mean 'cost'?)",
    ),
    "a part where an amount belongs": (
        {"What is counted": "cost", "Group": "sme = yes", "At least": "20%"},
        'Rules!F2: found "20%"; expected an amount',
    ),
    "a part of members": (
        {"Group": "sme = yes", "At least": "20%"},
        'Rules!F2: found "20%"; expected a whole number',
    ),
    "a part of the revenue without its sign": (
        {"What is counted": "revenue_share", "Group": "sme = yes", "At most": 20},
        "Rules!G2 (rules[0].max): found 20.0; expected a part of the revenue, at most 1, in 'At most' "
        "(write 20% or 0.2)",
    ),
    "no attribute": (
        {"Group": "universities"},
        'Rules!B2: found "universities"; expected attributes with their values, or firms by name (write it like '
        "'sme = yes; kind = university or institute', or 'firms = A; B')",
    ),
    "a semicolon for or": (
        {"Group": "kind = university; institute", "At most": 1},
        "Rules!B2: found \"institute\"; expected an attribute with its values behind each semicolon (write 'or' "
        "between values: kind = A or B; or 'firms = A; B' if these are firms)",
    ),
    "an attribute twice": (
        {"Group": "country = AT; country = DE"},
        'Rules!B2: found "country = AT; country = DE"; expected each attribute once, before one equals sign (write '
        '"or" between the values of an attribute)',
    ),
    "size that is no yes": (
        {"Group": "sme = small"},
        'Rules!B2: found "small"; expected yes or no for sme',
    ),
    "quotes that do not end": (
        {"All or none": '"Sensor Lab; TU Wien'},
        'Rules!K2: found "\\"Sensor Lab; TU Wien"; expected quotes around the whole of a name (write "A; B"; C)',
    ),
    "a firm that is none": (
        {"All or none": "Sensor Lab; TU Win"},
        "Rules!K2 (rules[0].together[1]): found unknown firm 'TU Win'; expected one of 'Pump Works', 'Sensor Lab', "
        "'TU Wien', 'Inst; Ltd' (did you mean 'TU Wien'?)",
    ),
    "a value that no firm has": (
        {"Group": "country = CH", "At most": 1},
        "Rules!B2 (rules[0].group.country): found 'CH', which no firm has; expected one of 'AT', 'DE'",
    ),
    "two kinds at once": (
        {"Group": "sme = yes", "For each": "country", "At most": 1},
        "Rules!A2 (rules[0]): found 'For each' and 'Group'; expected exactly one of 'Different values of', 'For each', "
        "'Group', 'If member', 'All or none'",
    ),
    "columns of another kind": (
        {"Different values of": "country", "At least": 1, "At least of all": 0.5},
        "Rules!A2 (rules[0]): found 'At least of all'; expected for a rule with 'Different values of' only 'Different "
        "values of', 'At most', 'At least'",
    ),
    "limits that cross": (
        {"Group": "sme = yes", "At least": 2, "At most": 1},
        "Rules!F2 (rules[0].min): found 2; expected 'At least' of at most 'At most' (1)",
    ),
    "half a firm": (
        {"Group": "sme = yes", "At most": 1.5},
        "Rules!G2: found 1.5; expected a whole number",
    ),
    "how many": (
        {"If member": "Pump Works", "Then members": "TU Wien", "How many of them": "some"},
        'Rules!J2: found "some"; expected all, any or a whole number',
    ),
    "an attribute that is none": (
        {"For each": "contry", "At most": 1},
        "Rules!C2 (rules[0].each): found unknown attribute 'contry'; expected",
    ),
    "what no team can meet": (
        {"Different values of": "country", "At least": 3},
        "Rules!F2 (rules[0].min): found 3; expected at most 2, the different values among eligible firms",
    ),
}

HEADINGS = (*RULES[0], "If member", "How many of them", "All or none", "Then members")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_names_the_cell_and_what_to_write(name: str, tmp_path: Path) -> None:
    cells, words = REFUSED[name]
    sheets = {"Firms": FIRMS, "Rules": (HEADINGS, ("r", *(cells.get(head) for head in HEADINGS[1:])))}
    [line] = problems_of(workbook(tmp_path / "a.xlsx", sheets))
    assert line.startswith(words)


def test_an_attribute_may_be_the_field_of_firms_that_is_called_so(tmp_path: Path) -> None:
    heads = ("Firm", "Merkmal: KMU", "Attribute: Role", 'Attribute: "KMU"', "Contribution", "Cost of full effort")
    sheets = {"Firms": (heads, ("A", "ja", "maker", "small", 2, 1), ("B", None, None, None, 2, 1))}
    instance = Instance.from_file(workbook(tmp_path / "a.xlsx", sheets))
    assert [(firm.sme, firm.role, dict(firm.attributes)) for firm in instance.firms] == [
        (True, "maker", {"KMU": "small"}),
        (False, "", {}),
    ]
    for form in FORMS:
        assert again(instance, tmp_path, form) == instance


@pytest.mark.parametrize("form", FORMS)
def test_an_attribute_may_be_called_like_any_other_field(form: str, tmp_path: Path) -> None:
    attributes = {"credit": "AAA", "name": "short", "Contribution": "parts", "Cost": "high", "Firm": "x", "角色": "y"}
    firms = [{"name": "A", "attributes": attributes, "efforts": {"full_cost": 1.0}}]
    instance = Instance.from_dict({"format": "rd-contract/1", "firms": firms})
    assert again(instance, tmp_path, form) == instance


def test_an_attribute_has_one_column(tmp_path: Path) -> None:
    heads = ("Firm", "Attribute: country", "Merkmal: country", "Contribution", "Cost of full effort")
    [line] = problems_of(workbook(tmp_path / "a.xlsx", {"Firms": (heads, ("A", "DE", "AT", 2, 1))}))
    assert line.startswith("Firms!C1: found 'Merkmal: country'; expected each column once (the other is column B")


def test_headings_of_nothing_are_hinted_at_as_ever(tmp_path: Path) -> None:
    heads = ("Firm", "Country", "Contribution", "Cost of full effort")
    [line] = problems_of(workbook(tmp_path / "a.xlsx", {"Firms": (heads, ("A", "DE", 2, 1))}))
    assert line.startswith("Firms!B1: found 'Country'; expected a column of the sheet Firms")


def test_a_plain_list_has_attributes_too(tmp_path: Path) -> None:
    text = (
        "name;Attribute: country;Attribute: NUTS (level 2);Country;contribution;cost\nA;DE;DE11;x;5;1\nB;;AT13;y;5;1\n"
    )
    instance, notes = read(plain(tmp_path, text))
    assert [dict(firm.attributes) for firm in instance.firms] == [
        {"NUTS (level 2)": "DE11", "country": "DE"},
        {"NUTS (level 2)": "AT13"},
    ]
    assert "ignored: the column Country" in notes


def test_the_template_shows_attributes_and_rules(tmp_path: Path) -> None:
    target = tmp_path / "alliance"
    assert invoke("template", "-o", str(target)).exit_code == 0
    instance = Instance.from_file(target)
    assert {"country"} == set().union(*(firm.attributes for firm in instance.firms))
    assert [law.kind for law in instance.rules] == ["distinct", "group"]
    assert "Attribute: country" in (target / "Firms.csv").read_text(encoding="utf-8")
    solved = invoke("solve", str(target), "--set", 'rules."two countries".min=3')
    assert "an alliance of 4 firms" in flat(solved.stdout), solved.stderr


#: Names that hold what separates others, or what spreadsheets change.
NAMES = st.one_of(
    st.sampled_from(
        ["A; B", "a = b", "this or that", "or", "=1", "-x", "# x", '"q" r', "Total", "SME", "Firmen", "或"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"]), min_size=1, max_size=8),
)
VALUES = st.lists(NAMES, min_size=1, max_size=3, unique=True)


@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(VALUES, st.dictionaries(NAMES.filter(lambda name: name != "sme"), VALUES, min_size=1, max_size=3), st.booleans())
def test_any_names_and_groups(names: list[str], group: dict[str, Any], size: bool) -> None:
    assert names_in(names_text(names)) == names
    assert all(attribute_in(attribute_text(name)) == name for name in names)
    group |= {"sme": [size], "firms": names}
    assert group_in(group_text(group)) == group


@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(st.text('ab;="\\ or', max_size=12))
def test_any_text_is_a_group_or_refused(text: str) -> None:
    """What is understood is understood the same again, as it would be written."""
    with contextlib.suppress(CellError):
        group = group_in(text)
        assert group_in(group_text(group)) == group


@settings(derandomize=True, deadline=None, database=None, max_examples=20)
@given(st.lists(NAMES, min_size=3, max_size=3, unique_by=lambda name: " ".join(name.split())))
def test_any_names_come_back_from_files(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    one, other, attribute = names
    document = {
        "format": "rd-contract/1",
        "firms": [
            {"name": one, "attributes": {attribute: other}, "efforts": {"full_cost": 1.0}},
            {"name": other, "sme": True, "efforts": {"full_cost": 1.0}},
        ],
        "division_unions": attribute,
        "rules": [
            {"name": one, "group": {attribute: [other], "firms": [one], "sme": False}, "max": 1},
            {"name": other, "together": [one, other]},
            {"name": attribute, "if_member": one, "then_members": [other], "how_many": 1},
        ],
    }
    try:
        instance = Instance.from_dict(document)
    except InstanceError:  # no name, or one that means something else
        return
    folder = tmp_path_factory.mktemp("any")
    for form in FORMS:
        assert again(instance, folder, form).canonical_json() == instance.canonical_json()
