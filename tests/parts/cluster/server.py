"""The sockets: HTTPS on a port of loopback that can go away and come back, and connections that can be cut."""

import contextlib
import datetime as dt
import ipaddress
import json
import select
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parts.cluster.answers import Answers, Stream, refusal
from parts.cluster.faults import Answer
from parts.cluster.refusals import Refused
from parts.cluster.requests import Request, read

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset."""


@cache
def certificate() -> tuple[bytes, bytes]:
    """A certificate for loopback that signs itself, and with its key; made once in a process. PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a cluster for tests")])
    now = dt.datetime.now(dt.UTC)
    places = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return public, public + secret


def context() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate()[1])
        file.flush()
        made.load_cert_chain(file.name)
    return made


class Server:
    """Serves `answers` until `stop`. `seen` is told of each request; `missed` of each that is not implemented."""

    def __init__(self, answers: Answers, seen: Callable[[Request], None], missed: Callable[[str], None]) -> None:
        self.answers, self.seen, self.missed = answers, seen, missed
        self.port = 0
        self.connections: set[socket.socket] = set()
        self.context = context()
        self.lock = threading.Lock()
        self._http: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """On the port of before, if there was one."""
        handler = type("Bound", (Handler,), {"owner": self})
        self._http = Listener(("127.0.0.1", self.port), handler)
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._http:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def cut(self) -> None:
        """Break every open connection."""
        with self.lock:
            cutting = list(self.connections)
        for one in cutting:
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            with contextlib.suppress(OSError):
                socket.socket.shutdown(one, socket.SHUT_RDWR)  # below TLS, which would go on in plain text


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is its own affair; anything else is told."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError | ValueError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection, and its requests one after another: an `Exchange` of `faults`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    owner: Server
    asked: Request

    def setup(self) -> None:
        if self.owner.answers.faults.resetting:
            self._reset()
        self.request = self.owner.context.wrap_socket(self.request, server_side=True)
        with self.owner.lock:
            self.owner.connections.add(self.request)
        try:
            super().setup()
        except OSError:  # it was cut just now; without a set-up there is no `finish`
            self._forget()
            raise

    def _reset(self) -> NoReturn:
        """Not before the client has begun to speak: Python's own would lose the socket (`SSLSocket._create`)."""
        self.request.settimeout(1)
        with contextlib.suppress(OSError):
            self.request.recv(1)
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.request.close()
        raise ConnectionResetError

    def finish(self) -> None:
        for stream in (self.wfile, self.rfile):
            with contextlib.suppress(OSError, ValueError):  # what cannot be said any more
                stream.close()
        self._forget()

    def _forget(self) -> None:
        with self.owner.lock:
            self.owner.connections.discard(self.request)
        with contextlib.suppress(OSError):
            self.request.close()

    def handle_request(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked = read(self.command, self.path, self.headers, body)
        self.owner.seen(self.asked)
        reply = self.owner.answers.faults.meant_for(self.asked)
        reply(self) if reply else self.carry_out()

    def carry_out(self) -> None:
        answer = self._answer()
        if isinstance(answer, Answer):
            self.say(answer)
        else:
            self._stream(answer)

    def carry_out_silently(self) -> None:
        self._answer()

    def _answer(self) -> Answer | Stream:
        try:
            return self.owner.answers.to(self.asked)
        except Refused as refused:
            if refused.code == 501:
                self.owner.missed(f"{self.asked.method} {self.asked.url}: {refused}")
            return refusal(refused)
        except Exception as error:  # noqa: BLE001  the outermost loop of the server: the test that asked fails
            self.owner.missed(f"{self.asked.method} {self.asked.url}: {error!r}")
            return refusal(Refused(500, "Internal error occurred"))

    def say(self, answer: Answer) -> None:
        self.send_response(answer.code)
        head = [("Content-Type", answer.media_type), ("Content-Length", str(len(answer.body))), *answer.headers]
        for name, value in head:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def _stream(self, events: Stream) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        with contextlib.closing(events):  # type: ignore[type-var]  # a generator
            for event in events:
                if event is None:
                    if select.select([self.connection], [], [], 0)[0]:
                        self.close_connection = True
                        return  # a reader of a watch says nothing more but that it goes
                    continue
                line = json.dumps(event).encode() + b"\n"
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.connection.close()

    def log_request(self, *arguments: object) -> None:
        """Silent."""


for _method in METHODS:
    setattr(Handler, f"do_{_method}", Handler.handle_request)
