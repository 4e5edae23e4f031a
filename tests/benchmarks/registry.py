"""What is run: registered specs, each a family at a size with the methods to compare, and suites of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .families import FAMILIES, LEADS, Raw

ALL_METHODS = ("decomposed", "extensive", "big-m", "scip")
LIBRARY = ("decomposed",)

#: The spec whose decomposed solve the larger ones are compared with.
REFERENCE = "network-40"


@dataclass(frozen=True)
class Spec:
    """Instances of one kind.

    Parameters
    ----------
    name
        Unique name.
    family, size, options
        Function of :mod:`benchmarks.families`, number of firms, and further arguments.
    methods
        What to compare, by name.
    most_seeds
        How many different instances there are; None: as many as wanted.
    """

    name: str
    family: str
    size: int
    methods: tuple[str, ...] = LIBRARY
    options: Mapping[str, Any] = field(default_factory=dict)
    most_seeds: int | None = None

    def seeds(self, wanted: int) -> range:
        """Return the seeds to run when so many are wanted."""
        return range(wanted if self.most_seeds is None else min(wanted, self.most_seeds))

    def instance(self, seed: int) -> Raw:
        """Return the raw instance of a seed."""
        return FAMILIES[self.family](self.size, seed, **self.options)


def _horizon(size: int, methods: tuple[str, ...] = LIBRARY) -> Spec:
    return Spec(f"horizon-{size}", "horizon", size, methods, most_seeds=len(LEADS))


#: The same organisations with and without the rules of a call.
RULES = (_horizon(200), Spec("call-200", "call", 200, most_seeds=len(LEADS)))

TARGETS = (
    Spec(REFERENCE, "network", 40, (*ALL_METHODS, "plain")),
    Spec("dense-100-team-6", "dense", 100, (*LIBRARY, "plain"), {"team": 6}),
    Spec("dense-30", "dense", 30, (*LIBRARY, "plain", "perspective"), {"synergy": 64.0 / 29}),
    _horizon(60, (*LIBRARY, "plain", "pairwise")),
    _horizon(200),
    _horizon(400),
    replace(_horizon(1496), most_seeds=1),
    *(
        Spec(f"capability-{n}-team-{t}", "capability", n, options={"team": t})
        for n, t in ((60, 20), (120, 24), (200, 16))
    ),
)


@dataclass(frozen=True)
class Curve:
    """How the time grows with one number.

    Parameters
    ----------
    name, title, axis
        Of the figure: name of its file, what is varied, and the number that grows.
    points
        The numbers, and the specs that they belong to.
    """

    name: str
    title: str
    axis: str
    points: tuple[tuple[int, Spec], ...]


def _up_to(n: int, last: Mapping[str, int]) -> tuple[str, ...]:
    """Return the methods that are run at a size, each with the largest one at which it is worth while."""
    return tuple(method for method, most in last.items() if n <= most)


def _network(n: int) -> Spec:
    last = {"decomposed": 10_000, "extensive": 80, "big-m": 40, "scip": 40, "plain": 320}
    return Spec(f"network-{n}", "network", n, _up_to(n, last))


def _with_steps(steps: int) -> Spec:
    return Spec(f"network-40-steps-{steps}", "network", 40, options={"steps": steps})


def _with_partners(degree: int) -> Spec:
    return Spec(f"network-40-degree-{degree}", "network", 40, options={"degree": float(degree)})


CURVES = (
    Curve(
        "network",
        "four partners each, no limit on the team",
        "candidates",
        tuple((n, _network(n)) for n in (10, 20, 40, 80, 160, 320, 640, 1280)),
    ),
    Curve(
        "horizon",
        "real organisations, team of at most 8",
        "candidates",
        tuple(
            (n, _horizon(n, _up_to(n, {"decomposed": 400, "extensive": 24, "plain": 48})))
            for n in (12, 24, 48, 100, 200, 400)
        ),
    ),
    Curve(
        "levels",
        "network of 40, no limit on the team",
        "levels of effort",
        tuple((s + 1, _network(40) if s == 2 else _with_steps(s)) for s in (1, 2, 4, 8)),
    ),
    Curve(
        "partners",
        "network of 40, no limit on the team",
        "partners of each, on average",
        tuple((d, _network(40) if d == 4 else _with_partners(d)) for d in (2, 4, 8, 16)),
    ),
    Curve(
        "team",
        "dense pool of 40",
        "members at most",
        tuple((t, Spec(f"dense-40-team-{t}", "dense", 40, options={"team": t})) for t in (3, 6, 9, 12, 15)),
    ),
)

GROWTH = (
    *{spec.name: spec for curve in CURVES for _, spec in curve.points}.values(),
    *(Spec(f"full-{n}", "full", n) for n in (8, 16, 32)),
)

#: Pools without a limit on the team.
POOLS = (
    Spec(REFERENCE, "network", 40),
    *(Spec(f"network-{n}", "network", n) for n in (400, 800, 2000)),
    replace(Spec("network-10000", "network", 10_000), most_seeds=1),
    Spec("cliques-227", "cliques", 227),
    Spec("additive-200", "additive", 200),
    *(_with_steps(steps) for steps in (8, 16)),
    *(_with_partners(degree) for degree in (8, 16)),
)


def _uncertain(size: int, scenarios: int, methods: tuple[str, ...] = LIBRARY) -> Spec:
    name = f"uncertain-{size}-scenarios-{scenarios}"
    return Spec(name, "uncertain", size, methods, {"scenarios": scenarios}, most_seeds=len(LEADS))


#: One contract for several scenarios.
SCENARIOS = (*(_uncertain(12, count) for count in (1, 10, 100, 1000)), _uncertain(200, 20))

SMOKE = (
    Spec("network-5", "network", 5, ALL_METHODS),
    Spec("dense-4-team-3", "dense", 4, ALL_METHODS, {"team": 3}),
    Spec("capability-4", "capability", 4, ALL_METHODS),
    _horizon(4, ALL_METHODS),
    Spec("call-8", "call", 8, (*LIBRARY, "extensive"), most_seeds=len(LEADS)),
    _uncertain(4, 3, (*LIBRARY, "extensive")),
    Spec("full-4", "full", 4, ALL_METHODS),
    Spec("cliques-5", "cliques", 5, ALL_METHODS, {"size": 3}),
    Spec("additive-4", "additive", 4, ALL_METHODS, {"steps": 2}),
)

#: Every suite by its name.
SUITES: dict[str, tuple[Spec, ...]] = {
    "targets": TARGETS,
    "growth": GROWTH,
    "pools": POOLS,
    "rules": RULES,
    "scenarios": SCENARIOS,
    "smoke": SMOKE,
}
