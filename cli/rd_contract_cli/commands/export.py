"""``rd-contract export``: the optimization model for another solver."""

from __future__ import annotations

import rd_contract

from ..console import say
from ..exits import guard
from ..options import MODEL_ENDINGS, InstanceArgument, ModelOption, output_target, read_instance

HELP = """Write the optimization model of an instance as an MPS or LP file, for any other solver."""


def export(instance: InstanceArgument, output: ModelOption) -> None:
    """Write the model of an instance.

    Parameters
    ----------
    instance, output
        As on the command line.
    """
    with guard():
        target = output_target(output, instance, endings=MODEL_ENDINGS)
        rd_contract.export_model(read_instance(instance), target)
        say(f"Model written to {target}")
