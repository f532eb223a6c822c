"""A small real HTTP server that stands before OpenBao: sees each request, and passes it on or answers itself."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content) if self.content else None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of our own. Text is sent as JSON unless `kind` says otherwise."""

    status: int
    text: str = ""
    kind: str = "application/json"
    location: str = ""


Answer = Callable[[Seen], Reply | None]
"""What to answer; None passes the request on."""


@dataclass(slots=True)
class Between:
    """The server's address, everything that it has seen, and what it does with the next request."""

    address: str
    upstream: str
    answer: Answer
    seen: list[Seen] = field(default_factory=list)

    def paths(self, ending: str) -> list[str]:
        return [request.path for request in self.seen if request.path.endswith(ending)]


@contextmanager
def between(upstream: str = "", answer: Answer = lambda _: None) -> Iterator[Between]:
    """A server on a free loopback port for the length of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.block_on_close = False
    server.between = Between(f"http://127.0.0.1:{server.server_port}", upstream, answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.between
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def _serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, content)
        stage = self.server.between
        stage.seen.append(request)
        reply = stage.answer(request) or _passed_on(stage.upstream, request)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        if reply.location:
            self.send_header("Location", reply.location)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.text.encode())))
        self.end_headers()
        self.wfile.write(reply.text.encode())

    do_GET = do_POST = do_PUT = do_DELETE = do_LIST = _serve  # noqa: N815 - the names that http.server calls

    def log_message(self, *arguments: object) -> None:
        """Nothing: what was seen is in `seen`."""


def _passed_on(upstream: str, request: Seen) -> Reply:
    headers = {key: value for key, value in request.headers.items() if key.startswith("x-vault-")}
    secure = upstream.startswith("https:")
    answer = httpx.request(
        request.method, upstream + request.path, headers=headers, content=request.content, timeout=20, trust_env=False,
        verify=secure,
    )  # fmt: skip
    return Reply(answer.status_code, answer.text, answer.headers.get("content-type", "application/json"))
