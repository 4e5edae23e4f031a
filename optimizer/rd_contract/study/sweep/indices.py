"""Morris' elementary effects and Sobol' indices, by SALib: what is drawn, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import numpy as np

from ...base.arrays import Array
from ...base.errors import OptionError

Screening = Literal["morris", "sobol"]

#: Levels of the grid on which Morris' trajectories run.
LEVELS = 4


@dataclass(frozen=True)
class Effect:
    """Morris' elementary effects of one parameter: what moving it over its whole range changes, money.

    Parameters
    ----------
    parameter
        Path.
    mean, mean_absolute
        Mean of the effects, and of their absolute values (μ and μ* of Campolongo et al. 2007).
    deviation
        Standard deviation: large where the effect depends on the other parameters, or is not linear (σ of Morris 1991).
    error
        Half the 95 % confidence interval of ``mean_absolute``.
    """

    parameter: str
    mean: float
    mean_absolute: float
    deviation: float
    error: float


@dataclass(frozen=True)
class Index:
    """Sobol' indices of one parameter: parts of the surplus's variance; nan where it does not vary.

    Parameters
    ----------
    parameter
        Path.
    first_order, first_order_error
        What the parameter explains by itself, and half the 95 % confidence interval (Sobol' 2001; Saltelli 2010).
    total, total_error
        What it explains together with all others (Homma & Saltelli 1996).
    """

    parameter: str
    first_order: float
    first_order_error: float
    total: float
    total_error: float


def salib_samples(design: str, axes: int, count: int, seed: int) -> Array:
    """Return the quantiles of a screening design, shape (points, axes); raises OptionError without the extra."""
    problem = _problem(axes)
    # SALib takes a seed of 0 for none.
    if design == "morris":
        drawn = _salib("sample.morris").sample(problem, count, num_levels=LEVELS, seed=seed + 1)
    else:
        drawn = _salib("sample.sobol").sample(problem, count, calc_second_order=False, seed=seed + 1)
    return np.asarray(drawn, dtype=float)


def elementary_effects(names: list[str], unit: Array, outcome: Array, seed: int) -> tuple[Effect, ...]:
    """Return Morris' effects from whole trajectories.

    Parameters
    ----------
    names
        One for each parameter.
    unit : array, shape (points, parameters)
        Quantiles.
    outcome : array, shape (points,)
        Surplus, money.
    seed
        For the confidence intervals.
    """
    found = _salib("analyze.morris").analyze(_problem(len(names)), unit, outcome, num_levels=LEVELS, seed=seed + 1)
    columns = [np.asarray(found[key], dtype=float) for key in ("mu", "mu_star", "sigma", "mu_star_conf")]
    return tuple(Effect(name, *(float(column[at]) for column in columns)) for at, name in enumerate(names))


def sobol_indices(names: list[str], outcome: Array, seed: int, noise: float = 0.0) -> tuple[Index, ...]:
    """Return Sobol' indices from whole blocks of points.

    Parameters
    ----------
    names
        One for each parameter.
    outcome : array, shape (blocks * (parameters + 2),)
        Surplus, money.
    seed
        For the confidence intervals.
    noise
        What differs by less is the same, money.
    """
    if np.ptp(outcome) <= noise:
        return tuple(Index(name, np.nan, np.nan, np.nan, np.nan) for name in names)
    found = _salib("analyze.sobol").analyze(
        _problem(len(names)),
        outcome,
        calc_second_order=False,
        seed=seed + 1,
    )
    columns = [np.asarray(found[key], dtype=float) for key in ("S1", "S1_conf", "ST", "ST_conf")]
    return tuple(Index(name, *(float(column[at]) for column in columns)) for at, name in enumerate(names))


def _problem(axes: int) -> dict[str, Any]:
    return {"num_vars": axes, "names": [str(at) for at in range(axes)], "bounds": [[0.0, 1.0]] * axes}


def _salib(module: str) -> Any:
    try:
        return import_module(f"SALib.{module}")
    except ImportError:
        raise OptionError("designs morris and sobol need the extra: pip install 'rd-contract[sensitivity]'") from None
