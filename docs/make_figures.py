"""Draw the figures of the pages into docs/images.

python docs/make_figures.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from rd_contract import SweepPlan, advise, load_bundled, sensitivity, solve, sweep
from rd_contract.report.content.advice import advice_figures
from rd_contract.report.content.contract import money_of
from rd_contract.report.content.contract_figures import contract_figures
from rd_contract.report.content.scenario_figures import scenario_figures
from rd_contract.report.content.sweep_figures import sweep_figures
from rd_contract.report.frames.sweeps import points_table
from rd_contract.report.pictures import write_figures

IMAGES = Path(__file__).resolve().parent / "images"

#: Design, values, and the figures that the pages show.
SHOWN = (
    ("grid", ("project.value=*0.8:1.2:9", "firms.*.efforts.full_cost=*0.8:1.2:9"), ("heat_map",)),
    (
        "one-at-a-time",
        (
            "project.value=*0.8,1.2",
            "firms.*.efforts.full_cost=*0.8,1.2",
            "project.synergy_strength=*0.7,1.3",
            "project.subsidy_rate=0,0.4",
            "firms.*.joining_cost=*0.5,1.5",
            "project.team_size.max=3,4,5",
        ),
        ("tornado",),
    ),
)


def main() -> None:
    """Draw them."""
    instance = load_bundled("horizon2020_12")
    IMAGES.mkdir(exist_ok=True)
    write_figures(instance.name, contract_figures(solve(instance), instance), IMAGES / "contract.svg")
    uncertain = load_bundled("battery_scenarios")
    result = solve(uncertain)
    write_figures(uncertain.name, scenario_figures(result, money_of(result)), IMAGES / "scenarios.svg")
    pump = load_bundled("explore_or_exploit")
    write_figures(pump.name, advice_figures(advise(pump)), IMAGES / "advice.svg")
    for design, vary, names in SHOWN:
        with tempfile.TemporaryDirectory() as folder:
            outcome = sweep(instance, SweepPlan.from_options(vary, design, None, 0), Path(folder) / "sweep")
            points = points_table(outcome)
            written = sweep_figures(instance, outcome, points, sensitivity(outcome), Path(folder), "svg")
            for file in written:
                if file.stem in names:
                    (IMAGES / file.name).write_bytes(file.read_bytes())


if __name__ == "__main__":
    main()
