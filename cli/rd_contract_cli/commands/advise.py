"""``rd-contract advise``: whether the situation speaks for exploring or exploiting, and what each mode is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import rd_contract

from ..console import say
from ..exits import ExitCode, guard
from ..inputs import read_instance
from ..options import FigureOption, ForceOption, InstanceArgument, SetOption, TimeLimitOption
from ..outputs import Output, deliver, drawing
from ..progress import comparing
from ..targets import figure_target, spreadsheet_target

if TYPE_CHECKING:
    from rd_contract import Advice

HELP = """Tell whether the situation speaks for exploring or for exploiting, and what each mode is worth.

The context of the instance is weighed up by a checklist from case studies; beside it stands which mode the optimizer \
finds most profitable. The instance stays as it is; --calibrate writes another one.

Exit code: 0 done, 3 bad instance, or none with a context, 4 no mode has a contract, 5 stopped early, 6 a certificate \
does not hold.
"""

AdviceJsonOption = Annotated[
    bool, typer.Option("--json", help="Print the advice as JSON, and nothing else, on standard output.")
]
CalibrateOption = Annotated[
    bool,
    typer.Option(
        "--calibrate",
        help="Write the instance with the revenue factor of its exploratory mode multiplied by 2 p(exploring), "
        "and show what that changes; with -o.",
    ),
]
NewOption = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="NEW.json|.xlsx", help="Where to write it; with --calibrate.", show_default=False
    ),
]


def advise(
    *,
    instance: InstanceArgument,
    as_json: AdviceJsonOption = False,
    calibrate: CalibrateOption = False,
    output: NewOption = None,
    time_limit: TimeLimitOption = None,
    settings: SetOption = None,
    figure: FigureOption = None,
    force: ForceOption = False,
) -> None:
    """Advise on the mode of an instance.

    Parameters
    ----------
    instance, as_json, calibrate, output, time_limit, settings, figure, force
        As on the command line.
    """
    with guard():
        from rd_contract.report.content.advice import advice_figures, advice_report  # noqa: PLC0415 - help stays quick

        if calibrate != (output is not None):
            raise typer.BadParameter("--calibrate and -o NEW.json go together.", param_hint="'--calibrate'")
        target = None if output is None else spreadsheet_target(output, instance, force=force)
        picture = figure_target(figure, instance)
        problem = read_instance(instance, settings)
        made = None
        if calibrate:
            made = rd_contract.calibrated(problem)
            path = rd_contract.instance.path_to("modes", made.mode, "value_factor")
            say(f"Calibrate {path}: {made.before:.12g} → {made.after:.12g}")
        with comparing("advise") as on_progress:
            found = rd_contract.advise(problem, calibrate=calibrate, time_limit=time_limit, on_progress=on_progress)
        outputs: list[Output] = []
        notes = []
        if made is not None and target is not None:
            if found.complete:
                once = "The advice is in it: calibrated again, it would count twice."
                outputs.append(Output(target, made.instance.to_file, f"Instance written to {target}. {once}"))
            else:
                notes.append(f"Interrupted: {target} was not written.")
        outputs += drawing(picture, found.instance.name, lambda: advice_figures(found))
        deliver(lambda: [advice_report(found)], outputs, data=found.to_json(), as_json=as_json, notes=notes)
        raise typer.Exit(_code_of(found))


def _code_of(found: Advice) -> ExitCode:
    effect = found.calibration
    contracts = [*found.modes, *([] if effect is None else [effect.contract_before, effect.contract_after])]
    if any(one.certified is False for one in contracts):
        return ExitCode.NOT_CERTIFIED
    if not (found.complete and all(one.proven for one in contracts)):
        return ExitCode.STOPPED
    return ExitCode.NO_CONTRACT if all(one.status == "no_contract" for one in found.modes) else ExitCode.OK
