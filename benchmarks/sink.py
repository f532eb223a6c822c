"""A plain HTTP sink on loopback, as a process: it takes batches of records, and counts what came twice.

python benchmarks/sink.py - prints its address, and ends with its standard input. It answers for each record by itself,
as small REST systems do. `POST /kill` names a process that dies right after so many more batches are kept, before their
answer.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

KEY = "K3y-of-the-sink-in-benchmarks"


@dataclass
class Kept:
    """What arrived: how often each reference did, and whom to kill after how many batches."""

    references: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    victim: int = 0
    batches: int = 0

    def keep(self, references: list[str]) -> None:
        """Keep a batch; then, where somebody asked for it, the sender dies and learns nothing."""
        self.requests += 1
        for each in references:
            self.references[each] = self.references.get(each, 0) + 1
        if self.victim:
            self.batches -= 1
            if self.batches == 0:
                os.kill(self.victim, signal.SIGKILL)
                self.victim = 0

    def told(self) -> dict[str, int]:
        """Counts, for whoever measures."""
        return {
            "requests": self.requests,
            "records": len(self.references),
            "twice": sum(1 for count in self.references.values() if count > 1),
        }


class Handler(BaseHTTPRequestHandler):
    """Keeps connections open, and writes head and body at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    kept = Kept()
    one = threading.Lock()

    def do_GET(self) -> None:
        """The counts; under `/documents/REFERENCE` whether it is there."""
        with self.one:
            name = self.path.rpartition("/")[2]
            if "/documents/" in self.path:
                found = name in self.kept.references
                self._answer(200 if found else 404, {"reference": name, "id": f"S-{name}"} if found else {})
            else:
                self._answer(200, self.kept.told())

    def do_POST(self) -> None:
        """A batch, or one of the switches."""
        order = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        with self.one:
            if self.path == "/reset":
                type(self).kept = Kept()
                self._answer(200, {})
            elif self.path == "/kill":
                self.kept.victim, self.kept.batches = order["process"], order["batches"]
                self._answer(200, {})
            else:
                references = [each["ref"] for each in order["records"]]
                self.kept.keep(references)
                results = [{"ref": each, "id": f"S-{each}", "status": "created"} for each in references]
                self._answer(200, {"results": results})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


class Server(ThreadingHTTPServer):
    """Says nothing of connections that the killed leave behind."""

    def handle_error(self, *_: object) -> None:
        """Nothing is said."""


def told(url: str) -> dict[str, int]:
    """What the sink holds."""
    found: dict[str, int] = httpx.get(f"{url}/status").raise_for_status().json()
    return found


def order(url: str, switch: str, **values: int) -> None:
    """`reset`, or `kill` with process and batches."""
    httpx.post(f"{url}/{switch}", json=values).raise_for_status()


@contextlib.contextmanager
def sink() -> Iterator[str]:
    """A sink in a process of its own: its address."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def main() -> None:
    """Serve until the standard input ends."""
    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
