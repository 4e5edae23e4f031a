"""``rd-contract advise``: whether the situation speaks for exploring or exploiting, and what each mode is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import rd_contract

from ..console import say
from ..exits import ExitCode, code_of, guard
from ..inputs import read_instance
from ..options import FigureOption, InstanceArgument, SetOption, TimeLimitOption
from ..outputs import Output, deliver, drawing
from ..progress import comparing, watching
from ..targets import figure_target, spreadsheet_target

if TYPE_CHECKING:
    from rd_contract import Advice, Calibration, Instance
    from rd_contract.report.content.advice import Recalibrated

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
) -> None:
    """Advise on the mode of an instance.

    Parameters
    ----------
    instance, as_json, calibrate, output, time_limit, settings, figure
        As on the command line.
    """
    with guard():
        from rd_contract.report.content.advice import advice_figures, advice_report  # noqa: PLC0415 - help stays quick

        if calibrate != (output is not None):
            raise typer.BadParameter("--calibrate and -o NEW.json go together.", param_hint="'--calibrate'")
        target = None if output is None else spreadsheet_target(output, instance)
        picture = figure_target(figure, instance)
        problem = read_instance(instance, settings)
        made = rd_contract.calibrated(problem) if calibrate else None
        with comparing("advise") as on_progress:
            found = rd_contract.advise(problem, time_limit=time_limit, on_progress=on_progress)
        changed = None if made is None or not found.complete else _changed(problem, made, time_limit)
        outputs = [] if target is None or changed is None else [_instance_output(target, changed.calibration.instance)]
        outputs += drawing(picture, found.instance.name, lambda: advice_figures(found))
        unwritten = [f"Interrupted: {target} was not written."] if target is not None and changed is None else []
        pages = [advice_report(found, changed)]
        deliver(lambda: pages, outputs, data=found.to_json(), as_json=as_json, notes=unwritten)
        raise typer.Exit(_code_of(found, changed, interrupted=bool(unwritten)))


def _changed(instance: Instance, made: Calibration, time_limit: float | None) -> Recalibrated | None:
    """Return what calibrating changes of the recommended contract, after saying what it changes of the instance.

    None where Ctrl-C came meanwhile.
    """
    from rd_contract.report.content.advice import Recalibrated  # noqa: PLC0415 - as above

    path = rd_contract.instance.path_to("modes", made.mode, "value_factor")
    say(f"Calibrate {path}: {made.before:.12g} → {made.after:.12g}")
    with watching("solving as it was") as on_progress:
        before = rd_contract.solve(instance, time_limit=time_limit, on_progress=on_progress)
    if before.interrupted:
        return None
    with watching("solving as calibrated") as on_progress:
        after = rd_contract.solve(made.instance, time_limit=time_limit, on_progress=on_progress, start=before)
    return None if after.interrupted else Recalibrated(made, before, after)


def _instance_output(target: Path, instance: Instance) -> Output:
    return Output(target, instance.to_file, f"Instance written to {target}")


def _code_of(found: Advice, changed: Recalibrated | None, *, interrupted: bool) -> ExitCode:
    contracts = [] if changed is None else [changed.before, changed.after]
    codes = {code_of(result) for result in contracts}
    if any(one.certified is False for one in found.modes) or ExitCode.NOT_CERTIFIED in codes:
        return ExitCode.NOT_CERTIFIED
    proven = found.complete and all(one.proven for one in found.modes)
    if interrupted or not proven or ExitCode.STOPPED in codes:
        return ExitCode.STOPPED
    return ExitCode.NO_CONTRACT if all(one.status == "no_contract" for one in found.modes) else ExitCode.OK
