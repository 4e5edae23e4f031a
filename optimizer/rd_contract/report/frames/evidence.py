"""What counts and joint projects say, as data frames."""

from __future__ import annotations

import pandas as pd

from ...evidence import Evidence
from ...evidence.evidence import rounded
from ...evidence.proximity import proximity_matrix

#: Heading of the column of firms, as sheets have it.
FIRM = "Firm"


def capabilities_table(evidence: Evidence) -> pd.DataFrame:
    """Return capabilities in [0, 1]: a column of firms, and one for each class, as the sheet Capabilities has them.

    Parameters
    ----------
    evidence
        What is known.
    """
    frame = pd.DataFrame(evidence.capabilities, columns=list(evidence.counts.classes)).map(rounded)
    frame.insert(0, FIRM, list(evidence.counts.firms), allow_duplicates=True)
    return frame


def proximity_table(evidence: Evidence) -> pd.DataFrame:
    """Return the proximity of all pairs in technology (Jaffe 1986): a column of firms, and one for each firm.

    Parameters
    ----------
    evidence
        What is known.
    """
    names = list(evidence.counts.firms)
    frame = pd.DataFrame(proximity_matrix(evidence.counts.values), columns=names).map(rounded)
    frame.insert(0, FIRM, names, allow_duplicates=True)
    return frame


def pairs_table(evidence: Evidence) -> pd.DataFrame:
    """Return the listed pairs: firms, proximity, what joint projects say, and what enters an instance.

    Parameters
    ----------
    evidence
        What is known.
    """
    rows = []
    for pair in evidence.pairs:
        relation, measures = pair.relation(), pair.to_dict()
        first, second = pair.between
        told = {name: value for each in (measures, relation) for name, value in each.items() if name != "between"}
        rows.append({"firm": first, "partner": second, **told})
    return pd.DataFrame(rows)
