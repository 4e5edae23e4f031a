"""``rd-contract capabilities``: what raw data say of the firms, as capabilities and relations of an instance."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from rd_contract.base.choices import Transform
from rd_contract.base.files import write_atomically

from ..console import say_note
from ..exits import guard
from ..inputs import read_instance
from ..keeping import check_free
from ..options import ForceOption
from ..outputs import Output, deliver
from ..targets import instance_target, output_target, spreadsheet_target
from ..typed import command
from ..usage import Command, Commands

if TYPE_CHECKING:
    from rd_contract.evidence import Evidence

HELP = """Make capabilities, proximity and embeddedness of firms out of raw data.

What is counted (patents, papers, projects) says what a firm can do; joint projects say how well it is embedded.
"""

COUNTS_HELP = """Turn a table of counts, firms by classes, into capabilities between 0 and 1.

TABLE has a column of firms and one for each class. --projects is a table with a row for each firm of each joint
project (Project, Firm, Start, End): it adds trust of pairs and cooperation of firms. -o writes a matrix (.csv), the
data (.json), or a form in which only costs of effort are missing (.xlsx, or a folder); --into writes them into an
instance instead.

Exit code: 0 done, 3 a file is bad, or the new instance would not be valid.
"""

TableArgument = Annotated[
    str, typer.Argument(metavar="TABLE", help="Counts, .csv or .xlsx: firms by classes.", show_default=False)
]
TransformOption = Annotated[
    Transform,
    typer.Option(metavar="TRANSFORM", help=f"How counts become capabilities: {', '.join(get_args(Transform))}."),
]
PartnersOption = Annotated[
    int, typer.Option(min=0, metavar="N", help="How many pairs are listed of each firm: its strongest.")
]

app = typer.Typer(cls=Commands, help=HELP, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback(help=HELP)
def capabilities() -> None:
    """Hold the commands together."""


@app.command("counts", cls=Command, help=COUNTS_HELP)
def counts(  # noqa: PLR0913 - one for each option
    *,
    table: TableArgument,
    transform: TransformOption = "share",
    projects: Annotated[
        str | None, typer.Option(metavar="TABLE", help="Joint projects, .csv or .xlsx.", show_default=False)
    ] = None,
    partners: PartnersOption = 10,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Encoding of CSV files.", show_default="UTF-8")
    ] = None,
    into: Annotated[
        str | None, typer.Option(metavar="INSTANCE", help="Instance to write with them; with -o.", show_default=False)
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write a .csv, .json, .xlsx or a folder.", show_default=False
        ),
    ] = None,
    proximity: Annotated[
        str | None,
        typer.Option(metavar="FILE.csv", help="Also write the proximity of all pairs.", show_default=False),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the data as JSON, and nothing else, on standard output.")
    ] = False,
    force: ForceOption = False,
) -> None:
    """Turn counts into capabilities.

    Parameters
    ----------
    table, transform, projects, partners, encoding, into, output, proximity, as_json, force
        As on the command line.
    """
    with guard():
        from rd_contract.evidence import Counts, JointProjects, apply_evidence, gather_evidence, told_of  # noqa: PLC0415 - as below
        from rd_contract.report.content.evidence import evidence_report  # noqa: PLC0415 - help must stay quick

        if into is not None and output is None:
            raise typer.BadParameter("needs -o: where the new instance is to be written.", param_hint="'--into'")
        inputs = [name for name in (table, projects, into) if name is not None]
        target = None if output is None else _target(output, inputs, into is not None, force)
        matrix = (
            None if proximity is None else output_target(proximity, *inputs, endings=(".csv",), option="'--proximity'")
        )
        if target is not None and matrix is not None and target.resolve() == matrix.resolve():
            raise typer.BadParameter(f"{proximity}: is written by -o, too.", param_hint="'--proximity'")
        if matrix is not None:
            check_free(matrix, force, "'--proximity'")
        known = Counts.from_file(table, encoding=encoding, on_note=say_note)
        joint = None if projects is None else JointProjects.from_file(projects, encoding=encoding, on_note=say_note)
        evidence = gather_evidence(known, transform, joint, partners=partners)
        before = None if into is None else read_instance(into)
        instance = None if before is None else apply_evidence(evidence, before)
        told = None if before is None or instance is None else told_of(evidence, before, instance)
        data = json.dumps(evidence.to_dict(), indent=2, ensure_ascii=False) + "\n"
        outputs = [] if matrix is None else [_proximity(matrix, evidence)]
        if target is not None and instance is not None:
            said = f"Instance written to {target}. Next: {command('check', target)}"
            outputs.append(Output(target, instance.to_file, said))
        elif target is not None:
            outputs.append(_output(target, evidence, data, f"{transform} of the counts in {Path(table).name}"))
        deliver(lambda: [evidence_report(evidence, told)], outputs, data=data, as_json=as_json)


def _target(output: str, inputs: list[str], is_instance: bool, force: bool) -> Path:
    if not is_instance and Path(output).suffix and not Path(output).is_dir():
        return instance_target(output, *inputs, force=force, endings=(".csv", ".json", ".xlsx"))
    return spreadsheet_target(output, *inputs, force=force)


def _output(target: Path, evidence: Evidence, data: str, source: str) -> Output:
    """Return what is written for what was asked for: the matrix, the data, or a form to fill in."""
    ending = target.suffix.lower()
    if ending == ".json":
        return Output(target, partial(write_atomically, content=data), f"Data written to {target}")
    if ending == ".csv":
        from rd_contract.report.frames.evidence import capabilities_table  # noqa: PLC0415 - help must stay quick
        from rd_contract.report.frames.writing import write_table  # noqa: PLC0415

        frame = capabilities_table(evidence)
        return Output(target, partial(write_table, frame), f"Capabilities written to {target}")
    from rd_contract.evidence import sketch  # noqa: PLC0415 - as above
    from rd_contract.formats.forms import write_instance  # noqa: PLC0415

    form = sketch(evidence, f"Capabilities: {source}")
    missing = 'Fill in "Cost of full effort" and "Project value"'
    said = f"Written to {target}. {missing}; next: {command('check', target)}"
    return Output(target, partial(write_instance, form), said)


def _proximity(target: Path, evidence: Evidence) -> Output:
    from rd_contract.report.frames.evidence import proximity_table  # noqa: PLC0415 - help must stay quick
    from rd_contract.report.frames.writing import write_table  # noqa: PLC0415

    return Output(target, lambda path: write_table(proximity_table(evidence), path), f"Proximity written to {target}")
