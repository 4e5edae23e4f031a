"""Cases of the literature whose answer is known in closed form.

Each function makes an instance together with its published or derivable answer, so that a solver can be held
against it. Continuous efforts of the literature become finite menus; where that makes a difference, the case
says how large it can be.

References
----------
Babaioff, M., Feldman, M., & Nisan, N. (2006). Combinatorial agency. *EC '06*, 18-28.
Babaioff, M., Feldman, M., Nisan, N., & Winter, E. (2012). Combinatorial agency. *Journal of Economic Theory*
147(3), 999-1034.
Bhaskaran, S. R., & Krishnan, V. (2009). Effort, revenue, and cost sharing mechanisms for collaborative new
product development. *Management Science* 55(7), 1152-1169.
Bhattacharyya, S., & Lafontaine, F. (1995). Double-sided moral hazard and the nature of share contracts. *RAND
Journal of Economics* 26(4), 761-781.
Holmström, B. (1982). Moral hazard in teams. *Bell Journal of Economics* 13(2), 324-340.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..base.tolerances import ROUNDING
from .model import Instance

HOLMSTROM = "Holmström 1982; Bhattacharyya & Lafontaine 1995"
REIMBURSEMENT = f"{HOLMSTROM}; cost sharing as in Bhaskaran & Krishnan 2009"
COBB_DOUGLAS = "Bhattacharyya & Lafontaine 1995"
AGENCY = "Babaioff, Feldman & Nisan 2006; Babaioff, Feldman, Nisan & Winter 2012"


@dataclass(frozen=True)
class LiteratureCase:
    """An instance with its known answer.

    Parameters
    ----------
    name, source, note
        Title, where the answer stands, and what to mind when comparing.
    instance
        The instance; its menus are finite.
    joint_surplus
        W (M20) of the optimum.
    first_best
        W_FB (M22).
    objective_value
        Value of the instance's objective; that of ``joint_surplus`` unless the lead writes the contract.
    shares, efforts
        Revenue share and effort level by firm at the optimum; None where several are optimal or it has no
        closed form.
    excess
        Between which bounds the optimum over the finite menu, less ``joint_surplus``, is proven to lie;
        (0, 0) for an exact answer, None where only the convergence is known.
    """

    name: str
    source: str
    instance: Instance
    joint_surplus: float
    first_best: float
    objective_value: float
    shares: dict[str, float] | None
    efforts: dict[str, float] | None
    excess: tuple[float, float] | None
    note: str


def additive_team(values: Sequence[float], cost_slopes: Sequence[float], steps: int) -> LiteratureCase:
    r"""Return a team whose efforts add up: Holmström's team with its best linear sharing rule.

    Revenue is ``V = Σ v_i x_i``, effort costs ``k_i x_i²/2``; with share ``s_i`` firm i works ``s_i v_i / k_i``.
    With ``a_i = v_i²/k_i`` in descending order, m the largest number with ``a_m > (m−1) / Σ_{j≤m} 1/a_j``, A the
    first m firms and ``λ = (m−1) / Σ_A 1/a_i``,

    .. math:: s_i = 1 − λ/a_i,\quad W^* = ½\Big(\sum_A a_i − \frac{(m−1)^2}{\sum_A 1/a_i}\Big),\quad
              W_{FB} = ½ \sum_i a_i

    (shares 0 outside A). For n equal firms ``W*/W_FB = (2n−1)/n²``: the larger the team, the more is lost.

    Parameters
    ----------
    values, cost_slopes
        ``v_i > 0`` and ``k_i ≥ v_i``, so that efficient efforts ``v_i/k_i`` lie in [0, 1].
    steps
        Steps of the effort menus.

    Raises
    ------
    ValueError
        When the lists differ in length, or an efficient effort exceeds 1.
    """
    kept = [1.0] * len(values)
    return _team("Additive team", HOLMSTROM, values, cost_slopes, kept, steps)


def reimbursed_team(
    values: Sequence[float],
    cost_slopes: Sequence[float],
    rates: Sequence[float],
    verifiable: Sequence[float],
    steps: int,
) -> LiteratureCase:
    r"""Return an additive team that may reimburse part of each firm's effort cost.

    Firm i bears at least ``c_i = 1 − φ̄_i θ_i`` of its cost, so a share of ``c_i`` already makes it work
    efficiently: the first best is reached iff ``Σ c_i ≤ 1``. Otherwise, in the notation of
    :func:`additive_team` with firms in descending order of ``a_i/c_i`` and ``μ = (Σ_A c_i − 1)/Σ_A(c_i²/a_i)``,

    .. math:: s_i = c_i (1 − μ c_i/a_i),\quad
              W^* = ½\Big(\sum_A a_i − \frac{(\sum_A c_i − 1)^2}{\sum_A c_i^2/a_i}\Big)

    which follows from Holmström's problem with (M9) for the cost that a firm bears itself.

    Parameters
    ----------
    values, cost_slopes, steps
        As in :func:`additive_team`.
    rates, verifiable
        Largest reimbursement rates ``φ̄_i`` and verifiable cost shares ``θ_i``.

    Raises
    ------
    ValueError
        When the lists differ in length, or an efficient effort exceeds 1.
    """
    kept = [1.0 - rate * part for rate, part in zip(rates, verifiable, strict=True)]
    extras = [
        {"max_reimbursement": rate, "verifiable_cost_share": part} for rate, part in zip(rates, verifiable, strict=True)
    ]
    return _team("Reimbursed team", REIMBURSEMENT, values, cost_slopes, kept, steps, extras)


def _team(
    name: str,
    source: str,
    values: Sequence[float],
    cost_slopes: Sequence[float],
    kept: Sequence[float],
    steps: int,
    extras: Sequence[dict[str, Any]] = (),
) -> LiteratureCase:
    """Return an additive team whose firms bear at least the parts ``kept`` of their cost; ``extras``: more fields."""
    if any(v <= 0.0 or v > k for v, k in zip(values, cost_slopes, strict=True)):
        raise ValueError("every value must be positive and at most the firm's cost slope")
    a = [v * v / k for v, k in zip(values, cost_slopes, strict=True)]
    price = _share_price(a, list(kept))
    pull = [max(0.0, 1.0 - price * c / each) for c, each in zip(kept, a, strict=True)]
    names = [f"Firm {i + 1}" for i in range(len(a))]
    firms = [
        {"name": firm, "contribution": v, "efforts": {"full_cost": k / 2, "exponent": 2.0, "steps": steps}}
        for firm, v, k in zip(names, values, cost_slopes, strict=True)
    ]
    for firm, extra in zip(firms, extras, strict=False):
        firm.update(extra)
    efforts = [p * v / k for p, v, k in zip(pull, values, cost_slopes, strict=True)]
    surplus = sum(each * (p - p * p / 2) for each, p in zip(a, pull, strict=True))
    shares = [c * p for c, p in zip(kept, pull, strict=True)]
    return LiteratureCase(
        name=name,
        source=source,
        instance=_instance(name, source, firms),
        joint_surplus=surplus,
        first_best=sum(a) / 2,
        objective_value=surplus,
        # where reimbursement leaves part of the revenue undecided, many shares are optimal
        shares=dict(zip(names, shares, strict=True)) if math.isclose(sum(shares), 1.0, rel_tol=ROUNDING) else None,
        efforts=dict(zip(names, efforts, strict=True)),
        excess=_grid_excess(values, cost_slopes, kept, price, 1.0 / steps),
        note="Continuous efforts; the excess covers the finite menu. A menu whose steps are coarse lets a firm "
        "keep its effort at a smaller share, so that it can do better than the continuous optimum.",
    )


def _share_price(a: list[float], kept: list[float]) -> float:
    """Return μ, what one more unit of shares would be worth; firms join A while their ``a_i/c_i`` exceeds it."""
    order = sorted(range(len(a)), key=lambda i: kept[i] / a[i])
    price = total = weight = 0.0
    for i in order:
        if kept[i] * price >= a[i]:
            break
        total, weight = total + kept[i], weight + kept[i] ** 2 / a[i]
        price = max(0.0, total - 1.0) / weight if weight > 0.0 else 0.0
    return price


def _grid_excess(
    values: Sequence[float], cost_slopes: Sequence[float], kept: Sequence[float], price: float, step: float
) -> tuple[float, float]:
    """Return bounds on what a menu with even steps changes in W.

    A level x of the menu needs the share ``c_i (k_i/v_i)(x − step/2)``, half a step less than in the continuum:
    the budget of shares grows by ``Σ c_i (k_i/v_i) step/2``, each worth at most μ (weak duality). From below,
    every continuous effort rounded to the nearest level keeps its share.
    """
    needs = zip(values, cost_slopes, kept, strict=True)
    slack = price * sum(c * k / v for v, k, c in needs) * step / 2
    return -slack - sum(cost_slopes) * step**2 / 8, slack


def cobb_douglas_pair(alpha: float, beta: float, steps: int) -> LiteratureCase:
    r"""Return two firms that are of no use without each other.

    Revenue is ``V = R e_1^α e_2^β`` with ``α + β < 2``, costs are ``e_i²/2``. Under share s the efforts are
    ``e_1² = sαV`` and ``e_2² = (1−s)βV``; the best share does not depend on the scale R:

    .. math:: s = \frac{α(2−β) − \sqrt{αβ(2−α)(2−β)}}{2(α−β)},\quad s → ½ \text{ as } α → β,

    .. math:: V^{1−(α+β)/2} = R (sα)^{α/2} ((1−s)β)^{β/2},\quad W = V\Big(1 − \frac{sα + (1−s)β}{2}\Big)

    and without moral hazard the same with ``s = 1 − s = 1``. In the model's terms the effort levels are
    ``x_1 = e_1^α``, ``x_2 = e_2^β`` with costs ``x_1^(2/α)/2``, ``x_2^(2/β)/2``, and the pair's synergy R is
    the whole revenue. R is chosen such that the larger efficient effort is 1.

    Parameters
    ----------
    alpha, beta
        Elasticities, positive, with ``α + β < 2``.
    steps
        Steps of the effort menus.

    Raises
    ------
    ValueError
        For elasticities outside their range.
    """
    if min(alpha, beta) <= 0.0 or alpha + beta >= 2.0:
        raise ValueError("elasticities must be positive and sum to less than 2")
    rest = 1.0 - (alpha + beta) / 2
    efficient = 1.0 / max(alpha, beta)  # the revenue at which max(α, β)·V = e² = 1
    scale = efficient**rest / (alpha ** (alpha / 2) * beta ** (beta / 2))
    share = _cobb_douglas_share(alpha, beta)
    first, second = share * alpha, (1.0 - share) * beta
    revenue = (scale * first ** (alpha / 2) * second ** (beta / 2)) ** (1.0 / rest)
    surplus = revenue * (1.0 - (first + second) / 2)
    firms = [
        {"name": name, "contribution": 0.0, "efforts": {"full_cost": 0.5, "exponent": 2.0 / power, "steps": steps}}
        for name, power in (("Firm 1", alpha), ("Firm 2", beta))
    ]
    relations = [{"between": ["Firm 1", "Firm 2"], "synergy": scale}]
    return LiteratureCase(
        name="Cobb-Douglas pair",
        source=COBB_DOUGLAS,
        instance=_instance("Cobb-Douglas pair", COBB_DOUGLAS, firms, relations=relations),
        joint_surplus=surplus,
        first_best=efficient * rest,
        objective_value=surplus,
        shares={"Firm 1": share, "Firm 2": 1.0 - share},
        efforts={"Firm 1": (first * revenue) ** (alpha / 2), "Firm 2": (second * revenue) ** (beta / 2)},
        excess=None,
        note="Continuous efforts; with finer menus surplus, efforts and shares converge to these.",
    )


def _cobb_douglas_share(alpha: float, beta: float) -> float:
    """Return the share of firm 1, in a form that does not cancel as α approaches β."""
    own, other = alpha * (2.0 - beta), beta * (2.0 - alpha)
    # own − other = 2(α − β), so the published form is √own (√own − √other) / (own − other)
    return math.sqrt(own) / (math.sqrt(own) + math.sqrt(other))


def and_technology(worth: float, gamma: float = 0.25, cost: float = 1.0) -> LiteratureCase:
    """Return two partners whose project succeeds only if both parts do.

    A part succeeds with probability ``1−γ`` under effort and ``γ`` without; success of both is worth w. That is
    (M7) with ``v_0 = wγ²``, ``v_i = wγ(1−2γ)``, ``γ_12 = w(1−2γ)²``. The technology is that of combinatorial
    agency; the contract is Holmström's partnership, in which the two share the whole worth. Beside a working
    partner effort adds ``w(1−2γ)(1−γ)``; each must keep c of it, so

    - both work iff ``w(1−2γ)(1−γ) ≥ 2c``;
    - it would be efficient as soon as ``w(1−2γ) ≥ 2c``;
    - one alone works, owning everything, iff ``wγ(1−2γ) ≥ c``: only where both do, as ``γ < 1/3``.

    Efforts being complements, one alone is never efficient either. With ``γ = 1/4``, ``c = 1`` both work from
    ``w = 16/3`` on, while efficiency asks for ``w ≥ 4`` only.

    Parameters
    ----------
    worth
        w.
    gamma
        γ, below 1/3.
    cost
        c.

    Raises
    ------
    ValueError
        For γ outside [0, 1/3).
    """
    efficient = _and_first_best(worth, gamma, cost)
    works = worth * (1.0 - 2.0 * gamma) * (1.0 - gamma) >= 2.0 * cost
    surplus = worth * (1.0 - gamma) ** 2 - 2.0 * cost if works else worth * gamma**2
    firms, relations = _and_parts(worth, gamma, cost)
    name, source = "AND technology", f"{AGENCY}; Holmström 1982"
    return LiteratureCase(
        name=name,
        source=source,
        instance=_instance(name, source, firms, {"base_value": worth * gamma**2}, relations=relations),
        joint_surplus=surplus,
        first_best=efficient,
        objective_value=surplus,
        shares=None,
        efforts={"Firm 1": float(works), "Firm 2": float(works)},
        excess=(0.0, 0.0),
        note="Exact. Who does not work may as well stay out.",
    )


def and_agency(worth: float, gamma: float = 0.25, cost: float = 1.0) -> LiteratureCase:
    """Return the AND technology in the hands of a principal: combinatorial agency.

    The technology of :func:`and_technology`, owned by a principal who pays agents without means on success.
    An agent beside a working one asks for ``c/((1−γ)(1−2γ))``, so the principal earns

    - ``(1−γ)² (w − 2c/((1−γ)(1−2γ)))`` with both agents, ``γ² w`` with none; one alone never pays;
    - both are contracted iff ``w ≥ 2c(1−γ)/(1−2γ)²``: with AND there is one transition, from none to all.

    At the transition the price of unaccountability, first best over the surplus without contracts, is
    ``(1/γ − 1)^(n−1) + 1 − γ/(1−γ)`` with ``n = 2`` agents. With ``γ = 1/4``, ``c = 1``: 11/3 at ``w = 6``.

    Parameters
    ----------
    worth, gamma, cost
        As in :func:`and_technology`.

    Raises
    ------
    ValueError
        For γ outside [0, 1/3).
    """
    efficient = _and_first_best(worth, gamma, cost)
    works = worth * (1.0 - 2.0 * gamma) ** 2 >= 2.0 * cost * (1.0 - gamma)
    wage = cost / (worth * (1.0 - gamma) * (1.0 - 2.0 * gamma)) if works else 0.0
    revenue = worth * ((1.0 - gamma) if works else gamma) ** 2
    agents, relations = _and_parts(worth, gamma, cost)
    firms: list[dict[str, Any]] = [{"name": "Principal", "efforts": [{"level": 0.0, "cost": 0.0}]}]
    firms += [{**agent, "liquidity": 0.0} for agent in agents]
    name = "AND agency"
    project = {"base_value": worth * gamma**2, "lead": "Principal"}
    return LiteratureCase(
        name=name,
        source=AGENCY,
        instance=_instance(name, AGENCY, firms, project, relations=relations, objective="lead"),
        joint_surplus=revenue - 2.0 * cost * works,
        first_best=efficient,
        objective_value=revenue * (1.0 - 2.0 * wage),
        shares={"Principal": 1.0 - 2.0 * wage, "Firm 1": wage, "Firm 2": wage},
        efforts={"Principal": 0.0, "Firm 1": float(works), "Firm 2": float(works)},
        excess=(0.0, 0.0),
        note="Exact. Who does not work may as well stay out.",
    )


def _and_first_best(worth: float, gamma: float, cost: float) -> float:
    """Return what both, or neither, are worth: complements work together or not at all."""
    if not 0.0 <= gamma < 1.0 / 3.0:
        raise ValueError("gamma must lie in [0, 1/3)")
    return max(worth * (1.0 - gamma) ** 2 - 2.0 * cost, worth * gamma**2)


def _and_parts(worth: float, gamma: float, cost: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the two working firms and their relation."""
    firms = [
        {
            "name": name,
            "contribution": worth * gamma * (1.0 - 2.0 * gamma),
            "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": cost}],
        }
        for name in ("Firm 1", "Firm 2")
    ]
    relations = [{"between": ["Firm 1", "Firm 2"], "synergy": worth * (1.0 - 2.0 * gamma) ** 2}]
    return firms, relations


def _instance(
    name: str, source: str, firms: list[dict[str, Any]], project: dict[str, Any] | None = None, **more: Any
) -> Instance:
    document = {"format": "rd-contract/1", "name": name, "source": source, "project": project or {}, "firms": firms}
    return Instance.from_dict(document | more)
