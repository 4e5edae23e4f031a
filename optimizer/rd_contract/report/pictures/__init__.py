"""Pictures as SVG, drawn by hand: small, self-contained, the same bytes every time, in the language of the caller.

They need nothing that is not installed, stand in a page of a report as text that can be read and searched, and are
:class:`~rd_contract.report.page.Figure` once a title and a description are put beside them.
"""

from .distribution import Mark, distribution
from .network import Edge, NetworkWords, Node, network
from .terms import Account, TermsWords, terms
from .tornado import Range, tornado
from .waterfall import Step, waterfall

__all__ = [
    "Account",
    "Edge",
    "Mark",
    "NetworkWords",
    "Node",
    "Range",
    "Step",
    "TermsWords",
    "distribution",
    "network",
    "terms",
    "tornado",
    "waterfall",
]
