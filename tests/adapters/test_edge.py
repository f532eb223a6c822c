"""The HTTP edge: every way in which the transport can fail has a meaning, and none of them is a crash."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from parts.hostile import HOME

from reconciler.adapters import edge
from reconciler.adapters.edge import MAY_HAVE_ARRIVED, NEVER_LEFT, Edge, Question, Reply, Terms
from reconciler.runs.outcome import Unclear, Unreachable

ABSTRACT = {
    httpx.HTTPError, httpx.RequestError, httpx.TransportError, httpx.TimeoutException, httpx.NetworkError,
    httpx.ProtocolError,
}  # fmt: skip
OURS = {
    httpx.HTTPStatusError: "raised by raise_for_status alone, which nobody calls",
    httpx.CookieConflict: "raised by reading a cookie by its name, which nobody does",
}
STREAMS = httpx.StreamError
"""Wrong use of a response by its reader: a defect of ours, which is to be loud."""


def test_every_exception_of_httpx_is_mapped_or_cannot_come() -> None:
    found = {each for each in vars(httpx).values() if isinstance(each, type) and issubclass(each, Exception)}
    assert len(found) > 25
    left = {
        each
        for each in found
        if each not in ABSTRACT | set(OURS) and not issubclass(each, STREAMS)
        if not issubclass(each, NEVER_LEFT + MAY_HAVE_ARRIVED)
    }
    assert left == set()
    assert not set(NEVER_LEFT) & set(MAY_HAVE_ARRIVED)
    assert not [each for each in NEVER_LEFT if issubclass(each, httpx.ReadError | httpx.WriteError)]


@contextmanager
def peer(speak: Callable[[object], None]) -> Iterator[str]:
    """A server that reads one request's head and then does as it likes with the connection."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if b"\r\n\r\n" in self.request.recv(65536):
                speak(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def answered(url: str, token: str = "token t", **more: bool) -> Reply | Unreachable | Unclear:
    line = Edge(url, {"Authorization": token}, Terms(**more, way=HOME))
    try:
        return line.ask(Question("POST", body={"query": "x"}))
    finally:
        line.close()


@pytest.mark.parametrize("answer", [
    b"",
    b"nonsense\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 307 Moved\r\nLocation: gopher://elsewhere\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Moved\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: \xff\xfe\r\nContent-Length: 2\r\n\r\nno",
], ids=["nothing", "nonsense", "half", "not-gzip", "not-chunked", "to-gopher", "to-nowhere", "bytes"])  # fmt: skip
def test_whatever_a_peer_answers_after_it_has_read_is_never_taken_for_unsent(answer: bytes) -> None:
    with peer(lambda connection: connection.sendall(answer)) as url:
        found = answered(url)
    assert isinstance(found, Unclear) or (isinstance(found, Reply) and found.body is None)


def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(connection: object) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
        for _ in range(200):
            connection.sendall(b" ")
            time.sleep(0.01)

    monkeypatch.setattr(edge, "TEST_WHOLE_S", 0.1)
    with peer(drip) as url:
        found = answered(url, quick=True)
    assert found == Unclear("ReadTimeout: the answer did not come to an end in time", "no-answer")


def test_an_answer_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "LARGEST", 1000)
    with peer(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"1" * 5000)) as url:
        assert isinstance(found := answered(url), Unclear)
    assert found.code == "answer-too-large"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "gopher://127.0.0.1/", "http://[::1", "https://127.0.0.1:9/"])
def test_what_never_left_is_unreachable(url: str) -> None:
    try:
        assert isinstance(answered(url), Unreachable)
    except httpx.InvalidURL:
        pytest.fail("a broken address is not mapped")


def test_a_header_that_cannot_be_sent_is_not_quoted() -> None:
    with peer(lambda connection: None) as url:
        found = answered(url, "token S3cret\nValue")
    assert isinstance(found, Unreachable)
    assert "S3cret" not in repr(found)
