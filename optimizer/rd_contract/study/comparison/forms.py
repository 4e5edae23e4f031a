"""The forms of cooperation that a comparison sets side by side, each as an exact variant of the instance.

A variant is an instance like any other: it can be written to a file, checked and solved on its own. Every edit that
changes something is named, so that a reader can make it by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...base.errors import OptionError
from ...base.names import normalised
from ...formats.hints import meant
from ...instance import Edit, Firm, Instance, Monitoring, Value, changes, is_eligible, path_to, variant
from ..monitoring import OF_MONITORING, least_edits, least_monitoring

#: Before the name of the firm in the identifier of a form with a lead.
LEAD = "lead:"

NONE, ALONE, EQUAL, SHARES, SHARING, LEAST, JOINT, FIRST_BEST = (
    "none",
    "alone",
    "equal-shares",
    "shares-only",
    "cost-sharing",
    "least-monitoring",
    "joint",
    "first-best",
)


@dataclass(frozen=True)
class Variant:
    """An instance with some values changed.

    Parameters
    ----------
    instance
        The changed instance.
    edits
        What was changed, for example ``firms.*.max_deposit = 0``; what stood there already is not named.
    """

    instance: Instance
    edits: tuple[str, ...]


def form_instance(instance: Instance, form: str, size: int | None = None) -> Instance:
    """Return the instance that a form of a comparison solves, to see or change its contract in full.

    Parameters
    ----------
    instance
        What is compared.
    form
        Identifier of the form: ``shares-only``, ``cost-sharing``, ``least-monitoring``, ``joint``, ``equal-shares`` or
        ``lead:`` with the name of a firm. The others are not solved: they follow from the joint optimum.
    size
        Number of members, for ``equal-shares`` only.

    Raises
    ------
    OptionError
        For another form, equal shares without a size, or a firm that cannot lead.
    InstanceError
        Where what the form changes leaves no valid instance, for example with two leads that exclude each other.
    """
    return variant_of(instance, form, size).instance


def variant_of(instance: Instance, form: str, size: int | None = None) -> Variant:
    """Return the variant of a form with its edits; as :func:`form_instance`."""
    if (form == EQUAL) != (size is not None):
        raise OptionError(f'a size belongs to "{EQUAL}", and "{EQUAL}" needs one')
    if form.startswith(LEAD):
        (lead,) = checked_leads(instance, [form.removeprefix(LEAD)])
        named = _led_by(instance, lead)
    elif form in (EQUAL, SHARES, SHARING, LEAST, JOINT):
        named = _agreed_on(instance, form, size)
    else:
        raise OptionError(f'no form "{form}" is solved from an instance of its own')
    said = (one.words for one in named if any(made.before != made.after for made in changes(instance, one.edits)))
    return Variant(variant(instance, [edit for one in named for edit in one.edits]), tuple(said))


# --- edits -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Named:
    """Edits that a reader makes as one, in words."""

    words: str
    edits: tuple[Edit, ...]


def _one(path: str, value: Value, words: str = "") -> _Named:
    return _Named(f"{path} = {words or value}", (Edit(path, value),))


def _agreed_on(instance: Instance, form: str, size: int | None) -> list[_Named]:
    """Return what makes a form of cooperation without a leader: the fewer terms it has, the more is switched off."""
    named = [_one("objective", "joint")]
    if form in (EQUAL, SHARES, SHARING):
        named += [_one("firms.*.max_deposit", 0.0, "0"), _without_monitoring(instance)]
        named += _whatever_the_scenario(instance)
    if form == LEAST:
        words = (f'monitoring = only "{least_monitoring(instance).name}"', "scenarios = the same for this option")
        named += [_Named(said, (edit,)) for said, edit in zip(words, least_edits(instance), strict=False)]
    if form in (EQUAL, SHARES):
        named.append(_one("firms.*.max_reimbursement", 0.0, "0"))
    if size is not None:
        named += [_between("project.team_size", size, f"{size}"), _between("firms.*.share", 1.0 / size, f"1/{size}")]
    return named


def _between(path: str, value: float, words: str) -> _Named:
    """Set both ends of a range to one value."""
    return _Named(f"{path} = {words}", (Edit(f"{path}.min", value), Edit(f"{path}.max", value)))


def _without_monitoring(instance: Instance) -> _Named:
    """Leave one free option that detects nothing: the instance's own where it has one."""
    free = (option for option in instance.monitoring if not option.detection and not option.cost)
    kept = next(free, Monitoring(name="none", cost=0.0, detection=0.0))
    words = f'only "{kept.name}", free, without detection'
    return _one("monitoring", [kept.model_dump(mode="json")], words)


def _whatever_the_scenario(instance: Instance) -> list[_Named]:
    """Leave monitoring as it is in every scenario: what is changed of other options is gone with them."""
    kept = [
        [change for change in scenario.changes if not OF_MONITORING.match(change.path)]
        for scenario in instance.scenarios
    ]
    if all(len(changes) == len(scenario.changes) for changes, scenario in zip(kept, instance.scenarios, strict=True)):
        return []
    scenarios = [
        scenario.model_copy(update={"changes": tuple(changes)}).model_dump(mode="json", exclude_unset=True)
        for changes, scenario in zip(kept, instance.scenarios, strict=True)
    ]
    return [_one("scenarios", scenarios, "the same without changes of monitoring")]


def _led_by(instance: Instance, lead: str) -> list[_Named]:
    """Make a firm the lead; the instance's own lead stays a member, so that only leadership is exchanged."""
    named, before = [_one("objective", "lead"), _one("project.lead", lead)], instance.project.lead
    if before is not None and before != lead:
        named.append(_one(path_to("firms", before, "membership"), "required"))
    return named


# --- who may lead ------------------------------------------------------------------------------------------


def eligible_leads(instance: Instance) -> tuple[str, ...]:
    """Return the names of the firms that may lead, in the order of the file: all that may join (M17)."""
    return tuple(firm.name for firm in instance.firms if is_eligible(firm, instance))


def checked_leads(instance: Instance, leads: Sequence[str]) -> tuple[str, ...]:
    """Return the firms asked for, each once; raises OptionError for one that is unknown or may not join."""
    firms = {firm.name: firm for firm in instance.firms}
    leads = [normalised(name) for name in leads]
    for name in leads:
        if name not in firms:
            raise OptionError(f'no firm is called "{name}"{meant(name, list(firms))}')
        if firms[name].membership == "excluded":
            raise OptionError(f'"{name}" cannot lead: it is excluded from every alliance')
        if not is_eligible(firms[name], instance):
            least = f"{firms[name].credit:g} is below min_credit ({instance.project.min_credit:g})"
            raise OptionError(f'"{name}" cannot lead: its credit of {least}')
    return tuple(dict.fromkeys(leads))


# --- words -------------------------------------------------------------------------------------------------


def has_deposits(instance: Instance) -> bool:
    """Return whether a deposit could deter anybody: some firm may place one, and some option detects."""
    return has_monitoring(instance) and any(firm.max_deposit > 0.0 for firm in instance.firms)


def has_monitoring(instance: Instance) -> bool:
    """Return whether some option detects."""
    return any(option.detection > 0.0 for option in instance.monitoring)


def offers_no_monitoring(instance: Instance) -> bool:
    """Return whether the instance itself offers a free option without detection."""
    return any(option.detection == 0.0 and option.cost == 0.0 for option in instance.monitoring)


def limits_shares(instance: Instance) -> bool:
    """Return whether some firm's share has a floor or a cap."""
    return any((firm.share.min, firm.share.max) != (0.0, 1.0) for firm in instance.firms)


def title_of(instance: Instance, form: str) -> str:
    """Return the title of a form."""
    if form.startswith(LEAD):
        name = form.removeprefix(LEAD)
        role = next(firm.role for firm in instance.firms if firm.name == name)
        return f"Led by {name} ({role})" if role.strip() else f"Led by {name}"
    if form == JOINT:
        parts = ["deposits"] * has_deposits(instance) + ["monitoring"] * has_monitoring(instance)
        return f"Joint optimum with {' and '.join(parts)}" if parts else "Joint optimum"
    return {
        NONE: "No cooperation",
        ALONE: "Every member alone",
        EQUAL: "Equal shares, no cost sharing",
        SHARES: "Shares only",
        SHARING: "Shares and cost sharing",
        LEAST: f'Joint optimum with "{least_monitoring(instance).name}" only',
        FIRST_BEST: "First best: effort is visible",
    }[form]


def words_of(instance: Instance, form: str) -> str:
    """Return what a form is, in one sentence."""
    if form.startswith(LEAD):
        own = instance.project.lead
        other = own is not None and own != form.removeprefix(LEAD)
        stays = f"; {own}, the instance's lead, stays a member" if other else ""
        return f"The firm is in the alliance and writes the contract that pays itself most (M21){stays}."
    aside = "; floors and caps of shares are set aside" if limits_shares(instance) else ""
    free = "" if offers_no_monitoring(instance) else ", which the instance itself does not offer"
    return {
        NONE: "Every firm takes its outside option.",
        ALONE: "Each member of the joint optimum does without partners, where that pays, and bears all cost and risk; "
        "the surpluses are added up.",
        EQUAL: f"Every member holds the same share, the number of members being the best one{aside}; nothing is "
        f"reimbursed, and there are no deposits and no monitoring{free}.",
        SHARES: f"Shares and transfers are chosen; nothing is reimbursed, and there are no deposits and no "
        f"monitoring{free}.",
        SHARING: f"Shares, transfers and reimbursement of cost are chosen; there are no deposits and no "
        f"monitoring{free}.",
        LEAST: "All terms of the instance, but of its options of monitoring only the one that detects least (M39).",
        JOINT: "All terms of the instance are chosen for the largest joint surplus (M20).",
        FIRST_BEST: "What the best alliance would earn if effort could be seen and enforced (M22).",
    }[form]


def lead_of(instance: Instance, form: str) -> Firm | None:
    """Return the lead in a form: the one it is about, or the instance's own."""
    name = form.removeprefix(LEAD) if form.startswith(LEAD) else instance.project.lead
    return next((firm for firm in instance.firms if firm.name == name), None)
