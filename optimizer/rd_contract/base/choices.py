"""What can be asked for, or said, by a word: for the library and for the command line, which must load no more."""

from __future__ import annotations

from typing import Literal

#: How to solve; ``auto`` takes ``decomposed``.
Method = Literal["auto", "decomposed", "extensive"]

#: What a contract must withstand: ``unique``, other equilibria.
Robust = Literal["unique"]

#: Kinds of files.
Kind = Literal[
    "instance",
    "result",
    "sweep",
    "point",
    "comparison",
    "explanation",
    "frontier",
    "advice",
    "entry",
    "credit-rules",
]

#: What is recorded in a ledger.
EntryKind = Literal[
    "contract_signed",
    "milestone_met",
    "milestone_missed",
    "contribution_delivered",
    "payment",
    "breach_detected",
    "deposit_forfeited",
    "dispute_opened",
    "dispute_settled",
    "member_excluded",
    "member_left",
    "note",
]

#: How counts become capabilities.
Transform = Literal["share", "location-quotient", "log", "rank"]

#: What rules count of members (M32)-(M34), and what a second goal may be.
Measure = Literal["members", "working", "effort", "cost", "revenue_share", "reimbursement", "subsidy"]
SecondGoal = Literal[Measure, "lead_profit", "smallest_surplus", "exposure"]
Direction = Literal["larger", "smaller"]

#: How the points of a sweep are chosen, and how samples are drawn from a range.
Design = Literal["grid", "one-at-a-time", "latin-hypercube", "monte-carlo", "morris", "sobol"]
Distribution = Literal["uniform", "triangular", "normal", "lognormal"]

#: Where the points of a sweep are computed.
Backend = Literal["local", "dask"]

#: How tables and figures are written, as the endings of their files; ``none``: not at all.
TableFormat = Literal["csv", "parquet"]
FigureFormat = Literal["none", "svg", "png"]

#: What a solve is looking for.
Phase = Literal["first best", "contract", "stability"]
