"""``rd-contract advise`` on the command line: what it says, what it writes, and that it leaves the instance alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import rd_contract
from commands import flat, invoke, write
from rd_contract import Advice, Instance, bundled_path, load_bundled
from svg import texts

BUNDLED = bundled_path("explore_or_exploit")
TWO_FIRMS = str(bundled_path("two_firms"))


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(shutil.copy(str(BUNDLED), str(tmp_path / "pump.json")))


def test_advice_is_data_when_asked_for(file: str) -> None:
    before = Path(file).read_bytes()
    done = invoke("advise", file, "--json")
    assert done.exit_code == 0
    found = Advice.from_dict(json.loads(done.stdout))
    assert (round(found.score, 12), found.agreement, found.most_profitable) == (0.9, "differ", ("exploitative",))
    assert done.stderr == ""
    assert Path(file).read_bytes() == before


@pytest.mark.parametrize("name", ["new.json", "new.xlsx"])
def test_calibrating_writes_another_instance_and_says_first_what_changes(file: str, tmp_path: Path, name: str) -> None:
    before, target = Path(file).read_bytes(), tmp_path / name
    done = invoke("advise", file, "--calibrate", "-o", str(target))
    assert done.exit_code == 0
    assert "Calibrate modes.exploratory.value_factor: 1.2 → 1.706" in done.stderr
    assert "What calibrating changes" in done.stdout
    assert "calibrated again, it would count twice" in flat(done.stderr)
    assert Path(file).read_bytes() == before
    expected = load_bundled("explore_or_exploit").to_dict()
    made = Instance.from_file(target).to_dict()
    assert made["modes"][1].pop("value_factor") == pytest.approx(1.2 * 2.0 / (1.0 + 2.718281828459045**-0.9))
    expected["modes"][1].pop("value_factor")
    assert made == expected


def test_pushes_can_be_drawn(file: str, tmp_path: Path) -> None:
    figure = tmp_path / "pushes.svg"
    done = invoke("advise", file, "--figure", str(figure))
    assert done.exit_code == 0
    assert any(box.text == "Score" for box in texts(figure.read_text("utf-8")))


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--calibrate",), 2, "--calibrate and -o NEW.json go together"),
        (("-o", "new.json"), 2, "--calibrate and -o NEW.json go together"),
        (("--calibrate", "-o", "new.txt"), 2, "must end in .json or .xlsx"),
        (("--set", "context.strategic_orientation=tecnology"), 3, "did you mean 'technology'?"),
        (("--set", "context.network_ties=1.5"), 3, "a number of at most 1"),
        (("--set", "context.network_tie=0.5"), 3, "network_ties"),
        (("--set", "context.exploratory_mode=bold"), 3, "unknown mode 'bold'"),
        (("--time-limit", "0"), 2, "above 0"),
    ],
)
def test_what_is_wrong_is_told(file: str, options: tuple[str, ...], code: int, said: str) -> None:
    done = invoke("advise", file, *options)
    assert done.exit_code == code
    assert said in flat(done.output + done.stderr)
    assert "Traceback" not in done.output


def test_an_instance_without_a_context_or_without_the_mode_is_refused(tmp_path: Path) -> None:
    done = invoke("advise", TWO_FIRMS)
    assert done.exit_code == 3
    assert "found nothing expected what is known of the situation" in flat(done.stderr)
    new = str(tmp_path / "new.json")
    done = invoke("advise", TWO_FIRMS, "--set", "context.network_ties=0.75", "--calibrate", "-o", new)
    assert done.exit_code == 3
    assert "a mode 'exploratory'" in flat(done.stderr)
    assert not Path(new).exists()


@pytest.mark.parametrize("solve", range(1, 5))
def test_ctrl_c_leaves_nothing_half_written(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, solve: int
) -> None:
    """It arrives in one of the four solves: each mode alone, the instance as it was, the one that is calibrated."""
    honest, calls = rd_contract.verify, 0

    def interrupted(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == solve:
            raise KeyboardInterrupt
        return honest(*arguments)

    monkeypatch.setattr("rd_contract.pipeline.verify", interrupted)
    done = invoke("advise", file, "--calibrate", "-o", str(tmp_path / "new.json"))
    assert done.exit_code == 5
    assert "p(exploring) = 71.1%" in flat(done.stdout)
    assert f"Interrupted: {tmp_path}" in flat(done.stderr).replace(" ", "").replace("Interrupted:", "Interrupted: ")
    assert not (tmp_path / "new.json").exists()


def test_the_input_is_never_overwritten(file: str) -> None:
    done = invoke("advise", file, "--calibrate", "-o", file)
    assert done.exit_code == 2
    assert "overwrite" in flat(done.stderr)


@pytest.mark.parametrize("name", ["book.xlsx", "new.json"])
def test_what_is_there_is_overwritten_on_request_only(file: str, tmp_path: Path, name: str) -> None:
    book = str(tmp_path / name)
    options = ("advise", file, "--calibrate", "-o", book)
    assert invoke(*options).exit_code == 0
    written = Path(book).read_bytes()
    refused = invoke(*options)
    assert (refused.exit_code, Path(book).read_bytes() == written) == (2, True)
    assert "exists; --force overwrites it" in flat(refused.stderr)
    assert invoke(*options, "--force").exit_code == 0


def test_where_no_mode_has_a_contract_that_is_the_exit_code(tmp_path: Path) -> None:
    document = load_bundled("explore_or_exploit").to_dict()
    for firm in document["firms"]:
        firm |= {"outside_option": 100.0, "membership": "required"}
    done = invoke("advise", write(tmp_path / "none.json", document))
    assert done.exit_code == 4
    assert "No mode has a contract, and that is proven" in flat(done.stdout)
    assert "p(exploring) = 71.1%" in flat(done.stdout)


def test_contexts_survive_every_form(file: str, tmp_path: Path) -> None:
    weighed = json.loads(Path(file).read_text("utf-8"))
    weighed["context"] |= {"weights": {"network_ties": 2.5}, "position": "manufacturer"}
    source = write(tmp_path / "weighed.json", weighed)
    for name in ("book.xlsx", "folder"):
        assert invoke("convert", source, str(tmp_path / name)).exit_code == 0
        again = tmp_path / f"{name}.json"
        assert invoke("convert", str(tmp_path / name), str(again)).exit_code == 0
        assert Instance.from_file(again) == Instance.from_dict(weighed)
