"""The benchmark suite itself: families, baselines against trying everything, the runner, and what it tells."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import baselines, execution, figures, records, run
from benchmarks.baselines import Outcome
from benchmarks.big_m import solve_big_m
from benchmarks.execution import Limits, run_in_process
from benchmarks.families import FAMILIES, LEADS, _pair
from benchmarks.methods import METHODS
from benchmarks.records import Record, Run
from benchmarks.registry import ALL_METHODS, CURVES, REFERENCE, SUITES, TARGETS, Curve, Spec
from benchmarks.summary import Duration, disagreements, median, ratio, summarise
from oracles.enumeration import best_contract
from oracles.random_instances import random_instance
from oracles.validity import violations
from rd_contract import Instance
from rd_contract.model.derivation import derive
from rd_contract.model.relevance import relevant
from rd_contract.pipeline import METHODS as IN_THIS_VERSION

#: Random instances on which the baselines are held against enumeration; among them are both objectives, several
#: regimes, limited cash, risk premia, and instances without a contract.
SEEDS = (1, 3, 7, 12, 19, 28, 33, 41, 52, 66, 74, 97, 214)

#: Methods that can be run here.
AVAILABLE = (*(name for name in ("decomposed", "extensive") if name in IN_THIS_VERSION), "big-m")


# --- families ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_makes_valid_instances_of_the_size_asked_for(family: str, seed: int) -> None:
    raw = FAMILIES[family](24, seed)
    assert violations(raw) == []
    instance = Instance.from_dict(raw)
    assert len(instance.firms) == 24
    assert relevant(derive(instance)).scaled().n >= 12


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_decided_by_size_and_seed(family: str) -> None:
    make = FAMILIES[family]
    assert make(16, 1) == make(16, 1)
    assert make(16, 1) != make(16, 2)
    assert json.loads(json.dumps(make(16, 1))) == make(16, 1)


def test_families_stay_the_same_between_versions() -> None:
    # Earlier results can be compared only as long as these numbers stay.
    assert FAMILIES["network"](3, 0)["firms"][0]["contribution"] == 8.694
    assert FAMILIES["full"](3, 0)["firms"][0]["cooperation"] == 0.411


@pytest.mark.parametrize("n", [2, 3, 7, 12])
def test_the_pair_at_a_place_is_that_of_the_list_of_all(n: int) -> None:
    listed = list(combinations(range(n), 2))
    assert [_pair(place, n) for place in range(len(listed))] == listed


@pytest.mark.parametrize("degree", [1.0, 4.0, 8.0])
def test_degree_is_the_mean_number_of_partners(degree: float) -> None:
    raw = FAMILIES["network"](30, 0, degree=degree)
    assert 2 * len(raw["relations"]) / 30 == pytest.approx(degree, abs=0.05)


def test_a_limit_on_the_team_leaves_the_firms_alone() -> None:
    free, limited = FAMILIES["dense"](9, 4), FAMILIES["dense"](9, 4, team=3)
    assert len(free["relations"]) == 36
    assert limited.pop("project") == {"team_size": {"max": 3}}
    assert free.pop("project") == {}
    assert free == limited


def test_every_seed_of_the_real_data_has_another_lead() -> None:
    leads = {FAMILIES["horizon"](60, seed)["project"]["lead"] for seed in range(len(LEADS))}
    assert len(leads) == len(LEADS) >= 5


def test_the_full_family_uses_every_feature() -> None:
    raw = FAMILIES["full"](24, 0)
    p = derive(Instance.from_dict(raw))
    assert len(p.regimes) == 4
    assert p.sigma
    assert p.pi
    assert p.exclusive
    assert len(p.rules) == 2
    assert p.lead is not None
    assert max(p.budget, p.sharing_budget) < float("inf")
    assert min(p.eta, p.subsidy.min(), p.volatility) > 0.0
    for feature in ("d_max", "stake", "risk", "s_min", "phi_max", "joining", "outside"):
        assert getattr(p, feature).max() > 0.0, feature
    assert p.liquidity.min() < float("inf")
    assert p.benefit.min() < 0.0 < p.benefit.max()
    assert p.s_max.min() < 1.0
    assert p.n < 24  # credit keeps some out


# --- baselines ---------------------------------------------------------------------------------------------


def assert_agrees(outcome: Outcome, raw: dict[str, Any]) -> None:
    answer = best_contract(raw)
    what = raw["name"]
    assert outcome.status == ("no_contract" if answer is None else "optimal"), what
    if answer is None:
        assert outcome.value is None, what
        return
    assert outcome.value == pytest.approx(answer.objective_value, rel=2e-6, abs=2e-6), what
    assert outcome.bound is not None, what
    assert outcome.bound >= answer.objective_value - 2e-6 * max(1.0, abs(answer.objective_value)), what


@pytest.mark.parametrize("seed", SEEDS)
def test_big_m_agrees_with_enumeration(seed: int) -> None:
    raw = random_instance(seed)
    assert_agrees(solve_big_m(Instance.from_dict(raw), 30.0, 1e-6), raw)


@pytest.mark.parametrize("seed", SEEDS)
def test_scip_agrees_with_enumeration(seed: int) -> None:
    pytest.importorskip("pyscipopt", reason="the nonconvex baseline needs pyscipopt, which is not installed")
    raw = random_instance(seed)
    assert_agrees(METHODS["scip"](Instance.from_dict(raw), 30.0, 1e-6), raw)


@pytest.mark.parametrize("method", ["plain", "perspective", "pairwise"])
def test_a_part_of_the_method_agrees_with_the_whole(method: str) -> None:
    for raw in (FAMILIES["network"](10, 1), FAMILIES["capability"](6, 2), FAMILIES["full"](6, 0)):
        instance = Instance.from_dict(raw)
        whole, part = METHODS["decomposed"](instance, 30.0, 1e-6), METHODS[method](instance, 30.0, 1e-6)
        assert part.status == whole.status == "optimal"
        assert part.value == pytest.approx(whole.value, rel=2e-6)


def test_the_plain_master_is_searched_by_highs_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("cuts and enumeration are not what is measured here")

    monkeypatch.setattr("rd_contract.search.large_pools.eliminate", never)
    monkeypatch.setattr("rd_contract.search.small_teams.Enumeration.teams", never)
    outcome = METHODS["plain"](Instance.from_dict(FAMILIES["dense"](6, 3, team=4)), 30.0, 1e-6)
    assert outcome.status == "optimal"
    assert outcome.rounds > 0


def test_the_instances_compared_show_what_must_be_carried() -> None:
    drawn = [derive(Instance.from_dict(random_instance(seed))) for seed in SEEDS]
    assert {p.objective for p in drawn} == {"joint", "lead"}
    assert any(len(p.regimes) > 1 for p in drawn)
    assert any(p.liquidity.min() < float("inf") for p in drawn)
    assert any(p.volatility > 0.0 and p.risk.max() > 0.0 for p in drawn)
    assert any(p.sharing_budget < float("inf") and p.phi_max.max() > 0.0 for p in drawn)
    assert any(p.sigma for p in drawn)
    assert any(p.pi for p in drawn)
    assert any(p.d_max.max() > 0.0 and any(regime.q > 0.0 for regime in p.regimes) for p in drawn)
    assert any(best_contract(random_instance(seed)) is None for seed in SEEDS)


@pytest.mark.parametrize("method", ["big-m", "scip"])
def test_a_baseline_without_time_claims_nothing(method: str) -> None:
    if method == "scip":
        pytest.importorskip("pyscipopt", reason="the nonconvex baseline needs pyscipopt, which is not installed")
    outcome = METHODS[method](Instance.from_dict(FAMILIES["network"](12, 0)), 1e-9, 1e-4)
    assert (outcome.status, outcome.value, outcome.bound) == ("stopped", None, None)


def test_a_model_that_would_exhaust_the_memory_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "MAX_PRODUCTS", 50)
    outcome = solve_big_m(Instance.from_dict(FAMILIES["dense"](5, 0)), 60.0, 1e-4)
    assert outcome.status == "stopped"
    assert "too large" in outcome.detail


# --- the registry ------------------------------------------------------------------------------------------


def test_specs_are_unique_and_name_what_exists() -> None:
    for suite in SUITES.values():
        assert len({spec.name for spec in suite}) == len(suite)
        for spec in suite:
            assert spec.family in FAMILIES
            assert set(spec.methods) <= set(METHODS)
    assert {spec.family for spec in SUITES["smoke"]} == set(FAMILIES)
    assert REFERENCE in {spec.name for spec in TARGETS}


def test_specs_make_valid_instances() -> None:
    for suite in SUITES.values():
        for spec in suite:
            if spec.size <= 60:
                Instance.from_dict(spec.instance(1))


def test_a_family_with_few_instances_is_not_run_twice_on_one() -> None:
    assert list(Spec("x", "horizon", 60, most_seeds=8).seeds(12)) == list(range(8))
    assert list(Spec("x", "network", 60).seeds(12)) == list(range(12))


def test_growth_is_drawn_from_a_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="figures need the extra `figures`")
    fake = Fake(dict.fromkeys(METHODS, 5.0))
    target, figure = tmp_path / "growth.json", tmp_path / "growth.svg"
    assert run.main(["growth", "--seeds", "2", "-o", str(target)], fake) == 0
    assert figures.main([str(target), str(figure)]) == 0
    drawn = figure.read_text(encoding="utf-8")
    assert set(figures.NAMES) <= {method for _, _, method in fake.calls}
    assert drawn.count('id="axes_') == len(CURVES) + 1  # a panel is left empty
    assert figures.main([str(tmp_path / "missing.json"), str(figure)]) == 2
    assert "missing.json" in capsys.readouterr().err


def test_unproven_points_are_hollow() -> None:
    pytest.importorskip("matplotlib", reason="figures need the extra `figures`")
    curve = Curve("x", "title", "size", ((10, Spec("a", "network", 10)), (20, Spec("b", "network", 20))))
    runs = [Run("a", 0, "decomposed", "optimal", 1.0, 1.0, 1.0, 0.0), Run("b", 0, "decomposed", "feasible", 9.0, 1.0)]
    axes = figures.draw_growth(Record({}, {"time_limit": 9.0}, runs), [curve]).axes[0]
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert [np.asarray(p.get_xydata()).tolist() for p in points] == [[[10.0, 1.0]], [[20.0, 9.0]]]
    assert [p.get_markerfacecolor() == "white" for p in points] == [False, True]


# --- the runner --------------------------------------------------------------------------------------------


class Fake:
    """Makes runs without running anything: known values, times by method."""

    def __init__(self, values: dict[str, float | None], status: str = "optimal") -> None:
        self.values = values
        self.status = status
        self.calls: list[tuple[str, int, str]] = []

    def __call__(self, spec: Spec, seed: int, method: str, limits: Limits) -> Run:
        self.calls.append((spec.name, seed, method))
        value = self.values[method]
        return Run(spec.name, seed, method, self.status, 1.0 + len(method), value, value, 0.0, 0.5, 1, 64.0)


def test_the_runner_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "results.json"
    arguments = ["smoke", "--seeds", "1", "--time-limit", "20", "--only", "network-5", "--only", "full-4"]
    arguments += ["--methods", ",".join(AVAILABLE), "-o", str(target)]
    assert run.main(arguments) == 0
    record = records.read(target)
    assert [(entry.spec, entry.method) for entry in record.runs] == [
        (spec, method) for spec in ("network-5", "full-4") for method in AVAILABLE
    ]
    assert all(entry.status == "optimal" and entry.value is not None for entry in record.runs)
    assert all(entry.seconds > 0.0 and entry.memory is not None for entry in record.runs)
    assert record.machine["versions"]["highspy"]
    assert record.options["gap"] == 1e-4
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]
    capsys.readouterr()
    fake = Fake(dict.fromkeys(METHODS, record.runs[0].value))
    assert run.main([*arguments[:-2], "--compare", str(target)], fake) == 0
    assert "now / earlier" in capsys.readouterr().out


def test_every_smoke_spec_is_solved_by_every_method_in_turn(tmp_path: Path) -> None:
    fake = Fake(dict.fromkeys(METHODS, 5.0))
    target = tmp_path / "results.json"
    assert run.main(["smoke", "--seeds", "2", "-o", str(target)], fake) == 0
    assert len(records.read(target).runs) == len(fake.calls) == 2 * sum(len(spec.methods) for spec in SUITES["smoke"])
    first = fake.calls[: len(ALL_METHODS)]
    assert [method for _, _, method in first] == list(ALL_METHODS)
    assert {(spec, seed) for spec, seed, _ in first} == {("network-5", 0)}


def test_results_so_far_survive_an_end_in_between(tmp_path: Path) -> None:
    target = tmp_path / "results.json"

    class Breaking(Fake):
        def __call__(self, spec: Spec, seed: int, method: str, limits: Limits) -> Run:
            if len(self.calls) == 3:
                raise KeyboardInterrupt
            return super().__call__(spec, seed, method, limits)

    with pytest.raises(KeyboardInterrupt):
        run.main(["smoke", "-o", str(target)], Breaking(dict.fromkeys(METHODS, 5.0)))
    assert len(records.read(target).runs) == 3


def test_a_disagreement_between_methods_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    values: dict[str, float | None] = dict.fromkeys(METHODS, 5.0)
    values["scip"] = 5.2
    assert run.main(["smoke", "--seeds", "1", "--only", "network-5"], Fake(values)) == 1
    printed = capsys.readouterr().out
    assert "DISAGREEMENT: network-5, seed 0: scip proved 5.2" in printed
    values["scip"] = 5.0 + 1e-5
    assert run.main(["smoke", "--seeds", "1", "--only", "network-5"], Fake(values)) == 0


def test_a_failed_run_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    fake = Fake(dict.fromkeys(METHODS), "failed")
    assert run.main(["smoke", "--seeds", "1", "--only", "network-5"], fake) == 1
    assert "FAILED: network-5, seed 0, decomposed" in capsys.readouterr().out


def test_an_error_within_a_run_is_a_result() -> None:
    bad = replace(SUITES["smoke"][0], options={"colour": "red"})
    assert run_in_process(bad, 0, "big-m", Limits(5.0, 1e-4)).status == "failed"


def test_a_run_that_does_not_end_is_ended() -> None:
    found = run_in_process(Spec("network-400", "network", 400), 0, "extensive", Limits(0.2, 1e-4), grace=0.3)
    assert found.status == "killed"
    assert not found.proven
    assert execution.GRACE > 10.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "invalid choice"),
        (["smoke", "--methods", "magic"], "no method 'magic'"),
        (["smoke", "--only", "network-6"], "no 'network-6'"),
        (["smoke", "--seeds", "0"], "at least 1"),
        (["smoke", "--time-limit", "-1"], "positive number"),
        (["smoke", "--compare", "missing.json"], "missing.json"),
        (["smoke", "-o", "missing/results.json"], "no such folder"),
    ],
)
def test_wrong_arguments_are_refused(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as leaving:
        run.main(arguments, Fake({}))
    assert leaving.value.code == 2
    assert message in capsys.readouterr().err


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"format": "rd-contract/1"}', encoding="utf-8")
    with pytest.raises(ValueError, match="not a file of format"):
        records.read(tmp_path / "other.json")


def test_a_record_survives_writing_and_reading(tmp_path: Path) -> None:
    record = Record({"cores": 2}, {"time_limit": 10.0}, [Run("a", 0, "scip", "feasible", 10.0, 1.0, 2.0, 1.0)])
    records.write(record, tmp_path / "record.json")
    assert records.read(tmp_path / "record.json") == record


# --- the summary -------------------------------------------------------------------------------------------


def a_run(method: str, status: str, seconds: float, value: float | None = None, bound: float | None = None) -> Run:
    return Run("spec", 0, method, status, seconds, value, bound)


def test_a_median_over_unsolved_runs_is_a_lower_bound() -> None:
    solved, unsolved = Duration(3.0), Duration(10.0, censored=True)
    assert median([solved, Duration(1.0), unsolved]) == solved
    assert median([solved, unsolved, unsolved]) == unsolved
    assert median([solved, unsolved]) == Duration(6.5, censored=True)
    # A run that was solved after the limit stands behind one that was given up at it.
    assert median([solved, unsolved, Duration(12.0)]) == unsolved
    assert str(unsolved) == ">= 10"


def test_a_ratio_says_how_far_it_can_be_trusted() -> None:
    solved, unsolved = Duration(2.0), Duration(10.0, censored=True)
    assert str(ratio(unsolved, solved)) == ">= 5"
    assert str(ratio(solved, unsolved)) == "<= 0.2"
    assert str(ratio(unsolved, unsolved)) == "?"
    assert str(ratio(Duration(300.0), solved)) == "150"


def test_unsolved_runs_count_with_the_time_limit() -> None:
    runs = [a_run("scip", "feasible", 3.0), a_run("scip", "killed", 90.0), a_run("scip", "optimal", 5.0, 1.0, 1.0)]
    [line] = summarise(runs, 60.0)
    assert (line.proven, line.runs) == (1, 3)
    assert line.time == line.slowest == Duration(60.0, censored=True)
    assert line.fastest == Duration(5.0)
    assert line.gap is None


def test_contradictions_are_found_and_nothing_else() -> None:
    proven, lower = a_run("a", "optimal", 1.0, 100.0, 100.005), a_run("b", "optimal", 1.0, 99.0, 99.0)
    near, open_ended = a_run("b", "optimal", 1.0, 99.995, 100.0), a_run("b", "feasible", 1.0, 90.0, 140.0)
    above, none = a_run("b", "feasible", 1.0, 101.0, 140.0), a_run("b", "no_contract", 1.0)
    assert len(disagreements([proven, lower], 1e-4)) == 1
    assert "proved at most 100.005" in disagreements([proven, above], 1e-4)[0]
    assert "no contract exists" in disagreements([proven, none], 1e-4)[0]
    for harmless in (near, open_ended, a_run("b", "stopped", 1.0), a_run("b", "killed", 1.0)):
        assert disagreements([proven, harmless], 1e-4) == []
    assert disagreements([proven, replace(lower, seed=1)], 1e-4) == []
