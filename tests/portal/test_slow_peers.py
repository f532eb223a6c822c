"""Whoever asks slowly keeps no place that others want."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from parts.portal import ADMIN, HOME, Opened, Visitor

from reconciler.portal import live, serving

PATIENCE_S = 20
COOKIE = "reconciler-portal"


def head(visitor: Visitor, path: str, *more: str, method: str = "GET") -> bytes:
    cookie = f"{COOKIE}={visitor.client.cookies[COOKIE]}"
    lines = (f"{method} {path} HTTP/1.1", f"Host: {urlsplit(visitor.address).netloc}", f"Cookie: {cookie}", *more)
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def connected(portal: Opened) -> socket.socket:
    return socket.create_connection(portal.server._socket.getsockname(), PATIENCE_S)


def answered(line: socket.socket) -> bytes:
    """All that comes until the other side is done with the line, however it says so."""
    found = b""
    try:
        while part := line.recv(65536):
            found += part
    except ConnectionResetError:
        return found
    return found


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "ASKING_S", 1.5)
    monkeypatch.setattr(live, "EVERY_S", 0.1)


@pytest.mark.usefixtures("hasty")
def test_whoever_does_not_end_a_question_is_let_go_and_whoever_listens_is_not(portal: Opened) -> None:
    visitor = portal.enter(ADMIN)
    whole = head(visitor, "/healthz")
    begun = {
        "nothing": b"",
        "half a line": b"GET /hea",
        "half a head": whole[:-2],
        "half a body": head(visitor, "/login/demo", "Content-Length: 20", method="POST") + b"accoun",
        "half of a second one": whole + whole[:-2],
    }
    with visitor.client.stream("GET", f"{HOME}/events", timeout=PATIENCE_S) as news:
        heard = events(news.iter_lines())
        first = next(heard)
        with ExitStack() as stack:
            lines = {name: stack.enter_context(connected(portal)) for name in begun}
            for name, sent in begun.items():
                lines[name].sendall(sent)
            ended = {name: answered(line) for name, line in lines.items()}
        assert {name: said.count(b"HTTP/1.1 200") for name, said in ended.items()} == {
            **dict.fromkeys(begun, 0), "half of a second one": 1,
        }  # fmt: skip
        visitor.post(f"{HOME}/integrations/xledger/suspend", reason="Regnskapsføreren venter på bilagene")
        assert next(heard) != first


def events(lines: Iterator[str]) -> Iterator[str]:
    """The marks of what is told."""
    yield from (each.removeprefix("data: ") for each in lines if each.startswith("data: "))
