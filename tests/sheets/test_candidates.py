"""One plain CSV of candidates: what it is understood as, what is assumed, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rd_contract import Instance, OptionError, solve
from rd_contract.instance import values_at
from spreadsheets import plain, problems_of, read

#: What a procurement team has before it knows this program.
SUPPLIERS = Path(__file__).with_name("suppliers.csv")


def test_a_procurement_sheet_leads_to_an_answer() -> None:
    instance, notes = read(SUPPLIERS)
    assert [firm.name for firm in instance.firms][::5] == ["Müller Präzision GmbH", "Řezáč s.r.o."]
    first = instance.firms[0]
    assert (first.contribution, first.outside_option, first.max_deposit) == (3_200_000.0, 250_000.0, 200_000.0)
    assert (first.role, first.membership, first.menu[-1].cost) == ("Mittelstand", "required", 1_100_000.0)
    assert instance.currency == "EUR"
    assert notes == [
        "understood: firm: Müller Präzision GmbH, Nordic Sensors AB, Istanbul Kompozit A.Ş. and 3 more, "
        'from suppliers column A, headed "Supplier"',
        'understood: role: Mittelstand, SME, University and 1 more, from suppliers column C, headed "Type"',
        'understood: contribution: 900,000 to 3,800,000 EUR, from suppliers column E, headed "Expected revenue (EUR)"',
        "understood: cost of full effort: 300,000 to 1,900,000 EUR, from suppliers column F, "
        'headed "R&D cost full (EUR)"',
        'understood: earns elsewhere: 0 to 400,000 EUR, from suppliers column H, headed "Wants at least"',
        'understood: most deposit: 0 to 500,000 EUR, from suppliers column I, headed "Deposit possible"',
        'understood: membership: required, optional, from suppliers column K, headed "Must have?"',
        "assumed: five levels of effort: 0%, 25%, 50%, 75%, 100%",
        "assumed: cost rises with the square of effort: half of the effort costs a quarter",
        "ignored: the columns Country, What they bring, Own contribution to cost, Rating",
        "assumed: every amount is in EUR, as headings say",
        "warning: no pair of firms brings synergy: working together gains nothing then. Say what pairs bring, or who "
        "masters which technology",
    ]
    result = solve(instance)
    assert result.status == "optimal"
    assert "Müller Präzision GmbH" in [member.firm for member in result.members]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_and_marks(delimiter: str, mark: str, tmp_path: Path) -> None:
    rows = (("Firma", "Beitrag", "Kosten"), ("A; B", "9,5", "4"), ('C, "D"', "1.200,5", "1"))
    quoted = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    instance = Instance.from_file(plain(tmp_path, mark + "\r\n".join(quoted)))
    assert [(firm.name, firm.contribution) for firm in instance.firms] == [("A; B", 9.5), ('C, "D"', 1200.5)]


def test_lines_above_the_table_speak_of_the_project(tmp_path: Path) -> None:
    text = """# Our candidates, as of May
# currency: EUR million
# most members: 4
# lead: Pump Works, Ltd
# value: 20
# synergy strength: 1
name,cost,knows: cells,knows: anode
"Pump Works, Ltd",4,80%,
Sensor Lab,2,,0.5
"""
    instance = Instance.from_file(plain(tmp_path, text))
    project = instance.project
    assert (instance.currency, project.team_size.max, project.lead) == ("EUR million", 4, "Pump Works, Ltd")
    assert (project.value, project.synergy_strength) == (20.0, 1.0)
    assert [technology.name for technology in project.technologies] == ["cells", "anode"]
    assert values_at(instance, "firms.*.capabilities.cells") == [0.8, 0.0]
    assert values_at(instance, "firms.*.contribution") == [None, None]


def test_synergies_stand_in_a_triangle(tmp_path: Path) -> None:
    text = """firm;contribution;cost;with A (EUR);with B;mit C;lead
A;5;1;-;;;
B;5;1;2,5;x;;x
C;5;1;-1;2,5;;
"""
    instance = Instance.from_file(plain(tmp_path, text))
    pairs = {frozenset(relation.between): relation.synergy for relation in instance.relations}
    assert pairs == {frozenset("AB"): 2.5, frozenset("AC"): -1.0, frozenset("BC"): 2.5}
    assert instance.project.lead == "B"


def test_a_pair_given_twice_must_agree(tmp_path: Path) -> None:
    text = "firm,contribution,cost,with A,with B\nA,5,1,,2\nB,5,1,{},\n"
    assert problems_of(plain(tmp_path, text.format("2"))) == []
    assert problems_of(plain(tmp_path, text.format("3"))) == [
        "list!E2: found '2'; expected '3', as in list!D3 (give each pair once)"
    ]


def test_a_title_above_the_headings_and_what_brackets_say(tmp_path: Path) -> None:
    text = "Our suppliers;;\n;;\nFirm;Contribution (at full effort);Cost (Mio. €)\nA;1;2\n"
    instance, notes = read(plain(tmp_path, text))
    assert (instance.currency, instance.firms[0].contribution) == ("Mio. €", 1.0)
    assert "ignored: 1 row above the headings of list" in notes


def test_german_headings_of_lists(tmp_path: Path) -> None:
    text = "Nr;Firma;Umsatz erwartet (TEUR);Kosten;Alternativertrag\n1;A;3,5;1;2\n"
    instance, _ = read(plain(tmp_path, text))
    assert (instance.firms[0].contribution, instance.firms[0].outside_option, instance.currency) == (3.5, 2.0, "TEUR")


def test_costs_of_levels(tmp_path: Path) -> None:
    text = "company,brings,cost at 50%,cost at 100%\nA,9,1,4\nB,6,,2\n"
    instance, notes = read(plain(tmp_path, text))
    assert [[(level.level, level.cost) for level in firm.menu] for firm in instance.firms] == [
        [(0.0, 0.0), (0.5, 1.0), (1.0, 4.0)],
        [(0.0, 0.0), (1.0, 2.0)],
    ]
    assert "assumed: every firm can idle, at no cost: no column says what an effort of 0% costs" in notes


REFUSED = {
    "nothing": ("", ["list: found no rows; expected a heading, and a row for each candidate"]),
    "headings alone": ("name,contribution,cost\n", ["list (firms): found 0 entries; expected at least 1 entry"]),
    "no names": (
        "who,contribution,cost\nA,1,1\n",
        ["list!A1: found no column Firm; expected a heading for everything that every row must say"],
    ),
    "no contributions": (
        "name,cost,worth\nA,1,1\n",
        [
            "list!A1: found no column that says what firms bring; expected a column headed contribution: what "
            "each firm's full effort brings (or columns such as 'knows: TECHNOLOGY', and a line '# value: ...'. "
            "Not understood: worth)"
        ],
    ),
    "no cost of one": (
        "name,contribution,cost\nA,1,1\nB,1,\n",
        [
            "list!C3: found nothing; expected the cost of full effort "
            "(it needs a value; or costs of levels in columns such as 'cost at 50%')"
        ],
    ),
    "no costs": (
        "name,contribution\nA,1\n",
        [
            "list!A1: found no column with costs; expected a column headed cost: what full effort costs each "
            "firm (or columns such as 'cost at 50%' and 'cost at 100%'. Not understood: none)"
        ],
    ),
    "a partner that is none": (
        "name,contribution,cost,with Bakr\nBaker,1,1,2\nCook,1,1,\n",
        ["list!D1: found 'Bakr'; expected a firm of the sheet list (did you mean 'Baker'?)"],
    ),
    "two leads": (
        "name,contribution,cost,lead\nA,1,1,x\nB,1,1,x\n",
        ["list!D3: found a second lead; expected one; the first is list!D2"],
    ),
    "a lead above, and another one in its row": (
        "# lead: A\nname,contribution,cost,lead\nA,1,1,x\nB,1,1,x\n",
        ["list!D4: found a second lead; expected one; the first is list!A1"],
    ),
    "mastery under a heading in percent": (
        "# value: 5\nname,cost,knows: x (%)\nA,1,50%\nB,1,0.5\n",
        [
            "list!C4: found 0.5; expected a number with one reading (write 0.5% or 50%: the heading says %, so "
            "it may be either)"
        ],
    ),
    "a line that is misspelled": (
        "# currencey: EUR\nname,contribution,cost\nA,1,1\n",
        ["list!A1: found '# currencey'; expected the name of a value of the project (did you mean '# currency'?)"],
    ),
    "two units": (
        "name,contribution (k EUR),cost (EUR)\nA,1,1\n",
        [
            "list!B1: found amounts in EUR and k EUR; expected one unit for all amounts "
            "(bring all amounts into one unit)"
        ],
    ),
    "a heading that is misspelled": (
        "name,contribution,cost,earns elswhere,country\nA,1,1,1,DE\n",
        [
            "list!D1: found 'earns elswhere'; expected a heading that is known, or quite another one "
            "(did you mean 'earns elsewhere'? Begin it with # if the column is only for people)"
        ],
    ),
    "columns that are understood are not listed": (
        "name,contribution,worth,with A,knows: x,lead\nA,1,1,,,\n",
        [
            "list!A1: found no column with costs; expected a column headed cost: what full effort costs each "
            "firm (or columns such as 'cost at 50%' and 'cost at 100%'. Not understood: worth)"
        ],
    ),
    "a formula": (
        "name,contribution,cost\nA,=1+1,1\n",
        ['list!B2: found "=1+1"; expected a number (write the value, not the formula)'],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str, tmp_path: Path) -> None:
    text, problems = REFUSED[name]
    assert problems_of(plain(tmp_path, text)) == problems


def test_other_encodings_are_named_and_never_guessed(tmp_path: Path) -> None:
    path = plain(tmp_path, "name,contribution,cost\nMüller,1,1\n", "cp1252")
    assert problems_of(path) == [
        'document: found byte 24 (fc) is not UTF-8; expected UTF-8 text (save it as "CSV UTF-8", or name its encoding: '
        "guessing would spoil names without a word)"
    ]
    assert Instance.from_file(path, encoding="cp1252").firms[0].name == "Müller"
    assert problems_of(path, encoding="nonsense") == [
        "document: found an unknown encoding 'nonsense'; expected the name of one, such as utf-8 (everywhere, if asked "
        "to), cp1252 (Western Europe, the Americas), cp1250 (Central Europe), cp1251 (Cyrillic), cp1254 (Turkish), "
        "gb18030 (Chinese), utf-16 (Unicode text)"
    ]
    utf16 = plain(tmp_path, "name,contribution,cost\nA,1,1\n", "utf-16-le")
    assert problems_of(utf16) == [
        'document: found binary data, or UTF-16 text; expected comma-separated values in UTF-8 (save it as "CSV UTF-8")'
    ]


def test_an_encoding_is_for_csv(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(OptionError, match="for CSV files only"):
        Instance.from_file(tmp_path / "a.json", encoding="cp1252")


def test_more_rows_than_are_read(tmp_path: Path) -> None:
    rows = "".join(f"F{at},1,1\n" for at in range(20_000))
    [line] = problems_of(plain(tmp_path, "name,contribution,cost\n" + rows))
    assert line.startswith("list: found more than 20,000 rows; expected at most 20,000")
    [line] = problems_of(plain(tmp_path, "name,contribution,cost" + ",x" * 1000 + "\n"))
    assert line.startswith("list: found more than 1,000 columns; expected at most 1,000")


def test_a_folder_of_csv_in_any_delimiter(tmp_path: Path) -> None:
    (tmp_path / "Firmen.csv").write_text("Firma;Beitrag;Kosten bei vollem Einsatz\nA;1,5;1\nB;2;1\n", encoding="utf-8")
    (tmp_path / "Beziehungen.csv").write_text('Firma A,Firma B,Synergie\nA,B,"0,5"\n', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not read", encoding="utf-8")
    instance = Instance.from_file(tmp_path)
    assert (instance.firms[0].contribution, instance.relations[0].synergy) == (1.5, 0.5)
    (tmp_path / "Firmen.csv").write_bytes("Firma,Beitrag\nMüller,1\n".encode("latin-1"))
    (tmp_path / "Beziehungen.csv").write_text('Firma A,Firma B\n"A,B\n', encoding="utf-8")
    lines = problems_of(tmp_path)
    assert [line.partition(";")[0] for line in lines] == [
        "Beziehungen: found text that is no CSV in the row that begins in line 2 (unexpected end of data)",
        "Firmen.csv: found byte 15 (fc) is not UTF-8",
    ]
    assert all("(close every quotation mark" in line or "or name its encoding" in line for line in lines)
