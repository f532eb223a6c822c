"""A server between us and the simulator: it takes any credential that it was told, and says back what it likes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

Says = Callable[[str], bytes]
"""The whole answer on the wire for the `Authorization` header of a request."""


class Between(ThreadingHTTPServer):
    """Passes requests with `token` on to the simulator, with a token that works there; `says` answers instead."""

    daemon_threads = True

    def __init__(self, simulator: str, real: str, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.client = httpx.Client(timeout=20, trust_env=False, verify=False)
        self.simulator, self.real, self.token = simulator, real, token
        self.says: Says | None = None
        self.asked: list[str] = []
        self.arrived = threading.Event()
        self.gate = threading.Event()
        """While it is shut, requests wait: what asks can be looked at in peace."""
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/graphql"

    def passed_on(self, header: str, body: bytes) -> tuple[int, bytes]:
        """What the simulator answers."""
        known = header == f"token {self.token}"
        headers = {"Authorization": f"token {self.real}" if known else "token unknown"}
        answer = self.client.post(self.simulator, content=body, headers=headers)
        return answer.status_code, answer.content


class _Handler(BaseHTTPRequestHandler):
    server: Between

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        header = self.headers.get("Authorization", "")
        self.server.asked.append(header)
        self.server.arrived.set()
        assert self.server.gate.wait(60)
        if self.server.says is not None:
            self.close_connection = True
            self.wfile.write(self.server.says(header))
            return
        status, content = self.server.passed_on(header, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def between(simulator: str, real: str, token: str) -> Iterator[Between]:
    with Between(simulator, real, token) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            server.client.close()
