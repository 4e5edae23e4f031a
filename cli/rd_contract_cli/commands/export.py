"""``rd-contract export``: the optimization model for another solver."""

from __future__ import annotations

import rd_contract

from ..console import say
from ..exits import guard
from ..inputs import read_instance
from ..options import InstanceArgument, ModelOption, SetOption
from ..targets import MODEL_ENDINGS, output_target

HELP = """Write the optimization model of an instance as an MPS or LP file, for any other solver."""


def export(instance: InstanceArgument, output: ModelOption, settings: SetOption = None) -> None:
    """Write the model of an instance.

    Parameters
    ----------
    instance, output, settings
        As on the command line.
    """
    with guard():
        target = output_target(output, instance, endings=MODEL_ENDINGS)
        rd_contract.export_model(read_instance(instance, settings), target)
        say(f"Model written to {target}")
