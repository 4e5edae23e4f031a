"""Horizon 2020 instances: made from the data, the same bytes every time, and honest about what is data."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from documented import ROOT
from oracles.validity import violations
from rd_contract import Instance, solve

SIZES = (12, 40, 200, 1496)


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_horizon2020", ROOT / "instances" / "make_horizon2020.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


make = _load()


def _bundled(size: int) -> Any:
    return json.loads((ROOT / "instances" / f"horizon2020_{size}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def world() -> Any:
    return make.read_world()


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    with (ROOT / "instances" / "data" / "horizon2020_organisations_2017.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return {row["organisation_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def firms(world: Any) -> dict[str, Any]:
    """Firms of the largest bundled instance by organisation code."""
    code = {name: key for key, name in world.names.items()}
    return {code[firm["name"]]: firm for firm in _bundled(1496)["firms"]}


def test_bundled_files_are_what_the_script_makes_byte_for_byte() -> None:
    made = make.bundled_files()
    family = [path.name for path in (ROOT / "instances").glob("horizon2020_*.json")]
    assert sorted(made) == sorted([*family, "european_call.json"])
    for name, text in made.items():
        assert (ROOT / "instances" / name).read_bytes() == text.encode("utf-8"), f"{name} is stale: run the script"


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for path in (first, second):
        assert make.main(["--candidates", "60", "--lead", "Daimler", "-o", str(path)]) == 0
    assert first.read_bytes() == second.read_bytes()


def test_without_arguments_the_bundled_files_are_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "HERE", tmp_path)
    assert make.main([]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(make.bundled_files())


@pytest.mark.parametrize("size", SIZES)
def test_an_instance_is_valid_and_has_the_size_it_says(size: int) -> None:
    instance = _bundled(size)
    assert violations(instance) == []
    assert len(instance["firms"]) == size
    assert instance["project"]["team_size"]["max"] == (6 if size == 12 else 8)
    assert instance["project"]["lead"] == instance["firms"][0]["name"] == "Bosch (DE)"


def test_the_largest_file_stays_modest() -> None:
    assert (ROOT / "instances" / "horizon2020_1496.json").stat().st_size < 700_000


def test_a_file_holds_one_firm_per_line() -> None:
    text = (ROOT / "instances" / "horizon2020_40.json").read_text(encoding="utf-8")
    assert sum(line.startswith('    {"name": ') and '"efforts"' in line for line in text.splitlines()) == 40


def test_smaller_selections_are_the_beginning_of_larger_ones() -> None:
    small = _bundled(SIZES[0])["firms"]
    for size in SIZES[1:]:
        large = _bundled(size)["firms"]
        assert large[: len(small)] == small
        small = large


def test_selections_nest_under_another_lead_too(world: Any) -> None:
    lead = make.find_lead(world, "Renault")
    names = [[firm["name"] for firm in make.make_instance(world, lead, size)["firms"]] for size in (12, 13, 100)]
    assert names[0] == names[1][:12] == names[2][:12]
    assert names[0][0] == "Renault (FR)"


def test_candidates_mix_activity_types_and_countries() -> None:
    for size, countries in ((12, 6), (200, 20)):
        firms = _bundled(size)["firms"]
        assert len({firm["role"] for firm in firms}) >= 4
        assert len({firm["name"].split("(")[-1][:2] for firm in firms}) >= countries


def test_every_organisation_is_a_candidate_once(firms: dict[str, Any], rows: dict[str, Any]) -> None:
    assert set(firms) == set(rows)


def test_the_data_says_nothing_of_smes_so_no_firm_is_one(firms: dict[str, Any]) -> None:
    assert not any("sme" in firm for firm in firms.values())


def test_figures_of_fraunhofer_are_those_of_the_data(firms: dict[str, Any]) -> None:
    # 222,230,000 EUR in 403 projects with 704 stable partners, copied by hand from the file.
    firm = firms["999984059"]
    assert firm["name"] == "Fraunhofer (DE)"
    assert firm["efforts"]["full_cost"] == pytest.approx(3 * 222.23 / 403, abs=5.01e-4)
    assert firm["reputation_stake"] == pytest.approx(0.1 * 222.23 / 403, abs=5.01e-4)
    assert firm["credit"] == pytest.approx(705 / 706, abs=5.01e-4)


def test_every_firm_carries_the_figures_of_its_row(firms: dict[str, Any], rows: dict[str, Any]) -> None:
    for key, row in rows.items():
        cost = float(row["ec_contribution_eur"]) / int(row["projects"]) / 1e6
        stable = int(row["stable_partners"])
        assert firms[key]["efforts"]["full_cost"] == pytest.approx(3 * max(cost, 0.15), abs=5.01e-4)
        assert firms[key]["reputation_stake"] == pytest.approx(0.1 * cost, abs=5.01e-4)
        assert firms[key]["credit"] == pytest.approx((stable + 1) / (stable + 2), abs=5.01e-4)
        assert firms[key]["name"].rstrip(")").split("(")[-1].startswith(row["country"])


def test_who_has_no_repeated_partner_on_record_is_not_eligible(firms: dict[str, Any], rows: dict[str, Any]) -> None:
    least = _bundled(1496)["project"]["min_credit"]
    strangers = {key for key, row in rows.items() if row["stable_partners"] == "0"}
    assert {key for key, firm in firms.items() if firm["credit"] < least} == strangers


def test_scores_lie_in_the_unit_interval(firms: dict[str, Any], world: Any) -> None:
    technologies = {entry["name"] for entry in world.assumptions["technologies"]}
    for firm in firms.values():
        assert set(firm["capabilities"]) == technologies
        assert all(0 <= value <= 1 for value in firm["capabilities"].values())
        assert 0 < firm["cooperation"] <= 1


def test_a_capability_is_mastery_times_experience_times_specialisation(firms: dict[str, Any], world: Any) -> None:
    # Infineon, a company of the topic list, is known for power electronics and not for recycling.
    key, experience = "999978918", world.experience["999978918"]
    known = make.unit_hash(key, "power electronics")
    unknown = make.unit_hash(key, "recycling")
    profile = firms[key]["capabilities"]
    assert profile["power electronics"] == round(0.5 * (0.7 + 0.3 * experience) * (1.5 + 0.3 * known), 3)
    assert profile["recycling"] == round(0.35 * (0.7 + 0.3 * experience) * (0.2 + unknown**2), 3)


def test_the_hash_depends_on_the_two_names_only_and_stays_below_one() -> None:
    # printf '1|a' | sha256sum gives d55e0424..., and 0xd55e0424 / 2^32 = 0.8334658.
    assert make.unit_hash("1", "a") == pytest.approx(0xD55E0424 / 2**32, abs=2**-32)
    assert all(0 <= make.unit_hash(str(key), "cells") < 1 for key in range(2000))


def test_percentiles_count_ties_half() -> None:
    assert make.percentiles({"a": 1, "b": 2, "c": 2, "d": 9}) == {"a": 0.125, "b": 0.5, "c": 0.5, "d": 0.875}


def test_few_firms_have_limited_cash() -> None:
    assert [sum("liquidity" in firm for firm in _bundled(size)["firms"]) for size in SIZES] == [2, 6, 6, 6]


def test_relations_tell_rivals_from_neighbours() -> None:
    relations = {frozenset(relation["between"]): relation for relation in _bundled(40)["relations"]}
    assert relations[frozenset({"Bosch (DE)", "Daimler (DE)"})]["spillover"] > 0
    assert relations[frozenset({"BMW (DE)", "Daimler (DE)"})]["spillover"] < 0


def test_the_source_tells_data_from_assumption() -> None:
    for size in SIZES:
        source = _bundled(size)["source"]
        for words in ("CORDIS", "MIT licence", "ASSUMED, NOT DATA: every capability", "SHA-256", "Risk is left out"):
            assert words in source


@pytest.mark.parametrize(
    ("name", "short_name", "tidy"),
    [
        ("UNIVERSITAET BAYREUTH", "UBT", "Universitaet Bayreuth"),
        ("NEC EUROPE LTD", "NEC", "NEC Europe"),
        ("THE CHANCELLOR, MASTERS AND SCHOLARS OF THE UNIVERSITY OF CAMBRIDGE", "UCAM", "The University of Cambridge"),
        ("Continental Automotive GmbH", "Continental", "Continental Automotive"),
        ("A NAME THAT IS MUCH TOO LONG TO BE READ IN A TABLE", "ANAME", "ANAME"),
    ],
)
def test_names_become_readable(world: Any, name: str, short_name: str, tidy: str) -> None:
    organisation = make.Organisation("1", name, short_name, "HES", "DE", 5, 10, 1, 1e6, 0.0)
    assert make.tidy(organisation) == tidy


def test_equal_names_are_told_apart_by_the_code() -> None:
    twins = [make.Organisation(key, "Twin", "T", "HES", "DE", 5, 10, 1, 1e6, 0.0) for key in ("1", "2")]
    assert make.readable_names(twins) == {"1": "Twin (DE, 1)", "2": "Twin (DE, 2)"}


def test_the_lead_is_found_by_any_of_its_names(world: Any) -> None:
    for text in ("999908787", "ROBERT BOSCH GMBH", "bosch", "Bosch (DE)", " Bosch "):
        assert make.find_lead(world, text).id == "999908787"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--candidates", "1"], "candidates must be from 2 to 1496"),
        (["--candidates", "1497"], "candidates must be from 2 to 1496"),
        (["--candidates", "many"], "invalid int value"),
        (["--candidates", "2"], "no candidate masters materials"),
        (["--lead", "Boch"], "near: bosch"),
        (["--lead", ""], "no organisation is called ''"),
        (["--lead", "Siemens"], "several organisations"),
        (["--lead", "Fraunhofer"], "must be a private company"),
        (["--lead", "Umicore"], "needs credit of at least 0.6"),
        (["--sponsor", "me"], "unrecognized arguments"),
    ],
)
def test_a_bad_argument_is_refused_and_the_old_file_stays(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.json"
    old.write_text("old", encoding="utf-8")
    with pytest.raises(SystemExit) as leaving:
        make.main([*arguments, "-o", str(old)])
    assert leaving.value.code == 2
    assert message in capsys.readouterr().err
    assert old.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_a_failure_while_writing_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("disk full")

    old = tmp_path / "old.json"
    old.write_text("old", encoding="utf-8")
    monkeypatch.setattr(make.os, "replace", refuse)
    with pytest.raises(SystemExit) as leaving:
        make.main(["-o", str(old)])
    assert leaving.value.code == 1
    assert "disk full" in capsys.readouterr().err
    assert old.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_a_missing_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        make.main(["-o", str(tmp_path / "nowhere" / "x.json")])
    assert leaving.value.code == 1
    assert f"no such folder: {tmp_path / 'nowhere'}" in capsys.readouterr().err


def test_one_argument_is_enough_for_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main(["--lead", "Bosch"]) == 0
    assert capsys.readouterr().out.encode("utf-8") == (ROOT / "instances" / "horizon2020_12.json").read_bytes()


# --- a call ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def call() -> Any:
    return json.loads((ROOT / "instances" / "european_call.json").read_text(encoding="utf-8"))


def test_attributes_of_the_call_are_those_of_the_data(call: Any, world: Any, rows: dict[str, dict[str, str]]) -> None:
    code = {name: key for key, name in world.names.items()}
    for firm in call["firms"]:
        row = rows[code[firm["name"]]]
        kind = world.assumptions["types"][row["activity_type"]]["role"]
        assert firm["attributes"] == {"country": row["country"], "kind": kind}
        assert (row["activity_type"], float(row["ec_contribution_eur"]) < 2e6) == ("PRC", True) or "sme" not in firm


def test_funding_rates_of_the_call_keep_the_proportion_of_the_regulation(call: Any) -> None:
    rates = {(firm["role"], firm["subsidy_rate"]) for firm in call["firms"]}
    assert rates == {("company", 0.42), ("other", 0.42), ("research organisation", 0.6), ("university", 0.6)}
    assert all(firm["subsidy_rate"] + firm["max_reimbursement"] <= 1.0 for firm in call["firms"])


def test_the_call_says_what_is_assumed(call: Any) -> None:
    small = [firm["name"] for firm in call["firms"] if firm.get("sme")]
    assert len(small) == 6
    for words in ("No 1290/2013, Article 28", "nobody looked up staff or turnover", *small):
        assert words in call["source"]
    assert "nobody is marked as one" not in call["source"]


def test_without_its_rules_the_best_contract_of_the_call_breaks_several(call: Any) -> None:
    """What each rule asks is counted here by hand, of the contract that is best without any."""
    free = solve(Instance.from_dict({**call, "rules": []}))
    firms = {firm["name"]: firm for firm in call["firms"]}
    team = {member.firm: member for member in free.members}
    assert free.joint_surplus is not None
    assert free.joint_surplus > 10.2
    countries = Counter(firms[name]["attributes"]["country"] for name in team)
    costs = {name: member.effort_cost + firms[name]["joining_cost"] for name, member in team.items()}
    small = [name for name in team if firms[name].get("sme")]
    assert max(countries.values()) > 2
    assert sum(costs[name] for name in small) < 0.3 * sum(costs.values())
    assert sum(team[name].share for name in small) < 0.2
