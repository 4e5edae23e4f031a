"""What an instance from the register assumes, and the words in which it says so."""

from __future__ import annotations

from dataclasses import dataclass

from .embeddedness import HALF_YEARS
from .register import CordisRegister
from .selection import CordisSelection


@dataclass(frozen=True)
class Assumptions:
    """What the register does not say; everything here is a judgement.

    Parameters
    ----------
    worth
        What the lead's own full effort brings, in times of what it costs.
    synergy_strength
        κ of (M6).
    team
        Most members.
    exponent, steps
        Curve of the menus.
    outside_option, max_deposit, stake, monitoring_cost
        Parts of the cost of full effort; the last of the lead's.
    max_reimbursement, detection
        As in an instance.
    least_cost, usual_cost
        Least cost of full effort, and that of everybody where the register has no amount at all, EUR million.
    """

    worth: float = 2.0
    synergy_strength: float = 1.0
    team: int = 6
    exponent: float = 1.5
    steps: int = 2
    outside_option: float = 0.1
    max_deposit: float = 0.2
    stake: float = 0.1
    monitoring_cost: float = 0.05
    max_reimbursement: float = 0.4
    detection: float = 0.4
    least_cost: float = 0.01
    usual_cost: float = 0.5


def source_of(register: CordisRegister, selection: CordisSelection, assumed: Assumptions) -> str:
    """Return what is data and what is assumed in an instance from the register.

    Parameters
    ----------
    register
        What was read.
    selection
        Who is a candidate.
    assumed
        What is assumed.
    """
    return " ".join((_data(register, selection), _formulas(register, selection), _assumed(assumed)))


def _data(register: CordisRegister, selection: CordisSelection) -> str:
    filters = [f"at least {selection.min_projects} projects" if selection.min_projects > 1 else ""]
    filters += [f"countries {', '.join(selection.countries)}" if selection.countries else ""]
    filters += [f"kinds {', '.join(selection.kinds)}" if selection.kinds else ""]
    only = "; ".join(filter(None, filters)) or "no filter"
    return (
        "DATA: organisations, their names, countries, kinds and whether they are SMEs, their projects with dates and "
        f"topics, what their parts in them cost, and who left a project early, from {', '.join(register.files)} of "
        "CORDIS, the European Commission's register of EU-funded research (European Union, reuse allowed with "
        f"acknowledgement of the source): {len(register.organisations):,} organisations in {len(register.projects):,} "
        f"projects. Candidates: the lead, and those with most projects in its topics ({only}). SME is as the register "
        "says; where it says nothing, no. Who has no code is known by name and country. A name that several have is "
        "followed by country or code."
    )


def _formulas(register: CordisRegister, selection: CordisSelection) -> str:
    technologies = (
        "parts of the programme (legalBasis)"
        if register.topics is None
        else f"topics of level {selection.level} of EuroSciVoc"
    )
    return (
        f"FROM DATA, BY FORMULAS WHOSE FORM IS ASSUMED: technologies are the {technologies} of the lead's projects, "
        f"weighted by how many of these have them; a capability is the number of projects in a topic, by the transform "
        f"{selection.transform}; cost of full effort = mean cost of a participation (totalCost, else ecContribution); "
        "credit = (participations not ended early + 1)/(participations + 2); with n joint projects over y years, trust "
        f"= (1 + R)/2, R the mean of n/(n + 1) and y/(y + {HALF_YEARS:g}); coordination = (1 + P)/2, P the cosine of "
        "two firms' numbers of projects by topic (Jaffe 1986); cooperation = (1 + S)/2, S the eigenvector centrality "
        "in the network of joint projects of all organisations that pass the filters. "
        f"Of each firm at most {selection.partners} of its strongest pairs count, and those of which it is one."
    )


def _assumed(assumed: Assumptions) -> str:
    return (
        "ASSUMED, NOT DATA: the alliance itself, and that the organisation named leads it: no such alliance is known. "
        f"The value of the project: the lead's own full effort brings {assumed.worth:g} times what it costs. Pairs "
        "without a joint project in the register bring no synergy (trust 0), and what both can do is not counted twice "
        f"against them (redundancy 0); synergy strength {assumed.synergy_strength:g}. At most {assumed.team} members. "
        f"Menus in {assumed.steps} steps with exponent {assumed.exponent:g}; at least EUR {assumed.least_cost:g} "
        f"million for full effort, and where no cost is known the median of the candidates. Outside option "
        f"{assumed.outside_option:.0%}, largest deposit {assumed.max_deposit:.0%}, reputation at stake "
        f"{assumed.stake:.0%} of the cost of full effort; reimbursement of at most {assumed.max_reimbursement:.0%}; "
        f"monitoring that detects {assumed.detection:.0%} of a shortfall for {assumed.monitoring_cost:.0%} of the "
        "lead's cost. Risk, liquidity, spillovers and requirements are left out, for want of data."
    )
