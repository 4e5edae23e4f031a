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


TARGETS = (
    Spec(REFERENCE, "network", 40, ALL_METHODS),
    Spec("network-400", "network", 400),
    Spec("dense-100-team-6", "dense", 100, options={"team": 6}),
    Spec("dense-30", "dense", 30, ("decomposed", "perspective"), {"synergy": 64.0 / 29}),
    _horizon(60, ("decomposed", "pairwise")),
    _horizon(200),
    _horizon(400),
    replace(_horizon(1496), most_seeds=1),
)

GROWTH = (
    *(Spec(f"network-{n}", "network", n) for n in (10, 20, 40, 80, 160, 320)),
    *(Spec(f"network-40-degree-{d}", "network", 40, options={"degree": float(d)}) for d in (2, 8, 16)),
    *(Spec(f"network-40-steps-{s}", "network", 40, options={"steps": s}) for s in (1, 4, 8, 16)),
    *(Spec(f"dense-40-team-{t}", "dense", 40, options={"team": t}) for t in (3, 6, 9, 12)),
    *(Spec(f"dense-{n}", "dense", n) for n in (10, 15, 20)),
    *(Spec(f"capability-{n}", "capability", n) for n in (15, 30, 60, 120)),
    *(
        Spec(f"capability-{n}-team-{t}", "capability", n, options={"team": t})
        for n, t in ((60, 20), (120, 24), (200, 16))
    ),
    *(Spec(f"full-{n}", "full", n) for n in (8, 16, 32)),
)

#: Pools without a limit on the team.
POOLS = (
    Spec(REFERENCE, "network", 40),
    *(Spec(f"network-{n}", "network", n) for n in (400, 800, 2000)),
    replace(Spec("network-10000", "network", 10_000), most_seeds=1),
    Spec("cliques-227", "cliques", 227),
    Spec("additive-200", "additive", 200),
    Spec("network-40-steps-8", "network", 40, options={"steps": 8}),
    Spec("network-40-steps-16", "network", 40, options={"steps": 16}),
    Spec("network-40-degree-8", "network", 40, options={"degree": 8.0}),
    Spec("network-40-degree-16", "network", 40, options={"degree": 16.0}),
)

SMOKE = (
    Spec("network-5", "network", 5, ALL_METHODS),
    Spec("dense-4-team-3", "dense", 4, ALL_METHODS, {"team": 3}),
    Spec("capability-4", "capability", 4, ALL_METHODS),
    _horizon(4, ALL_METHODS),
    Spec("full-4", "full", 4, ALL_METHODS),
    Spec("cliques-5", "cliques", 5, ALL_METHODS, {"size": 3}),
    Spec("additive-4", "additive", 4, ALL_METHODS, {"steps": 2}),
)

#: Every suite by its name.
SUITES: dict[str, tuple[Spec, ...]] = {"targets": TARGETS, "growth": GROWTH, "pools": POOLS, "smoke": SMOKE}
