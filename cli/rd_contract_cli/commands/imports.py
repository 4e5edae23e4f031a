"""``rd-contract import``: instances from public registers."""

from __future__ import annotations

from typing import Annotated

import typer

import rd_contract

from ..console import warn
from ..exits import guard
from ..options import ForceOption
from ..outputs import Output, deliver
from ..targets import spreadsheet_target
from ..typed import command
from ..usage import Command, Commands
from .capabilities import PartnersOption, TransformOption

HELP = """Make an instance from the files of a public register."""

CORDIS_HELP = """Make an instance from the files of CORDIS, the European register of research projects.

The files are those of the register's own download: organization.csv, project.csv, euroSciVoc.csv. What is data and
what is assumed stands in the source of the instance. Files that are not as published are refused whole, line by line.

Exit code: 0 written, 3 a file is bad.
"""

app = typer.Typer(cls=Commands, help=HELP, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback(help=HELP)
def imports() -> None:
    """Hold the commands together."""


@app.command("cordis", cls=Command, help=CORDIS_HELP)
def cordis(  # noqa: PLR0913 - one for each option
    *,
    organizations: Annotated[str, typer.Option(metavar="FILE", help="organization.csv.", show_default=False)],
    projects: Annotated[str, typer.Option(metavar="FILE", help="project.csv.", show_default=False)],
    lead: Annotated[str, typer.Option(metavar="NAME", help="Who leads: name, short name or code.", show_default=False)],
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="INSTANCE", help="File .json or .xlsx, or folder, to write.", show_default=False
        ),
    ],
    topics: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="euroSciVoc.csv; without it technologies are the parts of the programme.",
            show_default=False,
        ),
    ] = None,
    candidates: Annotated[int, typer.Option(min=2, metavar="N", help="How many candidates, with the lead.")] = 40,
    min_projects: Annotated[int, typer.Option(min=1, metavar="N", help="Fewest projects of a candidate.")] = 1,
    country: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Country of candidates; may be given several times.", show_default="all"),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            help="Kind of candidates: HES, REC, PRC, PUB, OTH; may be given several times.",
            show_default="all",
        ),
    ] = None,
    level: Annotated[
        int, typer.Option(min=1, metavar="N", help="Level of the topics that become technologies; 1 is the broadest.")
    ] = 2,
    transform: TransformOption = "log",
    partners: PartnersOption = 10,
    force: ForceOption = False,
) -> None:
    """Make an instance from CORDIS.

    Parameters
    ----------
    organizations, projects, lead, output, topics, candidates, min_projects, country, kind, level, transform, partners
        As on the command line.
    force
        As on the command line.
    """
    with guard():
        from rd_contract.evidence import CordisRegister, CordisSelection, cordis_instance  # noqa: PLC0415 - help must stay quick
        from rd_contract.report.content.overview import instance_summary  # noqa: PLC0415

        files = [name for name in (organizations, projects, topics) if name is not None]
        target = spreadsheet_target(output, *files, force=force)
        selection = CordisSelection(
            lead,
            candidates,
            min_projects,
            tuple(country or ()),
            tuple(kind or ()),
            level,
            transform,
            partners,
        )
        instance = cordis_instance(CordisRegister.from_files(organizations, projects, topics), selection)
        warnings = rd_contract.find_warnings(instance)
        said = f"Written to {target}. Read its source; next: {command('solve', target)}"
        deliver(lambda: [instance_summary(instance, len(warnings))], [Output(target, instance.to_file, said)])
        warn(warnings)
