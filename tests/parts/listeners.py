"""Who is told: a webhook and a mail server on loopback, real ones, that keep what they get and fail as told."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Hook(ThreadingHTTPServer):
    """Keeps every request; answers with the next of `answers` (status, headers, body), or 200. `silent`: never."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.silent = threading.Event()
        self.silence_over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks/T0P-secret-path"

    def json(self, position: int = -1) -> dict[str, Any]:
        return json.loads(self.got[position][1])


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), content))
        if self.server.silent.is_set():
            self.server.silence_over.wait(20)
            return
        status, headers, body = self.server.answers.pop(0) if self.server.answers else (200, {}, b"ok")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.silence_over.set()
        server.shutdown()
        thread.join()


@dataclass
class Mails:
    """A mail server that keeps what it takes. `say` is what it answers to a whole mail; `drop` hangs up there."""

    got: list[tuple[list[str], bytes]] = field(default_factory=list)
    say: str = "250 taken"
    refuse: tuple[str, ...] = ()
    drop: bool = False
    logins: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - the library's name
        if address in self.refuse:
            return f"550 no such person {address}"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        self.got.append((envelope.rcpt_tos, envelope.content))
        if self.drop:
            server.transport.abort()
        return self.say

    def authenticate(self, server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"right-Horse-7", handled=False)


@contextmanager
def mails(context: ssl.SSLContext | None = None, *, tls: bool = False) -> Iterator[Mails]:
    """With `context` STARTTLS and a login are demanded, or TLS from the start with `tls`; without, nothing of it."""
    kept = Mails()
    more: dict[str, Any] = {"server_hostname": "localhost"}
    if context is not None and not tls:
        more |= {"tls_context": context, "require_starttls": True}
        more |= {"authenticator": kept.authenticate, "auth_required": True}
    controller = Controller(kept, hostname="127.0.0.1", port=0, ssl_context=context if tls else None, **more)
    controller.port = _free()
    controller.start()
    kept.port = controller.port
    try:
        yield kept
    finally:
        controller.stop()


def _free() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
