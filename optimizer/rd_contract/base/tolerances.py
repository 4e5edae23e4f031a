"""Every tolerance of the package, once, with its reason.

Money is scaled to O(1) before it reaches a solver (``Parameters.scaled``), so absolute tolerances below are
relative to the instance's money.
"""

from __future__ import annotations

#: Primal and dual feasibility handed to HiGHS. Rows are equilibrated first, so this is relative to each
#: row's own magnitude; two orders tighter than ``CERTIFICATE`` so that what the solver accepts the verifier accepts.
FEASIBILITY = 1e-9

#: Integrality handed to HiGHS; designs are rounded and their terms solved again in any case.
INTEGRALITY = 1e-9

#: Absolute gap in scaled money below which a bound counts as reached: keeps ``gap=0`` from running forever
#: on rounding noise.
ABSOLUTE_GAP = 1e-9

#: What sums of some hundred amounts in double precision lose, in scaled money.
ROUNDING = 1e-12

#: Finest relative gap that is told apart: a gap asked for that is below counts as this one, as sums of a few hundred
#: amounts are no more precise than that to the solver (``FEASIBILITY``).
FINEST_GAP = 1e-9

#: Part of a limit, or of the whole revenue, by which sums of decimal fractions may miss it: they are not exact. Also
#: what rounding may make of a value of 0 in scaled money.
GRACE = 1e-9

#: Default relative optimality gap of ``solve``.
GAP = 1e-6

#: Largest error between the tangents' risk premium and the true one (M10) that ends a refinement, in scaled
#: money and relative to the premium of the whole revenue; above ``FEASIBILITY``, below which no row is exact.
PREMIUM = 4e-9

#: Slack that a later stage of the lexicographic choice (section 5) leaves to an earlier one, in scaled money
#: and relative to the premium of the whole revenue: above ``FEASIBILITY`` and ``PREMIUM``, so that the point an
#: earlier stage found stays admissible.
LEXICOGRAPHIC = 1e-8

#: How far two solves of the same contract may lie apart, in scaled money: the gap that counts as reached, and what the
#: choice of terms may take from the objective, several stages of it.
RESOLUTION = 1e-7

#: What the certificate allows on each inequality, relative to the largest term of that inequality.
CERTIFICATE = 1e-7

#: How near to a bound a term is put onto it, and the most that a transfer makes up for: a few times what the
#: stages of the lexicographic choice leave to each other.
SNAP = 1e-6

#: Terms smaller than this (share, rate, or money over the instance's scale) are numerical dust and are shown
#: as zero where the limits allow it.
DUST = 1e-11
