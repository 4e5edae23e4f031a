"""An instance from the register of projects: who is a candidate, what is data of it, what is assumed.

What is data: names, countries, kinds, projects with their dates and topics, cost of participations, who left early.
Everything else is assumed, in :class:`Assumptions`, and told in the instance's ``source``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

import numpy as np

from ..base.errors import OptionError
from ..base.names import normalised
from ..formats.hints import nearest
from ..instance import Instance
from .counts import Counts
from .embeddedness import centralities, meetings, ties
from .evidence import Pair, at_least_half, measured, rounded, strongest
from .names import told_apart
from .projects import JointProjects, Period
from .register import ACTIVITIES, CordisRegister, Organisation
from .selection import CordisSelection, in_capitals
from .sources import Assumptions, source_of
from .transforms import capabilities_of


def cordis_instance(
    register: CordisRegister, selection: CordisSelection, assumptions: Assumptions | None = None
) -> Instance:
    """Return the instance in which an organisation of the register looks for partners among others.

    Parameters
    ----------
    register
        The files.
    selection
        Who is a candidate.
    assumptions
        What the register does not say; None: as usual.

    Raises
    ------
    OptionError
        Where the lead is not found, or has no topics, or where nobody else is left.
    """
    assumed = Assumptions() if assumptions is None else assumptions
    lead = find_lead(register, selection.lead)
    _refuse_unknown(selection.countries, register)
    topics = _topics_of(register, selection.level)
    fields = Counter(topic for project in lead.projects for topic in topics.get(project, ()))
    if not fields:
        what = "part of the programme" if register.topics is None else f"topic of level {selection.level}"
        raise OptionError(f"no project of the lead, {lead.name}, has a {what}")
    pool = [one for one in register.organisations.values() if one.id != lead.id and selection.admits(one)]
    chosen = [lead, *_best(pool, fields, topics, selection.candidates - 1)]
    if len(chosen) < 2:
        raise OptionError("no organisation but the lead has a project in its topics and passes the filters")
    field = _Field(register, selection, assumed, [lead, *pool], chosen)
    return Instance.from_dict(field.document(fields, topics))


def _refuse_unknown(countries: Iterable[str], register: CordisRegister) -> None:
    known = sorted({one.country for one in register.organisations.values() if one.country})
    for country in countries:
        if in_capitals(country) not in known:
            raise OptionError(f'no organisation of the register is from "{country}"; there are: {", ".join(known)}')


def find_lead(register: CordisRegister, text: str) -> Organisation:
    """Return the organisation that is called so: by its code, its name or its short name, in capitals or not.

    Parameters
    ----------
    register
        The files.
    text
        What somebody calls it.

    Raises
    ------
    OptionError
        Where there is none, or more than one.
    """
    called: dict[str, dict[str, Organisation]] = {}
    for one in register.organisations.values():
        for name in filter(None, (one.id, one.name, one.short_name)):
            called.setdefault(name.casefold(), {})[one.id] = one
    found = called.get(normalised(text).casefold(), {})
    if not found:
        near = nearest(normalised(text).casefold(), list(called))
        alike = f'; did you mean "{next(iter(called[near].values())).name}"?' if near else ""
        raise OptionError(f'no organisation of the register is called "{text}"{alike}')
    if len(found) > 1:
        which = "; ".join(f"{one.id} ({one.name}, {one.country})" for one in found.values())
        raise OptionError(f'several organisations are called "{text}"; name the lead by its code: {which}')
    return next(iter(found.values()))


def _topics_of(register: CordisRegister, level: int) -> dict[str, tuple[str, ...]]:
    """Return the technologies of each project: its topics down to a level, or the part of the programme it is of."""
    if register.topics is None:
        return {code: (one.programme,) for code, one in register.projects.items() if one.programme}
    return {
        code: tuple(sorted({path[level - 1] for path in paths if len(path) >= level}))
        for code, paths in register.topics.items()
    }


def _best(
    pool: Iterable[Organisation], fields: Mapping[str, int], topics: Mapping[str, tuple[str, ...]], most: int
) -> list[Organisation]:
    """Return the organisations with most projects in some topics, at least one; of equals those of lower codes."""
    near = {
        one.id: sum(any(topic in fields for topic in topics.get(project, ())) for project in one.projects)
        for one in pool
    }
    ranked = sorted((one for one in pool if near[one.id]), key=lambda one: (-near[one.id], one.id))
    return ranked[:most]


class _Field:
    """The lead, its candidates, and the pool that they are of.

    Parameters
    ----------
    register, selection, assumed
        What is known, asked for, assumed.
    pool
        Everybody who passes the filters, and the lead: the network.
    chosen
        The candidates, the lead first.
    """

    def __init__(
        self,
        register: CordisRegister,
        selection: CordisSelection,
        assumed: Assumptions,
        pool: list[Organisation],
        chosen: list[Organisation],
    ) -> None:
        self._register, self._selection, self._assumed = register, selection, assumed
        self._pool, self._chosen = pool, chosen
        self._names = told_apart({one.id: (one.name, one.country) for one in chosen})

    def document(self, fields: Mapping[str, int], topics: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        """Return the instance as a document.

        Parameters
        ----------
        fields
            Topics of the lead's projects, with how many have them.
        topics
            Topics of every project.
        """
        technologies = [name for name, _ in sorted(fields.items(), key=lambda each: (-each[1], each[0]))]
        counts = self._counts(technologies, topics)
        levels = capabilities_of(counts, self._selection.transform)
        weights = np.array([fields[name] for name in technologies], dtype=float)
        costs = self._costs()
        score = float(levels[0] @ weights / weights.sum())
        value = self._assumed.worth * costs[0] / score
        pairs, structural = self._pairs(counts)
        lead = self._names[self._chosen[0].id]
        firms = [
            self._firm(at, dict(zip(technologies, levels[at].tolist(), strict=True)), costs[at], structural[one.id])
            for at, one in enumerate(self._chosen)
        ]
        return {
            "format": "rd-contract/1",
            "name": f"{lead} among {len(firms):,} candidates of the CORDIS register",
            "description": f"{lead} looks for partners. Read the source before believing anything.",
            "source": source_of(self._register, self._selection, self._assumed),
            "currency": "EUR million",
            "project": {
                "lead": lead,
                "value": rounded(value),
                "technologies": [{"name": name, "weight": float(fields[name])} for name in technologies],
                "synergy_strength": self._assumed.synergy_strength,
                "redundancy": 0.0,
                "team_size": {"max": self._assumed.team},
                # Nothing flows between firms that never worked together: so only pairs that did are derived.
                "default_relation": {"trust": 0.0},
            },
            "monitoring": [
                {"name": "none"},
                {
                    "name": "shared record",
                    "cost": rounded(self._assumed.monitoring_cost * costs[0]),
                    "detection": self._assumed.detection,
                },
            ],
            "firms": firms,
            "relations": [
                {**pair.relation(), "between": [self._names[code] for code in pair.between]} for pair in pairs
            ],
        }

    def _counts(self, technologies: list[str], topics: Mapping[str, tuple[str, ...]]) -> Counts:
        """Return how many projects of each topic each candidate has."""
        column = {name: at for at, name in enumerate(technologies)}
        values = np.zeros((len(self._chosen), len(technologies)))
        for row, one in enumerate(self._chosen):
            for project in one.projects:
                for topic in topics.get(project, ()):
                    if topic in column:
                        values[row, column[topic]] += 1.0
        return Counts(tuple(one.id for one in self._chosen), tuple(technologies), values)

    def _costs(self) -> list[float]:
        """Return what full effort costs each candidate: its usual project; where that is not known, that of all."""
        own = [[cost for cost in one.projects.values() if cost is not None] for one in self._chosen]
        means = [sum(costs) / len(costs) if costs else None for costs in own]
        known = [mean for mean in means if mean is not None]
        usual = median(known) if known else self._assumed.usual_cost
        return [max(usual if mean is None else mean, self._assumed.least_cost) for mean in means]

    def _pairs(self, counts: Counts) -> tuple[tuple[Pair, ...], dict[str, float]]:
        """Return pairs of candidates by code, and the place of each firm of the pool in its network."""
        period = {code: Period(one.first, one.last) for code, one in self._register.projects.items()}
        by_project: dict[str, dict[str, Period]] = {}
        for one in self._pool:
            for project in one.projects:
                by_project.setdefault(project, {})[one.id] = period[project]
        joint = JointProjects(by_project)
        structural = centralities((one.id for one in self._pool), meetings(joint))
        return strongest(measured(counts, ties(joint, set(counts.firms))), self._selection.partners), structural

    def _firm(self, at: int, levels: Mapping[str, float], cost: float, structural: float) -> dict[str, Any]:
        one, assumed = self._chosen[at], self._assumed
        kept = len(one.projects) - len(one.ended)
        known = {"country": one.country, "kind": ACTIVITIES[one.activity], "cordis": one.code}
        return {
            "name": self._names[one.id],
            "role": ACTIVITIES[one.activity],
            **({} if one.sme is None else {"sme": one.sme}),
            "attributes": {key: value for key, value in known.items() if value},
            "capabilities": {name: rounded(level) for name, level in levels.items() if rounded(level) > 0.0},
            "cooperation": at_least_half(structural),
            "efforts": {"full_cost": rounded(cost), "exponent": assumed.exponent, "steps": assumed.steps},
            "outside_option": rounded(assumed.outside_option * cost),
            "max_reimbursement": assumed.max_reimbursement,
            "max_deposit": rounded(assumed.max_deposit * cost),
            "reputation_stake": rounded(assumed.stake * cost),
            "credit": rounded((kept + 1) / (len(one.projects) + 2)),
        }
