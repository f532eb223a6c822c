"""A real proxy on this machine: HTTP CONNECT, with or without a login, to wherever the test says that names are."""

import base64
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from parts.hostile import peer
from reconciler.adapters.proxy import Proxy


@dataclass
class ProxyServer:
    """What was asked of it, and how it answers. `leads` gives the place of a host that is asked for."""

    login: str = ""
    answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n"
    leads: Callable[[str, int], tuple[str, int]] = lambda host, port: (host, port)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def way(self, login: object = None, *direct: str) -> Proxy:
        return Proxy("127.0.0.1", self.port, login, direct)

    def serve(self, line: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := line.recv(65536)):
                return
            head += more
        self.asked.append(head.decode())
        method, target, _ = head.decode().split(" ", 2)
        wanted = f"proxy-authorization: basic {base64.b64encode(self.login.encode()).decode()}".lower()
        if self.login and wanted not in head.decode().lower():
            line.sendall(b"HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
            return
        line.sendall(self.answer)
        if method != "CONNECT" or b" 200 " not in self.answer:
            return
        host, _, port = target.rpartition(":")
        with socket.create_connection(self.leads(host, int(port))) as there:
            back = threading.Thread(target=_pump, args=(there, line), daemon=True)
            back.start()
            _pump(line, there)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):  # either side has hung up
        while piece := source.recv(65536):
            sink.sendall(piece)
    for each in (source, sink):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(**how: object) -> Iterator[ProxyServer]:
    """A proxy that runs."""
    server = ProxyServer(**how)
    with peer(server.serve) as url:
        server.port = int(url.rpartition(":")[2])
        yield server
