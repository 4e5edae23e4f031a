"""What a comparison says, in sentences: what each step from one form of cooperation to the next is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...study.comparison import Comparison, Form, Gain
from .numbers import Money, clean, listing, percent
from .uncertainty import judged_aim


def sentences(comparison: Comparison, money: Money) -> Iterator[str]:
    """Yield what there is to say about the forms of cooperation of an instance, the notes last.

    Parameters
    ----------
    comparison
        What ``compare`` returned.
    money
        How amounts are written.
    """
    joint = comparison.form("joint")
    if joint is not None and joint.status == "no_contract":
        yield "No contract exists under the rules of the instance; rd-contract solve says which of them are in the way."
    yield from _steps(comparison, money)
    yield from _monitoring(comparison, money)
    if joint is not None and joint.members:
        yield from _alone(comparison, joint, money)
        yield from _leadership(comparison, joint, money)
    if joint is not None:
        yield from _moral_hazard(comparison, joint, money)
    yield from comparison.notes


def _steps(comparison: Comparison, money: Money) -> Iterator[str]:
    instruments = _instruments(comparison)
    steps = (
        ("Choosing shares rather than splitting equally", "adds", "shares-only", "equal-shares"),
        ("Cost sharing", "adds", "cost-sharing", "shares-only"),
        (instruments, "add" if " and " in instruments else "adds", "joint", "cost-sharing"),
    )
    for subject, verb, more, less in steps:
        first, second = comparison.form(more), comparison.form(less)
        gain = comparison.gain(more, less)
        if first is None or second is None or gain is None or not (first.members or second.members):
            continue
        if first.instance == second.instance:
            yield _NOT_OFFERED[more]
        elif gain.amount < 0.0 and not _is_nothing(gain.amount, money):
            why = "see the last remarks" if comparison.notes else "neither is proven more precisely"
            yield f"{subject} {verb} {money.full(gain.amount)}, less than nothing: {why}."
        else:
            yield _step(f"{subject} {verb}", gain, money)


#: Where two forms are the same instance: what it does not offer.
_NOT_OFFERED = {
    "shares-only": "Equal shares are the only ones that the instance allows.",
    "cost-sharing": "Cost sharing adds nothing: the instance reimburses no cost.",
    "joint": "The instance has no deposits and no monitoring that could add anything.",
}


def _instruments(comparison: Comparison) -> str:
    """Return what the instance offers beside shares and cost sharing, as its joint optimum is titled."""
    joint = comparison.form("joint")
    words = "" if joint is None else joint.title.partition(" with ")[2]
    return words.capitalize() or "All that the instance offers beyond that"


def _step(subject: str, gain: Gain, money: Money, by: str = "") -> str:
    doubt = _doubt(gain.proven)
    if _is_nothing(gain.amount, money):
        return f"{subject} nothing here{doubt}."
    if gain.ratio is None:
        return f"{subject} {money.full(gain.amount)}{by}, and without it nothing is gained{doubt}."
    return f"{subject} {money.full(gain.amount)}{by}, {percent(gain.ratio, 0 if gain.ratio >= 1.0 else 1)}{doubt}."


def _doubt(proven: bool) -> str:
    return "" if proven else " (as far as is known: not all is proven)"


def _monitoring(comparison: Comparison, money: Money) -> Iterator[str]:
    """Yield what a choice of monitoring is worth (M39); the amount is said once."""
    least, joint = comparison.form("least-monitoring"), comparison.form("joint")
    if least is None or joint is None or not joint.members:
        return
    judged = judged_aim(joint.objective, joint.uncertainty)
    gain = comparison.gain("joint", "least-monitoring", judged=bool(judged))
    if gain is None:
        return
    by = f" by the {judged}" if judged else ""
    chosen, other = clean(joint.monitoring or ""), clean(least.monitoring or "")
    if _is_nothing(gain.amount, money):
        yield f'A choice of monitoring adds nothing{by}{_doubt(gain.proven)}: "{chosen}" is as good as any.'
    else:
        rather = f'"{chosen}" rather than "{other}"' if other and other != chosen else f'"{chosen}"'
        if not judged and _is_last_step(comparison, gain, money):
            yield f"All of that comes from monitoring by {rather}."
        else:
            yield _step(f"Monitoring by {rather} is worth", gain, money, by)


def _is_last_step(comparison: Comparison, worth: Gain, money: Money) -> bool:
    """Return whether what a choice of monitoring is worth is what the step just told adds, in other words."""
    step = comparison.gain("joint", "cost-sharing")
    if step is None or worth.amount < 0.0:
        return False
    told = [(money.text(gain.amount), gain.ratio is None, gain.proven) for gain in (step, worth)]
    return told[0] == told[1]


def _alone(comparison: Comparison, joint: Form, money: Money) -> Iterator[str]:
    gain = comparison.gain("joint", "alone")
    if gain is None or len(joint.members) < 2:
        return
    doubt = _doubt(gain.proven)
    if _is_nothing(gain.amount, money):
        yield f"Together the members gain as much as if each of them did without partners{doubt}."
    else:
        amount, worth = money.full(abs(gain.amount)), "more" if gain.amount > 0.0 else "less"
        yield f"Together the members gain {amount} {worth} than if each of them did without partners{doubt}."


def _leadership(comparison: Comparison, joint: Form, money: Money) -> Iterator[str]:
    """Yield what it costs all, and brings the lead, if one firm writes the contract."""
    led = [row for row in comparison.led if row.members and row.joint_surplus is not None]
    if not led:
        return
    worst = min(led, key=lambda row: row.joint_surplus or 0.0)
    loss = comparison.gain("joint", worst.id)
    alike = all(money.text(row.joint_surplus) == money.text(joint.joint_surplus) for row in led)
    if loss is None or alike:
        doubt = _doubt(all(row.proven for row in (*led, joint)))
        yield f"Whoever leads, all together gain as much as at the joint optimum{doubt}; the lead takes most of it."
    else:
        own = next((row for row in led if row.lead == joint.lead), worst)
        cost = comparison.gain("joint", own.id)
        if cost is not None and money.text(cost.amount) != money.text(loss.amount):
            yield f"{_led(own, joint, cost, money)}."
        else:
            worst = own  # nobody leads it worse
        most = len(led) > 1 and loss.amount > 0.0 and not _is_nothing(loss.amount, money)
        yield f"{_led(worst, joint, loss, money)}{', the most that leadership costs' if most else ''}."
    if len(led) > 1:
        yield _worth_most(led, money)


def _worth_most(led: Sequence[Form], money: Money) -> str:
    """Return to whom leading is worth most: everybody whose amount is written alike."""
    most = max(row.lead_surplus or 0.0 for row in led)
    best = [row for row in led if money.text(row.lead_surplus or 0.0) == money.text(most)]
    who, amount = listing(clean(row.lead or "") for row in best), money.full(most)
    doubt = _doubt(all(row.proven for row in led))
    if len(best) > 1:
        return f"Leading is worth most to {who}: {amount} each, beyond their outside options{doubt}."
    return f"Leading is worth most to {who}: {amount} beyond its outside option{doubt}."


def _led(row: Form, joint: Form, cost: Gain, money: Money) -> str:
    """Return what it costs all if a firm leads; they may gain by it on average where that is not what is judged."""
    who = clean(row.lead or "")
    if _is_nothing(cost.amount, money):
        return f"Led by {who}, all together gain as much as at the joint optimum{_doubt(cost.proven)}"
    worth = "less" if cost.amount > 0.0 else "more"
    amount = f"{money.full(abs(cost.amount))} {worth} than at the joint optimum{_doubt(cost.proven)}"
    if judged := judged_aim(joint.objective, joint.uncertainty):
        best = f", which is the best by the {judged}" if cost.amount < 0.0 else ""
        return f"Led by {who}, all together gain on average {amount}{best}"
    return f"Led by {who}, all together gain {amount}"


def _moral_hazard(comparison: Comparison, joint: Form, money: Money) -> Iterator[str]:
    best, price = comparison.form("first-best"), joint.price_of_moral_hazard
    if best is None:
        return
    if best.joint_surplus is None or price is None:
        yield "What could be gained if effort were visible is not known."
    elif joint.status == "no_contract":
        if best.members:
            yield f"If effort were visible, {money.full(best.joint_surplus)} could be gained: all of it is lost."
    elif _is_nothing(price, money):
        yield "Moral hazard costs nothing: visible effort would gain no more."
    else:
        lost = "" if best.joint_surplus <= 0.0 else f", {percent(price / best.joint_surplus, 1)}"
        most = "" if joint.proven else "at most "
        yield (
            f"The price of moral hazard is {most}{money.full(price)}{lost} of what could be gained if effort were "
            "visible."
        )


def _is_nothing(amount: float, money: Money) -> bool:
    return money.text(amount) == money.text(0.0)
