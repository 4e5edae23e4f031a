"""What analysts get of a sweep: tables that stand alone, a wide one with terms, Excel's mark, changes in percent."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import THREE, grid
from commands import flat, invoke
from rd_contract import Instance, Resources, SweepPlan, sweep
from rd_contract.base.errors import PlanError
from rd_contract.instance import relative_in
from rd_contract.report.frames.sweeps import MEMBER_FIELDS, points_table, sweep_members_table, sweep_terms_table
from rd_contract.report.frames.writing import write_table
from rd_contract.study.sweep import SweepOutcome


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> SweepOutcome:
    folder = tmp_path_factory.mktemp("tables") / "sweep"
    plan = grid("firms.C.outside_option=0,99", "project.base_value=0,1")
    return sweep(Instance.from_dict(THREE), plan, folder, resources=Resources(jobs=1))


def test_the_table_of_members_says_what_was_varied(outcome: SweepOutcome) -> None:
    varied = ["point", "firms.C.outside_option", "project.base_value"]
    members = sweep_members_table(outcome)
    assert list(members.columns) == [*varied, *MEMBER_FIELDS]
    known = members[varied].drop_duplicates().merge(points_table(outcome)[varied])
    assert len(known) == members["point"].nunique() == 4


def test_the_wide_table_holds_the_terms_of_every_firm(outcome: SweepOutcome) -> None:
    terms, members, points = sweep_terms_table(outcome), sweep_members_table(outcome), points_table(outcome)
    assert terms["point"].tolist() == points["point"].tolist()
    assert terms["surplus"].tolist() == points["surplus"].tolist()
    firms = list(dict.fromkeys(members["firm"]))
    assert list(terms.columns[6:]) == [f"{firm}: {field}" for firm in firms for field in MEMBER_FIELDS[1:]]
    for _, row in terms.iterrows():
        own = members[members["point"] == row["point"]].set_index("firm")
        for firm in firms:
            for field in MEMBER_FIELDS[1:]:
                cell = row[f"{firm}: {field}"]
                assert cell == own.loc[firm, field] if firm in own.index else pd.isna(cell)
    assert terms["C: share"].isna().any()
    assert not terms["C: share"].isna().all()


def test_csv_for_excel_begins_with_its_mark(tmp_path: Path) -> None:
    frame = pd.DataFrame({"firm": ["Müller", "日立"], "share": [0.5, 0.5]})
    marked, plain = tmp_path / "marked.csv", tmp_path / "plain.csv"
    write_table(frame, marked, for_excel=True)
    write_table(frame, plain)
    assert marked.read_bytes() == b"\xef\xbb\xbf" + plain.read_bytes()
    assert pd.read_csv(marked, encoding="utf-8-sig")["firm"].tolist() == ["Müller", "日立"]


def test_commands_write_for_excel_where_it_is_asked_for(file: str, tmp_path: Path) -> None:
    folder, result = tmp_path / "sweep", str(tmp_path / "r.json")
    assert invoke("solve", file, "-o", result).exit_code == 0
    vary = ["--vary", "project.value=-5%,+5%", "--jobs", "1"]
    once = ["--vary", "project.value=-5%:+5%:2", "--tolerance", "1", "--jobs", "1"]
    runs = (
        (["sweep", file, "-o", str(folder), *vary, "--excel"], folder / "terms.csv"),
        (["regret", str(folder), "--jobs", "1", "--excel"], folder / "contracts.csv"),
        (["evaluate", file, result, *vary, "-o", str(tmp_path / "e"), "--excel"], tmp_path / "e" / "values.csv"),
        (["compare", file, "--csv", str(tmp_path / "c.csv"), "--excel"], tmp_path / "c.csv"),
        (["break-even", file, *once, "-o", str(tmp_path / "b.csv"), "--excel"], tmp_path / "b.csv"),
    )
    for arguments, table in runs:
        done = invoke(*arguments)
        assert done.exit_code == 0, done.stderr
        assert table.read_bytes().startswith(b"\xef\xbb\xbf"), arguments
    for arguments in (["compare", file], ["evaluate", file, result, *vary], [*runs[0][0], "--format", "parquet"]):
        done = invoke(*arguments, *([] if "--excel" in arguments else ["--excel"]))
        assert done.exit_code == 2
        assert "goes with tables in CSV" in flat(done.stderr)


# --- changes in percent ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "factor"),
    [("+20%", 1.2), ("-20%", 0.8), ("−20 %", 0.8), ("0%", 1.0), ("+2.5%", 1.025), ("-.5%", 0.995), ("-100%", 0.0)],
)
def test_a_change_in_percent_is_a_factor(text: str, factor: float) -> None:
    assert relative_in(text) == factor


@pytest.mark.parametrize("text", ["20%", "+20", "20", "+%", "+1e2%", "+20%%", "", "five%", "+ 20%"])
def test_what_could_be_a_value_is_no_change(text: str) -> None:
    assert relative_in(text) is None


@given(st.integers(-99, 500))
def test_ranges_in_percent_are_ranges_of_factors(percent: int) -> None:
    low, high, factors = f"{percent:+d}%", f"{percent + 20:+d}%", [(100 + percent) / 100, (120 + percent) / 100]
    relative = grid(f"project.value={low}:{high}:5", f"project.budget={low},{high}")
    scaled = grid("project.value=*{}:{}:5".format(*factors), "project.budget=*{},{}".format(*factors))
    assert relative == scaled


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ("project.value=-20%:5", "changes of what is there have a sign each"),
        ("project.value=-20%,5", "changes of what is there have a sign each"),
        ("project.value=*-20%:+20%", "changes of what is there have a sign each"),
        ("project.value=-2,5%:+2,5%", "decimals have a point"),
        ("project.value=+20%", "changes of what is there have a sign each"),
        ("project.value=20%:40%", "write project.value=0.2:0.4"),
    ],
)
def test_mixtures_and_bare_percentages_are_refused_with_a_hint(vary: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        SweepPlan.from_options([vary], "grid", None, 0)
