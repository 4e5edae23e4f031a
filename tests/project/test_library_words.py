"""Errors of the library speak of the library; the command line puts them into its own words."""

from __future__ import annotations

import ast
import importlib.util
import pickle
import re
from pathlib import Path

import pytest

import rd_contract
from commands import invoke
from rd_contract import OptionError, PlanError, Resources, SweepPlan, load_bundled, sensitivity, sweep
from rd_contract.base.errors import RdContractError
from rd_contract_cli.exits import _REMEDIES, in_options

_LIBRARY = Path(rd_contract.__file__).parent
_OPTION = re.compile(r"(?<![\w-])(--[a-z]|-o\b)")


def _modules() -> list[tuple[str, ast.Module]]:
    files = sorted(_LIBRARY.rglob("*.py"))
    return [(str(path.relative_to(_LIBRARY)), ast.parse(path.read_text(encoding="utf-8"))) for path in files]


def _texts(module: ast.Module) -> list[str]:
    """Return the strings of a module, without those that stand alone as documentation."""
    alone = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    constants = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and id(node) not in alone]
    return [node.value for node in constants if isinstance(node.value, str)]


def test_nothing_that_the_library_says_advises_an_option_of_the_command_line() -> None:
    """Reports, too: whoever calls them from Python has no options."""
    modules = _modules()
    assert len(modules) > 50
    assert [(name, text) for name, module in modules for text in _texts(module) if _OPTION.search(text)] == []


def test_every_remedy_has_its_option() -> None:
    calls = [node for _, module in _modules() for node in ast.walk(module) if isinstance(node, ast.Call)]
    keywords = [keyword for call in calls for keyword in call.keywords if keyword.arg == "remedy"]
    named = {keyword.value.value for keyword in keywords if isinstance(keyword.value, ast.Constant)}
    assert named == set(_REMEDIES)


def test_a_folder_with_answers_is_refused_in_the_words_of_who_asked(tmp_path: Path) -> None:
    instance, axis = load_bundled("two_firms"), "project.base_value=0,1"
    plan = SweepPlan.from_options([axis], "grid", None, 0)
    sweep(instance, plan, tmp_path / "s", resources=Resources(1))
    with pytest.raises(OptionError, match=r'is not empty.*existing="resume" goes on'):
        sweep(instance, plan, tmp_path / "s", resources=Resources(1))
    (tmp_path / "i.json").write_text(instance.to_json(), encoding="utf-8")
    done = invoke("sweep", str(tmp_path / "i.json"), "--vary", axis, "-o", str(tmp_path / "s"))
    said = " ".join(done.stderr.replace("│", " ").split())
    assert done.exit_code == 2
    assert "--resume goes on" in said
    assert "existing=" not in said


def test_too_few_answers_for_sensitivities_are_told_in_terms_of_the_library(tmp_path: Path) -> None:
    plan = SweepPlan.from_options(["project.base_value=0:1"], "morris", 2, 0)
    outcome = sweep(load_bundled("two_firms"), plan, tmp_path / "s", resources=Resources(1))
    for file in (tmp_path / "s" / "points").rglob("*.json"):
        file.unlink()
    with pytest.raises(OptionError, match=r'answered in full .existing="resume", or "retry", answers more') as caught:
        sensitivity(outcome)
    assert in_options(caught.value).endswith("answered in full (--resume, or --retry-failed, answers more)")


def test_a_plan_that_is_wrong_is_named_as_its_caller_names_it() -> None:
    with pytest.raises(PlanError) as caught:
        SweepPlan.from_options(["nothing"], "grid", None, 0)
    assert caught.value.source == "the sweep"
    with pytest.raises(PlanError) as caught:
        SweepPlan.from_options(["nothing"], "grid", None, 0, source="--vary")
    assert caught.value.source == "--vary"


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="needs the extra dask")
def test_a_cluster_needs_a_scheduler(tmp_path: Path) -> None:
    plan = SweepPlan.from_options(["project.base_value=0,1"], "grid", None, 0)
    with pytest.raises(OptionError, match=r"Resources\(scheduler=\.\.\.\)"):
        sweep(load_bundled("two_firms"), plan, tmp_path / "s", resources=Resources(1, "dask"))


def test_an_error_with_its_remedy_survives_the_way_between_processes() -> None:
    error: RdContractError = OptionError("full", how="x=1", remedy="resume")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.message, again.remedy) == ("full (x=1)", "full", "resume")
    assert in_options(OptionError("plain")) == "plain"
