"""Peers that are slow, large, or no host at all: every call ends in time, with a value."""

import json
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import httpcore
import pytest
from parts.authority import Authority
from parts.hosts.serving import saying

from reconciler.clock import StagedClock
from reconciler.hosts import client as module
from reconciler.hosts.client import FAILURES, Answer, Ask, Client, Where, is_safe
from reconciler.runs.host import Later

ASK = Ask("GET", "/x")
TOKEN = "Bearer github_pat_very_secret"
OK = b"HTTP/1.1 200 OK\r\n"


def asked(origin: str, clock: StagedClock, ask: Ask = ASK) -> object:
    client = Client(Where("a/b", origin), {}, clock)
    try:
        return client.ask(ask, lambda: TOKEN)
    finally:
        client.close()


def of(answer: bytes) -> Callable[[socket.socket], None]:
    return lambda line: line.sendall(answer)


def trickling(head: bytes) -> Callable[[socket.socket], None]:
    def speak(line: socket.socket) -> None:
        line.sendall(head)
        while True:
            line.sendall(b"x")
            time.sleep(0.02)

    return speak


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment is enough to see that it ends."""
    monkeypatch.setattr(module, "WHOLE_S", 0.3)
    monkeypatch.setattr(module, "PIECE_S", 100_000.0)


@pytest.mark.parametrize("head", [b"", OK, OK + b"Content-Length: 100000\r\n\r\n"])
def test_an_answer_that_trickles_ends_in_time(clock: StagedClock, quick: None, head: bytes):
    with saying(trickling(head)) as origin:
        later = asked(origin, clock)
    assert isinstance(later, Later)
    assert "in time" in later.message or "timed out" in later.message


def test_an_answer_that_never_comes_ends_in_time(clock: StagedClock, quick: None):
    with saying(lambda line: line.recv(1)) as origin:
        assert isinstance(asked(origin, clock), Later)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"garbage\r\n\r\n", b"\x00" * 100, OK, OK + b"Content-Length: 10\r\n\r\n{}", b"SSH-2.0-x\r\n",
        OK + b"Content-Length: 2\r\n\r\nok", OK + b"Content-Length: 4\r\n\r\nnull", OK + b"Content-Length: 1\r\n\r\n7",
        OK + b"Content-Length: 3\r\n\r\n\xff\xfe\xfd",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 " + b"x" * 200_000, b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_answer_is_asked_for_again_later(clock: StagedClock, answer: bytes):
    with saying(of(answer)) as origin:
        assert isinstance(asked(origin, clock), Later)


def test_a_tree_that_is_nested_too_deeply_is_no_answer(clock: StagedClock):
    body = b"[" * 100_000
    with saying(of(OK + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)) as origin:
        assert isinstance(asked(origin, clock), Later)


def test_an_answer_that_is_too_large_is_not_read(clock: StagedClock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LARGEST", 100_000)

    def speak(line: socket.socket) -> None:
        line.sendall(OK + b"\r\n")
        while True:
            line.sendall(b"[1]," * 10_000)

    with saying(speak) as origin:
        later = asked(origin, clock)
    assert isinstance(later, Later)
    assert "larger than" in later.message


def test_nobody_there_is_asked_again_later(clock: StagedClock):
    with socket.create_server(("127.0.0.1", 0)) as free:
        origin = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert isinstance(asked(origin, clock), Later)


def test_a_redirect_is_not_followed(clock: StagedClock):
    answer = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n"
    with saying(of(answer)) as origin:
        found = asked(origin, clock)
    assert isinstance(found, Answer)
    assert found.status == 307


@pytest.mark.parametrize("quoted", ["github_pat_very_secret", "Bearer github_pat_very_secret"])
def test_a_credential_that_the_peer_quotes_is_taken_out(clock: StagedClock, quoted: str):
    body = json.dumps({"message": f"no {quoted} here", "other": [quoted]}).encode()
    head = f"HTTP/1.1 404 Not Found\r\nX-Said: {quoted}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with saying(of(head + body)) as origin:
        found = asked(origin, clock)
    assert isinstance(found, Answer)
    assert "very_secret" not in repr(found)
    assert "very_secret" not in str(found.body)
    assert "very_secret" not in found.message


def test_a_credential_that_is_no_header_is_not_in_the_error(clock: StagedClock):
    with saying(of(OK + b"\r\n{}")) as origin:
        client = Client(Where("a/b", origin), {}, clock)
        later = client.ask(ASK, lambda: "Bearer github_pat\nvery_secret")
    assert isinstance(later, Later)
    assert "very_secret" not in later.message


@pytest.mark.parametrize(
    "body",
    [
        {"message": 7}, {"errors": 7}, {"errors": [7, None, "x", {"message": ["x"], "field": {}}]}, [], [1], {},
        {"message": "x" * 100_000}, {"message": "\x1b[2J\u202eabc\n\nd"},
    ],
)  # fmt: skip
def test_words_of_any_shape_become_one_short_line(body: object):
    answer = Answer(422, {}, body)
    assert answer.message.isprintable()
    assert 0 < len(answer.message) <= 200
    assert isinstance(answer.fields(), frozenset)


def test_every_failure_of_the_library_is_known():
    kinds = [each for each in vars(httpcore).values() if isinstance(each, type) and issubclass(each, Exception)]
    ours = {httpcore.ConnectionNotAvailable}  # the pool's own, which it never lets out
    assert len(kinds) > 10
    assert [each for each in kinds if not issubclass(each, FAILURES) and each not in ours] == []


def test_a_host_proves_itself_by_an_authority_that_is_named(tmp_path: Path, clock: StagedClock):
    authority = Authority(tmp_path)
    context = authority.server("localhost")

    def speak(line: socket.socket) -> None:
        line.sendall(OK + b"Content-Length: 2\r\n\r\n{}")

    with _encrypted(context, speak) as origin:
        known = Client(Where("a/b", origin, authority.file), {}, clock)
        assert isinstance(known.ask(ASK, lambda: TOKEN), Answer)
        unknown = Client(Where("a/b", origin), {}, clock)
        later = unknown.ask(ASK, lambda: TOKEN)
        assert isinstance(later, Later)
        assert "certificate" in later.message.lower()


def _encrypted(context: ssl.SSLContext, speak: Callable[[socket.socket], None]):
    from contextlib import contextmanager
    from threading import Thread

    @contextmanager
    def served():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(20)

            def serve() -> None:
                for _ in range(2):
                    plain, _ = listener.accept()
                    try:
                        with context.wrap_socket(plain, server_side=True) as line:
                            line.recv(65_536)
                            speak(line)
                    except OSError:
                        plain.close()

            thread = Thread(target=serve, daemon=True)
            thread.start()
            yield f"https://localhost:{listener.getsockname()[1]}"
            thread.join(20)

    return served()


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://api.github.com", True),
        ("https://github.example.org/api/v3", True),
        ("http://127.0.0.1:3000", True),
        ("http://[::1]:3000", True),
        ("http://github.example.org/api/v3", False),
        ("http://127.0.0.1.example.org", False),
        ("https://user:password@github.example.org", False),
        ("https://github.example.org?x=1", False),
        ("ftp://github.example.org", False),
        ("https://", False),
        ("", False),
        ("https://[", False),
    ],
)
def test_a_credential_goes_out_encrypted_or_stays_on_this_machine(address: str, safe: bool):
    assert is_safe(address) is safe
