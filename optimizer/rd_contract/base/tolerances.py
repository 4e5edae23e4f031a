"""Every tolerance of the package, once, with its reason.

Money is scaled to O(1) before it reaches a solver (``Parameters.scaled``), so absolute tolerances below are
relative to the instance's money. A number below 10⁻³ that stands elsewhere in the package is an error of style that a
test finds; the certificate takes its own (``CERTIFICATE``, ``SUMS``) from here too, as what a verdict allows must be
what the optimizer was told it would.
"""

from __future__ import annotations

# --- what is told apart: doubles, sums, divisors

#: What sums of a few dozen double-precision amounts lose at most, relative to the largest of them: 64 units in the last
#: place. The certificate adds it to what it allows, and terms are mended until they are as exact.
SUMS = 2.0**-46

#: What sums of some hundred amounts in double precision lose, in scaled money; also what sums of shares and rates as
#: they are written lose, and how near to 0 and 1 a chance is taken.
ROUNDING = 1e-12

#: What the quotient of two doubles may lie above the whole number that it stands for, relative.
QUOTIENT = 1e-15

#: Part of a limit, or of the whole revenue, by which sums of decimal fractions may miss it: they are not exact. Also
#: what rounding may make of a value of 0 in scaled money.
GRACE = 1e-9

#: What is divided by counts as at least this, in scaled money or as a part of a choice: what is smaller stands for
#: nothing, and a quotient by it for out of reach.
NONZERO = 1e-9

#: Divisor that stands for 0 where 0/0 means 0.
SMALLEST = 1e-300

#: Amounts of money up to this are nothing: in their unit other amounts would overflow.
VANISHING = 1e-100

#: Eigenvalues of synergies that are smaller than this part of the largest one are rounding.
RANK = 1e-13

#: Part of the gains before costs that counts beside those after costs: where the two differ by rounding only, nothing
#: is ruled out.
GRAIN = 1e-6

# --- programs and their solver

#: Primal and dual feasibility handed to HiGHS. Rows are equilibrated first, so this is relative to each
#: row's own magnitude; two orders tighter than ``CERTIFICATE`` so that what the solver accepts the verifier accepts.
FEASIBILITY = 1e-9

#: Integrality handed to HiGHS; designs are rounded and their terms solved again in any case.
INTEGRALITY = 1e-9

#: Breach of a tangent family, in shares or scaled money, that is mended: less moves no bound that matters.
BREACH = 1e-6

#: Smallest dual, relative to the largest, that proves a row tight in every optimum: well above ``FEASIBILITY``.
BINDING = 1e-6

# --- gaps

#: Default relative optimality gap of ``solve``.
GAP = 1e-6

#: Finest relative gap that is told apart: a gap asked for that is below counts as this one, as sums of a few hundred
#: amounts are no more precise than that to the solver (``FEASIBILITY``). Coalitions are valued to it.
FINEST_GAP = 1e-9

#: Finest relative gap that a contract is held to once its terms are stated: their choice may take several times
#: ``LEXICOGRAPHIC`` of the team's money from the objective that was proven. A gap asked for that is below counts as
#: this one; what is lost to amounts that lie far apart is more.
STATED_GAP = 1e-7

#: Absolute gap in scaled money below which a bound counts as reached: keeps ``gap=0`` from running forever
#: on rounding noise.
ABSOLUTE_GAP = 1e-9

#: Up to this gap, the default and rounding, a contract is called optimal without a remark.
REMARKED = 1.001e-6

#: How far two solves of the same contract may lie apart, in scaled money: the gap that counts as reached, and what the
#: choice of terms may take from the objective, several stages of it.
RESOLUTION = 1e-7

# --- the search's guesses: they make it fast or slow, not wrong

#: Marginal value, in scaled money, that a tangent touches at least.
LEAST_MARGINAL = 1e-6

#: Part of its worth that a branch of a tree counts on which the best designs agree: others come first.
AGREED = 1e-4

#: Part of the sampled teams in which a choice must occur to move its tangent.
SEEN = 1e-4

#: Weight of a sampled team that is ruled out already, so that weights never add up to nothing.
FAINT = 1e-12

#: How near to its best bound a price of a cut is driven, relative.
NEAR = 1e-4

#: Part of its step by which a move of the points of tangency must lower a cut's bound, relative, to be worth the next.
WORTH_MOVING = 2e-4

# --- the choice of terms

#: Largest error between the tangents' risk premium and the true one (M10) that ends a refinement, in scaled
#: money and relative to the premium of the whole revenue; above ``FEASIBILITY``, below which no row is exact.
PREMIUM = 4e-9

#: Slack that a later stage of the lexicographic choice (section 5) leaves to an earlier one, in scaled money
#: and relative to the premium of the whole revenue: above ``FEASIBILITY`` and ``PREMIUM``, so that the point an
#: earlier stage found stays admissible.
LEXICOGRAPHIC = 1e-8

#: How near to a bound a term is put onto it, and the most that a transfer makes up for: a few times what the
#: stages of the lexicographic choice leave to each other.
SNAP = 1e-6

#: Terms smaller than this (share, rate, or money over the instance's scale) are numerical dust and are shown
#: as zero where the limits allow it.
DUST = 1e-11

#: Smallest unit of money, in scaled money, of which a double can hold every multiple that occurs.
FINEST_UNIT = 1e-13

#: Cost, relative to the largest member's, below which a member has no claim under the proportional rule.
NO_CLAIM = 1e-7

#: Distance, relative to v(N), below which excesses of coalitions are the same: above the gap of their values.
SAME_EXCESS = 1e-8

#: Length of what is left of a row, once its projection on the settled ones is taken away, from which it is independent.
INDEPENDENT = 1e-7

# --- the certificate

#: What the certificate allows on each inequality, relative to the largest term of that inequality.
CERTIFICATE = 1e-7

#: What leaving a profile must bring where the agreed one is to be the only equilibrium, relative to what is at stake
#: for the member: well above what the certificate takes for rounding.
STRICT = 1e-5

# --- studies and reports

#: Part of the joint surplus from which it is told by how much rounding the terms moves surpluses: a unit that is not
#: asked for moves about a millionth.
ROUNDING_TOLD = 1e-3

#: What a group would have to gain by leaving, relative to the joint surplus, to be heard (M24), (M37): what searches
#: and the choice of terms leave open is less by an order of magnitude.
UNHEARD = 10.0 * CERTIFICATE

#: Part of the joint surplus that rounding may move in all members' surpluses together and still be no reason to leave;
#: more is another division, and stability is judged as that.
ROUNDING_FORGIVEN = 0.05

#: How narrowly thresholds are found, relative: least changes, relaxations, break-even values; the gap of what a rule
#: costs, and how far two ways to its price may differ.
PRECISION = 1e-3

#: How near two amounts that designs fix are told apart as second goals, relative to the largest that is met: well above
#: ``GRACE`` and ``CERTIFICATE``, by which a limit may be missed.
TOLD_APART = 1e-6

#: What is added to what a contract needs, relative, so that rounding does not forbid that contract.
ROOM = 1e-6

#: By how much a limit is relaxed to price it, in the team's unit of money or as a part of one.
PRICE_STEP = 1e-4

#: Duals and prices below this are rounding.
NO_PRICE = 1e-6

#: Relative noise, and part of the last digit shown, by which a half is rounded up: the same amount, computed in two
#: ways, is printed the same.
NOISE = 1e-9
LAST_DIGIT = 1e-6

#: Below this, fixed decimals would be a row of zeros.
SMALLEST_FIXED = 1e-6

#: Parts of a whole below this are written as they are, not in percent: nobody reads that many noughts.
LEAST_IN_PERCENT = 1e-9
