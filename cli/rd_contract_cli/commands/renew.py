"""``rd-contract renew``: the next contract of an alliance, by its record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from rd_contract.base.files import write_atomically

from ..console import say
from ..exits import ExitCode, code_of, guard
from ..inputs import in_file, open_ledger, read_instance
from ..keeping import check_continued
from ..options import AsOfOption, CreditRulesOption, ForceOption, InstanceArgument, JsonOption, TimeLimitOption
from ..outputs import deliver
from ..progress import watching
from ..targets import writable_target

if TYPE_CHECKING:
    from rd_contract import Renewal

HELP = """Make the instance of the next contract from the record of an alliance, and tell what changes and why.

Credit, stakes and trust become those of the record; a firm that was excluded, or left, stays out until it signs \
again. The old and the new instance are solved, and set side by side. The new one is written whatever is found.

Exit code: 0 proven and verified, 3 a file is bad, or who must join may not any more, 4 no contract exists any more, \
5 stopped early, 6 a verification failed, or the ledger was tampered with.
"""

RecordArgument = Annotated[str, typer.Argument(metavar="LEDGER", help="The ledger, NAME.ledger.", show_default=False)]
NewOption = Annotated[
    str,
    typer.Option("--output", "-o", metavar="NEW.json", help="Where to write the new instance.", show_default=False),
]


def renew(
    *,
    instance: InstanceArgument,
    ledger: RecordArgument,
    output: NewOption,
    as_of: AsOfOption = None,
    rules: CreditRulesOption = None,
    time_limit: TimeLimitOption = None,
    as_json: JsonOption = False,
    force: ForceOption = False,
) -> None:
    """Renew a contract.

    Parameters
    ----------
    instance, ledger, output, as_of, rules, time_limit, as_json, force
        As on the command line.
    """
    with guard():
        from rd_contract.ledger import CreditRules  # noqa: PLC0415 - help must stay quick
        from rd_contract.renewal import next_instance, solve_both  # noqa: PLC0415
        from rd_contract.report.content.renewal import renewal_report  # noqa: PLC0415

        inputs = [name for name in (instance, ledger, rules) if name is not None]
        target = writable_target(output, *inputs)
        problem = read_instance(instance)
        used = None if rules is None else CreditRules.from_file(rules)
        with in_file(instance):
            step = next_instance(problem, open_ledger(ledger), as_of=as_of, rules=used)
        text = step.after.to_json().encode()
        check_continued(target, text, force)
        write_atomically(target, text)  # before anything is solved, which may take long
        say(f"Instance written to {target}")
        with watching("starting") as on_progress:
            found = solve_both(step, time_limit=time_limit, on_progress=on_progress)
        data = json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n"
        deliver(lambda: [renewal_report(found)], data=data, as_json=as_json)
        raise typer.Exit(_code(found))


def _code(found: Renewal) -> ExitCode:
    """Return the exit code: what one must not use is graver than what is not known, and that than what is."""
    codes = [ExitCode.STOPPED if found.after is None else code_of(found.after), code_of(found.before)]
    if not found.complete:
        codes.append(ExitCode.STOPPED)
    for grave in (ExitCode.NOT_CERTIFIED, ExitCode.STOPPED):
        if grave in codes:
            return grave
    return codes[0]
