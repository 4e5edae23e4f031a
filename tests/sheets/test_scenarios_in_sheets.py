"""Scenarios in spreadsheets: a row for each change, read as people write it, back and forth without loss."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import Workbook

from commands import flat, invoke
from oracles.random_instances import random_instance
from rd_contract import Instance, InstanceError
from rd_contract.instance import path_to
from rd_contract.instance.refusals import CHANGEABLE
from rd_contract.sheets.layout import layout_of, varying
from spreadsheets import Rows, problems_of, read, workbook

FORMS = ("a.xlsx", "a", "a.json")

FIRMS: Rows = (
    ("Firm", "Contribution", "Cost of full effort", "Cooperation"),
    ("Pump Works", 9, 4, 0.5),
    ("Sensor Lab", 6, 2, 1),
)
HEADS = ("Scenario", "Probability", "What changes", "New value", "Or times")


def file(folder: Path, *rows: tuple[Any, ...], project: Rows = (), change: Any = None) -> Path:
    sheets: dict[str, Rows] = {"Firms": FIRMS, "Scenarios": (HEADS, *rows)}
    return workbook(folder / "a.xlsx", sheets | ({"Project": project} if project else {}), change)


def scenarios(instance: Instance) -> list[Any]:
    return [
        (one.name, one.probability, [(change.path, change.value, change.factor) for change in one.changes])
        for one in instance.scenarios
    ]


# --- read ------------------------------------------------------------------------------------------------


def test_rows_without_a_name_go_on_with_the_scenario_above(tmp_path: Path) -> None:
    rows = (
        ("pessimistic", "25%", "modes.*.value_factor", None, "80%"),
        (None, None, "firms.Pump Works.outside_option", "1.5 EUR", None),
        (None, None, "firms.*.cooperation", "40%", None),
        ("expected", 0.5, None, None, None),
        ("optimistic", 0.25, "modes.*.value_factor", None, 1.2),
        ("optimistic", None, "firms.*.contribution", None, 1.1),
        ("optimistic", 0.25, "firms.Sensor Lab.cooperation", "30%", None),
    )
    instance, notes = read(file(tmp_path, *rows))
    assert scenarios(instance) == [
        (
            "pessimistic",
            0.25,
            [
                ("modes.*.value_factor", None, 0.8),
                ("firms.Pump Works.outside_option", 1.5, None),
                ("firms.*.cooperation", 0.4, None),
            ],
        ),
        ("expected", 0.5, []),
        (
            "optimistic",
            0.25,
            [
                ("modes.*.value_factor", None, 1.2),
                ("firms.*.contribution", None, 1.1),
                ("firms.Sensor Lab.cooperation", 0.3, None),
            ],
        ),
    ]
    assert "understood: probability: 25% to 50%, from Scenarios column B" in notes
    assert "understood: or times: 0.8 to 1.2, from Scenarios column E" in notes


def test_probabilities_may_be_left_out(tmp_path: Path) -> None:
    instance, _ = read(file(tmp_path, ("bad", None, "project.base_value", -1, None), ("good", None, None, None, None)))
    assert [one.probability for one in instance.scenarios] == [None, None]


@pytest.mark.parametrize(
    ("title", "heads", "asked", "words"),
    [
        (
            "Szenarien",
            ("Szenario", "Wahrscheinlichkeit", "Was sich ändert", "Neuer Wert", "Oder mal"),
            ("Szenario bekannt", "Einsatz vereinbart", "Szenarien beurteilt nach", "Schlechtester Teil"),
            ("vor dem Einsatz", "je Szenario", "Mittel des schlechtesten Teils", "25%"),
        ),
        (
            "情景",
            ("情景名称", "概率", "变化项", "新值", "或乘以"),
            ("情景获知", "努力约定", "情景评价", "最差部分"),
            ("努力前", "按情景", "最差部分均值", "25%"),
        ),
        (
            "scenarios",
            ("name", "probability", "path", "value", "factor"),
            ("timing", "agreement", "uncertainty.objective", "alpha"),
            ("before_effort", "by_scenario", "CVaR", 0.25),
        ),
    ],
)
def test_three_languages(title: str, heads: Any, asked: Any, words: Any, tmp_path: Path) -> None:
    project = (("What", "Value"), *zip(asked, words, strict=True))
    rows = (heads, ("bad", 0.25, "project.base_value", None, 0.5), ("good", 0.75, "project.base_value", 3, None))
    instance = Instance.from_file(workbook(tmp_path / "a.xlsx", {"Firms": FIRMS, title: rows, "Project": project}))
    assert scenarios(instance) == [
        ("bad", 0.25, [("project.base_value", None, 0.5)]),
        ("good", 0.75, [("project.base_value", 3.0, None)]),
    ]
    assert instance.uncertainty.model_dump() == {
        "timing": "before_effort",
        "agreement": "by_scenario",
        "objective": "cvar",
        "alpha": 0.25,
    }
    assert instance.objective == "joint"


# --- what is refused -------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[tuple[tuple[Any, ...], ...], str]] = {
    "a change before any scenario": (
        ((None, None, "project.value", 1, None),),
        "Scenarios!A2: found nothing; expected the name of a scenario",
    ),
    "two probabilities of one scenario": (
        (("bad", 1, "project.base_value", 1, None), (None, "50%", "project.volatility", 1, None)),
        "Scenarios!B3: found another probability of 'bad'; expected one probability for each scenario, in its",
    ),
    "a row of sums": (
        (("bad", None, None, None, None), ("good", None, None, None, None), ("Total", None, None, None, None)),
        "Scenarios!A4: found 'Total'; expected a scenario (begin the row with # if it holds sums; write \"Total\" in "
        "quotes if a scenario is called so)",
    ),
    "a value of nothing": (
        (("bad", None, None, 1, None),),
        "Scenarios!C2: found nothing; expected what changes (such as project.value, or firms.*.joining_cost)",
    ),
    "neither value nor factor": (
        (("bad", None, "project.base_value", None, None),),
        "Scenarios!D2 (scenarios[0].changes[0].value): found neither; expected either 'New value' or 'Or",
    ),
    "value and factor": (
        (("bad", None, "project.base_value", 1, 2),),
        "Scenarios!E2 (scenarios[0].changes[0].factor): found 'New value' 1 and 'Or times' 2; expected either",
    ),
    "a path that leads nowhere": (
        (("bad", None, "firms.Pump Work.cooperation", 1, None),),
        'Scenarios!C2 (scenarios[0].changes[0].path): found "Pump Work"; expected one of "Pump Works", "Sensor Lab" '
        '(did you mean "Pump Works"?)',
    ),
    "what may not change": (
        (("bad", None, "firms.*.liquidity", 1, None),),
        'Scenarios!C2 (scenarios[0].changes[0].path): found "firms.*.liquidity"; expected a number that scenarios may '
        "change (terms are agreed before anybody knows which scenario comes",
    ),
    "a number twice": (
        (("bad", None, "firms.*.cooperation", 1, None), (None, None, "firms.Sensor Lab.cooperation", 1, None)),
        "Scenarios!C3 (scenarios[0].changes[1].path): found firms.Sensor Lab.cooperation, as in Scenarios!C2; expected "
        "every number changed once",
    ),
    "a part above 1": (
        (("bad", None, "firms.*.cooperation", None, 1.5),),
        "Scenarios!E2 (scenarios[0].changes[0].factor): found 1.5 at firms.Sensor Lab.cooperation; expected a number "
        "of at most 1",
    ),
    "a part of an amount": (
        (("bad", None, "firms.*.joining_cost", "20%", None),),
        'Scenarios!D2: found "20%"; expected an amount',
    ),
    "an amount for a part": (
        (("bad", None, "firms.*.cooperation", "2 EUR", None),),
        'Scenarios!D2: found "2 EUR"; expected a number',
    ),
    "a fifth less": (
        (("bad", None, "firms.*.contribution", None, "-20%"),),
        'Scenarios!E2: found "-20%"; expected a factor with one reading (write 80% for less than there is, -0.2 for '
        "the factor itself)",
    ),
    "a fifth more": (
        (("bad", None, "firms.*.contribution", None, "+20 %"),),
        'Scenarios!E2: found "+20%"; expected a factor with one reading (write 120% for more than there is, 0.2 for',
    ),
    "a sign without a number": (
        (("bad", None, "firms.*.contribution", None, "+.%"),),
        'Scenarios!E2: found "+.%"; expected a number',
    ),
    "probabilities that miss 1": (
        (("bad", 0.25, None, None, None), ("good", 0.5, None, None, None)),
        "Scenarios!B2 (scenarios[0].probability): found probabilities that add to 0.75; expected probabilities that",
    ),
    "one probability only": (
        (("bad", 0.25, None, None, None), ("good", None, None, None, None)),
        "Scenarios!B3 (scenarios[1].probability): found nothing; expected a probability in every scenario, or in none",
    ),
    "a scenario twice": (
        (("bad", None, None, None, None), ("good", None, None, None, None), ("bad", None, None, None, None)),
        "Scenarios!A4 (scenarios[2].name): found 'bad'; expected a name used once (Scenarios!A2 has the same name)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_names_the_cell_and_what_to_write(name: str, tmp_path: Path) -> None:
    rows, words = REFUSED[name]
    [line] = problems_of(file(tmp_path, *rows))
    assert line.startswith(words)


def test_everything_is_said_at_once_with_its_cell(tmp_path: Path) -> None:
    rows = [
        row for name in ("a path that leads nowhere", "a fifth less", "value and factor") for row in REFUSED[name][0]
    ]
    lines = problems_of(file(tmp_path, *((f"{at}", *row[1:]) for at, row in enumerate(rows))))
    assert [line.partition(" ")[0].rstrip(":") for line in lines] == ["Scenarios!C2", "Scenarios!E3", "Scenarios!E4"]


@pytest.mark.parametrize(
    ("heads", "missing"),
    [
        (("Probability", "What changes", "Or times"), "no column Scenario;"),
        (("Scenario", "New value"), "no column What changes;"),
        (("New value", "Or times"), "no columns Scenario and What changes;"),
    ],
)
def test_columns_that_are_needed(heads: tuple[str, ...], missing: str, tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"Firms": FIRMS, "Scenarios": (heads, (1,) * len(heads))}
    line, *_ = problems_of(workbook(tmp_path / "a.xlsx", sheets))
    assert line.startswith(f"Scenarios!A1: found {missing}")


def test_a_percentage_that_excel_knows_as_one_is_read_as_text_is(tmp_path: Path) -> None:
    def percent(book: Workbook) -> None:
        book["Scenarios"]["E2"].number_format = "0%"

    path = file(tmp_path, ("bad", None, "firms.*.contribution", None, -0.2), change=percent)
    assert problems_of(path)[0].startswith('Scenarios!E2: found "-20%"; expected a factor with one reading')
    path = file(tmp_path, ("bad", None, "firms.*.contribution", None, 0.8), change=percent)
    assert Instance.from_file(path).scenarios[0].changes[0].factor == 0.8


# --- back and forth --------------------------------------------------------------------------------------


def random_scenarios(seed: int) -> dict[str, Any]:
    """Return a random instance with scenarios, some of which are refused by the format."""
    rng = Random(f"scenarios {seed}")
    raw = random_instance(seed)
    names = [firm["name"] for firm in raw["firms"]]
    plain = [path_to("firms", name, "outside_option") for name in names]
    if len(names) > 1:
        plain.append(path_to("relations", tuple(rng.sample(names, 2)), rng.choice(("trust", "spillover"))))
    stars = ["modes.*.value_factor", "modes.*.cost_factor", "monitoring.*.detection", "firms.*.joining_cost"]
    paths = [*plain, *stars, "project.value", "project.subsidy_rate", "firms.*.private_benefit"]
    count = rng.randint(1, 4)
    weights = [rng.randint(1, 9) for _ in range(count)]
    given = rng.random() < 0.6
    listed = []
    for at, weight in enumerate(weights):
        chosen = rng.sample(paths, rng.randint(0, 4))
        changes = [
            {"path": path, "factor": round(rng.uniform(0.1, 1.0), 3)}
            if path in stars or rng.random() < 0.3
            else {"path": path, "value": rng.random()}
            for path in chosen
        ]
        name = rng.choice((f"{at}", f"= {at}", f" {at} of {count}", f"sum {at}"))
        listed.append({"name": name, "changes": changes, "probability": weight / sum(weights) if given else None})
    asked = {
        "timing": rng.choice(("before_effort", "after_effort")),
        "objective": rng.choice(("expected", "worst", "cvar")),
        "alpha": rng.uniform(0.01, 1.0),
    }
    return raw | {"scenarios": listed, "uncertainty": asked}


def agree(seed: int, folder: Path) -> bool:
    """Return whether an instance is one, after sending it through all forms."""
    try:
        instance = Instance.from_dict(random_scenarios(seed))
    except InstanceError:
        return False
    for form in FORMS:
        instance.to_file(folder / form)
        assert Instance.from_file(folder / form).canonical_json() == instance.canonical_json(), seed
    return bool(instance.scenarios)


def test_instances_with_scenarios_come_back(tmp_path: Path) -> None:
    assert sum(agree(seed, tmp_path) for seed in range(25)) > 12


@pytest.mark.slow
def test_many_instances_with_scenarios_come_back(tmp_path: Path) -> None:
    assert sum(agree(seed, tmp_path) for seed in range(25, 400)) > 200


def test_new_values_have_the_unit_of_what_changes() -> None:
    column = layout_of(Instance).sheet("scenarios").column("changes", "value")
    for holder, fields in CHANGEABLE.items():
        for name, field in fields.items():
            found = varying(column, f"{holder}.{name}")
            assert found.kind == "number"
            assert (found.money != 0) == ("InMoney" in str(field)), (holder, name)
    assert varying(column, "firms.A.capabilities.cost").percent
    assert varying(column, "firms.A.cooperation").percent
    assert not varying(column, "nowhere").percent


def test_the_template_shows_where_scenarios_stand(tmp_path: Path) -> None:
    target = tmp_path / "alliance"
    assert invoke("template", "-o", str(target)).exit_code == 0
    assert (target / "Scenarios.csv").read_text(encoding="utf-8-sig").startswith(",".join(HEADS))
    words = (target / "Project.csv").read_text(encoding="utf-8-sig")
    assert all(name in words for name in ("Scenario known", "Efforts agreed", "Scenarios judged by", "Worst part"))
    assert "Scenarios" not in flat(invoke("check", str(target)).stdout)


@pytest.mark.parametrize(
    ("path", "value", "warned"),
    [
        ("firms.*.outside_option", 0.5, False),
        ("firms.Pump Works.outside_option", 0.5, False),
        ("firms.*.outside_option", 0, True),
        ("firms.*.joining_cost", 0.5, True),
    ],
)
def test_what_firms_earn_elsewhere_may_stand_in_scenarios_alone(
    tmp_path: Path, path: str, value: float, warned: bool
) -> None:
    _, notes = read(file(tmp_path, ("usual", 0.5, None, None, None), ("rival", 0.5, path, value, None)))
    assert any("no firm earns anything elsewhere" in note for note in notes) == warned
