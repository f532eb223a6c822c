"""The outcome table inside a batch of several requests: one part says something, and its neighbour has gone."""

import json
import socket
from collections.abc import Callable

import pytest
from contracts.systems.bench import Bench
from contracts.systems.test_outcomes import PAGE, TOKEN, error, http
from parts.hostile import peer, read_request

PARTS: dict[str, tuple[int, bytes, str]] = {
    **{str(status): (status, PAGE, "unknown") for status in (300, 302, 408, 409, 412, 500, 502, 503, 504)},
    **{str(status): (status, PAGE, "not_applied") for status in (307, 401, 402, 403, 404, 405, 410, 415, 429, 501)},
    **{str(status): (status, PAGE, "rejected") for status in (400, 406, 413, 418, 422, 451)},
    **{
        code: (status, json.dumps(error(code)).encode(), state)
        for code, status, state in (
            ("0x80060892", 412, "unknown"),
            ("0x80040237", 409, "unknown"),
            ("0x80044331", 400, "rejected"),
            ("0x80060888", 400, "not_applied"),
            ("0x80072560", 403, "not_applied"),
            ("0x80040220", 403, "not_applied"),
            ("0x80072322", 429, "not_applied"),
            ("0x80072321", 429, "not_applied"),
            ("0x80072326", 429, "not_applied"),
        )
    },
}
"""What one part of a batch says beside another that succeeds: its status, its body, and what its document is then."""


class Half:
    """A peer that gives tokens, does the second document of a batch, and says the same of any other one."""

    def __init__(self, status: str, body: bytes) -> None:
        self._status, self._body, self.batches = status, body, 0

    def __call__(self, line: socket.socket) -> None:
        first = read_request(line).partition(b"\r\n")[0]
        if b"/oauth2/" in first:
            http("200 OK", TOKEN)(line)
        elif b"/$batch" in first:
            self.batches += 1
            parts = [_part(self._status, self._body), _part("204 No Content", b""), b"--batch_x--\r\n"]
            http("200 OK", b"".join(parts), Content_Type="multipart/mixed; boundary=batch_x")(line)
        else:
            http(self._status, self._body)(line)


def _part(status: str, body: bytes) -> bytes:
    head = b"--batch_x\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    return head + f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\r\n".encode() + body + b"\r\n"


@pytest.mark.parametrize("row", PARTS)
def test_what_one_part_of_a_batch_says_is_its_documents_affair_and_the_other_has_gone(halves: Bench, row: str) -> None:
    halves.forget()
    status, body, state = PARTS[row]
    half = Half(f"{status} No", body)
    with peer(half) as url, halves.elsewhere(url):
        report = halves.sync()
    assert (halves.states(), report.exit_code, half.batches) == (
        {state: 1, "sent": 1},
        6 if state == "rejected" else 5,
        1,
    )


@pytest.fixture(scope="module")
def halves(make_bench: Callable[[str], Bench]) -> Bench:
    """The type that sends its documents together, with two records."""
    bench = make_bench("dynamics")
    bench.fill(2)
    return bench
