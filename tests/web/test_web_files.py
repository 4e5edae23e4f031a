"""Files that come and go by the page: their encodings, names and what reports say of what the page knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import HOPELESS, THREE, TWO_PARTNERS
from rd_contract import Explanation, Instance, load_bundled
from rd_contract.formats.forms import ENCODINGS
from rd_contract_web.benches import read_upload
from served import Served, Visitor, serving

CANDIDATES = "name;contribution;cost\nMüller;9;4\nKöln;6;2\n"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as made:
        yield made


def sent(visitor: Visitor, content: bytes, query: str) -> Any:
    return visitor.ask("POST", f"/tabs/{visitor.tab}/file?{query}", content)


def upload(visitor: Visitor, document: Any, name: str = "mine.json") -> Any:
    return sent(visitor, json.dumps(document).encode(), f"name={name}").data


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_list_in_another_encoding_can_be_read_once_it_is_named(served: Served, encoding: str) -> None:
    names = ("Завод", "Вектор") if encoding == "cp1251" else ("Müller", "Köln")
    content = CANDIDATES.replace("Müller", names[0]).replace("Köln", names[1]).encode(encoding)
    visitor = served.visitor()
    if not encoding.startswith("utf"):
        offered = sent(visitor, content, "name=list.csv").data["encodings"]
        assert offered == {name: where for name, where in ENCODINGS.items() if name != "utf-8"}
    answer = sent(visitor, content, f"name=list.csv&encoding={encoding}").data
    assert [row["label"] for row in answer["firms"]] == list(names)


def test_encodings_are_offered_for_nothing_else(served: Served) -> None:
    visitor = served.visitor()
    assert sent(visitor, b"name;cost\nA;much\n", "name=list.csv").data["encodings"] == {}
    assert sent(visitor, b"\xff", "name=mine.json").data["encodings"] == {}
    assert sent(visitor, b"", "name=list.csv&encoding=rot13").status == 400
    assert "CSV" in sent(visitor, b"{}", "name=mine.json&encoding=cp1252").data["message"]


@pytest.mark.parametrize("name", ["../../x.csv", "C:\\x\\list.csv", "\u202egpj.csv", "a/" * 300 + "x.csv", "ÄÖ 1.csv"])
def test_names_of_files_lead_nowhere(name: str) -> None:
    """Whatever a file is called, it is read, and its notes name something like it."""
    opened = read_upload(name, CANDIDATES.encode())
    assert opened.name == name
    [place] = [note.text.partition("from ")[2] for note in opened.notes if "column A" in note.text]
    assert not set(place) & set("/\\\u202e")


@pytest.mark.parametrize("name", ["old.xls", "sheet.ods"])
def test_of_other_spreadsheets_it_is_said_how_to_save_them(served: Served, name: str) -> None:
    [problem] = sent(served.visitor(), b"PK", f"name={name}").data["problems"]
    assert "Excel Workbook (.xlsx)" in problem["hint"]


def test_what_was_solved_stays_when_another_file_is_opened(served: Served) -> None:
    visitor = served.visitor()
    upload(visitor, TWO_PARTNERS, "first.json")
    first = visitor.solved(name="one")
    upload(visitor, {**TWO_PARTNERS, "currency": "USD"}, "second.json")
    second = visitor.solved(name="two")
    answer = visitor.get("/comparison")
    assert [one["number"] for one in answer["variants"]] == [first, second]
    shown = json.dumps(answer["page"])
    assert "first.json" in shown
    assert "cannot be set against each other" in shown
    assert visitor.get(f"/variants/{first}")["source"] == "first.json"
    upload(visitor, TWO_PARTNERS, "second.json")  # mended, under the name that it had
    third = visitor.solved(name="three")
    assert visitor.get(f"/variants/{third}")["source"] == "second.json, version 2"
    upload(visitor, {**TWO_PARTNERS, "currency": "USD"}, "second.json")
    assert visitor.get(f"/variants/{visitor.solved()}")["source"] == "second.json"


def test_reports_say_what_the_page_has_explained(served: Served) -> None:
    visitor = served.visitor()
    visitor.post("/example", {"name": "horizon2020_12"})
    number = visitor.solved()
    files = f"/tabs/{visitor.tab}/variants/{number}/files"
    assert "explanation.json" not in visitor.get(f"/variants/{number}")["downloads"]
    assert visitor.ask("GET", f"{files}/explanation.json").status == 404
    assert "Saft (FR)" not in debrief(visitor, files)
    for firm in ("Saft (FR)", "Chalmers (SE)"):
        visitor.explained(number, firm)
    assert "Saft (FR)" in debrief(visitor, files)
    assert "Chalmers (SE)" in debrief(visitor, files)
    explanation = Explanation.from_dict(visitor.ask("GET", f"{files}/explanation.json").data)
    assert explanation.asked == ("Saft (FR)", "Chalmers (SE)")


def debrief(visitor: Visitor, files: str) -> str:
    """Return what a report says of those that are not in."""
    report = visitor.ask("GET", f"{files}/report.md").body.decode()
    return report.partition("Why the others are not in")[2].partition("\n## ")[0]


def test_the_whole_contract_is_explained_or_why_there_is_none(served: Served) -> None:
    visitor = served.visitor()
    upload(visitor, THREE)
    visitor.explained(number := visitor.solved())
    [explanation] = visitor.get(f"/variants/{number}")["explanations"]
    assert explanation["label"] == "the whole contract"
    upload(visitor, HOPELESS)
    visitor.explained(number := visitor.solved())
    told = visitor.get(f"/variants/{number}")
    assert told["status"] == "no_contract"
    assert told["downloads"]["report.docx"] == "Report (Word)"
    [explanation] = told["explanations"]
    assert "1000" in json.dumps(explanation["page"]).replace(",", "")


def test_data_as_changed_go_on_as_a_workbook(served: Served, tmp_path: Path) -> None:
    visitor = served.visitor()
    visitor.post("/example", {"name": "two_firms"})
    visitor.post("/values", {"values": {"firms.Supplier.outside_option": "1.25"}})
    number = visitor.solved()
    file = tmp_path / "changed.xlsx"
    file.write_bytes(visitor.ask("GET", f"/tabs/{visitor.tab}/variants/{number}/files/instance.xlsx").body)
    [firm] = [firm for firm in Instance.from_file(file).firms if firm.name == "Supplier"]
    assert firm.outside_option == 1.25
    assert load_bundled("two_firms").sha256 != Instance.from_file(file).sha256
