"""A system over there that does everything wrong that a system may: commits and drops, comes late, lags, forgets.

A small HTTP server in this process, on the clock of the history. What it books it keeps by itself, and it knows nothing
of the program under test: it is the witness. It stays within what a type declares: a request arrives within its life
(15 min), a reader sees a document within a minute, a key is remembered for a day and no longer.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from parts.hands import Hands

LAG_S, LIFE_S, KEY_S = 59, 14 * 60 + 50, 24 * 3600
LATE = {"late": 300, "very_late": LIFE_S}
WRITE_FAULTS = (
    "lost_before", "lost_after", "late", "very_late", "slow", "garbage", "html", "twice", "busy", "busy_long",
    "away_before", "away_after", "failed_before", "failed_after", "timeout_after", "stored_before", "stored_after",
)  # fmt: skip
READ_FAULTS = ("read_lost", "read_garbage", "read_busy", "read_away")
FAULTS = (*WRITE_FAULTS, *READ_FAULTS)
"""Before and after say whether the document was booked when it went wrong."""
DOUBTS = frozenset(WRITE_FAULTS) - {"slow", "twice", "busy", "busy_long"}
"""Those that leave whoever sent in doubt."""


@dataclass
class Booked:
    """One document over there, and from when on readers see it."""

    reference: str
    body: dict[str, Any]
    seen_from: datetime


@dataclass
class Late:
    """A request on its way, whose sender gave up waiting."""

    due: datetime
    method: str
    path: str
    key: str
    body: bytes


@dataclass
class Counterpart:
    """What it is told to do wrong, in turn, and what it holds. `complaints` are what no sender may ever do."""

    clock: Hands
    tokens: set[str] = field(default_factory=set)
    faults: deque[str] = field(default_factory=deque)
    read_faults: deque[str] = field(default_factory=deque)
    lag_s: int = 0
    booked: list[Booked] = field(default_factory=list)
    keys: dict[str, tuple[bytes, int, Any, datetime]] = field(default_factory=dict)
    on_the_way: list[Late] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None
    """What happens elsewhere while the answer to the next write is on its way."""

    def pass_time(self, until: datetime) -> None:
        """Everything that is on its way arrives in its turn."""
        for each in sorted(self.on_the_way, key=lambda each: each.due):
            if each.due <= until:
                self.on_the_way.remove(each)
                self._carry_out(each.method, each.path, each.key, each.body, each.due)

    def arm(self, fault: str) -> None:
        """Once, on the next request of its kind."""
        (self.read_faults if fault in READ_FAULTS else self.faults).append(fault)

    def behave(self) -> None:
        """Nothing goes wrong from now on."""
        self.faults.clear()
        self.read_faults.clear()
        self.lag_s = 0

    def documents(self, reference: str) -> list[Booked]:
        """All that stands under a reference."""
        return [each for each in self.booked if each.reference == reference]

    def answer(self, method: str, path: str, key: str, body: bytes) -> tuple[int, Any]:
        """A request that arrives now. Status and body; status 0 drops the connection, 1 to 3 garble the answer."""
        if path == "/status":
            return 200, {"organization": {"name": "Them", "number": "1"}, "members": 3}
        return self._read(path) if method == "GET" else self._write(method, path, key, body)

    def _read(self, path: str) -> tuple[int, Any]:
        match self.read_faults.popleft() if self.read_faults else "":
            case "read_lost":
                return 0, None
            case "read_garbage":
                return 1, {"id": "1"}
            case "read_busy":
                return 429, 7
            case "read_away":
                return 503, {}
        reference, now = path.rsplit("/", maxsplit=1)[-1], self.clock.now()
        found = [each for each in self.documents(reference) if each.seen_from <= now]
        return (200, {**found[0].body, "id": found[0].reference}) if found else (404, {})

    def _write(self, method: str, path: str, key: str, body: bytes) -> tuple[int, Any]:
        now, fault = self.clock.now(), self.faults.popleft() if self.faults else ""
        refused = {"lost_before": 0, "busy": 429, "busy_long": 429, "away_before": 503, "failed_before": 500}
        if fault in refused:
            return refused[fault], {"busy": 7, "busy_long": 600}.get(fault, {})
        if fault in LATE:
            self.on_the_way.append(Late(now + timedelta(seconds=LATE[fault]), method, path, key, body))
            self.clock.wait(119)
            return 0, None
        if fault == "stored_before" and key and key not in self.keys:
            self.keys[key] = (body, 500, {}, now + timedelta(seconds=KEY_S))
        if fault == "slow":
            self.clock.wait(100)
        status, said = self._carry_out(method, path, key, body, now)
        if fault == "stored_after" and key:
            self.keys[key] = (body, 500, {}, now + timedelta(seconds=KEY_S))
        spoiled = {"lost_after": 0, "garbage": 1, "html": 2, "twice": 3, "away_after": 503, "failed_after": 500,
                   "timeout_after": 504, "stored_after": 500, "stored_before": 500}  # fmt: skip
        return spoiled.get(fault, status), said

    def _carry_out(self, method: str, path: str, key: str, body: bytes, now: datetime) -> tuple[int, Any]:
        known = self.keys.get(key) if key else None
        if known and now < known[3]:
            if known[0] != body:
                self.complaints.append(f"the key {key} came with another body")
                return 422, {"error": {"code": "KEY_REUSED", "message": "another body"}}
            return known[1], known[2]
        order = json.loads(body)
        if path.endswith("/batch"):
            status, said = 200, {"results": [self._result(each, now) for each in order["records"]]}
            key = key if any(each["status"] == "created" for each in said["results"]) else ""
        elif wrong(order):
            return 422, {"error": {"code": "BAD", "message": "unknown member", "field": "memberNumber"}}
        elif method == "PUT":
            return self._put(path.rsplit("/", maxsplit=1)[-1], order, now)
        else:
            status, said = 201, {"id": self._book(order["reference"], order, now)}
        if key:
            self.keys[key] = (body, status, said, now + timedelta(seconds=KEY_S))
        return status, said

    def _put(self, reference: str, order: dict[str, Any], now: datetime) -> tuple[int, Any]:
        standing = self.documents(reference)
        if not standing:
            return 201, {"id": self._book(reference, order, now)}
        if standing[0].body != order:
            self.complaints.append(f"{reference} stands, and came with another content")
            return 409, {"error": {"code": "EXISTS", "message": "it is there already"}}
        return 200, {"id": reference}

    def _result(self, order: dict[str, Any], now: datetime) -> dict[str, str]:
        if wrong(order):
            return {"ref": order["reference"], "status": "error", "message": "unknown member"}
        return {"ref": order["reference"], "id": self._book(order["reference"], order, now), "status": "created"}

    def _book(self, reference: str, body: dict[str, Any], now: datetime) -> str:
        self.booked.append(Booked(reference, body, now + timedelta(seconds=self.lag_s)))
        return reference


def wrong(order: dict[str, Any]) -> bool:
    """What it refuses for good: a member that it does not know."""
    return bool(order.get("memberNumber") == "BAD")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # unbuffered answers wait 40 ms for an acknowledgement each
    disable_nagle_algorithm = True
    server: "Server"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        there = self.server.there
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in there.tokens:
            self._say(401, b"{}")
            return
        with self.server.turn:
            status, said = there.answer(self.command, self.path, self.headers.get("Idempotency-Key", ""), body)
            happens = None
            if self.command != "GET":
                happens, there.meanwhile = there.meanwhile, None
        if happens:
            happens()
        content = json.dumps(said).encode()
        match status:
            case 0:
                self.close_connection = True
            case 1:
                self._say(200, content[: len(content) // 2])
            case 2:
                self._say(200, b"<html><body>Welcome</body></html>", "text/html")
            case 3:
                self._say(200, content)
                self._say(200, content)
            case 429:
                self._say(429, b"{}", wait=said)
            case _:
                self._say(status, content)

    def _say(self, status: int, content: bytes, kind: str = "application/json", wait: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if wait:
            self.send_header("Retry-After", str(wait))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever asked is gone; that is a fault like others
            super().handle()

    def log_message(self, *_arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Whoever is `there` answers; a history puts its own."""

    daemon_threads = True
    there: Counterpart

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.turn = threading.Lock()


@contextmanager
def listening(there: Counterpart) -> Iterator[Server]:
    """Serve it on loopback; another one may be put in `there` of what is yielded, at the same address."""
    server = Server()
    server.there = there
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
