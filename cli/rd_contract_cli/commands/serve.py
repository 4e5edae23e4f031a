"""``rd-contract serve``: the optimizer as a page in the browser of this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from rd_contract.base.errors import OptionError

from ..console import say, write_data
from ..exits import guard

HELP = """Open the optimizer as a page in your browser: for this machine and whoever has the link, and nobody else.

The link is printed on standard output. It opens the page once; after that the next one is printed, for another \
browser. Nothing leaves the machine. Ctrl-C ends it, with all that is being computed.

Exit code: 0 ended, 2 the port is not free, or the extra `web` is not installed.
"""

PortOption = Annotated[
    int, typer.Option(min=0, max=65535, metavar="N", help="Port to listen on.", show_default="any that is free")
]
BrowserOption = Annotated[bool, typer.Option("--no-browser", help="Only print the link.")]


def serve(port: PortOption = 0, no_browser: BrowserOption = False) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    port, no_browser
        As on the command line.
    """
    with guard():
        try:
            from rd_contract_web.server import Server  # noqa: PLC0415 - the extra `web`
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "anyio"):
                raise
            raise OptionError("the page needs the extra: pip install 'rd-contract[web]'") from None
        server = Server(port, lambda link: write_data(f"{link}\n"))
        say(f"The page is served on port {server.port} of this machine, until Ctrl-C.")
        server.run_until_asked(open_browser=not no_browser)
        say("Ended.")
