"""The local page as tests use it: served in a thread, and asked without a browser."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from commands import PATIENCE
from rd_contract_web.server import Server


@dataclass
class Served:
    """A server under test: itself, and the links that it printed."""

    server: Server
    links: list[str] = field(default_factory=list)

    def visitor(self) -> Visitor:
        """Return somebody who came in by the newest link, with a tab of its own."""
        made = Visitor(self.server.port)
        made.come_in(self.links[-1])
        made.tab = made.post("/tabs")["tab"]
        return made


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


@dataclass
class Visitor:
    """A browser, as far as the server can tell: sends its cookie and where a request comes from."""

    port: int
    cookie: str = ""
    tab: str = ""

    @property
    def own(self) -> str:
        """The origin of the page."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
        """Send a request; a header that is None is left out."""
        given = {"Cookie": self.cookie or None, "Origin": self.own if method not in ("GET", "HEAD") else None}
        sent = {name: value for name, value in {**given, **headers}.items() if value is not None}
        content = body if body is None or isinstance(body, bytes) or not isinstance(body, dict) else json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def come_in(self, link: str) -> Answer:
        """Follow a link, and keep the cookie that it gives."""
        answer = self.ask("GET", link.removeprefix(self.own))
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    def get(self, path: str) -> Any:
        """Return what is answered in this tab."""
        return self.ask("GET", f"/tabs/{self.tab}{path}").data

    def post(self, path: str, body: Any = None) -> Any:
        """Return what is answered; in this tab unless the path begins with one."""
        answer = self.ask("POST", path if path.startswith("/tabs") else f"/tabs/{self.tab}{path}", body)
        return answer.data

    def begin(self, **options: str) -> Any:
        """Begin to solve, and return the computation."""
        return self.post("/solve", {"name": "", "time_limit": "", **options})

    def events(self, job: int, seen: str | None = None) -> Iterator[tuple[str, str, Any]]:
        """Yield number, name and content of the events of a computation."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": self.cookie} | ({} if seen is None else {"Last-Event-ID": seen})
        connection.request("GET", f"/tabs/{self.tab}/jobs/{job}/events", headers=headers)
        answer = connection.getresponse()
        found: dict[str, str] = {}
        try:
            for line in answer:
                name, _, value = line.decode().strip().partition(": ")
                if name:
                    found[name] = value
                elif "data" in found:
                    yield found["id"], found["event"], json.loads(found["data"])
                    found = {}
        finally:
            answer.close()
            connection.close()

    def solved(self, **options: str) -> int:
        """Solve to the end, and return the number of the variant."""
        *_, (_, name, content) = self.events(self.begin(**options)["number"])
        assert name == "end"
        return int(content["outcome"]["variant"])

    def explained(self, variant: int, firm: str = "") -> Any:
        """Have a firm of a variant explained, or all of it, and return the outcome."""
        job = self.post("/explain", {"variant": variant, "firm": firm})
        *_, (_, name, content) = self.events(job["number"])
        assert name == "end"
        return content["outcome"]


@contextmanager
def serving() -> Iterator[Served]:
    """Serve the page in a thread."""
    links: list[str] = []
    server = Server(0, links.append)
    thread = threading.Thread(target=server.run_until_asked, kwargs={"open_browser": False})
    thread.start()
    try:
        while not links:
            thread.join(0.01)
        yield Served(server, links)
    finally:
        server.should_exit = True
        thread.join()
