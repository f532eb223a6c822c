"""The HTTP edge: every way in which the transport can fail has a meaning, and none of them is a crash."""

import contextlib
import gzip
import json
import socketserver
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpcore
import httpx
import pytest
from parts.hostile import HOME, read_request
from parts.hostile import peer as peer_on_a_socket

from reconciler.adapters import edge, pool, transport
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


def test_every_exception_of_httpcore_has_a_namesake_in_httpx_or_cannot_come() -> None:
    found = {each for each in vars(httpcore).values() if isinstance(each, type) and issubclass(each, Exception)}
    found.discard(httpcore.ConnectionNotAvailable)  # the pool's own business: it takes another connection
    assert len(found) > 10
    assert all(issubclass(each, pool.FAILURES) for each in found)
    for each in [*found, transport.NoTls, transport.NotAllowed]:
        with pytest.raises(httpx.TransportError) as raised, pool._translated():
            raise each("words")
        assert type(raised.value).__name__ in {kind.__name__ for kind in each.__mro__}
        assert isinstance(raised.value.__cause__, each)


@contextmanager
def peer(speak: Callable[[object], None]) -> Iterator[str]:
    """A server that reads one whole request (what is left unread would take its answer along), and then does
    as it likes with the connection.
    """

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if read_request(self.request):
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

    monkeypatch.setattr(edge, "TEST_WHOLE_S", 0.4)
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


# How long anything may take: names, connecting and TLS are in test_connection.py, a proxy in test_proxy.py.


def patience(monkeypatch: pytest.MonkeyPatch, **seconds: float) -> None:
    given = {"connect": 3.0, "write": 30.0, "read": 60.0, "pool": 3.0, **seconds}
    monkeypatch.setattr(edge, "TIMEOUTS", httpx.Timeout(**given))


def test_a_first_byte_that_never_comes_is_given_up_long_before_the_whole_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patience(monkeypatch, read=0.2)
    with peer(lambda connection: connection.recv(1)) as url:
        began = time.monotonic()
        found = answered(url)
    assert found == Unclear("ReadTimeout: the answer did not come to an end in time", "no-answer")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("head", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"])
def test_answers_before_the_answer_do_not_make_time(monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    def speak(connection: object) -> None:
        for _ in range(200):
            connection.sendall(head)
            time.sleep(0.02)

    monkeypatch.setattr(edge, "WHOLE_S", 0.3)
    with peer(speak) as url:
        assert answered(url).code == "no-answer"


def test_a_request_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    patience(monkeypatch, write=0.2)
    enough = threading.Event()
    with peer_on_a_socket(lambda _connection: enough.wait(20)) as url:
        line = Edge(url, {}, Terms(way=HOME))
        found = line.ask(Question("POST", body={"text": "x" * 40_000_000}))
        line.close()
        enough.set()
    assert isinstance(found, Unclear)
    assert found.message.startswith("WriteTimeout")


def test_tls_in_drops_does_not_make_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def speak(connection: object) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB is announced, and never ends
        for _ in range(200):
            connection.sendall(b"\x02")
            time.sleep(0.02)

    patience(monkeypatch, connect=0.3)
    with peer_on_a_socket(speak) as url:
        found = answered(url.replace("http:", "https:"))
    assert (type(found), found.code) == (Unreachable, "no-tls")


# How large.

BOMB = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"


def packed(content: bytes, head: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" + head + b"Connection: close\r\n\r\n" + content


def bomb(size: int) -> bytes:
    """Zeros, packed a thousand times smaller."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(b"0" * 1_000_000) for _ in range(size // 1_000_000)]
    return b"".join([*pieces, packer.flush()])


def test_an_answer_that_announces_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def speak(connection: object) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000000\r\n\r\n")
        with contextlib.suppress(OSError):
            taken.extend(connection.send(b"1" * 100_000) for _ in range(10_000))

    with peer(speak) as url:
        assert answered(url).code == "answer-too-large"
    assert sum(taken) < edge.LARGEST


@pytest.mark.parametrize("announced", [b"9" * 19, b"20000001"])
def test_a_length_of_any_size_is_understood(announced: bytes) -> None:
    with peer(lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: " + announced + b"\r\n\r\n")) as url:
        assert answered(url).code == "answer-too-large"


def test_chunks_without_end_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    def speak(connection: object) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                connection.sendall(b"3e8\r\n" + b"1" * 1000 + b"\r\n")
        except OSError:
            return

    monkeypatch.setattr(edge, "LARGEST", 100_000)
    with peer(speak) as url:
        assert answered(url).code == "answer-too-large"


def test_a_bomb_of_gzip_costs_no_more_memory_than_an_answer_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "LARGEST", 1_000_000)
    content = bomb(60_000_000)
    assert len(content) < 64_000  # one piece
    with peer(lambda connection: connection.sendall(packed(content))) as url:
        tracemalloc.start()
        found = answered(url)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found.code == "answer-too-large"
    assert most < 4 * edge.LARGEST


@pytest.mark.parametrize("after", [b"", b"more" * 10_000])
def test_what_follows_packed_content_is_bounded_and_dropped(after: bytes) -> None:
    with peer(lambda line: line.sendall(packed(gzip.compress(b'{"a": 1}') + after))) as url:
        assert answered(url).body == {"a": 1}


def test_packed_bytes_that_unpack_to_nothing_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "LARGEST", 100_000)
    empty = BOMB + b"\x00\x00\x00\xff\xff" * 100_000
    with peer(lambda connection: connection.sendall(packed(empty))) as url:
        assert answered(url).code == "answer-too-large"


@pytest.mark.parametrize(
    "content",
    [b"no gzip", BOMB, gzip.compress(b"{}" * 500)[:-9], zlib.compress(b"{}")],
    ids=["no gzip", "a bomb", "cut off", "zlib"],
)
def test_packed_content_that_is_broken_leaves_it_open(content: bytes) -> None:
    with peer(lambda connection: connection.sendall(packed(content))) as url:
        found = answered(url)
    assert isinstance(found, Unclear)
    assert found.message.startswith("DecodingError")


@pytest.mark.parametrize("packing", [b"br", b"zstd", b"deflate", b"gzip, gzip", b"x" * 5000])
def test_content_that_is_packed_in_a_way_that_nobody_asked_for_leaves_it_open(packing: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + packing + b"\r\nContent-Length: 2\r\n\r\n{}"
    with peer(lambda connection: connection.sendall(answer)) as url:
        found = answered(url)
    assert isinstance(found, Unclear)
    assert len(found.message) < 200


def test_gzip_is_what_is_asked_for_and_an_empty_answer_needs_none() -> None:
    heard: list[bytes] = []

    def speak(connection: object) -> None:
        heard.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n")

    with peer_on_a_socket(speak) as url:
        line = Edge(url, {}, Terms(way=HOME))
        assert line.ask(Question("GET")) == Reply(204, None, "")
        line.close()
    assert b"\r\nAccept-Encoding: gzip\r\n" in heard[0]


def test_a_host_that_no_certificate_can_name_is_unreachable() -> None:
    with peer_on_a_socket(lambda line: line.recv(1)) as url:
        here = Terms(way=HOME, find=lambda _name, _port: ["127.0.0.1"])
        for host in (".example.org", "a..example.org", "x" * 64 + ".example.org", "_x.example.org", "a" * 300):
            line = Edge(url.replace("http://127.0.0.1", f"https://{host}"), {}, here)
            assert isinstance(line.ask(Question("GET")), Unreachable), host
            line.close()


def test_json_within_the_limits_arrives_whole_packed_or_not() -> None:
    tree = {"items": [{"id": str(number)} for number in range(20_000)]}
    content = json.dumps(tree).encode()
    for answer in (packed(gzip.compress(content)), b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + content):
        with peer(lambda connection, answer=answer: connection.sendall(answer)) as url:
            assert answered(url).body == tree


@pytest.mark.parametrize("endless", [b"X: y\r\n", b"x"])
def test_a_head_without_end_is_given_up(endless: bytes) -> None:
    def speak(connection: object) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(endless * 10_000)

    with peer(speak) as url:
        assert isinstance(answered(url), Unclear)
