"""Every row of the outcome table (research/exports.md 2.5), for every protocol over HTTP: a raw answer, what it is
taken for, and what the ledger holds of the document afterwards. What SFTP and folders answer stands in
`tests/adapters/test_files.py`, `test_files_connection.py` and `test_files_local.py`.
"""

import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from contracts.systems.bench import Bench
from parts.hostile import peer, read_request

from reconciler.adapters import edge
from reconciler.ports import Outgoing
from reconciler.runs.outcome import CredentialRefused, RequestRefused, Settled, Stop, Unclear, Wait

Speak = Callable[[socket.socket], None]
TOKEN = {"access_token": "a-token-of-the-table", "token_type": "Bearer", "expires_in": 3600}
PAGE = b"<html><h1>502</h1></html>"


def http(status: str, body: Any = b"", **head: str) -> Speak:
    """An answer with a body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
    whole = "\r\n".join([*lines, "", ""]).encode() + content
    return lambda line: line.sendall(whole)


def reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def silent(line: socket.socket) -> None:
    line.recv(1)


def cut(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")


def errors(message: str, code: str = "UNHANDLED_ERROR", within: str = "") -> dict[str, Any]:
    """A refusal whose code stands at the error, or deeper within."""
    return {"data": None, "errors": [{"message": message, "code": code, "extensions": {"code": within}}]}


@dataclass(frozen=True, slots=True)
class Row:
    """`asked` is how many requests to write there may be: more than one only where nothing happened."""

    says: Speak
    means: type
    state: str
    exit_code: int
    asked: int = 1


NOTHING_CLEAR = {"means": Unclear, "state": "unknown", "exit_code": 5}
NOT_NOW = {"means": Wait, "state": "not_applied", "exit_code": 75, "asked": 6}
STOPPED = {"means": Stop, "state": "not_applied", "exit_code": 75}
NOT_OURS = {"means": CredentialRefused, "state": "not_applied", "exit_code": 5}
OPEN = {"means": Settled, "state": "unknown", "exit_code": 5}
REFUSED = {"means": RequestRefused, "state": "rejected", "exit_code": 6}

EVERYWHERE: dict[str, Row] = {
    "reset": Row(reset, **NOTHING_CLEAR),
    "no answer in time": Row(silent, **NOTHING_CLEAR),
    "no HTTP": Row(lambda line: line.sendall(b"220 mail.example\r\n\r\n"), **NOTHING_CLEAR),
    "hangs up": Row(lambda line: line.close(), **NOTHING_CLEAR),
    "cut short": Row(cut, **NOTHING_CLEAR),
    **{f"{status}": Row(http(f"{status} No", PAGE), **NOTHING_CLEAR) for status in (408, 500, 502, 503, 504)},
    **{
        f"{status} elsewhere": Row(http(f"{status} Go", Location="/x"), **NOTHING_CLEAR)
        for status in (300, 301, 302, 303)
    },
    **{f"{status} elsewhere": Row(http(f"{status} Go", Location="/x"), **STOPPED) for status in (307, 308)},
    **{f"{status}": Row(http(f"{status} No", PAGE), **STOPPED) for status in (402, 404, 405, 410, 415)},
    **{f"{status}": Row(http(f"{status} No", PAGE), **NOT_OURS) for status in (401, 403)},
    **{f"{status}": Row(http(f"{status} No", PAGE), **REFUSED) for status in (400, 406, 413, 418, 422, 451)},
    "429 without a word": Row(http("429 No", PAGE), **NOT_NOW),
    "429 for seconds": Row(http("429 No", PAGE, Retry_After="7"), **NOT_NOW),
    "429 until": Row(
        http("429 No", PAGE, Date="Mon, 02 Mar 2026 07:00:00 GMT", Retry_After="Mon, 02 Mar 2026 07:00:07 GMT"),
        **NOT_NOW,
    ),
}
GRAPHQL: dict[str, Row] = {
    "409": Row(http("409 No", PAGE), **REFUSED),
    "an empty success": Row(http("200 OK"), **NOTHING_CLEAR),
    "a page": Row(http("200 OK", PAGE), **NOTHING_CLEAR),
    "a list": Row(http("200 OK", []), **NOTHING_CLEAR),
    "timed out": Row(http("200 OK", errors("Your query timed out.")), **NOTHING_CLEAR),
    "a word that nobody knows": Row(http("200 OK", errors("Who knows?", "NEW")), **NOTHING_CLEAR),
    "the same with 400": Row(http("400 No", errors("Who knows?", "NEW")), **NOTHING_CLEAR),
    "data and errors": Row(
        http("200 OK", {**errors("half", "INVALID_VALUE"), "data": {"addGLImportItems": {"edges": []}}}),
        **NOTHING_CLEAR,
    ),
    "data and a refusal": Row(http("400 No", {"data": {"addGLImportItems": {"edges": []}}}), **NOTHING_CLEAR),
    "no line named": Row(
        http("200 OK", {"data": {"addGLImportItems": {"edges": []}}}), means=Settled, state="unknown", exit_code=5
    ),
    "burst": Row(http("200 OK", errors("slow down", "BAD_REQUEST.BURST_RATE_LIMIT_REACHED")), **NOT_NOW),
    "concurrency": Row(http("200 OK", errors("one by one", "BAD_REQUEST.CONCURRENCY_LIMIT_REACHED")), **NOT_NOW),
    "credits": Row(http("200 OK", errors("spent", "BAD_REQUEST.INSUFFICIENT_CREDITS")), **STOPPED),
    "credential": Row(http("200 OK", errors("no", "UNAUTHORIZED")), **NOT_OURS),
    "a format of tokens": Row(http("200 OK", errors("Bad format for API Token. Expected ...")), **NOT_OURS),
    "a value": Row(http("200 OK", errors("no such thing", within="INVALID_VALUE")), **REFUSED),
    "a value with 400": Row(http("400 No", errors("no such thing", within="INVALID_VALUE")), **REFUSED),
}


def results(*each: dict[str, Any]) -> dict[str, Any]:
    return {"results": list(each)}


REST: dict[str, Row] = {
    "409": Row(http("409 No", PAGE), **NOTHING_CLEAR),  # this type says: it is there already
    "412": Row(http("412 No", PAGE), **NOTHING_CLEAR),
    "an empty success": Row(http("200 OK"), means=Settled, state="unknown", exit_code=5),
    "a page": Row(http("200 OK", PAGE), means=Settled, state="unknown", exit_code=5),
    "an error in a success": Row(http("200 OK", {"error": {"code": "NO", "message": "no"}}), **NOTHING_CLEAR),
    "no record named": Row(http("207 OK", results()), means=Settled, state="unknown", exit_code=5),
    "another record named": Row(
        http("200 OK", results({"ref": "R-9", "status": "created", "id": "1"})),
        means=Settled, state="unknown", exit_code=5,
    ),
    "a problem": Row(http("422 No", {"title": "Invalid", "status": 422, "detail": "no such thing"}), **REFUSED),
    "an error": Row(http("400 No", {"error": {"code": "X", "message": "no such thing"}}), **REFUSED),
    "errors": Row(http("400 No", {"errors": [{"field": "minutes", "message": "no such thing"}]}), **REFUSED),
}  # fmt: skip


def error(code: str, message: str = "no such thing") -> dict[str, Any]:
    """As OData writes one."""
    return {"error": {"code": code, "message": message}}


ODATA: dict[str, Row] = {
    **{name: replace(row, means=Settled) for name, row in EVERYWHERE.items() if row.means is RequestRefused},
    "401": Row(http("401 No", PAGE), **NOT_OURS, asked=2),  # the second time with a token that is fresh
    "409": Row(http("409 No", PAGE), **OPEN),  # it may be there already
    "412": Row(http("412 No", PAGE), **OPEN),  # it is there already
    "501": Row(http("501 No", PAGE), **STOPPED),
    "a key that is there": Row(http("412 No", error("0x80060892")), **OPEN),
    "a row that is there": Row(http("409 No", error("0x80040237")), **OPEN),
    "a value": Row(http("400 No", error("0x80044331")), means=Settled, state="rejected", exit_code=6),
    "a name in the address": Row(http("400 No", error("0x80060888")), **STOPPED),
    "no user": Row(http("403 No", error("0x80072560")), **NOT_OURS),
    "no privilege": Row(http("403 No", error("0x80040220")), **NOT_OURS),
    "too many": Row(http("429 No", error("0x80072322"), Retry_After="7"), **NOT_NOW),
    "too long": Row(http("429 No", error("0x80072321"), Retry_After="7"), **NOT_NOW),
    "too many at once": Row(http("429 No", error("0x80072326"), Retry_After="7"), **NOT_NOW),
}
TABLES = {"dynamics": EVERYWHERE | ODATA, "xledger": EVERYWHERE | GRAPHQL, "rest": EVERYWHERE | REST}
CASES = [pytest.param(name, row, id=f"{name}-{row}") for name, table in TABLES.items() for row in table]


@dataclass(slots=True)
class Voice:
    """A peer that gives tokens, says the same to every write, and remembers what it heard."""

    says: Speak
    heard: list[bytes] = field(default_factory=list)

    def __call__(self, line: socket.socket) -> None:
        heard = read_request(line)
        if b"/oauth2/" in heard.partition(b"\r\n")[0]:
            http("200 OK", TOKEN)(line)
            return
        self.heard.append(heard)
        self.says(line)

    @property
    def writes(self) -> list[bytes]:
        """Without the questions about lists, that come first."""
        return [each for each in self.heard if b'{"query":"query' not in each]


@pytest.fixture(scope="module")
def tables(make_bench: Callable[[str], Bench]) -> dict[str, Bench]:
    """One integration of each protocol, with one record."""
    found = {name: make_bench(name) for name in TABLES}
    for each in found.values():
        each.fill(1)
    return found


@pytest.mark.parametrize(("name", "row"), CASES)
def test_an_answer_is_taken_for_what_it_is_and_the_ledger_says_so(
    tables: dict[str, Bench], name: str, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, wanted = tables[name], TABLES[name][row]
    if wanted.says is silent:
        monkeypatch.setattr(edge, "WHOLE_S", 0.4)
    bench.forget()
    voice = Voice(wanted.says)
    with peer(voice) as url, bench.elsewhere(url):
        report = bench.sync()
        assert (bench.states(), report.exit_code) == ({wanted.state: 1}, wanted.exit_code)
        assert len(voice.writes) == wanted.asked
        assert type(sent_again(bench)) is wanted.means


def sent_again(bench: Bench) -> object:
    """What the adapter itself takes the answer for."""
    ((reference, payload),) = bench.installation.sql(
        "select reference, payload from reconciler.exports e join reconciler.export_payloads p on p.export_id = e.id"
    )
    with bench.adapter() as adapter:
        return adapter.send([Outgoing(reference, payload)])


def test_what_is_there_under_our_key_is_compared_and_a_correction_there_is_never_overwritten(
    make_bench: Callable[[str], Bench],
) -> None:
    bench = make_bench("consio")
    bench.system.reset()
    bench.fill(2)
    assert bench.sync().exit_code == 0
    before = bench.system.booked()
    bench.forget()
    bench.installation.sql("update app.driver_honorariums set amount = 7 where right(id::text, 1) = '2'")
    bench.sync()
    bench.settle()
    assert bench.states() == {"posted": 1, "drifted": 1}
    assert bench.system.booked() == before


def test_a_batch_with_what_is_there_already_is_asked_for_before_any_of_it_counts(
    make_bench: Callable[[str], Bench],
) -> None:
    bench = make_bench("rest")
    bench.system.reset()
    bench.fill(2)
    assert bench.sync().exit_code == 0
    before = bench.system.booked()
    bench.forget()
    bench.fill(3)
    bench.sync()
    assert bench.settle().exit_code == 0
    assert bench.states() == {"posted": 3}
    assert (bench.system.booked() - before).total() == 1
