"""The server of the local page: listens on this machine alone, says where, and ends with all that it started."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from rd_contract import OptionError

from .app import Desk
from .security import Doors

#: Seconds that answers under way have when the server ends.
GRACE = 1

#: Connections that wait to be accepted.
_BACKLOG = 64


class Server(uvicorn.Server):
    """A server that, when it ends, first ends what is being computed: nobody waits for it any more.

    Parameters
    ----------
    port
        Where it listens, on this machine alone; 0: on any port that is free.
    on_link
        Called with each link that opens the page, once it can be opened.

    Raises
    ------
    OptionError
        When the port is not free.
    """

    def __init__(self, port: int, on_link: Callable[[str], None]) -> None:
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        self.doors = Doors(self.port, on_link)
        self.desk = Desk()
        super().__init__(
            uvicorn.Config(
                self.desk.guarded(self.doors), access_log=False, log_config=None, lifespan="off", ws="none", http="h11",
                server_header=False,
                proxy_headers=False, timeout_graceful_shutdown=GRACE,
            )
        )  # fmt: skip

    def run_until_asked(self, *, open_browser: bool) -> None:
        """Serve until Ctrl-C, or a request to end.

        Parameters
        ----------
        open_browser
            Whether to open the page in the user's browser.
        """
        link = self.doors.open()
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(link,), name="browser", daemon=True).start()
        try:
            with contextlib.suppress(KeyboardInterrupt):  # it is how a server is meant to end
                self.run(sockets=[self._socket])
        finally:
            self.desk.close()
            self._socket.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is being computed, then the connections."""
        self.desk.close()
        await super().shutdown(sockets)


def _listening(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would share the port with others
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        reason = error.strerror or error
        raise OptionError(f"port {port} cannot be used ({reason}); leave it out to get a free one") from None
    return made
