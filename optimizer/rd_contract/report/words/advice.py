"""What advice on the mode says, in sentences: where the checklist points, what would turn it, what amounts say."""

from __future__ import annotations

from collections.abc import Iterator

from ...instance import Context
from ...sheets.field_headings import heading_of
from ...study.advice import Advice, FactorPush, ModeWorth, Side
from .numbers import Money, clean, fixed, listing, percent, short, signed

#: What the modes do.
DOING: dict[Side, str] = {"exploratory": "exploring", "exploitative": "exploiting"}

_OTHER: dict[Side, Side] = {"exploratory": "exploitative", "exploitative": "exploratory"}

#: Title of what modes are compared by where scenarios are not judged by their mean (M30).
JUDGED = "Judged at"

#: Factors that are named as what moves the checklist most.
_NAMED = 2


def factor_label(name: str) -> str:
    """Return what a factor of the context is called, as workbooks call it."""
    return heading_of(f"context.{name}").english


def mid_sentence(name: str) -> str:
    """Return what a factor is called within a sentence."""
    label = factor_label(name)
    return label[:1].lower() + label[1:]


def pushed(push: float) -> str:
    """Return a push or a score with its sign."""
    return signed(push, lambda amount: fixed(amount, 3))


def chance(advice: Advice) -> str:
    """Return p(exploring) as it is written."""
    return percent(advice.p_exploratory, 1)


def verdict(advice: Advice) -> str:
    """Return where the checklist points."""
    numbers = f"p(exploring) = {chance(advice)}, score {pushed(advice.score)}"
    if advice.advised is None:
        return f"The checklist points to neither mode: {numbers}."
    return f"The checklist points to {DOING[advice.advised]}: {numbers}."


def value_words(factor: FactorPush) -> str:
    """Return what the context says of a factor."""
    if factor.value is None:
        return "not known"
    return factor.value if isinstance(factor.value, str) else short(factor.value)


def tip_words(factor: FactorPush) -> str:
    """Return with which value the advice tips; empty where none does."""
    if factor.tips_with:
        return ", ".join(factor.tips_with)
    return "" if factor.tips_at is None else fixed(factor.tips_at, 3)


def turning(advice: Advice) -> str:
    """Return which single factor would turn the advice with the least change, or that none would."""
    factor = advice.factor(advice.nearest)
    if factor is None or advice.advised is None:
        return "" if advice.advised is None else "No factor would turn it alone, whatever it were."
    present = "not known" if factor.value is None else f"now {value_words(factor)}"
    head = f"Soonest turned by {mid_sentence(factor.name)} ({present})"
    if factor.tips_at is None:
        return f"{head}: {' or '.join(factor.tips_with)} would do."
    even = f"at {fixed(factor.tips_at, 3)} the odds are even"
    if factor.tips_at in (0.0, 1.0):
        return f"{head}: {even}, and there it ends."
    return f"{head}: {even}, and beyond that the checklist points to {DOING[_OTHER[advice.advised]]}."


def ignored(advice: Advice) -> Iterator[str]:
    """Yield which factors do not count, and why."""
    if advice.left_out:
        names = listing(map(mid_sentence, advice.left_out))
        yield f"Not known, and so counted as 0: {names}."
    for name in advice.set_aside:
        yield f"Set aside: {mid_sentence(name)}, which says nothing of a {advice.position}."


# --- how the optimizer stands to it ------------------------------------------------------------------------


def beside(advice: Advice, money: Money) -> Iterator[str]:
    """Yield how the checklist and the optimizer stand to each other, and why they differ if they do.

    Parameters
    ----------
    advice
        The advice.
    money
        How amounts are written.
    """
    if advice.most_profitable:
        yield _pays_most(advice, money)
    elif advice.complete and all(one.status == "no_contract" for one in advice.modes):
        yield "No mode has a contract, and that is proven: the optimizer cannot tell which pays more."
    else:
        yield "Which mode is the most profitable is not known: not all are proven."
    if advice.agreement == "no_such_mode" and advice.advised is not None:
        field = f"{advice.advised}_mode"
        usual = _quoted(Context.model_fields[field].default)
        yield f"No mode is for {DOING[advice.advised]}: none is called {usual}, or as context.{field} says."
    if advice.agreement == "differ":
        yield from _why(advice, money)


def _pays_most(advice: Advice, money: Money) -> str:
    best = listing(_quoted(name) for name in advice.most_profitable)
    agreement = {"agree": "The optimizer agrees", "differ": "The optimizer differs"}
    head = agreement.get(advice.agreement, "To the optimizer")
    if len(advice.most_profitable) > 1:
        return f"{head}: the modes {best} are worth the same, as far as proofs tell."
    said = f"{head}: the mode {best} is the most profitable"
    if advice.ahead is None:
        return f"{said}; {_no_other(advice)}."
    of_what = {None: "joint surplus", JUDGED: "the objective"}.get(goal(advice, money), "the lead's profit")
    doubt = "" if all(one.proven for one in advice.modes) else ", as far as is known: not all is proven"
    return f"{said}, by {money.full(advice.ahead)} of {of_what}{doubt}."


def _no_other(advice: Advice) -> str:
    """Return why the most profitable mode is ahead of no other."""
    others = [one for one in advice.modes if one.mode not in advice.most_profitable]
    if not others:
        return "there is no other"
    if all(one.status == "no_contract" for one in others):
        return "no other has a contract"
    return "no contract in another was found, and none can be worth as much"


def goal(advice: Advice, money: Money) -> str | None:
    """Return the title of what modes are compared by, where it is not the joint surplus; None: it is.

    Parameters
    ----------
    advice
        The advice.
    money
        How amounts are written.
    """
    if advice.objective == "lead":
        return "Lead earns"
    same = all(money.text(one.objective_value) == money.text(one.joint_surplus) for one in advice.modes)
    return None if same else JUDGED


def _why(advice: Advice, money: Money) -> Iterator[str]:
    """Yield what the checklist and what the optimizer look at, where they point to different modes."""
    best, advised = advice.mode(advice.most_profitable[0]), advice.advised_mode
    if best is None or advised is None or advice.advised is None:
        return
    moving = sorted((one for one in advice.factors if one.towards == advice.advised), key=lambda one: -abs(one.push))
    names = listing(f"{mid_sentence(one.name)} ({pushed(one.push)})" for one in moving[:_NAMED])
    yield f"The checklist knows no amounts. What moves it most to {DOING[advice.advised]}: {names}."
    if advised.status == "no_contract":
        yield f"The optimizer knows nothing else: in the mode {_quoted(advised.mode)} no contract exists."
    else:
        sure = "the best contract" if best.proven and advised.proven else "the best contract found so far"
        yield (
            f"The optimizer knows nothing else: {sure} in the mode {_quoted(best.mode)} brings a revenue of "
            f"{money.text(best.expected_revenue)} for R&D that costs {money.text(best.effort_cost)}; in the mode "
            f"{_quoted(advised.mode)} it is {money.text(advised.expected_revenue)} for "
            f"{money.text(advised.effort_cost)}."
        )
    factors = "; ".join(f"{_quoted(one.mode)} {factor_words(one)}" for one in (advised, best))
    yield (
        f"Either the factors of the modes ({factors}) leave out what the checklist sees, or the checklist leaves out "
        "the amounts that decide here."
    )


def factor_words(mode: ModeWorth) -> str:
    """Return by what a mode multiplies revenue, cost and volatility."""
    factors = {"revenue": mode.value_factor, "cost": mode.cost_factor, "volatility": mode.volatility_factor}
    return ", ".join(f"{name} × {short(factor)}" for name, factor in factors.items())


def _quoted(name: str) -> str:
    return f'"{clean(name)}"'
