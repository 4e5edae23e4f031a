"""Who may use the page: whoever was shown its link, from the page itself, and nobody else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.types import Message

from rd_contract.base.files import MAX_BYTES
from rd_contract_web.asked import MOST_BYTES, Refusal, read_body
from rd_contract_web.benches import MOST_TABS, Benches
from rd_contract_web.security import MOST_SESSIONS, Doors
from served import Served, Visitor, serving

PATHS = ("/", "/page.js", "/tabs", "/tabs/any", "/tabs/any/comparison", "/nowhere")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as made:
        yield made


@pytest.fixture(scope="module")
def visitor(served: Served) -> Visitor:
    return served.visitor()


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    """Every address of 127/8 is this machine, and even of those only one is listened to."""
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", served.server.port))


def test_a_link_opens_once_and_the_next_is_told(served: Served) -> None:
    link = served.links[-1]
    first, second = Visitor(served.server.port), Visitor(served.server.port)
    answer = first.come_in(link)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert first.ask("GET", "/").status == 200
    assert second.come_in(link).status == 403
    assert served.links[-1] != link
    assert second.come_in(served.links[-1]).status == 303
    assert first.cookie != second.cookie
    assert first.come_in(link).status == 303  # who is in may follow it again


@pytest.mark.parametrize("path", PATHS)
def test_without_a_session_there_is_nothing(served: Served, path: str) -> None:
    for cookie in ("", f"{served.server.doors.cookie}=guess", "other=thing"):
        for method in ("GET", "POST"):
            assert Visitor(served.server.port, cookie).ask(method, path).status == 403


def test_a_wrong_key_opens_nothing(served: Served) -> None:
    for key in ("", "x", "é" * 43):
        answer = Visitor(served.server.port).ask("GET", f"/?key={'%C3%A9' if key.startswith('é') else key}")
        assert answer.status == 403
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["example.com", "example.com:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", ""])
def test_other_hosts_are_refused(visitor: Visitor, host: str) -> None:
    """A name of somebody else's that leads here, as DNS rebinding makes one."""
    assert visitor.ask("GET", "/", Host=host.format(port=visitor.port)).status == 421


@pytest.mark.parametrize(
    "origin",
    ["http://example.com", "null", None, "http://127.0.0.1:1", "http://localhost:{port}", "https://127.0.0.1:{port}"],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/tabs"), ("DELETE", "/tabs/any/variants/1"), ("PUT", "/")])
def test_only_the_page_itself_changes_anything(visitor: Visitor, origin: str | None, method: str, path: str) -> None:
    given = None if origin is None else origin.format(port=visitor.port)
    assert visitor.ask(method, path, Origin=given).status == 403


def test_localhost_is_this_machine_too(visitor: Visitor) -> None:
    name = f"localhost:{visitor.port}"
    assert visitor.ask("POST", "/tabs", Host=name, Origin=f"http://{name}").status == 200


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_kept_from_others(served: Served, visitor: Visitor, path: str) -> None:
    for asking in (visitor, Visitor(served.server.port)):
        headers = asking.ask("GET", path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


@pytest.mark.parametrize(("path", "most"), [("/file?name=a.json", MAX_BYTES), ("/values", MOST_BYTES)])
def test_what_is_said_to_be_too_long_is_not_read(visitor: Visitor, path: str, most: int) -> None:
    answer = visitor.ask("POST", f"/tabs/{visitor.tab}{path}", b"{", **{"Content-Length": str(most + 1)})
    assert answer.status == 413
    assert f"{most // 1024 // 1024} MB" in answer.data["message"]
    assert visitor.ask("GET", f"/tabs/{visitor.tab}").status == 200


@pytest.mark.parametrize("said", [[], [(b"content-length", b"3")]])
def test_bytes_are_counted_whatever_is_said_of_them(said: list[tuple[bytes, bytes]]) -> None:
    read = 0

    async def receive() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"abc", "more_body": True}

    with pytest.raises(Refusal) as refusal:
        asyncio.run(read_body(Request({"type": "http", "headers": said}, receive), 10))
    assert (refusal.value.status, read) == (413, 4)


def test_tabs_are_secrets_of_their_sessions(served: Served, visitor: Visitor) -> None:
    other = served.visitor()
    other.tab = visitor.tab
    assert other.ask("GET", f"/tabs/{visitor.tab}").status == 404
    assert visitor.ask("GET", f"/tabs/{visitor.tab}").status == 200
    assert visitor.ask("GET", "/tabs/guess").status == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 100_000, b'{"values": 1}', b'{"values": {"a": 1}}', b"\xff"])
def test_what_the_page_does_not_send_is_refused(visitor: Visitor, body: bytes) -> None:
    assert visitor.ask("POST", f"/tabs/{visitor.tab}/values", body).status == 400


def test_sessions_and_tabs_are_bounded() -> None:
    links: list[str] = []
    doors = Doors(1, links.append)
    doors.open()
    sessions = [doors.admit(links[-1].partition("key=")[2]) for _ in range(MOST_SESSIONS + 1)]
    assert [doors.knows(session or "") for session in sessions] == [False] + [True] * MOST_SESSIONS
    benches = Benches()
    tabs = [benches.add("session") for _ in range(MOST_TABS)]
    assert benches.find("session", tabs[0]) is not None  # used, so the next oldest makes room
    benches.add("session")
    assert benches.find("session", tabs[1]) is None
    assert benches.find("session", tabs[0]) is not None
