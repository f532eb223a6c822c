"""Peers on raw sockets that do as they like with a connection, and names that lead nowhere."""

import contextlib
import datetime as dt
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reconciler.adapters.transport import Way

HOME = Way().at_home()
"""The way to peers on this machine."""
LISTENS_S = 10
"""So long a peer that has said all waits for the other to hang up."""
Speak = Callable[[socket.socket], None]


@contextmanager
def peer(speak: Speak, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that hands each connection over; its address, with TLS where there is a context."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):  # whoever asked has hung up
                if context is None:
                    speak(self.request)
                    hang_up(self.request)
                    return
                with context.wrap_socket(self.request, server_side=True) as line:
                    speak(line)
                    hang_up(line)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def hang_up(line: socket.socket) -> None:
    """Say that no more comes, and wait until the other has hung up too.

    To close a line on which something is unread takes back what was said and not read there (RFC 2525 2.17): who has
    not listened to the whole request would answer it or not, as it happens.
    """
    line.settimeout(LISTENS_S)
    line.shutdown(socket.SHUT_WR)
    while line.recv(65536):
        pass


def hears(answer: bytes) -> Speak:
    """Reads a whole request, then answers."""

    def speak(line: socket.socket) -> None:
        read_request(line)
        line.sendall(answer)

    return speak


def drips(answer: bytes, pause_s: float) -> Speak:
    """Reads a whole request, then answers a byte at a time for as long as somebody listens."""

    def speak(line: socket.socket) -> None:
        read_request(line)
        for place in range(len(answer)):
            line.sendall(answer[place : place + 1])
            time.sleep(pause_s)

    return speak


def read_request(line: socket.socket) -> bytes:
    """Head and body of one request."""
    got = b""
    while b"\r\n\r\n" not in got:
        if not (more := line.recv(65536)):
            return got
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [row.split(b":")[1] for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        if not (more := line.recv(65536)):
            break
        body += more
    return head + b"\r\n\r\n" + body


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's context with a certificate for `name`, signed by itself and lying in `folder` as cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(form))
    (folder / "key.pem").write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
