"""Pictures as SVG, drawn by hand: small, self-contained, the same bytes every time, in the language of the caller.

They need nothing that is not installed (as PNG, which matplotlib paints, they need the extra ``figures``), stand in a
page of a report as text that can be read and searched, and are :class:`~rd_contract.report.page.Figure` once a title
and a description are put beside them.
"""

from .bands import Band, Stretch, bands
from .courses import Course, Moment, courses
from .distribution import Mark, Weights, distribution
from .files import require_matplotlib, require_painter, write_figures
from .groups import Group, groups
from .network import Edge, NetworkWords, Node, network
from .sheet import sheet
from .spans import Span, SpanWords, spans
from .steps import Goal, Point, steps
from .terms import Account, TermsWords, terms
from .tornado import Range, tornado
from .waterfall import Bar, Step, bars, waterfall

__all__ = [
    "Account",
    "Band",
    "Bar",
    "Course",
    "Edge",
    "Goal",
    "Group",
    "Mark",
    "Moment",
    "NetworkWords",
    "Node",
    "Point",
    "Range",
    "Span",
    "SpanWords",
    "Step",
    "Stretch",
    "TermsWords",
    "Weights",
    "bands",
    "bars",
    "courses",
    "distribution",
    "groups",
    "network",
    "require_matplotlib",
    "require_painter",
    "sheet",
    "spans",
    "steps",
    "terms",
    "tornado",
    "waterfall",
    "write_figures",
]
