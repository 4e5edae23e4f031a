"""Delivering an answer: files first, then what is printed; where a file fails, the answer is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from commands import run
from documented import ROOT
from rd_contract.report.page import Page, paragraph
from rd_contract.report.words.results import moves_between, regime_label
from rd_contract_cli.exits import ExitCode
from rd_contract_cli.outputs import Output, deliver, document


def failing(_: Path) -> None:
    raise OSError(28, "No space left on device")


def page() -> list[Page]:
    return [Page.of([paragraph("the report")])]


@pytest.mark.parametrize(("as_json", "printed"), [(False, "the report\n"), (True, "{}\n")])
def test_files_come_first_and_are_named_last(
    as_json: bool, printed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "a.json"
    deliver(page, document(target, "{}\n", "Written to"), data="{}\n", as_json=as_json, notes=["a note"])
    out, err = capsys.readouterr()
    assert target.read_text(encoding="utf-8") == "{}\n"
    assert out == printed
    assert err.index("a note") < err.index("Written to")


@pytest.mark.parametrize(("data", "printed"), [("{}\n", "{}\n"), (None, "the report\n")])
def test_what_cannot_be_written_is_printed(
    data: str | None, printed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        deliver(page, [Output(tmp_path, failing, "Written")], data=data, failed=ExitCode.STOPPED)
    out, err = capsys.readouterr()
    assert ended.value.exit_code == ExitCode.STOPPED
    assert out == printed
    assert "No space left on device" in err
    assert "Written" not in err


def test_nothing_asked_for_is_nothing_written(capsys: pytest.CaptureFixture[str]) -> None:
    deliver(page, document(None, "{}", "Written to"))
    assert capsys.readouterr() == ("the report\n", "")


@pytest.mark.parametrize(
    ("regime", "label"),
    [(("explore", "ledger"), "explore + ledger"), (("explore", None), "explore"), ((None, None), "")],
)
def test_regimes_are_named_alike(regime: tuple[str | None, str | None], label: str) -> None:
    assert regime_label(*regime) == label


def test_who_comes_stands_before_who_leaves() -> None:
    assert moves_between(["A", "B"], ["B", "C\n"]) == ["+ C", "- A"]


@pytest.mark.parametrize("command", ["compare", "explain"])
def test_what_draws_is_loaded_only_where_a_figure_is_asked_for(command: str) -> None:
    code = (
        'import sys; sys.argv[0] = "rd-contract"; from rd_contract_cli.main import app; '
        "app(standalone_mode=False); "
        'sys.exit(99 if "rd_contract.report.content.study_figures" in sys.modules else 0)'
    )
    assert run(command, str(ROOT / "instances" / "two_firms.json"), code=code)[0] == ExitCode.OK
