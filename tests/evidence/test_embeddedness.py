"""Embeddedness by joint projects: frequency and length of ties, place in the network."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import networkx as nx
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract import Note, OptionError, TableError
from rd_contract.evidence import Counts, JointProjects, gather_evidence
from rd_contract.evidence.embeddedness import Tie, centralities, meetings, ties
from rd_contract.evidence.projects import Period

DAY = datetime.date


def read(folder: Path, text: str, notes: list[Note] | None = None) -> JointProjects:
    path = folder / "projects.csv"
    path.write_text(text, encoding="utf-8")
    return JointProjects.from_file(path, on_note=None if notes is None else notes.append)


HEAD = "Project,Firm,Start,End\n"


def test_ties_by_hand(tmp_path: Path) -> None:
    found = ties(
        read(
            tmp_path,
            HEAD
            + "P,A,2019-01-01,2021-12-31\nP,B,2019-01-01,2021-12-31\n"
            + "Q,A,2021-01-01,2022-12-31\nQ,B,2021-01-01,2022-12-31\n"  # half of it beside P
            + "R,A,2010,2010\nR,B,2010,2010\n"  # long before
            + "S,A,2015-01-01,2015-06-30\nS,C,2015-07-01,2015-12-31\n",  # A left before C came
        )
    )
    assert list(found) == [("A", "B")]
    tie = found["A", "B"]
    assert tie.projects == 3
    assert tie.years == pytest.approx(5.0, abs=0.01)  # 2019 to 2022, and 2010
    assert tie.frequency == 0.75
    assert tie.length == pytest.approx(5 / 8, abs=0.001)
    assert tie.relational == pytest.approx((0.75 + 5 / 8) / 2, abs=0.001)


def test_one_project_of_usual_length_counts_half() -> None:
    assert Tie(1, 3.0).relational == 0.5
    assert Tie().relational == 0.0


def test_meetings_are_the_numbers_of_the_ties(tmp_path: Path) -> None:
    joint = read(tmp_path, HEAD + "P,A,2019,2020\nP,B,2020,2021\nP,C,2021,2022\nQ,A,,\nQ,B,,\n")
    assert (
        meetings(joint) == {pair: tie.projects for pair, tie in ties(joint).items()} == {("A", "B"): 2, ("B", "C"): 1}
    )


def test_without_dates_only_the_number_counts(tmp_path: Path) -> None:
    notes: list[Note] = []
    found = ties(read(tmp_path, HEAD + "P,A,,\nP,B,,\n", notes))
    assert found["A", "B"] == Tie(1, 0.0)
    assert "2 rows without dates" in notes[0].text


def test_dates_however_they_are_written(tmp_path: Path) -> None:
    text = "end date;project id;partner;from\n31.12.2020;P;A;01.01.2020\n2020-12-31 00:00:00;P;B;2020\n"
    found = read(tmp_path, text).members["P"]
    assert set(found.values()) == {Period(DAY(2020, 1, 1), DAY(2020, 12, 31))}


def test_dates_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["Project", "Firm", "Start", "End"],
        ["P", "A", DAY(2020, 1, 1), datetime.datetime(2020, 12, 31)],
        ["P", "B", 2020, 2020],
    ):
        sheet.append(row)
    book.save(tmp_path / "projects.xlsx")
    found = JointProjects.from_file(tmp_path / "projects.xlsx").members["P"]
    assert set(found.values()) == {Period(DAY(2020, 1, 1), DAY(2020, 12, 31))}


def test_every_problem_at_its_cell(tmp_path: Path) -> None:
    text = HEAD + (
        "P,A,03/04/2020,2021\nP,B,2020,\nP,C,2021,2020\n,D,2020,2021\nP,E,2020,2021\nP,E,2020,2021\nP,F,2021-02-30,2022\n"
        "P,G,2020,12\nP,H,20200,2021\n"
    )
    with pytest.raises(TableError) as caught:
        read(tmp_path, text)
    found = {problem.path.partition("!")[2]: problem for problem in caught.value.problems}
    assert set(found) == {"C2", "D3", "D4", "A5", "B7", "C8", "D9", "C10"}
    assert "2021-01-01 on" in found["D4"].expected
    assert "projects!B6" in found["B7"].expected


@pytest.mark.parametrize(
    ("text", "said"),
    [("Project,Firm,Start\nP,A,2020\n", "no column End"), (HEAD.strip() + ",Firm\nP,A,2020,2021,B\n", "one column")],
)
def test_headings_that_are_missing_or_twice(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        read(tmp_path, text)


def test_other_columns_are_left_out_and_that_is_said(tmp_path: Path) -> None:
    notes: list[Note] = []
    read(tmp_path, "Project,Firm,Start,End,Budget\nP,A,2020,2021,5\n", notes)
    assert [(note.kind, note.text) for note in notes] == [("ignored", "the column Budget")]


# --- the network -----------------------------------------------------------------------------------------


def star(*leaves: str) -> dict[tuple[str, str], int]:
    return {tuple(sorted(("hub", leaf))): 1 for leaf in leaves}  # type: ignore[misc]


def test_a_hub_stands_best() -> None:
    found = centralities(["hub", "a", "b", "c", "d"], star("a", "b", "c", "d"))
    assert found["hub"] == 1.0
    assert [found[leaf] for leaf in "abcd"] == pytest.approx([0.5] * 4)  # 1/√4


def test_one_firm_and_firms_without_ties() -> None:
    assert centralities(["alone"], {}) == {"alone": 0.0}
    assert centralities([], {}) == {}
    found = centralities(["hub", "a", "nobody"], star("a"))
    assert found == {"hub": 0.5, "a": 0.5, "nobody": 0.0}  # they reach one of two others


def test_parts_that_do_not_touch_count_by_their_size() -> None:
    known = star("a", "b") | {("x", "y"): 9}
    found = centralities(["hub", "a", "b", "x", "y"], known)
    assert found["hub"] == pytest.approx(2 / 4)
    assert found["x"] == found["y"] == 1 / 4


def test_long_chains_are_solved() -> None:
    names = [f"{at:04d}" for at in range(300)]
    found = centralities(names, dict.fromkeys(itertools.pairwise(names), 1))
    expected = np.sin(np.pi * np.arange(1, 301) / 301)  # the known eigenvector of a path
    assert [found[name] for name in names] == pytest.approx(expected / expected.max(), abs=1e-6)


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[str], dict[tuple[str, str], Tie]]:
    names = [f"f{at}" for at in range(draw(st.integers(1, 9)))]
    pairs = list(itertools.combinations(names, 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return names, {pair: Tie(draw(st.integers(1, 5)), 1.0) for pair in sorted(chosen)}


@given(networks(), st.randoms(use_true_random=False))
def test_what_a_place_is(network: tuple[list[str], dict[tuple[str, str], Tie]], random: object) -> None:
    names, known = network
    met = {pair: tie.projects for pair, tie in known.items()}
    found = centralities(names, met)
    assert set(found) == set(names)
    assert all(0.0 <= place <= 1.0 for place in found.values())
    assert all((found[name] > 0.0) == any(name in pair for pair in known) for name in names)
    shuffled, pairs = list(names), list(known)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(pairs)  # type: ignore[attr-defined]
    other = centralities(shuffled, {pair: met[pair] for pair in pairs})
    assert other == pytest.approx(found, abs=1e-9)
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from((*pair, tie.projects) for pair, tie in known.items())
    if len(names) > 1 and nx.is_connected(graph):
        expected = nx.eigenvector_centrality(graph, weight="weight", max_iter=100_000, tol=1e-12)
        largest = max(expected.values())
        assert found == pytest.approx({name: value / largest for name, value in expected.items()}, abs=1e-6)


@given(networks())
def test_ties_never_lower_trust(network: tuple[list[str], dict[tuple[str, str], Tie]]) -> None:
    for tie in network[1].values():
        assert 0.0 <= tie.relational < 1.0
        assert Tie(tie.projects + 1, tie.years + 0.5).relational > tie.relational


# --- together ------------------------------------------------------------------------------------------------


def counts_of(names: list[str]) -> Counts:
    values = np.array([[1.0 + at, 1.0] for at in range(len(names))])
    return Counts(tuple(names), ("x", "y"), values)


def projects_of(known: dict[tuple[str, str], Tie]) -> JointProjects:
    period = Period(DAY(2020, 1, 1), DAY(2020, 12, 31))
    return JointProjects(
        {f"{a}{b}{at}": {a: period, b: period} for (a, b), tie in known.items() for at in range(tie.projects)}
    )


@given(networks(), st.integers(0, 4), st.randoms(use_true_random=False))
def test_everything_that_is_told_lies_in_range(
    network: tuple[list[str], dict[tuple[str, str], Tie]], partners: int, random: object
) -> None:
    names, known = network
    joint = projects_of(known)
    evidence = gather_evidence(counts_of(names), "share", joint, partners=partners)
    for pair in evidence.pairs:
        relation = pair.relation()
        assert 0.5 < relation["trust"] < 1.0
        assert 0.5 <= relation["coordination"] <= 1.0
    for at in range(len(names)):
        assert 0.5 <= evidence.firm(at)["cooperation"] <= 1.0
    assert {pair.between for pair in evidence.pairs} <= set(known)
    assert len(evidence.pairs) <= partners * len(names)
    if partners >= len(names):
        assert {pair.between for pair in evidence.pairs} == set(known)
    order = list(range(len(names)))
    random.shuffle(order)  # type: ignore[attr-defined]
    counts = counts_of(names)
    moved = Counts(tuple(names[at] for at in order), counts.classes, counts.values[order])
    assert (
        gather_evidence(moved, "share", joint, partners=partners).to_dict()["relations"]
        == evidence.to_dict()["relations"]
    )


def test_the_default_is_what_strangers_have() -> None:
    evidence = gather_evidence(counts_of(["a", "b"]), "share", JointProjects({}))
    assert evidence.default_relation()["trust"] == 0.5
    assert evidence.pairs == ()
    without = gather_evidence(counts_of(["a", "b"]))
    assert "trust" not in without.default_relation()
    assert "cooperation" not in without.firm(0)


def test_partners_are_not_negative() -> None:
    with pytest.raises(OptionError, match="at least 0"):
        gather_evidence(counts_of(["a"]), partners=-1)


def test_strangers_of_the_table_belong_to_the_network() -> None:
    period = Period(DAY(2020, 1, 1), DAY(2020, 12, 31))
    evidence = gather_evidence(counts_of(["a", "b"]), "rank", JointProjects({"P": {"a": period, "university": period}}))
    assert evidence.strangers == ("university",)
    assert evidence.pairs == ()
    assert evidence.structural == {"a": 0.5, "b": 0.0}


@pytest.mark.parametrize("between", [12, 20])
def test_two_consortia_that_hardly_touch_are_placed_alike_and_always_the_same(between: int) -> None:
    """Nothing tells their eigenvalues apart, so that a search from anywhere would favour one of them by chance."""
    chain = ["a0", *(f"c{at}" for at in range(between)), "b0"]
    met = {
        (first, second): 1
        for side in "ab"
        for first, second in itertools.combinations((f"{side}{n}" for n in range(9)), 2)
    }
    met |= {(min(pair), max(pair)): 1 for pair in itertools.pairwise(chain)}
    firms = {name for pair in met for name in pair}
    found = centralities(firms, met)
    assert found == centralities(firms, met)
    for at in range(9):
        assert found[f"a{at}"] == pytest.approx(found[f"b{at}"], abs=1e-6)
    assert found["a0"] == pytest.approx(1.0)
