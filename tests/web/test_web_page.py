"""What the page answers: files with their problems, values, computations with progress and an end, variants."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.families import network
from builders import HOPELESS, THREE, TWO_PARTNERS
from rd_contract import Edit, Instance, InstanceError, Result, bundled_path, variant, verify
from rd_contract.report.page import Table
from rd_contract_web import downloads, jobs
from rd_contract_web.benches import MOST_VARIANTS, Bench, Edited, Variant, edited
from rd_contract_web.fields import COLUMNS, field_labels, firm_rows, project_fields
from rd_contract_web.variants import variants_page
from served import Served, Visitor, serving
from spreadsheets import FIRMS, workbook


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as made:
        yield made


@pytest.fixture
def visitor(served: Served) -> Visitor:
    """Return somebody who has opened the two partners."""
    made = served.visitor()
    assert "problems" not in upload(made, TWO_PARTNERS)
    return made


#: Contracts are found in a moment; the proof takes many times as long as any test.
ENDLESS = network(60, 3, degree=16.0)


def upload(visitor: Visitor, document: Any, name: str = "mine.json") -> Any:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return visitor.ask("POST", f"/tabs/{visitor.tab}/file?name={name}", content).data


def result_of(visitor: Visitor, variant: int) -> Result:
    return Result.from_dict(visitor.get(f"/variants/{variant}/files/result.json"))


def firm(number: int, **changes: Any) -> dict[str, Any]:
    firms: list[dict[str, Any]] = json.loads(json.dumps(TWO_PARTNERS))["firms"]
    return {**firms[number], **changes}


# --- opening -------------------------------------------------------------------------------------------------


def test_every_problem_of_a_file_is_shown_where_it_is(served: Served) -> None:
    visitor = served.visitor()
    broken = {**TWO_PARTNERS, "firms": [firm(0, joining_cost="1,5"), firm(1, outsideoption=3)]}
    answer = upload(visitor, broken)
    assert answer["message"].startswith("2 problems")
    first, second = answer["problems"]
    assert first["path"] == "firms[0].joining_cost"
    assert "1,5" in first["found"]
    assert "number" in first["expected"]
    assert "1.5" in first["hint"]
    assert second["path"].startswith("firms[1]")
    assert "outside_option" in second["hint"]
    assert "firms" not in visitor.get("")  # nothing was opened


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.json", b"\x00"),
        ("mine.xlsx", b"PK nonsense"),
        ("mine.csv", b"\xff\xfe"),
        ("mine.exe", b"MZ"),
        ("", b"{}"),
    ],
)
def test_what_is_no_instance_is_said_to_be_none(served: Served, name: str, content: bytes) -> None:
    answer = upload(served.visitor(), content, name)
    assert answer["problems"] or "must end in" in answer["message"]


def test_of_a_spreadsheet_the_cells_are_named(served: Served, tmp_path: Path) -> None:
    visitor = served.visitor()
    good, bad = FIRMS, (FIRMS[0], ("Pump Works", 9, "much"), FIRMS[2])
    answer = upload(visitor, workbook(tmp_path / "bad.xlsx", {"Firms": bad}).read_bytes(), "Offers.XLSX")
    assert [one["path"].partition(" ")[0] for one in answer["problems"]] == ["Firms!C2"]
    answer = upload(visitor, workbook(tmp_path / "good.xlsx", {"Firms": good}).read_bytes(), "Offers.xlsx")
    assert [row["label"] for row in answer["firms"]] == ["Pump Works", "Sensor Lab"]
    assert any(note["text"].startswith("Assumed: five levels of effort") for note in answer["notes"])
    assert visitor.solved()


def test_a_list_of_candidates_says_what_was_understood(served: Served) -> None:
    visitor = served.visitor()
    answer = upload(visitor, b"name,contribution,cost\nPump Works,9,4\nSensor Lab,6,2\n", "candidates.csv")
    assert [row["label"] for row in answer["firms"]] == ["Pump Works", "Sensor Lab"]
    assert {"kind": "understood", "text": "Read: firm: Pump Works, Sensor Lab, from candidates column A"} in answer[
        "notes"
    ]
    assert any(note["kind"] == "warning" for note in answer["notes"])
    assert visitor.get("")["notes"] == answer["notes"]


def test_cells_of_a_list_are_called_by_the_name_of_its_file(served: Served) -> None:
    answer = upload(served.visitor(), b"name,contribution,cost\nPump Works,much,4\n", "Offers.csv")
    assert "Offers!B2" in [one["path"].partition(" ")[0] for one in answer["problems"]]


def test_names_are_names_and_nothing_else(served: Served) -> None:
    """Neither a path, nor markup, nor what turns the direction of text."""
    visitor = served.visitor()
    hostile = "<img src=x onerror=alert(1)>"
    answer = upload(visitor, {**TWO_PARTNERS, "name": hostile + "\u202e"}, "..%2F..%2Fetc%2Fpasswd.json")
    assert answer["name"] == "../../etc/passwd.json"  # said, not followed
    assert "\u202e" not in json.dumps(answer["summary"], ensure_ascii=False)
    assert hostile in json.dumps(answer["summary"])


def test_an_example_says_what_was_understood(served: Served) -> None:
    visitor = served.visitor()
    assert "horizon2020_12" in visitor.get("")["examples"]
    answer = visitor.post("/example", {"name": "horizon2020_12"})
    assert "Bosch (DE)" in json.dumps(answer["summary"])
    assert len(answer["firms"]) == 12
    assert visitor.get("")["firms"] == answer["firms"]  # a page that is loaded again finds it
    assert "no bundled instance" in visitor.post("/example", {"name": "../horizon2020_12"})["message"]


# --- values --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["two_firms", "horizon2020_12", "battery_alliance"])
def test_every_value_that_is_offered_can_be_changed(name: str) -> None:
    """What stands there is understood, and changes nothing."""
    instance = Instance.from_file(bundled_path(name))
    values = {one.path: one.value for one in project_fields(instance, instance)}
    values |= {path: value for row in firm_rows(instance) for path, value in row.cells}
    same = edited(instance, {path: "" if value is None else str(value) for path, value in values.items()})
    assert same.instance.sha256 == instance.sha256
    assert not same.texts
    assert set(field_labels(instance)) == set(values)
    assert all(len(row.cells) == len(COLUMNS) for row in firm_rows(instance))
    for field in project_fields(instance, instance):
        assert field.value is None or 0.0 <= float(field.value) <= field.most


def test_values_are_judged_at_their_places(visitor: Visitor) -> None:
    first, second = (one["name"] for one in TWO_PARTNERS["firms"])
    wrong = {"project.budget": "1,5", f"firms.{first}.outside_option": "x", f"firms.{second}.membership": "maybe"}
    answer = visitor.post("/values", {"values": wrong})
    assert {one["path"] for one in answer["problems"]} == set(wrong)
    assert "1.5" in next(one["hint"] for one in answer["problems"] if one["path"] == "project.budget")
    assert visitor.get("")["edits"] == {}
    answer = visitor.post("/values", {"values": {"project.budget": " 100 ", "project.team_size.min": "1"}})
    assert answer["changed"] == ["project.budget"]
    assert visitor.get("")["edits"] == {"project.budget": "100"}
    assert visitor.post("/values", {"values": {"project.budget": ""}})["changed"] == []


@given(texts=st.dictionaries(st.sampled_from(sorted(field_labels(Instance.from_dict(THREE)))), st.text(max_size=12)))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_is_understood_or_refused(texts: dict[str, str]) -> None:
    """What is understood is what `--set` makes of it."""
    instance = Instance.from_dict(THREE)
    try:
        found = edited(instance, texts)
    except InstanceError:  # whatever else it raises is a fault
        return
    again = variant(instance, [Edit.from_text(setting) for setting in found.settings])
    assert again.sha256 == found.instance.sha256
    assert set(found.texts) <= set(texts)
    assert len(found.words) == len(found.texts)


# --- computing -----------------------------------------------------------------------------------------------


def test_a_solve_tells_how_it_goes_and_becomes_a_variant(visitor: Visitor) -> None:
    job = visitor.begin(name="As it is")
    events = list(visitor.events(job["number"]))
    assert [int(number) for number, _, _ in events] == sorted({int(number) for number, _, _ in events})
    assert events[-1][1] == "end"
    number = events[-1][2]["outcome"]["variant"]
    told = visitor.get(f"/variants/{number}")
    assert told["name"] == "As it is"
    assert {one["kind"] for one in told["page"]} >= {"paragraph", "heading", "table", "figure"}
    # Who was cut off, at whatever event, hears of the end.
    for seen in (None, "0", events[-2][0] if len(events) > 1 else "1", events[-1][0], "99999999999999", "x"):
        assert len(list(visitor.events(job["number"], seen))) == (0 if seen == events[-1][0] else 1)


def test_variants_stand_side_by_side(visitor: Visitor) -> None:
    first = visitor.solved()
    name = TWO_PARTNERS["firms"][0]["name"]
    visitor.post("/values", {"values": {f"firms.{name}.outside_option": "2"}})
    second = visitor.solved(name="Dearer")
    answer = visitor.get("/comparison")
    assert [one["number"] for one in answer["variants"]] == [first, second]
    text = json.dumps(answer["page"], ensure_ascii=False)
    assert f"Earns outside of {name}: " in text
    assert "0.5 → 2" in text
    assert "Terms side by side" in text
    result = result_of(visitor, second)
    assert result.instance.settings == (f"firms.{name}.outside_option=2",)
    instance = Instance.from_json(visitor.ask("GET", f"/tabs/{visitor.tab}/variants/{second}/files/instance.json").body)
    assert verify(instance, result).holds
    assert visitor.ask("DELETE", f"/tabs/{visitor.tab}/variants/{first}").status == 200
    assert visitor.ask("GET", f"/tabs/{visitor.tab}/variants/{first}").status == 404
    assert [one["name"] for one in visitor.get("/comparison")["variants"]] == ["Dearer"]


@pytest.fixture(scope="module")
def solved_once(served: Served) -> tuple[Visitor, int]:
    """Return somebody with a variant of which a firm was explained."""
    made = served.visitor()
    upload(made, TWO_PARTNERS)
    number = made.solved(name="Über <b>all</b>")
    made.explained(number, TWO_PARTNERS["firms"][1]["name"])
    return made, number


@pytest.mark.parametrize("form", downloads.FORMS)
@pytest.mark.parametrize("language", downloads.LANGUAGES)
def test_everything_can_be_taken_away(solved_once: tuple[Visitor, int], form: str, language: str) -> None:
    visitor, number = solved_once
    answer = visitor.ask("GET", f"/tabs/{visitor.tab}/variants/{number}/files/{form}?language={language}")
    assert answer.status == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="ber-b-all-b-{form}"'
    assert answer.headers["content-type"].startswith(downloads.media_type(form))
    if form.endswith(("xlsx", "docx")):
        assert zipfile.ZipFile(io.BytesIO(answer.body)).testzip() is None
    if form == "report.html":
        assert f'lang="{language}' in answer.body.decode()


def test_other_files_and_languages_do_not_exist(solved_once: tuple[Visitor, int]) -> None:
    visitor, number = solved_once
    for path in ("report.pdf", "..%2Fapp.py", "report.html?language=fr"):
        assert visitor.ask("GET", f"/tabs/{visitor.tab}/variants/{number}/files/{path}").status == 404


def test_a_firm_is_explained(solved_once: tuple[Visitor, int]) -> None:
    visitor, number = solved_once
    name = TWO_PARTNERS["firms"][1]["name"]
    assert visitor.explained(number, name) == {"variant": number, "firm": name}
    [explanation] = visitor.get(f"/variants/{number}")["explanations"]
    assert name in json.dumps(explanation["page"])
    assert visitor.ask("POST", f"/tabs/{visitor.tab}/explain", {"variant": number, "firm": "nobody"}).status == 404
    assert visitor.ask("POST", f"/tabs/{visitor.tab}/explain", {"variant": [], "firm": name}).status == 404


def test_where_no_contract_exists_the_rules_are_named(served: Served) -> None:
    visitor = served.visitor()
    upload(visitor, HOPELESS)
    told = visitor.get(f"/variants/{visitor.solved()}")
    assert any(one["kind"] == "table" for one in told["page"])
    assert not any(one["member"] for one in told["firms"])
    assert "no contract exists" in json.dumps(visitor.get("/comparison"))


def test_a_solve_is_stopped_with_the_best_so_far_and_tabs_do_not_disturb_each_other(served: Served) -> None:
    busy, other = served.visitor(), served.visitor()
    upload(busy, ENDLESS)
    upload(other, TWO_PARTNERS)
    job = busy.begin()
    assert busy.ask("POST", f"/tabs/{busy.tab}/solve", {"name": "", "time_limit": ""}).status == 409
    events = busy.events(job["number"])
    for _, _, content in events:
        if any(part.startswith("best") for part in content["parts"]):
            break
    other.solved()  # beside it
    assert len(other.get("/comparison")["variants"]) == 1
    stopping = busy.post(f"/jobs/{job['number']}/stop")
    assert stopping["stopping"]
    *_, (_, name, content) = events
    assert name == "end"
    result = result_of(busy, content["outcome"]["variant"])
    assert result.has_contract
    assert result.stop_reason == "interrupted"
    assert result.certificate is not None
    assert result.certificate.holds


def test_a_solve_that_is_stopped_twice_is_killed(served: Served) -> None:
    visitor = served.visitor()
    visitor.post("/example", {"name": "horizon2020_200"})
    job = visitor.begin()
    for _ in range(2):
        visitor.post(f"/jobs/{job['number']}/stop")
    *_, (_, name, content) = visitor.events(job["number"])
    assert name == "end"
    assert "nothing was kept" in content["outcome"]["failure"]
    assert visitor.get("/comparison")["variants"] == []


def test_a_time_limit_is_heeded_and_a_wrong_one_refused(visitor: Visitor) -> None:
    for wrong in ("0", "-1", "nan", "inf", "soon"):
        assert "seconds" in visitor.begin(time_limit=wrong)["message"]
    upload(visitor, ENDLESS)
    number = visitor.solved(time_limit="1")
    result = result_of(visitor, number)
    assert result.stop_reason == "time_limit"


def test_nothing_is_solved_before_something_is_open(served: Served) -> None:
    visitor = served.visitor()
    assert visitor.ask("POST", f"/tabs/{visitor.tab}/solve", {"name": "", "time_limit": ""}).status == 409
    assert visitor.ask("POST", f"/tabs/{visitor.tab}/values", {"values": {}}).status == 409
    assert visitor.get("/comparison") == {"variants": [], "page": []}
    assert visitor.ask("GET", f"/tabs/{visitor.tab}/jobs/1/events").status == 404


def test_a_process_that_dies_is_said_to_have_died_and_the_next_solve_goes_on(served: Served) -> None:
    visitor = served.visitor()
    visitor.post("/example", {"name": "horizon2020_200"})
    job = visitor.begin()
    [bench] = [bench for bench in served.server.desk.benches.all if bench.busy]
    assert bench.job is not None
    assert bench.job.pid is not None
    os.kill(bench.job.pid, signal.SIGTERM)
    *_, (_, _, content) = visitor.events(job["number"])
    assert content["outcome"]["failure"].startswith("Failed: the process that worked on it died")
    upload(visitor, TWO_PARTNERS)
    assert visitor.solved()


def test_where_no_process_can_be_started_that_is_said(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "Errand", refuse)
        job = visitor.begin()
        assert "could not be begun" in job["outcome"]["failure"]
        assert [name for _, name, _ in visitor.events(job["number"])] == ["end"]
    assert visitor.solved()


def test_variants_may_be_called_alike(solved: Result) -> None:
    given = Edited(Instance.from_dict(TWO_PARTNERS))
    page = variants_page([Variant(number, "same", given, solved) for number in range(3)])
    tables = [block for block in page.blocks if isinstance(block, Table)]
    assert len(tables) == 2
    assert len(tables[0].rows) == 3


def test_variants_are_bounded(solved: Result) -> None:
    bench = Bench()
    for number in range(MOST_VARIANTS + 3):
        bench.keep(Variant(number, str(number), Edited(Instance.from_dict(TWO_PARTNERS)), solved))
    assert list(bench.variants) == list(range(3, MOST_VARIANTS + 3))
