"""Advice on the mode on pages and in pictures: what it claims is so, and it claims to be no more than a checklist."""

from __future__ import annotations

from typing import Any

import pytest

from printing import printed, sentences
from rd_contract import Advice, Edit, advise, load_bundled, variant
from rd_contract.report.content.advice import advice_figures, advice_report
from rd_contract.report.words.advice import factor_label
from rd_contract.study.advice import FACTORS
from svg import overlaps, texts

BUNDLED = load_bundled("explore_or_exploit")


def advised(**known: Any) -> Advice:
    return advise(variant(BUNDLED, [Edit(f"context.{name}", value) for name, value in known.items()]))


DIFFERING = advised()
EXTERNAL = ("peer_competition", "policy_support", "supplier_distance_difference")


def changed(advice: Advice, **found: Any) -> Advice:
    """Return advice that found something else of the mode that it points to."""
    modes = [one.model_copy(update=found) if one.side == advice.advised else one for one in advice.modes]
    return advice.model_copy(update={"modes": tuple(modes)})


def test_a_page_says_what_pushes_what_tips_and_what_it_is() -> None:
    text = sentences(advice_report(DIFFERING))
    for said in (
        "The checklist points to exploring: p(exploring) = 71.1%, score +0.900.",
        "A structured checklist from four case studies, not a measured model",
        "Soonest turned by differences in distance (now 0.375): at 0.825 the odds are even, and beyond that the "
        "checklist points to exploiting.",
        "Not known, and so counted as 0: change of demand.",
        "S. Wei, W. Liu, Y. Lin, J. Wang and T. Liu (2021)",
    ):
        assert said in text
    assert all(one.proposition in text for one in FACTORS if DIFFERING.factor(one.name) and one.name != "demand_change")


def test_why_they_differ_is_told_in_what_each_of_them_knows() -> None:
    text = sentences(advice_report(DIFFERING))
    assert 'The optimizer differs: the mode "exploitative" is the most profitable, by 0.500 EUR million' in text
    assert "strategic orientation (+0.333) and smart technology (+0.250)" in text or "differences in distance" in text
    assert "brings a revenue of 20.000 for R&D that costs 6.000" in text
    assert 'in the mode "exploratory" it is 24.000 for 10.500' in text
    assert '("exploratory" revenue × 1.2, cost × 1.75, volatility × 2; "exploitative" revenue × 1, cost × 1' in text


@pytest.mark.parametrize(
    ("advice", "said"),
    [
        (
            advised(strategic_orientation="sales"),
            'The optimizer agrees: the mode "exploitative" is the most profitable',
        ),
        (changed(DIFFERING, status="no_contract"), "no contract exists."),
        (DIFFERING.model_copy(update={"most_profitable": (), "agreement": "not_known"}), "is not known: not all are"),
        (
            DIFFERING.model_copy(update={"most_profitable": ("exploratory", "exploitative"), "agreement": "agree"}),
            'the modes "exploratory" and "exploitative" are worth the same, as far as proofs tell.',
        ),
        (DIFFERING.model_copy(update={"agreement": "no_such_mode"}), 'none is called "exploratory"'),
        (changed(DIFFERING, proven=False), "EUR million of joint surplus, as far as is known: not all"),
        (changed(DIFFERING, proven=False), 'the best contract found so far in the mode "exploitative" brings'),
        (
            changed(DIFFERING, status="stopped").model_copy(update={"ahead": None}),
            "no contract in another was found, and none can be worth as much.",
        ),
        (DIFFERING.model_copy(update={"complete": False}), "Interrupted: not everything was found out."),
        (advised(information_integration=0.9), "Set aside: integration by information, which says nothing of a manufa"),
        (
            advised(weights=dict.fromkeys([*EXTERNAL, "network_ties", "decentralisation"], 0.0)),
            "Soonest turned by strategic orientation (now technology): market or sales would do.",
        ),
    ],
)
def test_every_case_has_its_words(advice: Advice, said: str) -> None:
    assert said in sentences(advice_report(advice))


def test_modes_are_compared_by_what_the_instance_aims_at() -> None:
    led = advise(variant(BUNDLED, [Edit("objective", "lead")]))
    text = sentences(advice_report(led))
    assert "Lead earns" in text
    assert "of the lead's profit." in text
    bad = {"name": "bad", "changes": [{"path": "firms.*.contribution", "factor": 0.9}]}
    worst = advise(
        variant(BUNDLED, [Edit("scenarios", [{"name": "usual"}, bad]), Edit("uncertainty.objective", "worst")])
    )
    text = sentences(advice_report(worst))
    assert "Judged at" in text
    assert "of the objective." in text


def test_what_is_balanced_is_said_to_be() -> None:
    none = dict.fromkeys([one.name for one in FACTORS if one.name != "network_ties"])
    text = sentences(advice_report(advised(**none, network_ties=0.5)))
    assert "The checklist points to neither mode: p(exploring) = 50.0%, score 0.000." in text
    assert "Soonest turned" not in text


def test_calibrating_is_shown_as_what_was_and_what_is() -> None:
    found = advise(BUNDLED, calibrate=True)
    text = printed(advice_report(found))
    lines = text.partition("What calibrating changes")[2].splitlines()
    rows = {line.split("  ")[0]: line.split()[-2:] for line in lines}
    assert rows["Revenue factor"] == ["1.2", "1.706"]
    assert rows["Mode"] == ["exploitative", "exploratory"]
    assert rows["Joint surplus"] == ["14.000", "23.626"]
    assert found.calibration is not None
    fixed = found.calibration.model_copy(update={"fixed_in": ("bad",)})
    text = sentences(advice_report(found.model_copy(update={"calibration": fixed})))
    assert 'Scenarios that give this factor a value of their own keep it: "bad".' in text


def test_the_picture_shows_every_push_and_the_score() -> None:
    [figure] = advice_figures(DIFFERING)
    shown = [box.text for box in texts(figure.svg)]
    for one in DIFFERING.factors:
        assert any(text.startswith(factor_label(one.name)) for text in shown) == (one.value is not None)
    assert {"Score", "+0.900", "-0.300"} <= set(shown)
    assert overlaps(figure.svg) == []
    none = dict.fromkeys([one.name for one in FACTORS])
    assert advice_figures(advised(**none, position="manufacturer")) == ()
