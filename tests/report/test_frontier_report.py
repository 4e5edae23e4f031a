"""Frontiers on pages, in tables and in pictures: what is told, and that nothing lies on something else."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from printing import sentences
from rd_contract import Frontier, FrontierPoint
from rd_contract.base.choices import SecondGoal
from rd_contract.outcome.contract import InstanceReference, Member
from rd_contract.report.content.frontier import frontier_figure, frontier_report
from rd_contract.report.frames.frontier import COLUMNS, frontier_table
from rd_contract.report.words.goals import SECOND
from rd_contract.study.frontier import FrontierGap
from svg import overlaps


def member(name: str) -> Member:
    amounts = {key: 0.0 for key in Member.model_fields if key not in ("firm", "effort_label")}
    return Member(firm=name, effort_label="", **amounts)


def point(first: float, second: float, *names: str) -> FrontierPoint:
    return FrontierPoint(
        objective_value=first,
        bound=first,
        second=second,
        joint_surplus=first,
        joint_profit=first,
        mode="baseline",
        monitoring="none",
        members=tuple(map(member, names)),
        point="0" * 32,
    )


def made(**changes: Any) -> Frontier:
    document: dict[str, Any] = {
        "format": "rd-contract-frontier/1",
        "instance": InstanceReference(name="x", sha256="0" * 64),
        "currency": "EUR",
        "objective": "joint",
        "second": "cost",
        "direction": "smaller",
        "step": 0.001,
        "points": (point(9.0, 7.0, "A; B", "C"), point(5.0, 3.0, "C")),
        "gaps": (FrontierGap(objective_from=5.0, objective_to=9.0, second_from=7.0, second_to=4.0),),
        "solved": 4,
    }
    return Frontier(**document | changes)


def test_every_second_goal_has_words() -> None:
    assert set(SECOND) == set(get_args(SecondGoal))


def test_a_page_tells_points_and_what_may_lie_between() -> None:
    text = sentences(frontier_report(made(group="small firms", unanswered=(6.5,), stopped="interrupted")))
    assert "Joint surplus against R&D and joining cost (small firms)" in text
    assert "R&D and joining cost 7.000 to 4.000: joint surplus 5.000 to 9.000" in text
    assert "no proven answer at 6.500" in text
    assert "Stopped early: interrupted" in text
    assert "Contracts that differ in it by no more than 0.001 are not told apart." in text
    assert "not told apart" not in sentences(frontier_report(made(step=1e-6)))
    assert "not told apart" not in sentences(frontier_report(made(second="members", step=1.0)))
    share = made(second="revenue_share", direction="larger", unanswered=(0.77295,))
    assert "no proven answer at 77.30%" in sentences(frontier_report(share))


def test_a_page_of_one_contract_compares_it_with_nothing() -> None:
    one = {"points": (point(9.0, 7.0, "A"),), "gaps": ()}
    text = sentences(frontier_report(made(**one)))
    assert "This contract is best in both, which is proven, within the gap; of the second, less is better." in text
    assert "any of these" not in text
    assert "best in both" not in sentences(frontier_report(made(**one, stopped="interrupted")))


def test_a_page_without_points_says_why() -> None:
    assert "No points: no contract exists." in sentences(
        frontier_report(made(points=(), gaps=(), stopped="no contract exists"))
    )
    assert frontier_figure(made(points=())) == ()


def test_a_table_has_a_row_for_each_point() -> None:
    frame = frontier_table(made())
    assert list(frame.columns) == list(COLUMNS)
    assert frame["members"].tolist() == ["A, B; C", "C"]
    assert frontier_table(made(points=())).empty


@pytest.mark.parametrize("second", get_args(SecondGoal))
@pytest.mark.parametrize("count", [1, 2, 12])
def test_nothing_lies_on_something_else(second: str, count: int) -> None:
    points = tuple(point(9.0 - 0.1 * at, 1.0 - 0.01 * at, f"Firm {at}") for at in range(count))
    beyond = FrontierGap(objective_from=None, objective_to=9.0, second_from=1.0, second_to=0.5)
    [figure] = frontier_figure(made(second=second, points=points, gaps=(beyond,)))
    assert overlaps(figure.svg) == []
    assert "less is better" in figure.svg
    assert "more is better" in figure.svg


def test_a_step_that_rounds_to_nothing_is_not_told() -> None:
    both = (point(9.0, 0.5, "A"), point(5.0, 0.7, "C"))
    shared: dict[str, Any] = {"second": "revenue_share", "direction": "larger", "points": both, "gaps": ()}
    assert "not told apart" not in sentences(frontier_report(made(step=1e-9, **shared)))
    assert "by no more than 1.25% are not told apart" in sentences(frontier_report(made(step=0.0125, **shared)))
