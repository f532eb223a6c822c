"""A peer on real HTTP that answers every request with what it was told to say."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Peer(ThreadingHTTPServer):
    """Answers every request with `answer`."""

    daemon_threads = True
    answer = b""
    status = 200


class Handler(BaseHTTPRequestHandler):
    server: Peer

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Peer]:
    """One on a free port of loopback."""
    with Peer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def say(peer: Peer, answer: Any, status: int = 200) -> None:
    peer.answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    peer.status = status
