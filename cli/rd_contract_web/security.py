"""Who may use the page: whoever was shown its link, in a browser of this machine, from the page itself.

A port of this machine is open to all its users, and to every page that their browsers show. So a session begins with a
key that nobody can guess and that opens once; a request must name this machine as its host, which a name of somebody
else that leads here does not; and what changes anything must come from the page itself.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Most sessions; the one unused for longest has to come in anew.
MOST_SESSIONS = 16

#: Methods that change nothing.
_SAFE = ("GET", "HEAD")

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Doors:
    """The way in: a key that opens once, and the sessions that it opened.

    Parameters
    ----------
    port
        Port of the page.
    on_link
        Called with each new link; the one before it does not open any more.
    """

    def __init__(self, port: int, on_link: Callable[[str], None]) -> None:
        self._on_link = on_link
        self._sessions: OrderedDict[str, None] = OrderedDict()
        names = ("127.0.0.1", "localhost")
        self.hosts = frozenset([f"{name}:{port}" for name in names] + ([*names] if port == 80 else []))
        self.cookie = f"rd_contract_{port}"  # cookies do not know ports: two pages would take each other's
        self._address = f"http://127.0.0.1:{port}/"
        self._key = ""

    def open(self) -> str:
        """Return a new link, and say so; the one before does not open any more."""
        self._key = secrets.token_urlsafe(32)
        link = f"{self._address}?key={self._key}"
        self._on_link(link)
        return link

    def admit(self, key: str) -> str | None:
        """Return a new session for a key, which then has done its duty; None for a wrong one."""
        if not secrets.compare_digest(key.encode(), self._key.encode()):
            return None
        session = secrets.token_urlsafe(32)
        self._sessions[session] = None
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        self.open()
        return session

    def knows(self, session: str) -> bool:
        """Return whether a session was opened here."""
        if session not in self._sessions:
            return False
        self._sessions.move_to_end(session)
        return True


class Guard:
    """Lets in what may come in, and gives every answer the headers that keep it from others.

    Parameters
    ----------
    app
        What is guarded; finds the session in ``scope["session"]``.
    doors
        The way in.
    """

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        request = Request(scope)
        answer = self._refusal(request) or self._way_in(request)
        if answer is None:
            scope["session"] = request.cookies[self._doors.cookie]
        await (answer or self._app)(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        """Return what is said to who does not come from here; None to all others."""
        host = request.headers.get("host", "")
        if host not in self._doors.hosts:
            return PlainTextResponse("This page is for this machine only.", 421)
        if request.method not in _SAFE and request.headers.get("origin") != f"http://{host}":
            return PlainTextResponse("Only the page itself may change anything.", 403)
        return None

    def _way_in(self, request: Request) -> Response | None:
        """Return what is said to who comes in, or stays out; None to who is in."""
        key, inside = request.query_params.get("key"), self._doors.knows(request.cookies.get(self._doors.cookie, ""))
        opening = key is not None and request.url.path == "/" and request.method == "GET"
        if inside:
            return RedirectResponse("/", 303) if opening else None
        session = self._doors.admit(key) if opening and key is not None else None
        if session is None:
            used = "This link has been used, or is not the newest. " if key is not None else ""
            said = f"{used}Open the newest link that stands where rd-contract serve runs."
            return PlainTextResponse(said, 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._doors.cookie, session, httponly=True, samesite="strict", path="/")
        return answer
