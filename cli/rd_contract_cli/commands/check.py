"""``rd-contract check``: whether an instance is valid, and what it says."""

from __future__ import annotations

import rd_contract

from ..console import show, warn
from ..exits import guard
from ..inputs import read_instance
from ..options import InstanceArgument, ScenariosOption, SetOption

HELP = """Check an instance without solving it, and summarise it.

Every problem is listed with its place in the file, what was found, what is expected and a hint; \
of more than fifty the first fifty, and how many more there are.

Exit code: 0 valid, 3 not valid.
"""


def check(instance: InstanceArgument, settings: SetOption = None, scenarios: ScenariosOption = None) -> None:
    """Check an instance and print a summary.

    Parameters
    ----------
    instance, settings, scenarios
        As on the command line.
    """
    with guard():
        from rd_contract.report.content.overview import instance_summary  # noqa: PLC0415 - help must stay quick

        problem = read_instance(instance, settings, scenarios=scenarios)
        warnings = rd_contract.find_warnings(problem)
        show(instance_summary(problem, len(warnings)))
        warn(warnings, everything=True)
